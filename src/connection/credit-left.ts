import { CliError } from '../errors.ts';
import type { KeysApi } from '../keys/account-key.ts';
import { subtractUsd } from '../money.ts';

/** Nobody waits longer for what is nice to have, milliseconds. */
const PATIENCE = 2000;

/** USD of credit on the account; null if this key may not see it, or no answer comes soon. */
export async function creditLeft(api: KeysApi): Promise<number | null> {
  try {
    const { total_credits, total_usage } = await api.getCredits({ withinMs: PATIENCE });
    return subtractUsd(total_credits, total_usage);
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    return null;
  }
}
