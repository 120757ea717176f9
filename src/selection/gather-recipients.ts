import type { Context } from '../context.ts';
import { usageError } from '../errors.ts';
import { HANDOUT_LOG, type HandoutsState } from '../handout/handout-log.ts';
import { type LeftOut, type Recipient, recipientId, recipientsOf } from '../handout/recipients.ts';
import type { JournalState } from '../journal/fold.ts';
import { nearMisses } from '../near-misses.ts';
import { foldEmail } from '../roster/identity.ts';
import { type LocalFlags, readLocalWorkshop } from '../workshop/local-workshop.ts';
import { readSideLog } from '../workshop/side-log.ts';
import { readWorkshop } from '../workshop/workshop.ts';
import { commandFor, type WorkshopId } from '../workshop/workshop-id.ts';
import { compareWithAccount } from './compare-with-account.ts';

/** Options of every way of handing out. */
export interface HandoutFlags extends LocalFlags {
  dryRun: boolean;
  email?: string[] | undefined;
  group?: string[] | undefined;
  where?: string[] | undefined;
  /** only those whose present key was not handed out this way yet */
  new: boolean;
}

/** Who gets something, and who does not. */
export interface GatheredPeople {
  id: WorkshopId;
  folder: string;
  state: JournalState;
  recipients: Recipient[];
  leftOut: LeftOut[];
  /** had an earlier key this way, and have not had the present one */
  replaced: Recipient[];
  /** left out by --new */
  had: number;
  /** about the account, for the user */
  notes: readonly string[];
}

/**
 * Everybody of a workshop who can get the key by hand: from its journal. A secret whose key the account does not have is left out, where
 * the account can be asked. `what`: the way of handing out. Throws CliError (exit 2) where the journal is missing or damaged, or where
 * nobody is selected.
 */
export async function gather(
  what: string,
  prefix: string | undefined,
  flags: HandoutFlags,
  ctx: Context,
): Promise<GatheredPeople> {
  const gathered = await gatherKnown(what, prefix, flags, ctx);
  const { unproven, notes } = await compareWithAccount(gathered.state, flags, ctx);
  const proven = leaveOut(gathered, ({ tag }) => (unproven.has(tag) ? 'not_on_account' : undefined));
  return { ...proven, notes };
}

/** The same from the journal alone, without a network. */
export async function gatherKnown(
  what: string,
  prefix: string | undefined,
  flags: HandoutFlags,
  ctx: Context,
): Promise<GatheredPeople> {
  const { id, folder, bytes, journalPath } = await readLocalWorkshop(prefix, flags, ctx);
  if (bytes === undefined) {
    throw usageError('journal_missing', `Nothing to hand out: ${journalPath} is missing.`, {
      hint: `Restore it, or rebuild it from keys.json with: ${commandFor(id, 'journal', 'rebuild')}`,
    });
  }
  const state = await readWorkshop(id, ctx);
  const handouts = await readSideLog(id, HANDOUT_LOG, ctx);
  const { recipients, leftOut } = recipientsOf(state, ctx.now());
  const isSelected = await selector(flags, [...recipients, ...leftOut], state);
  const selected = recipients.filter(isSelected);
  const had = (recipient: Recipient) => handouts.handed.get(what)?.has(recipientId(recipient)) === true;
  const kept = flags.new ? selected.filter((recipient) => !had(recipient)) : selected;
  return {
    id,
    folder,
    state,
    recipients: kept,
    leftOut: leftOut.filter(isSelected),
    replaced: kept.filter((recipient) => !had(recipient) && hadEarlier(recipient, what, state, handouts)),
    had: selected.length - kept.length,
    notes: [],
  };
}

/** Who cannot get it this way although they have a key. */
export function leaveOut(
  gathered: GatheredPeople,
  why: (recipient: Recipient) => LeftOut['why'] | undefined,
): GatheredPeople {
  const leftOut = gathered.recipients.flatMap((recipient): LeftOut[] => {
    const reason = why(recipient);
    return reason === undefined ? [] : [{ ...recipient, why: reason }];
  });
  const stays = (recipient: Recipient) => why(recipient) === undefined;
  return {
    ...gathered,
    recipients: gathered.recipients.filter(stays),
    replaced: gathered.replaced.filter(stays),
    leftOut: [...gathered.leftOut, ...leftOut],
  };
}

type Person = Pick<Recipient, 'participant'>;

async function selector(
  { email = [], group = [], where = [] }: HandoutFlags,
  people: readonly Person[],
  state: JournalState,
): Promise<(person: Person) => boolean> {
  // Loads the words of all headings.
  const isWhere = where.length > 0 ? (await import('./hashes-where.ts')).peopleWhere(where, state) : undefined;
  const emails = new Set(email.map(foldEmail));
  const groups = new Set(group.map(foldEmail));
  const addresses = new Set(people.flatMap(({ participant }) => participant?.emails.map(foldEmail) ?? []));
  const unknown = email.find((each) => !addresses.has(foldEmail(each)));
  if (unknown !== undefined) {
    const [near] = nearMisses(unknown, [...addresses], 1);
    throw usageError('nothing_selected', `No participant of this workshop has the email address ${unknown}.`, {
      hint: near === undefined ? 'Check --email. Addresses are as in the roster.' : `Did you mean ${near}?`,
    });
  }
  const known = [...new Set(people.flatMap(({ participant }) => participant?.group ?? []))];
  const unknownGroup = group.find((each) => !known.some((name) => foldEmail(name) === foldEmail(each)));
  if (unknownGroup !== undefined) {
    throw usageError('unknown_value', `No participant of this workshop is in the group ${unknownGroup}.`, {
      hint: known.length > 0 ? `Available groups: ${known.join(', ')}` : 'The roster has no column of groups.',
    });
  }
  return ({ participant }) => {
    if (isWhere && (participant === null || !isWhere(participant))) return false;
    if (emails.size > 0 && !participant?.emails.some((each) => emails.has(foldEmail(each)))) return false;
    return groups.size === 0 || (participant?.group !== undefined && groups.has(foldEmail(participant.group)));
  };
}

function hadEarlier({ tag }: Recipient, what: string, { attempts }: JournalState, { handed }: HandoutsState): boolean {
  const person = attempts.get(tag)?.person;
  return [...(handed.get(what) ?? [])].some((other) => other !== tag && attempts.get(other)?.person === person);
}
