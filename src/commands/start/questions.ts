import { join } from 'node:path';
import { usageError } from '../../errors.ts';
import { safeFolderName } from '../../files/folder-name.ts';
import { cleanPrefix } from '../../keys/key-name.ts';
import { parseLimit } from '../../roster/limit.ts';
import type { Roster } from '../../roster/participant.ts';
import { chosen, type Question } from '../../terminal/question.ts';

/** A spreadsheet as typed, or the sample, which is written once all is answered. */
export type RosterChoice = { file: string; roster: Roster } | 'sample';

export function rosterQuestion(
  found: readonly string[],
  { sample, home }: { sample: string; home: string },
  look: (file: string) => Promise<Roster>,
): Question<RosterChoice> {
  const shown = found.slice(0, MOST_SHOWN);
  const more = found.length - shown.length;
  return {
    text: 'Roster: a number, or the path of a spreadsheet',
    choices: shown.length === 0 ? [sample] : shown,
    note: more > 0 ? `There ${more === 1 ? 'is' : 'are'} ${more} more in this folder; type the name.` : undefined,
    explanation:
      'The roster is your spreadsheet of participants: one row each, with a column of email addresses, and preferably their names. Type the ' +
      'number of a spreadsheet in this folder, or the path of another one; most terminals also accept a file that is dragged into them. ' +
      'It is only read.',
    preset: '1',
    read: async (answer) => {
      if (shown.length === 0 && answer === '1') return 'sample';
      const file = /^\d{1,2}$/.test(answer) ? chosen(shown, answer) : pathOf(answer, home);
      return { file, roster: await look(file) };
    },
  };
}

const MOST_SHOWN = 9;

/** What terminals make of a file that is dragged into them: quotation marks around it, or a backslash before each space. `~` as in shells. */
function pathOf(answer: string, home: string): string {
  const quoted = /^(["'])(.*)\1$/.exec(answer)?.[2];
  if (quoted !== undefined) return quoted;
  if (/^~[/\\]/.test(answer)) return join(home, answer.slice(2));
  return answer.startsWith('/') ? answer.replaceAll('\\ ', ' ') : answer;
}

export const LIMIT_QUESTION: Question<string> = {
  text: 'Limit per participant, in US dollars',
  explanation:
    'The most that each participant can spend with their key; OpenRouter refuses requests beyond it. For example 1, 0.50 or none. It can be ' +
    'changed later with orkeys update. A column Limit in the roster takes precedence for its rows.',
  preset: '1',
  read: (answer) => {
    const limit = parseLimit(answer);
    if ('problem' in limit) throw usageError('bad_limit', `Invalid limit ${answer}: ${limit.problem}.`);
    return answer;
  },
};

export const PROBLEMS_QUESTION: Question<'stop' | 'skip'> = {
  text: 'Rows with problems',
  choices: ['stop, and show the problems', 'skip these rows: their participants get no key'],
  explanation:
    'These rows cannot be used as they are, for example because an email address is missing or not valid. It is best to stop, correct them ' +
    'in the spreadsheet and start again. Rows that are skipped can be corrected later: the same command then creates their keys.',
  preset: '1',
  read: (answer) => chosen(['stop', 'skip'] as const, answer),
};

/** @param check throws for a prefix that cannot be the name of a folder */
export function prefixQuestion(preset: string, check: (prefix: string) => void): Question<string> {
  return {
    text: 'Prefix: the name of the workshop',
    explanation:
      'Every key name begins with the prefix, and the results are saved in a folder of this name. Later commands use it to select the keys of ' +
      'this workshop. If keys with this prefix were created before, only participants without a key get one.',
    preset,
    read: (answer) => {
      const prefix = cleanPrefix(answer);
      if (prefix === '') throw usageError('no_prefix', 'A prefix needs at least one letter or digit.');
      const named = safeFolderName(prefix);
      if ('problem' in named) throw usageError('bad_prefix', `Invalid prefix ${prefix}: ${named.problem}.`);
      check(prefix);
      return prefix;
    },
  };
}

export const MODE_QUESTION: Question<'rehearsal' | 'real'> = {
  text: 'Rehearsal, or real keys',
  choices: ['rehearsal: simulated keys that work nowhere; no account, no cost', 'real keys on your OpenRouter account'],
  explanation:
    'A rehearsal does everything with a simulated OpenRouter on this computer: the same plan, the same files, in a folder of its own. For real ' +
    'keys you need a management key of your OpenRouter account. In both cases you see the plan first.',
  preset: '1',
  read: (answer) => chosen(['rehearsal', 'real'] as const, answer),
};
