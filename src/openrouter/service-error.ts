import { CliError, EXIT } from '../errors.ts';
import { isHtml, isRedirect, isSuccess, redirectHost } from './answer.ts';
import { certificateError } from './certificate-error.ts';
import type { FailureReason } from './failure-reason.ts';
import type { Sent } from './send.ts';

const RERUN = 'Run the same command again.';
const KEYS_PAGE = 'https://openrouter.ai/settings/management-keys';
const STATUS_PAGE = 'https://status.openrouter.ai';

/** What a call's bad end means for the whole run, as an error without secrets. */
export function serviceError(sent: Sent): CliError {
  const { outcome, where } = sent;
  if (sent.forbidden) return sent.forbidden;
  if (outcome.kind === 'failure') {
    return failureError(outcome.reason, sent);
  }
  const because = outcome.error === undefined ? '' : `: ${outcome.error}`;
  const { status } = outcome;
  if (isRedirect(outcome)) {
    return new CliError(
      'redirected',
      EXIT.UNREACHABLE,
      `${where} redirects to ${redirectHost(outcome, sent.origin)} (${status}). The management key is not sent there.`,
      { hint: 'Check the base URL. On a guest network, log in first.' },
    );
  }
  if (isHtml(outcome) && (isSuccess(outcome) || status === 403 || status === 401 || status === 511)) {
    return new CliError(
      'captive_portal',
      EXIT.UNREACHABLE,
      `${where} returned a web page instead of data (${status}): probably a network login page or a proxy.`,
      { hint: 'Log in to the network in a browser, then run the same command again.' },
    );
  }
  switch (status) {
    case 401:
      return unauthorizedError(sent, because);
    case 402:
      return new CliError('no_credit', EXIT.PARTIAL, `The account has no remaining credit (402${because}).`, {
        hint: 'Add credit at https://openrouter.ai/settings/credits, then run the same command again.',
      });
    case 403:
      return new CliError(
        'not_management_key',
        EXIT.NOT_AUTHORIZED,
        `This key is not allowed to use ${where} (403${because}).`,
        { hint: `Use a management key; a regular API key cannot manage keys. Create one at ${KEYS_PAGE}` },
      );
    case 404:
      return new CliError('wrong_base_url', EXIT.USAGE, `${where} does not exist (404${because}).`, {
        hint: 'Check the base URL: it must end in /api/v1.',
      });
    case 429:
    case 503:
      return overloadError(sent, status, because);
  }
  if (outcome.cut !== undefined) {
    return failureError(outcome.cut, sent);
  }
  if (status >= 500) {
    return new CliError(
      'unexpected_answer',
      EXIT.UNREACHABLE,
      `${where} failed with a server error (${status}${because}). ${effectOf(sent)}`,
      { hint: `The problem is at OpenRouter, not on this computer: see ${STATUS_PAGE}. Wait a while. ${RERUN}` },
    );
  }
  return new CliError('unexpected_answer', EXIT.FAILED, `Unexpected response from ${where} (${status}${because}).`, {
    hint: 'If this keeps happening, report it.',
  });
}

/** A success whose body is no JSON: a web page, or an answer that was cut where nothing told its length. */
export function unreadable(sent: Sent): CliError {
  const { outcome } = sent;
  if (outcome.kind === 'failure' || isHtml(outcome) || outcome.cut !== undefined) return serviceError(sent);
  return failureError('protocol', sent);
}

/** What a request that failed at the other side has changed. */
function effectOf({ method, kind, where }: Sent): string {
  if (kind === 'read') return 'It was a read request: it created and changed nothing.';
  const creates = method === 'POST' && !where.includes('/guardrails/');
  return `It is not known whether ${creates ? 'a key was created' : 'the change was made'}.`;
}

