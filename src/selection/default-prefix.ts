import type { Context } from '../context.ts';
import { readSettings } from '../settings.ts';

interface PrefixFlags {
  prefix?: string | undefined;
  all?: true | undefined;
}

/** For commands that only read: the workshop of ORKEYS_PREFIX if none is typed. Those that make changes want it typed. */
export function withDefaultPrefix<F extends PrefixFlags>(
  flags: F,
  ctx: Context,
): { flags: F & { prefix: string | undefined }; note: string[] } {
  if (flags.prefix !== undefined || flags.all) return { flags: { ...flags, prefix: flags.prefix }, note: [] };
  const prefix = readSettings(ctx).get('ORKEYS_PREFIX');
  const note = `only keys of ${prefix}, because ORKEYS_PREFIX is set; add --all to include all keys`;
  return { flags: { ...flags, prefix }, note: prefix === undefined ? [] : [note] };
}
