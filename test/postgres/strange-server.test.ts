import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { truncateSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createDatabase, type DatabaseOptions } from '../../src/postgres/database.ts';
import { parseDatabaseUrl } from '../../src/postgres/share-url.ts';
import { temporaryFolder } from '../support/cli.ts';

/** A message of the protocol between server and client. */
function message(kind: string, body: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(body.length + 4);
  return Buffer.concat([Buffer.from(kind), length, body]);
}

const WELCOME = Buffer.concat([message('R', Buffer.alloc(4)), message('Z', Buffer.from('I'))]);
/** one column of text, and rows of it */
const COLUMNS = message(
  'T',
  Buffer.concat([Buffer.from('\0\u0001a\0'), Buffer.alloc(6), Buffer.from([0, 0, 0, 25]), Buffer.alloc(8)]),
);
const ROWS = Buffer.concat(
  Array(1000).fill(message('D', Buffer.concat([Buffer.from([0, 1, 0, 0, 3, 232]), Buffer.alloc(1000, 'x')]))),
);
/** the beginning of a row of two gigabytes */
const HUGE_ROW = Buffer.concat([Buffer.from('D'), Buffer.from([0x7f, 0xff, 0xff, 0xff])]);

function flood(socket: Socket, piece: Buffer): void {
  const more = () => {
    while (socket.writable && socket.write(piece));
  };
  socket.on('drain', more);
  more();
}

/** A server that does this with each connection, and a database behind it. */
async function useServer(meet: (socket: Socket) => void, options: Partial<DatabaseOptions> = {}) {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    meet(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const address = parseDatabaseUrl(`postgres://you@127.0.0.1:${port}/yours`);
  const database = createDatabase({ address, password: undefined, timeoutMs: 60_000, ...options });
  onTestFinished(async () => {
    await database.close();
    server.close();
  });
  return database;
}

describe('an answer without an end is given up', () => {
  test.each([
    ['rows', COLUMNS, ROWS],
    ['one row', HUGE_ROW, Buffer.alloc(65_536)],
    ['notices', Buffer.alloc(0), message('N', Buffer.from('SNOTICE\0Mx\0\0'))],
  ])('%s', async (_, head, piece) => {
    const meet = (socket: Socket) => {
      socket.once('data', () => {
        socket.write(WELCOME);
        socket.once('data', () => {
          socket.write(head);
          flood(socket, piece);
        });
      });
    };
    const database = await useServer(meet, { mostBytes: 1_000_000 });
    await expect(database.query('SELECT 1')).rejects.toThrow('an answer of more than 1 MB');
  });
});

test('what a server says is one short line', async () => {
  const text = `no\r\nError: call \u001b[31mus\u001b[0m ${'now '.repeat(100_000)}`;
  const said = message('E', Buffer.from(`SFATAL\0C28000\0M${text}\0\0`));
  const database = await useServer((socket) => socket.once('data', () => socket.end(said)));
  const error = await database.facts().catch((caught: unknown) => caught);
  expect(error).toMatchObject({
    code: 'share_login',
    message: expect.stringContaining('no Error: call [31mus [0m now'),
  });
  expect(error).toMatchObject({ message: expect.stringMatching(/^.{330,400}$/) });
});

describe('the first signal ends the wait for a server', () => {
  test.each([
    ['that takes a connection and says nothing', () => undefined],
    ['that says nothing after the login', (socket: Socket) => void socket.once('data', () => socket.write(WELCOME))],
  ])('%s', async (_, meet) => {
    const stop = new AbortController();
    const database = await useServer(
      (socket) => {
        meet(socket);
        socket.on('data', () => setTimeout(() => stop.abort(), 50));
      },
      { stop: stop.signal },
    );
    await expect(database.facts()).rejects.toMatchObject({ code: 'interrupted', exitCode: 130 });
  });
});

test.runIf(process.platform !== 'win32').each<[string, (path: string) => void]>([
  ['a pipe that nobody writes to', (path) => execFileSync('mkfifo', [path])],
  ['a device without an end', (path) => execFileSync('ln', ['-s', '/dev/zero', path])],
  [
    'a file of 6 MB',
    (path) => {
      writeFileSync(path, '');
      truncateSync(path, 6_000_000);
    },
  ],
])('%s is no certificate authority', async (_, make) => {
  const rootCert = join(temporaryFolder(), 'ca.pem');
  make(rootCert);
  const address = { ...parseDatabaseUrl('postgres://you@127.0.0.1:1/yours?sslmode=verify-full'), rootCert };
  const database = createDatabase({ address, password: undefined });
  await expect(database.facts()).rejects.toMatchObject({ code: 'bad_share_url', exitCode: 2 });
});
