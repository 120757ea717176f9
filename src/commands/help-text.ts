import { EXIT, EXIT_MEANINGS, type ExitName } from '../errors.ts';

export interface HelpText {
  /** whole sentences, one a line */
  notes?: readonly string[];
  /** each can be pasted as it stands */
  examples: readonly string[];
  /** how else the command can end: `true` for the usual sentence, or one of its own */
  exitCodes: Partial<Record<ExitName, string | true>>;
}

/** What stands below the options, the same way for every command. */
export function renderHelpText({ notes = [], examples, exitCodes }: HelpText): string {
  const before = notes.length > 0 ? [notes.join('\n')] : [];
  const list = ['Examples:', ...examples.map((example) => `  ${example}`)].join('\n');
  return `\n${[...before, list, renderExitCodes(exitCodes)].join('\n\n')}`;
}

/** One line, which is broken at its dots to fit the terminal. */
export function renderExitCodes(used: HelpText['exitCodes']): string {
  const codes = exitNames().flatMap((name) => {
    const sentence = used[name];
    return sentence === undefined ? [] : [`${EXIT[name]} ${sentence === true ? EXIT_MEANINGS[name] : sentence}`];
  });
  return `Exit codes:\n  ${codes.join(' · ')}`;
}

/** All of them, as every command may end. */
export const ALL_EXIT_CODES: HelpText['exitCodes'] = Object.fromEntries(exitNames().map((name) => [name, true]));

/** How a command that changes keys can end; `ok`: what exit 0 means. */
export function changeExitCodes(ok: string): HelpText['exitCodes'] {
  const { FAILED: _, ...usual } = ALL_EXIT_CODES;
  return { ...usual, OK: ok };
}

function exitNames(): ExitName[] {
  return Object.keys(EXIT).filter((name): name is ExitName => name in EXIT_MEANINGS);
}
