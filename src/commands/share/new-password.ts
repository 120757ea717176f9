import type { Context } from '../../context.ts';
import { usageError } from '../../errors.ts';
import { spokenPassword } from '../../seal/proquint.ts';
import { Secret } from '../../secret.ts';
import { readSettings } from '../../settings.ts';

/** characters; shorter ones can be guessed by whoever has a copy of the database */
const SHORTEST = 10;

export interface NewPassword {
  password: Secret;
  /** made here, so somebody has to see it once */
  isMade: boolean;
}

/** A password from a setting; without one, one is made that can be read aloud. Throws `bad_password`. */
export function newPassword(setting: 'ORKEYS_SHARE_PASSWORD' | 'ORKEYS_SHARE_NEW_PASSWORD', ctx: Context): NewPassword {
  const text = readSettings(ctx).get(setting);
  if (text === undefined) return { password: spokenPassword((bytes) => ctx.random(bytes)), isMade: true };
  if (text.length < SHORTEST) {
    throw usageError('bad_password', `${setting} has ${text.length} characters. Nothing was changed.`, {
      hint: `Use at least ${SHORTEST}, or unset it: orkeys then makes a password.`,
    });
  }
  const password = new Secret(text);
  ctx.redactor.learn(password);
  return { password, isMade: false };
}
