import type { CliError } from '../errors.ts';
import type { AccountKey, ChangeOutcome, CreateOutcome } from '../keys/account-key.ts';
import type { Secret } from '../secret.ts';
import { type Answer, describeAnswer, isHtml, isRedirect, isSuccess } from './answer.ts';
import { extractSecret } from './extract-secret.ts';
import { readAccountKey, readKeyFacts } from './schemas.ts';
import type { Sent } from './send.ts';
import { serviceError } from './service-error.ts';

type UndoneOutcome = Exclude<CreateOutcome, { result: 'done' }>;

/**
 * What one POST /keys came to. Pure. A key counts as not created only where that is sure.
 *
 * @param isKnown whether a secret is one that we had before: then it is not the new key's
 */
export function createOutcome(sent: Sent, isKnown: (secret: Secret) => boolean): CreateOutcome {
  const { outcome } = sent;
  if (outcome.kind === 'answer' && isSuccess(outcome)) {
    const secret = extractSecret(outcome, isKnown);
    if (secret !== undefined) {
      return { result: 'done', secret, facts: factsOf(outcome) };
    }
    return withoutSecret(sent, outcome);
  }
  return notDone(sent);
}

/** What one POST came to whose answer does not hold what it made: of a success, nobody knows what became of it. Pure. */
export function refusedOutcome(sent: Sent): Omit<UndoneOutcome, 'unreadable'> {
  const { outcome } = sent;
  if (outcome.kind === 'answer' && isSuccess(outcome)) return undone('unresolved', sent);
  return notDone(sent);
}

/** What one PATCH or DELETE by hash came to. Pure. */
export function changeOutcome(sent: Sent): ChangeOutcome {
  const { outcome } = sent;
  if (outcome.kind === 'answer') {
    if (isSuccess(outcome) && !isHtml(outcome)) {
      const key = readAccountKey(outcome.json);
      return key === undefined ? { result: 'done' } : { result: 'done', key };
    }
    if (isSuccess(outcome)) {
      return undone('unresolved', sent, serviceError(sent));
    }
    if (outcome.status === 404 && outcome.error !== undefined) {
      return { result: 'gone' };
    }
  }
  return notDone(sent);
}

function notDone(sent: Sent): UndoneOutcome {
  const { outcome } = sent;
  if (outcome.kind === 'failure') {
    const everyone = !outcome.written || outcome.reason === 'stopped';
    return undone(outcome.written ? 'unresolved' : 'not_started', sent, everyone ? serviceError(sent) : undefined);
  }
  // Only the API's own error says that the API decided; a page may come from anything in between, after the API acted.
  const decided = outcome.error !== undefined;
  if (isRedirect(outcome)) {
    return undone('unresolved', sent, serviceError(sent));
  }
  switch (outcome.status) {
    case 404:
      return undone('not_started', sent, serviceError(sent));
    case 401:
    case 403:
    case 429:
      return undone(decided ? 'not_started' : 'unresolved', sent, serviceError(sent));
    case 503:
      return decided ? undone('not_started', sent, serviceError(sent)) : undone('unresolved', sent);
    case 402:
      return undone(decided ? 'refused' : 'unresolved', sent, serviceError(sent));
    case 400:
    case 409:
    case 413:
    case 422:
      return undone(decided ? 'refused' : 'unresolved', sent);
    default:
      return undone('unresolved', sent);
  }
}

/** A key was made, as it seems, and its secret is not to be had. */
function withoutSecret(sent: Sent, answer: Answer): UndoneOutcome {
  const cut = answer.cut === undefined ? '' : ' (incomplete response)';
  const missing = `${sent.where} returned ${answer.status} without the key's secret${cut}.`;
  const unresolved: UndoneOutcome = isHtml(answer)
    ? undone('unresolved', sent, serviceError(sent))
    : { result: 'unresolved', reason: missing, status: answer.status };
  return { ...unresolved, unreadable: { sort: sortOf(answer), description: describeAnswer(answer) } };
}

/** Equal for answers that fail for one cause; their lengths may differ. */
function sortOf({ status, headers, cut }: Answer): string {
  return [status, headers['content-type'], headers['content-encoding'], cut].join(' ');
}

function undone(result: UndoneOutcome['result'], sent: Sent, stop?: CliError): UndoneOutcome {
  const { outcome } = sent;
  return {
    result,
    reason: stop?.message ?? serviceError(sent).message,
    ...(outcome.kind === 'answer' ? { status: outcome.status } : {}),
    ...(stop === undefined ? {} : { stop }),
  };
}

function factsOf(answer: Answer): Partial<AccountKey> {
  return answer.cut === undefined ? readKeyFacts(answer.json) : factsOfCut(answer.text);
}

/** The hash alone is worth having: with it a key can be removed. */
function factsOfCut(text: string): Partial<AccountKey> {
  const hash = /"hash"\s*:\s*"([0-9a-f]{16,})"/.exec(text)?.[1];
  return hash === undefined ? {} : { hash };
}
