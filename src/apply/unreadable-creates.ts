import { CliError, EXIT } from '../errors.ts';
import type { KeysApi, UnreadableAnswer } from '../keys/account-key.ts';

/** How many creates in a row may get the same answer without a secret that can be read. */
const MOST_IN_A_ROW = 3;

const CODE = 'unreadable_answers';

/**
 * The same API, which creates nothing more once something between us and OpenRouter made three answers in a row unreadable in the same
 * way: each such create leaves an orphaned key, and the next one would too. For one run; what is under way still ends.
 */
export function stopAfterUnreadable(api: KeysApi): KeysApi {
  let last: UnreadableAnswer | undefined;
  let inARow = 0;
  let stop: CliError | undefined;
  return {
    ...api,
    async createKey(wanted) {
      if (stop) return { result: 'not_started', reason: stop.message, stop };
      const outcome = await api.createKey(wanted);
      if (outcome.result === 'not_started') return outcome;
      const unreadable = outcome.result === 'done' ? undefined : outcome.unreadable;
      inARow = unreadable !== undefined && unreadable.sort === last?.sort ? inARow + 1 : 1;
      last = unreadable;
      if (unreadable === undefined || outcome.result === 'done' || inARow < MOST_IN_A_ROW) return outcome;
      stop ??= unreadableError(unreadable);
      return { ...outcome, stop };
    },
  };
}

/** Whether a run ended because answers could not be read: then what it created is to be removed. */
export function isUnreadableStop(stopped: CliError | undefined): boolean {
  return stopped?.code === CODE;
}

function unreadableError({ description }: UnreadableAnswer): CliError {
  return new CliError(
    CODE,
    EXIT.UNREACHABLE,
    `${MOST_IN_A_ROW} requests for a new key in a row returned no readable secret (response: ${description}). No more keys are created.`,
    {
      hint: 'A proxy or gateway may be changing the responses: use another network, then run the same command again. It deletes orphaned keys.',
    },
  );
}
