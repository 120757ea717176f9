import type { Context } from '../context.ts';
import { usageError } from '../errors.ts';
import { parseInstant } from '../keys/instant.ts';
import { cleanPrefix } from '../keys/key-name.ts';
import { nameGlob } from '../keys/name-glob.ts';
import type { KeySelector } from '../keys/select-keys.ts';
import { parseThreshold } from '../keys/spending.ts';
import type { Roster } from '../roster/participant.ts';
import type { RosterFlags } from '../roster-file/read-roster.ts';
import { readRoster } from '../roster-file/read-roster.ts';
import { quoteArgument } from '../shell.ts';
import { checkWhere } from './where.ts';

/** The options that select keys, as typed. */
export interface SelectorFlags {
  prefix?: string | undefined;
  name?: string | undefined;
  hash?: string[] | undefined;
  email?: string[] | undefined;
  where?: string[] | undefined;
  group?: string[] | undefined;
  from?: string | undefined;
  notIn?: string | undefined;
  disabled?: true | undefined;
  enabled?: true | undefined;
  byWatch?: true | undefined;
  expired?: true | undefined;
  unused?: true | undefined;
  over?: string | undefined;
  createdBefore?: string | undefined;
  createdAfter?: string | undefined;
  workspace?: string | undefined;
}

/** The parsed selection options, before the first request. */
export interface ReadSelectors {
  /** everything except rosters and the workspace */
  selector: KeySelector;
  from: Roster | undefined;
  notIn: Roster | undefined;
  /** only keys that a watch disabled and nobody enabled since */
  byWatch: boolean;
  /** conditions on the columns of the rosters that the journals record, as typed */
  where: readonly string[];
  /** names of groups, as typed */
  groups: readonly string[];
  workspace: string | undefined;
  /** the options as typed, for messages */
  typed: string[];
  /** the same without the prefix, as arguments for printed commands */
  narrowing: string[];
}

/** Throws usage errors for options that contradict each other or cannot be parsed. */
export async function readSelectors(flags: SelectorFlags & RosterFlags, ctx: Context): Promise<ReadSelectors> {
  refuseContradictions(flags);
  const now = ctx.now();
  const typed = typedFlags(flags);
  const selector: KeySelector = {
    prefix: flags.prefix === undefined ? undefined : readPrefixFlag(flags.prefix),
    name: flags.name === undefined ? undefined : nameGlob(flags.name),
    hashes: flags.hash?.map(readHash),
    emails: flags.email,
    disabled: flags.disabled || flags.byWatch ? true : flags.enabled ? false : undefined,
    expired: flags.expired,
    unused: flags.unused,
    over: flags.over === undefined ? undefined : readOver(flags.over),
    createdBefore: readInstant('--created-before', flags.createdBefore, now),
    createdAfter: readInstant('--created-after', flags.createdAfter, now),
  };
  const { createdBefore, createdAfter } = selector;
  if (createdBefore && createdAfter && createdAfter >= createdBefore) {
    throw contradiction(
      '--created-after',
      '--created-before',
      'no key can be created after the first and before the second',
    );
  }
  return {
    selector,
    from: await readPeople('--from', flags.from, flags, ctx),
    notIn: await readPeople('--not-in', flags.notIn, flags, ctx),
    byWatch: flags.byWatch === true,
    where: (flags.where ?? []).map(checkWhere),
    groups: flags.group ?? [],
    workspace: flags.workspace,
    typed: typed.map((words) => words.join(' ')),
    narrowing: typed.filter(([flag]) => flag !== '--prefix').flat(),
  };
}

export function contradiction(one: string, other: string, why: string): Error {
  return usageError('contradiction', `${one} and ${other} cannot be combined: ${why}.`, {
    hint: 'Remove one of them.',
  });
}

function refuseContradictions(flags: SelectorFlags): void {
  if (flags.disabled && flags.enabled) throw contradiction('--disabled', '--enabled', 'a key cannot be both');
  if (flags.byWatch && flags.enabled) throw contradiction('--by-watch', '--enabled', 'such keys are disabled');
  if (flags.unused && flags.over !== undefined) {
    throw contradiction('--unused', '--over', 'a key that was never used has spent nothing');
  }
}

function readPrefixFlag(text: string): string {
  const prefix = cleanPrefix(text);
  if (prefix !== '') return prefix;
  throw usageError('no_prefix', 'The prefix is empty.', { hint: 'For example: --prefix BSSDH_2025' });
}

function readHash(text: string): string {
  const hash = text.trim().toLowerCase();
  if (/^[0-9a-f]{1,64}$/.test(hash)) return hash;
  throw usageError('bad_hash', `--hash ${text} is not a hash or the start of one.`, {
    hint: 'A hash has 64 digits (0 to 9, a to f); the first few are enough. To see hashes, run: orkeys list --json',
  });
}

function readOver(text: string) {
  const threshold = parseThreshold(text);
  if (threshold) return threshold;
  throw usageError('bad_over', `Invalid --over ${text}: expected US dollars or a percentage.`, {
    hint: 'For example: --over 0.80 (dollars) or --over 80% (of the limit)',
  });
}

function readInstant(flag: string, text: string | undefined, now: Date): Date | undefined {
  if (text === undefined) return undefined;
  const parsed = parseInstant(text, now);
  if ('at' in parsed) return parsed.at;
  throw usageError('bad_time', `Invalid ${flag} ${text}: ${parsed.problem}.`, {
    hint: `For example: ${flag} 2026-03-01`,
  });
}

/** With an empty or damaged roster, participants who stay would count as removed, so neither selects anybody. */
async function readPeople(flag: string, file: string | undefined, flags: RosterFlags, ctx: Context) {
  if (file === undefined) return undefined;
  const roster = await readRoster({ file, flags, ctx, now: new Date(0) });
  if (roster.problems.length > 0) {
    throw usageError('roster_problems', `${flag} ${file}: the roster has problems. Nothing was changed.`, {
      issues: roster.problems,
      hint: 'Fix the rows and run the same command again.',
    });
  }
  if (roster.participants.length > 0) return roster;
  throw usageError('empty_roster', `${flag} ${file}: the roster has no participants.`, {
    hint: `See how orkeys reads it: orkeys roster check ${quoteArgument(file)}`,
  });
}

const VALUE_FLAGS = {
  prefix: '--prefix',
  name: '--name',
  from: '--from',
  notIn: '--not-in',
  over: '--over',
  createdBefore: '--created-before',
  createdAfter: '--created-after',
  workspace: '--workspace',
} as const;
const SWITCHES = {
  disabled: '--disabled',
  enabled: '--enabled',
  byWatch: '--by-watch',
  expired: '--expired',
  unused: '--unused',
} as const;

/** One list of words per option. */
function typedFlags(flags: SelectorFlags): string[][] {
  const repeated = [
    ...(flags.hash ?? []).map((hash) => ['--hash', hash]),
    ...(flags.email ?? []).map((email) => ['--email', email]),
    ...(flags.where ?? []).map((condition) => ['--where', condition]),
    ...(flags.group ?? []).map((group) => ['--group', group]),
  ];
  const given = new Map<string, unknown>(Object.entries(flags));
  const values = Object.entries(VALUE_FLAGS).flatMap(([name, flag]) => {
    const value = given.get(name);
    return typeof value === 'string' ? [[flag, value]] : [];
  });
  const switches = Object.entries(SWITCHES).flatMap(([name, flag]) => (given.get(name) === true ? [[flag]] : []));
  return [...repeated, ...values, ...switches];
}
