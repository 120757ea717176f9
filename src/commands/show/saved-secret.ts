import { copyToClipboard } from '../../clipboard/copy-to-clipboard.ts';
import type { Context } from '../../context.ts';
import { usageError } from '../../errors.ts';
import { fitOfLabel } from '../../journal/ownership.ts';
import type { Secret } from '../../secret.ts';
import { commandLine } from '../../terminal/command-line.ts';
import { type KnownKeys, ownerOf } from '../../workshop/known-keys.ts';
import { readSavedSecrets } from '../../workshop/saved-secrets.ts';
import type { ShownKey } from './screen.ts';

export interface SecretFlags {
  reveal: boolean;
  copy: boolean;
  json: boolean;
}

/** A secret on a screen can be cleared; in a file or a log of a script it stays. */
export function refuseRevealed(
  { reveal, json }: SecretFlags,
  fields: readonly string[] | undefined,
  ctx: Context,
): void {
  if (!reveal) return;
  if (fields && !fields.includes('label')) {
    throw usageError('contradiction', '--reveal shows the secret in the field label, which is not in --fields.', {
      hint: 'Add label to --fields, or remove one of the options.',
    });
  }
  if (json) {
    throw usageError('contradiction', '--reveal and --json cannot be combined: JSON output never contains secrets.', {
      hint: 'Remove one of them. The secret is saved in keys.json.',
    });
  }
  if (ctx.stdout.isTTY) return;
  throw usageError('reveal_needs_terminal', '--reveal works only on a terminal.', {
    hint: 'Use --copy, or read the secret from keys.json.',
  });
}

/** The secret to show, if that was asked for. `--copy` copies it first. */
export async function useSecret(
  shown: ShownKey,
  flags: SecretFlags,
  where: { outRoot: string; known: KnownKeys; locationArgs: readonly string[] },
  ctx: Context,
): Promise<Secret | undefined> {
  if (!flags.reveal && !flags.copy) return undefined;
  const secret = await savedSecretOf(shown, where, ctx);
  if (!secret) {
    const purged = where.known.claims.get(shown.key.hash)?.some(({ held }) => held.secret === undefined);
    const why = purged ? 'was removed from this computer by orkeys purge' : 'is not saved on this computer';
    const replace = commandLine(['rotate', '--hash', shown.key.hash.slice(0, 12), ...where.locationArgs]);
    throw usageError('no_secret', `The secret of ${shown.key.name} ${why}.`, {
      hint: `OpenRouter shows a secret only once. To replace the key with a new one, run: ${replace}`,
    });
  }
  if (flags.copy) await copyToClipboard(secret, ctx);
  return flags.reveal ? secret : undefined;
}

/** From the journal, or from keys.json where the journal is damaged. */
async function savedSecretOf(
  { key, gone }: ShownKey,
  { outRoot, known }: { outRoot: string; known: KnownKeys },
  ctx: Context,
): Promise<Secret | undefined> {
  const claim = gone ? known.claims.get(key.hash)?.[0] : ownerOf(key, known);
  if (claim) return claim.held.secret;
  const saved = (await readSavedSecrets(outRoot, known, ctx)).find((each) => each.key.hash === key.hash);
  return saved && fitOfLabel(key.label, saved.secret) !== 'contradicts' ? saved.secret : undefined;
}
