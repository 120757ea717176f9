import type { Context, Output } from '../context.ts';
import { createStyle } from '../terminal/style.ts';
import { visibleText } from '../terminal/visible-text.ts';
import { titledLine } from '../terminal/wrap.ts';

/** Which OpenRouter a command talks to. */
export interface Service {
  sandbox: boolean;
  /** set when it is neither OpenRouter's own address nor the sandbox of this process */
  customUrl: string | undefined;
}

/** First line of a plan or list, where the account is not the one that everybody expects; else nothing. */
export function serviceLine({ sandbox, customUrl }: Service, output: Output, { env }: Pick<Context, 'env'>): string {
  const { yellow } = createStyle(env, output);
  if (sandbox)
    return titledLine('Sandbox', 'simulated account; keys cost nothing and work nowhere else', output, yellow);
  if (customUrl === undefined) return '';
  return titledLine('Server', `${visibleText(customUrl)} (from ORKEYS_BASE_URL)`, output, yellow);
}
