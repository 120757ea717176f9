import { basename, extname } from 'node:path';
import type { Context } from '../context.ts';
import { usageError } from '../errors.ts';
import type { LimitReset, NewKey } from '../keys/account-key.ts';
import { cleanPrefix } from '../keys/key-name.ts';
import { parseExpiry } from '../roster/expires.ts';
import { parseLimit } from '../roster/limit.ts';
import { readSettings } from '../settings.ts';

/** Options that set up a new key, as typed. */
export interface NewKeyFlags {
  limit: string;
  limitReset?: Exclude<LimitReset, null> | undefined;
  expires?: string | undefined;
  includeByok: boolean;
  creatorUserId?: string | undefined;
}

/** The settings of new keys, and notes for the user on how they were read. */
export function readNewKeyFlags(flags: NewKeyFlags, workspace: string | undefined, now: Date) {
  const notes: string[] = [];
  const limit = parseLimit(flags.limit);
  if ('problem' in limit) {
    throw usageError('bad_limit', `Invalid --limit ${flags.limit}: ${limit.problem}.`, {
      hint: 'For example: --limit 0.50, or --limit none for no limit',
    });
  }
  if (limit.note !== undefined) notes.push(`--limit ${flags.limit}: ${limit.note}`);
  const settings: Omit<NewKey, 'name'> = {
    limit: limit.limit,
    limit_reset: flags.limitReset ?? null,
    expires_at: flags.expires === undefined ? null : readExpires(flags.expires, now),
    include_byok_in_limit: flags.includeByok,
    ...(workspace === undefined ? {} : { workspace_id: workspace }),
    ...(flags.creatorUserId === undefined ? {} : { creator_user_id: flags.creatorUserId }),
  };
  return { settings, notes };
}

/** A prefix, and where it comes from if it was not typed. */
export interface ChosenPrefix {
  prefix: string;
  from: 'ORKEYS_PREFIX' | 'file name' | undefined;
}

/** `--prefix`, ORKEYS_PREFIX, or the file name of the roster without `_participants`. */
export function readPrefix(flag: string | undefined, roster: string, ctx: Context): ChosenPrefix {
  const setting = flag === undefined ? readSettings(ctx).get('ORKEYS_PREFIX') : undefined;
  const typed = flag ?? setting;
  const name = roster === '-' ? '' : basename(roster, extname(roster)).replace(/[ _-]participants$/i, '');
  // Printed commands hold the prefix: a file's name must not put there what some shell expands.
  const prefix = cleanPrefix(typed ?? name.normalize('NFC').replace(/[$`!%]/g, ''));
  const from = flag !== undefined ? undefined : setting === undefined ? 'file name' : 'ORKEYS_PREFIX';
  if (prefix !== '') return { prefix, from };
  throw usageError('no_prefix', 'No prefix was given.', {
    hint: 'Add one, for example: --prefix BSSDH_2025',
  });
}

export function readExpires(text: string, now: Date): string {
  const expiry = parseExpiry(text, now);
  if ('problem' in expiry) {
    throw usageError('bad_expiry', `Invalid --expires ${text}: ${expiry.problem}.`, {
      hint: 'Use a date (2026-12-31), a UTC time (2026-12-31T18:00:00Z) or a span (7d).',
    });
  }
  return expiry.expires;
}
