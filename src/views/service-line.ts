import type { Context, Output } from '../context.ts';
import { createStyle } from '../terminal/style.ts';
import { visibleText } from '../terminal/visible-text.ts';
import { titledLine } from '../terminal/wrap.ts';

/** The server that a command uses. */
export interface Service {
  sandbox: boolean;
  /** set if it is neither OpenRouter's own URL nor the sandbox in this process */
  customUrl: string | undefined;
}

/** The first line of a plan, if the account is not on OpenRouter; empty otherwise. */
export function serviceLine({ sandbox, customUrl }: Service, output: Output, { env }: Pick<Context, 'env'>): string {
  const { yellow } = createStyle(env, output);
  if (sandbox)
    return titledLine('Sandbox', 'simulated account; keys cost nothing and work nowhere else', output, yellow);
  if (customUrl === undefined) return '';
  return titledLine('Server', `${visibleText(customUrl)} (from ORKEYS_BASE_URL)`, output, yellow);
}
