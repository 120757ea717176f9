import type { Context } from '../context.ts';
import { CliError, usageError } from '../errors.ts';
import type { Secret } from '../secret.ts';
import { checkedKey } from '../settings.ts';
import { stopIfCancelled } from '../terminal/confirm.ts';
import { explain, sayWhy } from '../terminal/question.ts';
import { readSecret } from '../terminal/secret-prompt.ts';

/** Where people get it. */
export const MANAGEMENT_KEYS_PAGE = 'https://openrouter.ai/settings/management-keys';

const EXPLANATION =
  'A management key creates, changes and deletes the API keys of your OpenRouter account; it cannot be used for model requests. ' +
  `Create one at ${MANAGEMENT_KEYS_PAGE}, copy it and paste it here. Nothing of it is shown.`;

/**
 * Asks for a management key on the terminal, which shows nothing of it, until it can be one. Undefined when Enter was pressed instead, and
 * at the end of input. Throws `cancelled` after Ctrl-C.
 *
 * @param withoutIt what Enter means: `rehearses instead`
 */
export async function askForManagementKey(withoutIt: string, ctx: Context): Promise<Secret | undefined> {
  explain(`Paste your management key. Enter ${withoutIt}, ? explains.`, ctx);
  for (;;) {
    const typed = await readSecret(ctx, 'Management key');
    stopIfCancelled(ctx);
    if (typed === undefined) return undefined;
    if (typed.reveal() === '?') {
      explain(EXPLANATION, ctx);
      continue;
    }
    try {
      return saneKey(typed);
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      sayWhy(error, ctx);
    }
  }
}

/** What is shorter is a slip of the keyboard: keys of OpenRouter have 73 characters. */
const SHORTEST = 20;

function saneKey(typed: Secret): Secret {
  const key = checkedKey(typed.reveal());
  if (key.reveal().length >= SHORTEST && /^[\w.:-]+$/.test(key.reveal())) return key;
  throw usageError('bad_management_key', 'This cannot be a management key.', {
    hint: `Copy it from ${MANAGEMENT_KEYS_PAGE}; it begins with sk-or-v1-.`,
  });
}
