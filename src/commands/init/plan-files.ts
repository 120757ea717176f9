import type { Secret } from '../../secret.ts';

/** What is in the folder, and what is known of a management key. */
export interface FolderFacts {
  hasEnv: boolean;
  /** whether there is a `.env.txt` instead, which is what Windows' Notepad makes of `.env` */
  misnamed: boolean;
  /** whether that `.env` has a management key */
  keyInEnv: boolean;
  /** where a management key comes from that is not in `.env`, for people: `profile work, the default profile` */
  keyElsewhere: string | undefined;
  /** text of `.gitignore`; undefined if there is none, or if it cannot be read */
  gitignore: string | undefined;
  /** why `.gitignore` cannot be read: a link, for example */
  unreadable: string | undefined;
  /** names */
  spreadsheets: readonly string[];
}

export interface InitFile {
  name: string;
  /** `added`: lines at the end of a file that was there */
  action: 'written' | 'added' | 'kept' | 'skipped';
  note: string;
}

/** undefined: Enter */
export type TypedKey = Secret | 'unasked' | 'later' | undefined;

/** The names that git must ignore: the management key, and the keys of the participants. */
const IGNORED = ['.env', 'output/'];

/** Whether a management key is to be asked for. */
export function needsKey({ hasEnv, misnamed, keyElsewhere }: FolderFacts): boolean {
  return !hasEnv && !misnamed && keyElsewhere === undefined;
}

/** @param key what was typed; `unasked`: nobody could be asked; `later`: a dry run asks nothing */
export function initEnvFile(facts: FolderFacts, key: TypedKey): InitFile {
  const name = '.env';
  if (facts.hasEnv) {
    const note = facts.keyInEnv
      ? 'it has a management key'
      : 'it has no management key; add the line OPENROUTER_MANAGEMENT_KEY=…, or run orkeys login';
    return { name, action: 'kept', note };
  }
  if (facts.misnamed)
    return { name, action: 'skipped', note: 'rename .env.txt to .env; Windows may hide the .txt extension' };
  if (facts.keyElsewhere !== undefined)
    return { name, action: 'skipped', note: `the management key comes from ${facts.keyElsewhere}` };
  if (key === undefined)
    return { name, action: 'skipped', note: 'no management key was typed; orkeys login saves one' };
  if (key === 'unasked') {
    return {
      name,
      action: 'skipped',
      note: 'needs a terminal to ask for the management key; orkeys login can read a pipe',
    };
  }
  if (key === 'later') return { name, action: 'written', note: 'asks for the management key' };
  return { name, action: 'written', note: `management key ${key}` };
}

/** The lines that are missing in `.gitignore`. */
export function missingLines({ gitignore = '' }: Pick<FolderFacts, 'gitignore'>): string[] {
  const there = new Set(gitignore.split(/\r?\n/).map((line) => line.trim().replace(/^\/|\/$/g, '')));
  if (there.has('*')) return [];
  return IGNORED.filter((line) => !there.has(line.replace(/\/$/, '')));
}

export function initIgnoreFile(facts: FolderFacts): InitFile {
  const name = '.gitignore';
  if (facts.unreadable !== undefined) {
    return { name, action: 'kept', note: `${facts.unreadable} Make sure that git ignores ${IGNORED.join(' and ')}.` };
  }
  const missing = missingLines(facts);
  if (missing.length === 0) return { name, action: 'kept', note: `git ignores ${IGNORED.join(' and ')} already` };
  const note = `git ignores ${missing.join(' and ')}`;
  return { name, action: facts.gitignore === undefined ? 'written' : 'added', note };
}

export function initRosterFile({ spreadsheets }: FolderFacts, sample: { name: string; text: string }): InitFile {
  const [first, ...more] = spreadsheets;
  if (first === undefined) return { name: sample.name, action: 'written', note: sample.text };
  const others = more.length === 0 ? '' : ` and ${more.length} more`;
  return { name: sample.name, action: 'skipped', note: `${first}${others} ${more.length === 0 ? 'is' : 'are'} here` };
}
