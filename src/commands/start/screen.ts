import type { Context } from '../../context.ts';
import { plural } from '../../plural.ts';
import type { Roster } from '../../roster/participant.ts';
import type { Secret } from '../../secret.ts';
import { commandLine } from '../../terminal/command-line.ts';
import { renderDetails } from '../../terminal/details.ts';
import { visibleText } from '../../terminal/visible-text.ts';

export interface StartAnswers {
  /** as typed */
  roster: string;
  limit: string;
  prefix: string;
  sandbox: boolean;
  /** typed for this run; undefined = the saved one, or none is needed */
  key: Secret | undefined;
  /** whether the roster is the sample, which is not written yet */
  sample: boolean;
}

export const INTRODUCTION =
  'orkeys creates one OpenRouter API key per participant,\neach with a spending limit.\n' +
  'Enter takes the answer in brackets, ? explains, Ctrl-C stops.\n\n';

export const THE_PLAN = '\nHere is the plan. Nothing is created before you confirm it.\n\n';

/** `participants.xlsx: 12 participants, 1 problem` */
export function foundLine({ file, participants, problems }: Roster): string {
  const bad = problems.length === 0 ? '' : `, ${plural(problems.length, 'problem')}`;
  return `${visibleText(file)}: ${plural(participants.length, 'participant')}${bad}\n`;
}

/** The command that the answers stand for. */
export function provisionArgs({
  roster,
  limit,
  prefix,
  sandbox,
}: Pick<StartAnswers, 'roster' | 'limit' | 'sandbox'> & { prefix: string | undefined }): string[] {
  const workshop = prefix === undefined ? [] : ['--prefix', prefix];
  return ['provision', roster, '--limit', limit, ...workshop, ...(sandbox ? ['--sandbox'] : [])];
}

export function plainCommand(answers: Parameters<typeof provisionArgs>[0], env?: Context['env']): string {
  return commandLine(provisionArgs(answers), env);
}

/** What to type the next time. */
export function renderSameAgain(answers: StartAnswers, { env }: Pick<Context, 'env'>): string {
  const { sandbox, sample, key } = answers;
  return `\n${renderDetails([
    ['The same without questions', plainCommand(answers, env)],
    ['For real keys', sandbox && !sample ? plainCommand({ ...answers, sandbox: false }, env) : undefined],
    ['To save the management key', key === undefined ? undefined : commandLine(['login'], env)],
  ])}`;
}
