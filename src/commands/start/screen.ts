import type { Context } from '../../context.ts';
import { plural } from '../../plural.ts';
import type { Roster } from '../../roster/participant.ts';
import type { Secret } from '../../secret.ts';
import { commandLine } from '../../terminal/command-line.ts';
import { visibleText } from '../../terminal/visible-text.ts';

export interface StartAnswers {
  /** as typed */
  roster: string;
  limit: string;
  prefix: string;
  /** whether rows with problems are skipped */
  skipInvalid: boolean;
  sandbox: boolean;
  /** typed for this run; undefined = the saved one, or none is needed */
  key: Secret | undefined;
  /** whether the roster is the sample, which is not written yet */
  sample: boolean;
}

export const INTRODUCTION =
  'orkeys creates one OpenRouter API key per participant, each with a limit.\n' +
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
  skipInvalid,
  sandbox,
}: Pick<StartAnswers, 'roster' | 'limit' | 'skipInvalid' | 'sandbox'> & { prefix: string | undefined }): string[] {
  const workshop = prefix === undefined ? [] : ['--prefix', prefix];
  const skip = skipInvalid ? ['--skip-invalid'] : [];
  return ['provision', roster, '--limit', limit, ...workshop, ...skip, ...(sandbox ? ['--sandbox'] : [])];
}

export function plainCommand(answers: Parameters<typeof provisionArgs>[0], env?: Context['env']): string {
  return commandLine(provisionArgs(answers), env);
}

/** What to type the next time. */
export function renderSameAgain(answers: StartAnswers, { env }: Pick<Context, 'env'>): string {
  const { sandbox, sample, key } = answers;
  const lines = [`\nThe same without questions:\n  ${plainCommand(answers, env)}\n`];
  if (sandbox && !sample) lines.push(`For real keys:\n  ${plainCommand({ ...answers, sandbox: false }, env)}\n`);
  if (key !== undefined) lines.push(`To save the management key for it:\n  ${commandLine(['login'], env)}\n`);
  return lines.join('');
}
