import { type CliError, usageError } from '../errors.ts';
import { Secret } from '../secret.ts';

/** Where a database is, and as whom to reach it. */
export interface DatabaseAddress {
  /** name, IP address, or folder of a Unix socket */
  host: string;
  port: number;
  database: string;
  user: string;
  /** `disabled` on this computer only */
  tls: 'verified' | 'disabled';
  /** path of a certificate authority's file */
  rootCert: string | undefined;
  /** only from ORKEYS_SHARE_URL */
  password: Secret | undefined;
}

/** Parts of the URL that are understood; more would be silently ignored. */
const KNOWN_PARAMETERS: ReadonlySet<string> = new Set(['sslmode', 'sslrootcert', 'host', 'application_name']);
const PLAIN_MODES: ReadonlySet<string> = new Set(['disable', 'allow', 'prefer']);

/**
 * Reads `postgres://user@host:5432/database?sslmode=verify-full`. Throws CliError (exit 2) for what is no such address, and for weaker
 * TLS than a verified host outside of this computer.
 */
export function parseDatabaseUrl(text: string): DatabaseAddress {
  const url = urlOf(text);
  if (url === undefined || !['postgres:', 'postgresql:'].includes(url.protocol)) {
    throw badUrl('it does not begin with postgres://');
  }
  const unknown = [...url.searchParams.keys()].find((name) => !KNOWN_PARAMETERS.has(name));
  if (unknown !== undefined) throw badUrl(`it has ${unknown}, which orkeys does not know`);
  const host = url.searchParams.get('host') ?? decodeURIComponent(url.hostname).replace(/^\[(.*)\]$/, '$1');
  const user = decodeURIComponent(url.username);
  const database = decodeURIComponent(url.pathname.slice(1));
  if (host === '') throw badUrl('it names no host');
  if (user === '') throw badUrl('it names no user');
  if (database === '') throw badUrl('it names no database');
  return {
    ...{ host, user, database },
    port: url.port === '' ? 5432 : Number(url.port),
    tls: tlsOf(host, url.searchParams.get('sslmode')),
    rootCert: url.searchParams.get('sslrootcert') ?? undefined,
    password: url.password === '' ? undefined : new Secret(decodeURIComponent(url.password)),
  };
}

/** The address as it may be shown and saved: without its password. */
export function databaseUrl({ host, port, database, user, tls, rootCert }: DatabaseAddress): string {
  const isSocket = host.startsWith('/');
  const url = new URL('postgres://localhost');
  url.hostname = isSocket ? 'localhost' : host.includes(':') ? `[${host}]` : host;
  url.username = encodeURIComponent(user);
  url.port = String(port);
  url.pathname = `/${encodeURIComponent(database)}`;
  if (isSocket) url.searchParams.set('host', host);
  if (!isLoopback(host) || tls === 'verified') url.searchParams.set('sslmode', 'verify-full');
  if (rootCert !== undefined) url.searchParams.set('sslrootcert', rootCert);
  return url.href;
}

function urlOf(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}

function tlsOf(host: string, mode: string | null): DatabaseAddress['tls'] {
  if (mode === 'verify-full') return 'verified';
  if (isLoopback(host) && (mode === null || PLAIN_MODES.has(mode))) return 'disabled';
  if (mode === null) return 'verified';
  throw usageError('bad_share_url', `sslmode=${mode} does not prove which server answers.`, {
    hint: 'Use sslmode=verify-full. PGSSLROOTCERT names the file of a certificate authority that is not public.',
  });
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host) || host.startsWith('/');
}

function badUrl(why: string): CliError {
  return usageError('bad_share_url', `This is not the address of a PostgreSQL database: ${why}.`, {
    hint: 'For example: postgres://ilze@db.example.org:5432/workshops',
  });
}
