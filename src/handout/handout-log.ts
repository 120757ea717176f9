import { emptyMailings, foldMailing, type Mailings } from './fold-mailings.ts';
import { HANDOUTS_VERSION, type HandoutEntry, parseHandoutEntry, WITHOUT_MAILS } from './handout-entry.ts';

/** What handouts.jsonl adds up to. */
export interface HandoutsState {
  /** by way of handing out: whose keys ever went out that way, as `recipientId` has them: tags, and members of groups */
  handed: Map<string, Set<string>>;
  /** by path: how the file came about, and the tags of the keys that are in it now */
  files: Map<string, { what: string; tags: readonly string[] }>;
  /** by path of a person's folder: the tag of the key that is in it now */
  folders: Map<string, string>;
  mailings: Mailings;
}

/** The format of handouts.jsonl, for the log beside the journal. */
export const HANDOUT_LOG = {
  log: 'handouts',
  version: HANDOUTS_VERSION,
  parse: parseHandoutEntry,
  header: ({ prefix }: { prefix: string }) => ({ type: 'handouts', version: WITHOUT_MAILS, prefix }) as const,
  emptyState: (): HandoutsState => ({
    ...{ handed: new Map(), files: new Map(), folders: new Map() },
    mailings: emptyMailings(),
  }),
  fold: foldHandout,
} as const;

/** The same log with mails in it. An older orkeys, which does not know them, refuses it by the version in its first line. */
export const MAIL_LOG = {
  ...HANDOUT_LOG,
  header: ({ prefix }: { prefix: string }) => ({ type: 'handouts', version: HANDOUTS_VERSION, prefix }) as const,
} as const;

/** Mails in the log of hand-outs are a way of handing out, too. */
export const MAIL = 'mail';

function foldHandout(state: HandoutsState, entry: HandoutEntry): void {
  const { handed, files, folders, mailings } = state;
  if (entry.type !== 'handed') {
    foldMailing(mailings, entry);
    if (!('message_id' in entry)) return;
    const mail = mailings.mails.get(entry.message_id);
    if (mail?.state === 'accepted') handed.set(MAIL, new Set([...(handed.get(MAIL) ?? []), mail.tag]));
    return;
  }
  const { what, tags, members = {} } = entry;
  const ids = Object.values(members).flat();
  handed.set(what, new Set([...(handed.get(what) ?? []), ...tags, ...ids]));
  for (const path of entry.files) files.set(path, { what, tags });
  for (const [tag, paths] of Object.entries(entry.folders ?? {})) {
    for (const path of typeof paths === 'string' ? [paths] : paths) folders.set(path, tag);
  }
}

/** What earlier hand-outs have of keys that are nobody's present key any more. Paths as in the log. */
export interface Outdated {
  /** files in which every key is dead */
  files: string[];
  /** folders of one person whose key is dead */
  folders: string[];
  /** files in which some keys are dead */
  partly: { path: string; what: string; keys: number }[];
}

/** `isPresent`: whether the key with this tag is still the one that its person has. */
export function outdatedIn({ files, folders }: HandoutsState, isPresent: (tag: string) => boolean): Outdated {
  const outdated: Outdated = { files: [], folders: [], partly: [] };
  for (const [path, { what, tags }] of files) {
    const keys = tags.filter((tag) => !isPresent(tag)).length;
    if (keys > 0 && keys === tags.length) outdated.files.push(path);
    else if (keys > 0) outdated.partly.push({ path, what, keys });
  }
  for (const [path, tag] of folders) {
    if (!isPresent(tag)) outdated.folders.push(path);
  }
  return outdated;
}