function unauthorizedError({ where, keyWorked }: Sent, because: string): CliError {
  const check = 'Check that the management key is complete, not expired and not deleted.';
  return keyWorked
    ? new CliError(
        'unauthorized',
        EXIT.NOT_AUTHORIZED,
        `${where} rejected the management key (401${because}), although it worked earlier in this run.`,
        { hint: `OpenRouter may have an outage: see ${STATUS_PAGE}, then run the same command again. ${check}` },
      )
    : new CliError('unauthorized', EXIT.NOT_AUTHORIZED, `${where} rejected the management key (401${because}).`, {
        hint: `${check} Create a new one at ${KEYS_PAGE}`,
      });
}

function interrupted(): CliError {
  return new CliError('interrupted', EXIT.INTERRUPTED, 'Interrupted.', {
    hint: 'Run the same command again to resume.',
  });
}

function overloadError(sent: Sent, status: number, because: string): CliError {
  const asked = sent.askedMs === undefined ? '' : ` and asks for a pause of ${seconds(sent.askedMs)}`;
  const tried = `after ${attempts(sent.attempts)} in ${seconds(sent.elapsedMs)}`;
  return new CliError(
    status === 429 ? 'rate_limited' : 'unavailable',
    EXIT.UNREACHABLE,
    `${sent.where} still refuses requests ${tried}${asked} (${status}${because}).`,
    { hint: `Wait ${sent.askedMs === undefined ? 'a while' : 'that long'}, then run the same command again.` },
  );
}

function failureError(reason: FailureReason, sent: Sent): CliError {
  const { where, attempts: tries } = sent;
  const [host = where] = where.split('/');
  const after = tries > 1 ? ` after ${attempts(tries)}` : '';
  const unreachable = (what: string, hint = `Check the network connection. ${RERUN}`) =>
    new CliError('unreachable', EXIT.UNREACHABLE, `${what}.`, { hint });
  switch (reason) {
    case 'dns':
      return unreachable(`Cannot find ${host}${after}: this computer may be offline`);
    case 'connect':
      return unreachable(`Cannot reach ${where}${after}`);
    case 'closed':
      return unreachable(`${where} closed the connection before the response was complete${after}`);
    case 'proxy':
      return unreachable(
        `The proxy did not connect to ${where}${after}`,
        "Check HTTPS_PROXY and NO_PROXY, and the proxy's user name and password.",
      );
    case 'proxy_certificate':
      return new CliError(
        'tls_failure',
        EXIT.UNREACHABLE,
        'The certificate of the proxy in HTTPS_PROXY is not trusted.',
        {
          hint: 'Set NODE_EXTRA_CA_CERTS to the PEM file of its certificate authority, or check the name in HTTPS_PROXY.',
        },
      );
    case 'tls':
      return new CliError('tls_failure', EXIT.UNREACHABLE, `Cannot make a secure connection to ${where}${after}.`, {
        hint: `A proxy or firewall may be in the way: use another network. ${RERUN}`,
      });
    case 'certificate':
    case 'certificate_expired':
    case 'certificate_name':
      return certificateError(reason, host, sent.authorityFile);
    case 'timeout':
      return new CliError('timeout', EXIT.UNREACHABLE, `${where} did not respond in time${after}.`, { hint: RERUN });
    case 'stopped':
      return interrupted();
    case 'too_big':
      return cannotRead(where, 'it is larger than 16 MB');
    case 'undecodable':
      return cannotRead(where, 'it is compressed in a way that orkeys cannot undo');
    case 'protocol':
      return cannotRead(where);
  }
}

function cannotRead(where: string, why?: string): CliError {
  const reason = why === undefined ? '' : `: ${why}`;
  return new CliError('unexpected_answer', EXIT.UNREACHABLE, `Cannot read the response from ${where}${reason}.`, {
    hint: 'Check the base URL and the network: another server may be responding.',
  });
}

function attempts(count: number): string {
  return count === 1 ? '1 attempt' : `${count} attempts`;
}

function seconds(ms: number): string {
  return ms < 10_000 ? `${Math.round(ms / 100) / 10} s` : `${Math.round(ms / 1000)} s`;
}
