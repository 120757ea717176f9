import { CliError, EXIT } from '../errors.ts';
import { apiErrorOf, isHtml, isRedirect, isSuccess, redirectHost } from './answer.ts';
import type { FailureReason } from './failure-reason.ts';
import type { Sent } from './send.ts';

const AGAIN = 'Run the same command again; it goes on where it stopped.';
const KEYS_PAGE = 'https://openrouter.ai/settings/management-keys';

/** What a call's bad end means for the whole run, as an error without secrets. */
export function serviceError(sent: Sent): CliError {
  const { outcome, where } = sent;
  if (outcome.kind === 'failure') {
    return failureError(outcome.reason, where, sent.attempts);
  }
  const said = apiErrorOf(outcome);
  const because = said === undefined ? '' : `: ${said}`;
  const { status } = outcome;
  if (isRedirect(outcome)) {
    return new CliError(
      'redirected',
      EXIT.UNREACHABLE,
      `${where} redirects to ${redirectHost(outcome, sent.origin)} (${status}); the management key does not follow redirects.`,
      { hint: 'Check the base URL and the network: a guest network may ask you to log in first.' },
    );
  }
  if (isHtml(outcome) && (isSuccess(outcome) || status === 403 || status === 401 || status === 511)) {
    return new CliError(
      'captive_portal',
      EXIT.UNREACHABLE,
      `${where} answered with a web page instead of data (${status}): a captive portal or a proxy stands in between.`,
      { hint: 'Open a web page in a browser, log in to the network, then run the command again.' },
    );
  }
  switch (status) {
    case 401:
      return new CliError(
        'unauthorized',
        EXIT.NOT_AUTHORISED,
        `${where} does not accept the management key (401${because}).`,
        {
          hint: `Check that it is whole, and neither expired nor revoked; management keys are made at ${KEYS_PAGE}`,
        },
      );
    case 402:
      return new CliError('no_credit', EXIT.PARTIAL, `The account has no credit left (402${because}).`, {
        hint: 'Add credit at https://openrouter.ai/settings/credits, then run the command again.',
      });
    case 403:
      return new CliError(
        'not_management_key',
        EXIT.NOT_AUTHORISED,
        `${where} is not allowed with this key (403${because}).`,
        { hint: `Create a management key at ${KEYS_PAGE}; an ordinary API key cannot manage keys.` },
      );
    case 404:
      return new CliError('wrong_base_url', EXIT.USAGE, `${where} does not exist (404${because}).`, {
        hint: 'Check the base URL: it ends in /api/v1.',
      });
    case 429:
    case 503:
      return overloadError(sent, status, because);
  }
  if (outcome.cut !== undefined) {
    return failureError(outcome.cut, where, sent.attempts);
  }
  return new CliError(
    'unexpected_answer',
    status >= 500 ? EXIT.UNREACHABLE : EXIT.FAILED,
    `${where} gave an unexpected answer (${status}${because}).`,
    { hint: status >= 500 ? AGAIN : 'If it stays, please report it.' },
  );
}

/** A success whose body is no JSON: a web page, or an answer that was cut where nothing told its length. */
export function unreadable(sent: Sent): CliError {
  const { outcome, where, attempts } = sent;
  if (outcome.kind === 'failure' || isHtml(outcome) || outcome.cut !== undefined) return serviceError(sent);
  return failureError('protocol', where, attempts);
}

function interrupted(): CliError {
  return new CliError('interrupted', EXIT.INTERRUPTED, 'Interrupted.', { hint: AGAIN });
}

function overloadError(sent: Sent, status: number, because: string): CliError {
  const asked = sent.askedMs === undefined ? '' : ` and asks to wait for ${seconds(sent.askedMs)}`;
  const tried = `after ${attempts(sent.attempts)} in ${seconds(sent.elapsedMs)}`;
  return new CliError(
    status === 429 ? 'rate_limited' : 'unavailable',
    EXIT.UNREACHABLE,
    `${sent.where} still turns calls away${asked}, ${tried} (${status}${because}).`,
    { hint: `Wait ${sent.askedMs === undefined ? 'a while' : 'that long'}. ${AGAIN}` },
  );
}

function failureError(reason: FailureReason, where: string, tries: number): CliError {
  const after = tries > 1 ? `, after ${attempts(tries)}` : '';
  const unreachable = (what: string, hint = `Check the network. ${AGAIN}`) =>
    new CliError('unreachable', EXIT.UNREACHABLE, `${what}${after}.`, { hint });
  switch (reason) {
    case 'dns':
      return unreachable(`${where.split('/')[0]} cannot be found: this computer seems to be offline`);
    case 'connect':
      return unreachable(`${where} cannot be reached`);
    case 'closed':
      return unreachable(`${where} closed the connection before its answer was whole`);
    case 'proxy':
      return unreachable(
        `The proxy did not connect to ${where}`,
        'Check HTTPS_PROXY and NO_PROXY, and the proxy’s user name and password.',
      );
    case 'tls':
    case 'certificate':
      return new CliError(
        'tls_failure',
        EXIT.UNREACHABLE,
        reason === 'tls'
          ? `No safe connection to ${where} could be made${after}.`
          : `The certificate that came for ${where} is not trusted: something may be reading along.`,
        {
          hint: 'If your company inspects traffic, set NODE_EXTRA_CA_CERTS to the PEM file of its certificate authority.',
        },
      );
    case 'timeout':
      return new CliError('timeout', EXIT.UNREACHABLE, `${where} did not answer in time${after}.`, { hint: AGAIN });
    case 'stopped':
      return interrupted();
    case 'too_big':
    case 'protocol':
      return new CliError('unexpected_answer', EXIT.UNREACHABLE, `What ${where} answered cannot be read.`, {
        hint: 'Check the base URL and the network: something else may be answering.',
      });
  }
}

function attempts(count: number): string {
  return count === 1 ? '1 attempt' : `${count} attempts`;
}

function seconds(ms: number): string {
  return ms < 10_000 ? `${Math.round(ms / 100) / 10} s` : `${Math.round(ms / 1000)} s`;
}
