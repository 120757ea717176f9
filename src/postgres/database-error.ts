import { CliError, cannotSaveError, EXIT, usageError } from '../errors.ts';

/** SQLSTATE of a server's error; undefined for what no server said. https://www.postgresql.org/docs/current/errcodes-appendix.html */
export function sqlStateOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return undefined;
  return 'severity' in error && /^[0-9A-Z]{5}$/.test(error.code) ? error.code : undefined;
}

/** Whether another try may succeed: the connection ended, the server restarts, a deadlock. What became of the statement is unknown. */
export function isPassing(error: unknown): boolean {
  const state = sqlStateOf(error);
  if (state !== undefined) return /^(?:08|57P|40|55P03|57014|53300)/.test(state);
  return !(error instanceof CliError) || error.code === 'share_unreachable';
}

const RERUN = 'Run the same command again.';
const BY_ADMINISTRATOR = 'Whoever administers the database can run what this prints: orkeys share sql';

/** What a database said, or that it said nothing, for the user. `where`: host and database. Never shows a value that was sent. */
export function databaseError(error: unknown, where: string, hasPassword = true): CliError {
  if (error instanceof CliError) return error;
  const state = sqlStateOf(error);
  const said = oneLine(error instanceof Error ? error.message : String(error));
  switch (state) {
    case undefined:
      return withoutAnswer(error, said, where, hasPassword);
    case '28P01':
    case '28000':
      return new CliError('share_login', EXIT.NOT_AUTHORIZED, `${where} refused the login: ${said}.`, {
        hint: hasPassword ? 'Check PGPASSWORD, PGPASSFILE or ~/.pgpass.' : NO_PASSWORD,
      });
    case '3D000':
      return usageError('bad_share_url', `${where}: ${said}.`, {
        hint: 'Check the name of the database in the address.',
      });
    case '42P01':
    case '3F000':
      return notSetUp(where);
    case '42501':
      return cannotSaveError('share_no_permission', `${where}: ${said}.`, { hint: BY_ADMINISTRATOR });
    case '25006':
      return readOnly(where);
    case '53100':
      return cannotSaveError('disk_full', `${where}: the disk of the database is full.`, {
        hint: `Free up disk space there. ${RERUN}`,
      });
    case '57014':
      return cannotSaveError('share_unreachable', `${where} did not finish in time: ${said}.`, {
        hint: `Something there holds it up, or its statement_timeout is too short. ${RERUN}`,
        cause: error,
      });
    case '53300':
      return cannotSaveError('share_unreachable', `${where}: ${said}.`, {
        hint: `The database has no connection left. Close others, or wait a minute. ${RERUN}`,
      });
  }
  if (isPassing(error)) {
    return cannotSaveError('share_unreachable', `${where} stopped answering: ${said}.`, { hint: RERUN, cause: error });
  }
  return cannotSaveError('share_failed', `${where}: ${said} (${state}).`, { hint: RERUN, cause: error });
}

/** What a server says may be of any length, and fake lines of ours. */
function oneLine(text: string): string {
  const line = text
    .slice(0, 4 * LONGEST)
    .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim();
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line;
}

/** characters */
const LONGEST = 300;

export function notSetUp(where: string): CliError {
  return usageError('share_not_set_up', `${where} has no tables of orkeys, or hides them from this role.`, {
    hint: `Share a workshop with: orkeys share start. ${BY_ADMINISTRATOR}`,
  });
}

export function readOnly(where: string): CliError {
  return cannotSaveError('share_read_only', `${where} is read-only: it may be a replica.`, {
    hint: `Use the address of the primary server, in ORKEYS_SHARE_URL or with: orkeys share join. ${RERUN}`,
  });
}

const NO_PASSWORD =
  'Set the password of the database role in PGPASSWORD or in ~/.pgpass, or the whole address in ORKEYS_SHARE_URL.';

const NETWORK: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'this host does not exist',
  EAI_AGAIN: 'its name cannot be looked up',
  ETIMEDOUT: 'no answer',
  EHOSTUNREACH: 'no way leads there',
  ENETUNREACH: 'no way leads there',
  ECONNRESET: 'the connection was closed',
  EPIPE: 'the connection was closed',
  ENOENT: 'there is no such socket',
};

function withoutAnswer(error: unknown, said: string, where: string, hasPassword: boolean): CliError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (/password must be a (?:non-empty )?string/.test(said) || (!hasPassword && /SASL/.test(said))) {
    return new CliError('share_login', EXIT.NOT_AUTHORIZED, `${where} asks for a password, and none is set.`, {
      hint: NO_PASSWORD,
    });
  }
  if (/^(?:ERR_TLS|CERT_|UNABLE_|SELF_SIGNED|DEPTH_ZERO|ERR_SSL)/.test(code) || /does not support SSL/.test(said)) {
    return cannotSaveError('share_tls', `${where} did not prove who it is: ${said}.`, {
      hint: 'PGSSLROOTCERT names the file of a certificate authority that is not public.',
      cause: error,
    });
  }
  const why = NETWORK[code] ?? (said.replace(/\.$/, '') || 'no answer');
  return cannotSaveError('share_unreachable', `Cannot reach ${where}: ${why}.`, {
    hint: `Check the network and the address. ${RERUN}`,
    cause: error,
  });
}
