import type { Context } from '../context.ts';
import { readSettings } from '../settings.ts';

/** For commands that only read: the workshop of ORKEYS_PREFIX if none is typed. Those that make changes want it typed. */
export function withDefaultPrefix<F extends { prefix?: string | false | undefined }>(
  flags: F,
  ctx: Context,
): { flags: Omit<F, 'prefix'> & { prefix: string | undefined }; note: string[] } {
  const { prefix: typed } = flags;
  if (typed === false) return { flags: { ...flags, prefix: undefined }, note: [] };
  const usual = typed === undefined ? readSettings(ctx).get('ORKEYS_PREFIX') : undefined;
  const note = `only keys of ${usual}, because ORKEYS_PREFIX is set; to include all keys, add --no-prefix`;
  return { flags: { ...flags, prefix: typed ?? usual }, note: usual === undefined ? [] : [note] };
}
