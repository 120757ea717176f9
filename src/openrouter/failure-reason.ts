/**
 * Why an exchange ended before its end.
 * - dns, connect, tls, proxy: before a byte of the request was written
 * - certificate: the server's certificate was issued by an authority that is not trusted; trying again does not help
 * - certificate_expired, certificate_name: it is not valid today; it is one for another name
 * - proxy_certificate: the certificate of an https proxy is not trusted, or for another name
 * - closed: the connection was reset or closed
 * - timeout: the deadline of the whole exchange passed
 * - too_big: the body is larger than any honest answer
 * - undecodable: the body is compressed in a way that cannot be undone here, or damaged
 * - protocol: what came was not HTTP
 * - stopped: the user stopped it
 */
export type FailureReason =
  | 'dns'
  | 'connect'
  | 'tls'
  | 'certificate'
  | 'certificate_expired'
  | 'certificate_name'
  | 'proxy'
  | 'proxy_certificate'
  | 'closed'
  | 'timeout'
  | 'too_big'
  | 'undecodable'
  | 'protocol'
  | 'stopped';

/** The proxy opened no tunnel, so nothing was written. */
export class ProxyError extends Error {
  readonly reason: 'proxy' | 'proxy_certificate';

  /** @param cause why there is no connection to the proxy, if there is none */
  constructor(cause?: Error) {
    super('no tunnel');
    this.reason = CERTIFICATE.test(codeOf(cause)) ? 'proxy_certificate' : 'proxy';
  }
}

const CERTIFICATE = /CERT|^UNABLE_TO_/;

/** What an error of undici or Node means. Only this word is kept of the error: its message or cause may hold headers. */
export function failureReasonOf(error: unknown, written: boolean): FailureReason {
  if (error instanceof ProxyError) {
    return error.reason;
  }
  const code = codeOf(error);
  if (/^UND_ERR_(HEADERS|BODY)_TIMEOUT$/.test(code)) {
    return 'timeout';
  }
  if (
    /^HPE_|^UND_ERR_(HEADERS_OVERFLOW|RES_)/.test(code) ||
    (error instanceof Error && error.name === 'HTTPParserError')
  ) {
    return 'protocol';
  }
  if (written) {
    return 'closed';
  }
  if (/^(ENOTFOUND|EAI_)/.test(code)) {
    return 'dns';
  }
  if (/^CERT_(HAS_EXPIRED|NOT_YET_VALID)$/.test(code)) {
    return 'certificate_expired';
  }
  if (/^(ERR_TLS_CERT_ALTNAME_INVALID|ERR_TLS_CERT_ALTNAME_FORMAT|HOSTNAME_MISMATCH)$/.test(code)) {
    return 'certificate_name';
  }
  if (CERTIFICATE.test(code)) {
    return 'certificate';
  }
  if (/^(ERR_SSL_|ERR_TLS_|EPROTO)/.test(code)) {
    return 'tls';
  }
  return 'connect';
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}
