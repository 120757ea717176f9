import { Socket } from 'node:net';
import { Client, type ClientConfig } from 'pg';
import { CliError, cannotSaveError, EXIT } from '../errors.ts';
import type { Secret } from '../secret.ts';
import { databaseError } from './database-error.ts';
import { trustedTls } from './server-certificate.ts';
import type { DatabaseAddress } from './share-url.ts';

export interface DatabaseOptions {
  address: DatabaseAddress;
  password: Secret | undefined;
  /** to connect, and for one statement, in milliseconds */
  timeoutMs?: number;
  /** without a statement for so long, the connection is closed; it keeps no process alive meanwhile. Milliseconds */
  idleMs?: number;
  /** the most that one answer may have, in bytes */
  mostBytes?: number;
  /** gives up reaching the database for the first time, when nothing has begun */
  stop?: AbortSignal;
}

/** What a server says of itself when it is reached. */
export interface ServerFacts {
  /** 150018 is 15.18 */
  version: number;
  /** a replica, or set to refuse changes */
  readOnly: boolean;
  /** whether the tables are there, by the name of their version */
  schema: string | null;
  /** its clock */
  now: Date;
}

export type Row = Record<string, unknown>;

/**
 * A database, reached when it is asked and again whenever its connection is lost. One statement at a time, each a transaction of its own,
 * and no state of a session: so a pooler may give each to another session.
 */
export interface Database {
  /** host, port and name, for messages */
  readonly where: string;
  /** Throws what the driver throws: only the caller knows whether the statement may be sent again. */
  query(text: string, values?: readonly unknown[], timeoutMs?: number): Promise<Row[]>;
  /** Connects if needed. Throws CliError. */
  facts(): Promise<ServerFacts>;
  /** An error of `query`, for the user. */
  explain(error: unknown): CliError;
  close(): Promise<void>;
}

const FACTS = `SELECT current_setting('server_version_num')::int AS version, current_setting('fsync') AS fsync,
  current_setting('synchronous_commit') AS synchronous, clock_timestamp() AS now,
  pg_is_in_recovery() OR current_setting('default_transaction_read_only') = 'on' AS read_only,
  obj_description(to_regclass('orkeys.workshop')) AS schema`;

/** Bytes come as hexadecimal: twice the journal of 100,000 people, and more. */
const MOST_BYTES = 400_000_000;
/** ms; how often an answer is measured */
const MEASURED_EVERY = 100;

/** PostgreSQL 13 */
const OLDEST = 130_000;

export function createDatabase(options: DatabaseOptions): Database {
  const { address, password, timeoutMs = 10_000, idleMs = 2000, mostBytes = MOST_BYTES, stop } = options;
  const where = `${address.host}:${address.port}/${address.database}`;
  const explain = (error: unknown) => databaseError(error, where, password !== undefined);
  let connected: Connected | undefined;
  let facts: ServerFacts | undefined;
  let idle: NodeJS.Timeout | undefined;
  let turn: Promise<unknown> = Promise.resolve();

  async function connection(dropped?: AbortSignal): Promise<Connected> {
    if (connected && !connected.lost) return connected;
    connected = await connect(address, password, timeoutMs, dropped);
    return connected;
  }

  async function ask(text: string, values: readonly unknown[], limitMs: number, dropped?: AbortSignal): Promise<Row[]> {
    clearTimeout(idle);
    const { client, socket } = await connection(dropped);
    socket.ref();
    const end = (why: string) => socket.destroy(new Error(why));
    // Its own limit on the server would be state of a session.
    const limit = setTimeout(end, limitMs, `no answer within ${limitMs / 1000} s`);
    const before = socket.bytesRead;
    const measure = setInterval(() => {
      if (socket.bytesRead - before > mostBytes) end(`an answer of more than ${mostBytes / 1_000_000} MB`);
    }, MEASURED_EVERY);
    const keep = dropWith(socket, dropped);
    try {
      const { rows } = await client.query({ text, values: [...values] });
      return rows;
    } finally {
      keep();
      clearInterval(measure);
      clearTimeout(limit);
      socket.unref();
      idle = setTimeout(() => void close(), idleMs).unref();
    }
  }

  function query(
    text: string,
    values: readonly unknown[] = [],
    limitMs = timeoutMs,
    dropped?: AbortSignal,
  ): Promise<Row[]> {
    const asked = turn.then(() => ask(text, values, limitMs, dropped));
    turn = asked.catch(() => undefined);
    return asked;
  }

  async function close(): Promise<void> {
    clearTimeout(idle);
    const closing = connected;
    connected = undefined;
    if (closing && !closing.lost) await closing.end();
  }

  return {
    where,
    query,
    explain,
    close,
    async facts() {
      if (facts) return facts;
      try {
        facts = checkedFacts((await query(FACTS, [], timeoutMs, stop))[0] ?? {}, where);
        return facts;
      } catch (error) {
        throw stop?.aborted ? interrupted(where) : explain(error);
      }
    },
  };
}

