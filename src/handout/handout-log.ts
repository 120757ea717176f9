import { HANDOUTS_VERSION, type HandoutEntry, parseHandoutEntry } from './handout-entry.ts';

/** What handouts.jsonl adds up to. */
export interface HandoutsState {
  /** by way of handing out: the tags of all keys that ever went out that way */
  handed: Map<string, Set<string>>;
  /** by path: the tags of the keys that are in the file now */
  files: Map<string, readonly string[]>;
  /** by path of a person's folder: the tag of the key that is in it now */
  folders: Map<string, string>;
}

/** The format of handouts.jsonl, for the log beside the journal. */
export const HANDOUT_LOG = {
  log: 'handouts',
  version: HANDOUTS_VERSION,
  parse: parseHandoutEntry,
  header: ({ prefix }: { prefix: string }) => ({ type: 'handouts', version: HANDOUTS_VERSION, prefix }) as const,
  emptyState: (): HandoutsState => ({ handed: new Map(), files: new Map(), folders: new Map() }),
  fold: foldHandout,
} as const;

function foldHandout({ handed, files, folders }: HandoutsState, entry: HandoutEntry): void {
  if (entry.type !== 'handed') return;
  const { what, tags } = entry;
  handed.set(what, new Set([...(handed.get(what) ?? []), ...tags]));
  for (const path of entry.files) files.set(path, tags);
  for (const [tag, path] of Object.entries(entry.folders ?? {})) folders.set(path, tag);
}

/** What an earlier hand-out has of keys that are not anybody's present key any more. Paths as in the log. */
export interface Outdated {
  /** every key in it is dead */
  dead: string[];
  /** some of its keys are dead */
  partly: { path: string; keys: number }[];
  /** folders of one person whose key is dead */
  folders: string[];
}

/** `isPresent`: whether the key with this tag is on the account and somebody's present key. */
export function outdatedIn({ files, folders }: HandoutsState, isPresent: (tag: string) => boolean): Outdated {
  const outdated: Outdated = { dead: [], partly: [], folders: [] };
  for (const [path, tags] of files) {
    const dead = tags.filter((tag) => !isPresent(tag)).length;
    if (dead > 0 && dead === tags.length) outdated.dead.push(path);
    else if (dead > 0) outdated.partly.push({ path, keys: dead });
  }
  for (const [path, tag] of folders) {
    if (!isPresent(tag)) outdated.folders.push(path);
  }
  return outdated;
}
