import { cleanPrefix } from '../keys/key-name.ts';
import type { Settings } from '../settings.ts';

/** The workshop that ORKEYS_PREFIX names, if it names one. */
export function usualPrefix(settings: Settings): string | undefined {
  const prefix = settings.get('ORKEYS_PREFIX');
  return prefix === undefined ? undefined : cleanPrefix(prefix) || undefined;
}
