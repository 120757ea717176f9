import type { Context } from '../context.ts';
import { usageError } from '../errors.ts';
import { type AddressDecisions, type Moved, typedAs } from '../plan/find-moved.ts';
import type { ProvisionPlan } from '../plan/plan-provision.ts';
import { isGroup } from '../roster/group.ts';
import { participantName } from '../roster/participant-name.ts';
import { canAsk, confirmYes, stopIfCancelled } from '../terminal/confirm.ts';
import { visibleText } from '../terminal/visible-text.ts';
import { wrapLines } from '../terminal/wrap.ts';

export interface MovedFlags {
  samePerson?: string[] | undefined;
  newPerson?: string[] | undefined;
  sameGroup?: string[] | undefined;
  newGroup?: string[] | undefined;
  yes: boolean;
  json: boolean;
  dryRun: boolean;
}

/** `--same-person OLD=NEW`, `--new-person NEW` and the same for groups, as typed. Throws `bad_flag`. */
export function readAddressDecisions(flags: MovedFlags): AddressDecisions {
  const { samePerson = [], newPerson = [], sameGroup = [], newGroup = [] } = flags;
  return {
    same: [...samePerson.map(readPair), ...sameGroup.map(readGroupPair)],
    fresh: [...newPerson, ...newGroup],
  };
}

/**
 * Asks on a terminal whether participants with a new address are who they seem to be; all of them are one question. Undefined where
 * there is nothing to ask, or nobody to answer: then those rows wait.
 */
export async function askAboutMoved(
  flags: MovedFlags,
  { skipped }: ProvisionPlan,
  ctx: Context,
): Promise<AddressDecisions | undefined> {
  const moved = skipped.flatMap((skip) => (skip.because === 'maybe_moved' ? [skip.moved] : []));
  const asks = !flags.yes && !flags.json && !flags.dryRun && canAsk(ctx);
  if (moved.length === 0 || !asks) return undefined;
  for (const each of moved) ctx.prompt.write(`${wrapLines(visibleText(movedText(each)), ctx.prompt)}\n`);
  const [one, many] = moved.some(({ participant }) => isGroup(participant))
    ? ['Is this the same group, which keeps the key?', 'Are these the same groups, which keep their keys?']
    : ['Is this the same person, who keeps the key?', 'Are these the same people, who keep their keys?'];
  const question = moved.length === 1 ? one : many;
  const before = readAddressDecisions(flags);
  if (await confirmYes({ ctx, question, yes: false, offTerminal: 'refuse' })) {
    const same = moved.flatMap(({ from, participant }) => {
      const [old] = from;
      const [now] = typedAs(participant);
      return old === undefined || now === undefined ? [] : [{ from: old, to: now }];
    });
    return { ...before, same: [...before.same, ...same] };
  }
  stopIfCancelled(ctx);
  return {
    ...before,
    fresh: [...before.fresh, ...moved.flatMap(({ participant }) => typedAs(participant).slice(0, 1))],
  };
}

/** `Kaspars Liepa seems to have a new address: p6@example.org → p6.new@example.org` */
export function movedText({ participant, from }: Moved): string {
  const now = typedAs(participant).join(', ');
  if (isGroup(participant)) return `A group seems to have a new name: ${from.join(', ')} → ${now}`;
  return `${participantName(participant)} seems to have a new address: ${from.join(', ')} → ${now}`;
}

function readPair(text: string): { from: string; to: string } {
  const [from = '', to = '', ...more] = text.split('=').map((part) => part.trim());
  if (from.includes('@') && to.includes('@') && more.length === 0) return { from, to };
  throw usageError('bad_flag', `Invalid --same-person ${text}: expected two email addresses.`, {
    hint: 'For example: --same-person old@example.org=new@example.org',
  });
}

function readGroupPair(text: string): { from: string; to: string } {
  const [from = '', to = '', ...more] = text.split('=').map((part) => part.trim());
  if (from !== '' && to !== '' && more.length === 0) return { from, to };
  throw usageError('bad_flag', `Invalid --same-group ${text}: expected two names of a group.`, {
    hint: 'For example: --same-group "Table 3=Red table"',
  });
}
