import { isSameInstant } from '../../keys/instant.ts';
import type { KeyVerdict } from '../../keys/key-verdict.ts';
import { plural } from '../../plural.ts';
import { commandLine } from '../../terminal/command-line.ts';
import type { VerifiedKey } from './verified-key.ts';

/** Keys of one workshop that fail for the same reason, and what to do about it. */
export interface FailureGroup {
  keys: VerifiedKey[];
  /** a sentence: `2 keys are no longer on the account.` */
  what: string;
  /** a sentence, mostly with a command */
  fix: string | undefined;
  /** nothing is wrong: orkeys disabled the keys */
  isIntended: boolean;
}

/** What the commands of the fixes need to know. */
export interface FixContext {
  /** `--out` and `--sandbox` as typed */
  locationArgs: readonly string[];
  /** the selection as typed, without its prefix: what is fixed for many keys must not reach beyond it */
  narrowing: readonly string[];
  /** by prefix: the roster that its workshop was provisioned from */
  rosterFiles: ReadonlyMap<string, string>;
}

/** The worst first. */
const ORDER: readonly KeyVerdict[] = [
  ...(['foreign', 'gone', 'refused', 'not_tested', 'limit_reached', 'changed'] as const),
  ...(['expired', 'too_new', 'disabled', 'works'] as const),
];

/** Failures first, in a stable order otherwise. */
export function failuresFirst(keys: readonly VerifiedKey[]): VerifiedKey[] {
  return [...keys].sort((a, b) => ORDER.indexOf(a.verdict) - ORDER.indexOf(b.verdict));
}

/** True for a key that orkeys disabled, so that nothing is wrong with it. */
export function isIntended({ verdict, disabled }: VerifiedKey): boolean {
  return verdict === 'disabled' && disabled;
}

export function failureGroups(keys: readonly VerifiedKey[], context: FixContext): FailureGroup[] {
  const groups = new Map<string, VerifiedKey[]>();
  for (const key of failuresFirst(keys).filter(({ verdict }) => verdict !== 'works')) {
    const { prefix, verdict, reason, planned } = key;
    const same = [prefix, verdict, isIntended(key), reason, verdict === 'changed' ? planned : null];
    const id = JSON.stringify(same);
    groups.set(id, [...(groups.get(id) ?? []), key]);
  }
  return [...groups.values()].map((group) => ({
    keys: group,
    what: whatOf(group),
    fix: fixOf(group, context),
    isIntended: group.every(isIntended),
  }));
}

function whatOf(keys: readonly VerifiedKey[]): string {
  const [first] = keys;
  const count = plural(keys.length, 'key');
  const one = keys.length === 1;
  switch (first?.verdict) {
    case 'gone':
      return `${count} ${one ? 'is' : 'are'} no longer on the account.`;
    case 'foreign':
      return `${count} ${one ? 'works, but is' : 'work, but are'} not on this account.`;
    case 'limit_reached':
      return `${count} reached the limit.`;
    case 'expired':
      return `${count} expired.`;
    case 'disabled':
      return isIntended(first)
        ? `${count} ${one ? 'is' : 'are'} disabled.`
        : `${count} ${one ? 'was' : 'were'} disabled outside orkeys.`;
    case 'not_tested':
      return `${count} not tested${first.reason === undefined ? '' : `: ${first.reason}`}.`;
    default:
      return `${count}: ${first?.reason ?? 'unknown reason'}.`;
  }
}

function fixOf(keys: readonly VerifiedKey[], context: FixContext): string | undefined {
  const [first] = keys;
  if (!first) return undefined;
  const them = keys.length === 1 ? 'it' : 'them';
  const run = (purpose: string, words: readonly string[] | undefined) =>
    words && `${purpose}, run: ${commandLine([...words, ...context.locationArgs])}`;
  const change = (purpose: string, command: string, words: readonly string[], filter?: readonly string[]) => {
    const selected = selectionOf(keys, context, filter);
    return run(purpose, selected && [command, ...selected, ...words]);
  };
  switch (first.verdict) {
    case 'gone': {
      const roster = context.rosterFiles.get(first.prefix);
      const isOfRoster = keys.every(({ participant }) => participant);
      if (roster === undefined || !isOfRoster) return undefined;
      return run(`To create ${keys.length === 1 ? 'a new one' : 'new ones'}`, [
        'provision',
        roster,
        '--prefix',
        first.prefix,
      ]);
    }
    case 'foreign':
      return run('To see which account is in use', ['whoami']);
    case 'limit_reached':
      return change('To raise the limit', 'update', ['--add-limit', '1'], ['--over', '99%']);
    case 'changed':
      return changedFix(first, change);
    case 'expired':
      return change(`To replace ${them}`, 'rotate', ['--expires', '7d'], ['--expired']);
    case 'disabled':
      return change(`To enable ${them}`, 'update', ['--enable'], []);
    case 'refused':
      if (first.reason === UNEXPLAINED)
        return 'To see which, set OPENROUTER_MANAGEMENT_KEY and run the same command again.';
      return change(`To replace ${them}`, 'rotate', []);
    case 'too_new':
      return 'Run the same command again in a few minutes.';
    case 'not_tested':
      return first.reason === undefined ? 'Run the same command again.' : undefined;
    default:
      return undefined;
  }
}

/** The reason if there is no management key. */
const UNEXPLAINED = 'deleted or disabled';

/** Limit and reset can be restored; a key with another expiration has to be replaced. */
function changedFix(
  { key, planned }: VerifiedKey,
  change: (purpose: string, command: string, words: readonly string[]) => string | undefined,
): string | undefined {
  const { limit, limit_reset, expires_at } = planned;
  if (!isSameInstant(key.expires_at ?? null, expires_at)) {
    return change('To replace it', 'rotate', expires_at === null ? ['--no-expires'] : ['--expires', expires_at]);
  }
  const words = [
    ...(key.limit === limit ? [] : ['--limit', limit === null ? 'none' : String(limit)]),
    ...(key.limit_reset === limit_reset
      ? []
      : limit_reset === null
        ? ['--no-limit-reset']
        : ['--limit-reset', limit_reset]),
  ];
  return change('To restore what is expected', 'update', words);
}

/** Few keys are named one by one. For many, `filter` selects those of the workshop that fail for this reason. */
function selectionOf(
  keys: readonly VerifiedKey[],
  { narrowing }: FixContext,
  filter: readonly string[] | undefined,
): string[] | undefined {
  const prefix = keys[0]?.prefix;
  const emails = keys.flatMap(({ participant }) => (participant?.shared ? [] : (participant?.emails[0] ?? [])));
  if (prefix !== undefined && keys.length <= FEW && emails.length === keys.length) {
    return ['--prefix', prefix, ...emails.flatMap((email) => ['--email', email])];
  }
  if (prefix !== undefined && filter && keys.length > FEW) return ['--prefix', prefix, ...narrowing, ...filter];
  const hashes = keys.flatMap(({ key }) => key.hash ?? []);
  if (hashes.length < keys.length || keys.length > MOST_HASHES) return undefined;
  return hashes.flatMap((hash) => ['--hash', hash.slice(0, 12)]);
}

const FEW = 2;
const MOST_HASHES = 20;
