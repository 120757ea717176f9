import type { Context } from '../../context.ts';
import { usageError } from '../../errors.ts';
import type { Secret } from '../../secret.ts';
import { stopIfCancelled } from '../../terminal/confirm.ts';
import { readSecret } from '../../terminal/secret-prompt.ts';

/** A secret that has to be given. Throws `no_secret_given`, or `cancelled` after Ctrl-C. */
export async function askForSecret(question: string, what: string, ctx: Context): Promise<Secret> {
  const secret = await readSecret(ctx, question);
  stopIfCancelled(ctx);
  if (secret) return secret;
  throw usageError(
    'no_secret_given',
    ctx.stdin.isTTY
      ? `No ${what} was typed. Nothing was saved.`
      : `Standard input contains no ${what}. Nothing was saved.`,
    { hint: 'Run the command on a terminal and paste it there, or pipe it in: pass show openrouter | orkeys login' },
  );
}