interface Connected {
  client: Client;
  socket: Socket;
  lost: boolean;
  end(): Promise<void>;
}

async function connect(
  address: DatabaseAddress,
  password: Secret | undefined,
  timeoutMs: number,
  dropped?: AbortSignal,
): Promise<Connected> {
  const socket = new Socket();
  const config: ClientConfig = {
    ...{ host: address.host, port: address.port, user: address.user, database: address.database },
    application_name: 'orkeys',
    // A function, so that the driver does not look for a password by itself.
    password: () => password?.reveal() ?? '',
    ssl: address.tls === 'verified' ? await trustedTls(address) : false,
    connectionTimeoutMillis: timeoutMs,
    keepAlive: true,
    types: { getTypeParser: (oid) => PARSERS.get(oid) ?? String },
    stream: () => socket,
  };
  const client = new Client(config);
  const connected: Connected = {
    ...{ client, socket, lost: false },
    end: async () => {
      socket.ref();
      const limit = setTimeout(() => socket.destroy(), 1000);
      await client.end().catch(() => undefined);
      clearTimeout(limit);
    },
  };
  client.on('error', () => {
    connected.lost = true;
  });
  client.on('end', () => {
    connected.lost = true;
  });
  const keep = dropWith(socket, dropped);
  try {
    await client.connect();
  } catch (error) {
    socket.destroy();
    throw error;
  } finally {
    keep();
  }
  return connected;
}

/** Ends a connection with a signal. Returns what lets it live. */
function dropWith(socket: Socket, dropped: AbortSignal | undefined): () => void {
  const drop = () => socket.destroy(new Error('dropped'));
  if (dropped?.aborted) drop();
  dropped?.addEventListener('abort', drop);
  return () => dropped?.removeEventListener('abort', drop);
}

function interrupted(where: string): CliError {
  return new CliError('interrupted', EXIT.INTERRUPTED, `Interrupted before ${where} answered.`, {
    hint: 'Nothing was changed. Run the same command again.',
  });
}

/**
 * How the text of a value becomes what our statements expect, by the number of its type in the catalog of every server (pg_type.dat): boolean,
 * bytes, whole numbers of two and four bytes and timestamps with a time zone. Everything else stays text, numbers of eight bytes too.
 */
const PARSERS = new Map<number, (text: string) => unknown>([
  [16, (text) => text === 't'],
  [17, (text) => Buffer.from(text.slice(2), 'hex')],
  [21, Number],
  [23, Number],
  [1184, (text) => new Date(text.replace(' ', 'T').replace(/([+-]\d\d)$/, '$1:00'))],
  [3802, (text) => JSON.parse(text)],
]);

/** Refuses a server that forgets what it said was saved. */
function checkedFacts(row: Row, where: string): ServerFacts {
  const version = Number(row.version);
  if (version < OLDEST) {
    throw cannotSaveError('share_unsafe', `${where} runs PostgreSQL ${Math.floor(version / 10_000)}.`, {
      hint: 'orkeys needs PostgreSQL 13 or newer.',
    });
  }
  const unsafe = row.fsync === 'off' ? 'fsync' : row.synchronous === 'off' ? 'synchronous_commit' : undefined;
  if (unsafe !== undefined) {
    throw cannotSaveError('share_unsafe', `${where} has ${unsafe}=off: what it saved may be lost when it crashes.`, {
      hint: `Whoever administers the database can run: ALTER SYSTEM SET ${unsafe} = on; SELECT pg_reload_conf();`,
    });
  }
  const schema = typeof row.schema === 'string' ? row.schema : null;
  return { version, readOnly: row.read_only === true, schema, now: row.now instanceof Date ? row.now : new Date(0) };
}
