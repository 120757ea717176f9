import { readFileSync } from 'node:fs';
import { usageError } from '../errors.ts';
import { isLoopback } from './base-url.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Refuses to run where Node was told to accept any certificate: whoever sits on the line could read the management key.
 * A company's own certificate authority is trusted with NODE_EXTRA_CA_CERTS, which Node reads itself.
 * @throws CliError `insecure_tls`, exit 2
 */
export function refuseInsecureTls(env: Environment): void {
  if (env.NODE_TLS_REJECT_UNAUTHORIZED === '0') {
    throw usageError(
      'insecure_tls',
      'NODE_TLS_REJECT_UNAUTHORIZED=0 would expose the management key to anyone on the network.',
      { hint: 'Unset it. To trust your own certificate authority, set NODE_EXTRA_CA_CERTS to its PEM file.' },
    );
  }
}

/**
 * The proxy to reach `baseUrl` through, or undefined to go straight there. HTTPS_PROXY wins over HTTP_PROXY, NO_PROXY lists
 * hosts to reach directly; names count in any case, lower case first. This machine is never reached through a proxy: the
 * request is not encrypted, so the proxy would read the management key.
 * @throws CliError `bad_proxy`, exit 2
 */
export function chooseProxy(baseUrl: string, env: Environment): URL | undefined {
  const url = new URL(baseUrl);
  const text = variable(env, 'https_proxy') ?? variable(env, 'http_proxy');
  if (text === undefined || isLoopback(url.hostname) || isExempt(url, variable(env, 'no_proxy') ?? '')) {
    return undefined;
  }
  const proxy = parseProxy(/^[a-z0-9+.-]+:\/\//i.test(text) ? text : `http://${text}`);
  if (proxy === undefined) {
    // The value may hold a password, so it is not shown.
    throw usageError('bad_proxy', 'HTTPS_PROXY (or HTTP_PROXY) is not a valid http or https URL.', {
      hint: 'Use a URL such as http://proxy.example.org:3128, or unset it.',
    });
  }
  return proxy;
}

/** What is wrong with the file that NODE_EXTRA_CA_CERTS names; Node itself goes on without it. */
export function checkAuthorityFile(env: Environment): string | undefined {
  const path = env.NODE_EXTRA_CA_CERTS;
  if (!path) return undefined;
  try {
    const hasCertificate = readFileSync(path, 'latin1').includes('-----BEGIN CERTIFICATE-----');
    return hasCertificate ? undefined : `${path} (set in NODE_EXTRA_CA_CERTS) contains no PEM certificate`;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? ` (${error.code})` : '';
    return `${path} (set in NODE_EXTRA_CA_CERTS) cannot be read${code}`;
  }
}

/** An empty variable counts as unset. */
function variable(env: Environment, name: string): string | undefined {
  const exact = env[name] || env[name.toUpperCase()];
  if (exact) {
    return exact;
  }
  const found = Object.entries(env).find(([key, value]) => key.toLowerCase() === name && value);
  return found?.[1];
}

function isExempt(url: URL, noProxy: string): boolean {
  const port = url.port || '443';
  return noProxy
    .toLowerCase()
    .split(/[,\s]+/)
    .filter((entry) => entry !== '')
    .some((entry) => {
      if (entry === '*') {
        return true;
      }
      const [, name = entry, onlyPort] = /^(.+):(\d+)$/.exec(entry) ?? [];
      const host = name.replace(/^\*?\./, '');
      return (
        (onlyPort === undefined || onlyPort === port) && (url.hostname === host || url.hostname.endsWith(`.${host}`))
      );
    });
}

function parseProxy(text: string): URL | undefined {
  try {
    const url = new URL(text);
    // A stray % in it would fail only when the proxy is asked.
    decodeURIComponent(`${url.username}:${url.password}`);
    return url.protocol === 'http:' || url.protocol === 'https:' ? url : undefined;
  } catch {
    return undefined;
  }
}
