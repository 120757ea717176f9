import { createServer, type Socket } from 'node:net';
import { Agent, buildConnector } from 'undici';
import { expect, onTestFinished, test } from 'vitest';
import { openConnections } from '../../src/openrouter/connections.ts';
import { exchange, type HttpRequest } from '../../src/openrouter/exchange.ts';

/** A server that speaks raw bytes: `onData` sees each socket and what it sent so far. */
async function speak(onData: (socket: Socket, text: string, connection: number) => void) {
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createServer((socket) => {
    const connection = connections++;
    let text = '';
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      text += chunk.toString();
      onData(socket, text, connection);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const socket of sockets) {
      socket.destroy();
    }
    server.close();
  });
  const address = server.address();
  return {
    origin: `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`,
    connections: () => connections,
  };
}

function connect() {
  const connections = openConnections(undefined, 5000);
  onTestFinished(() => connections.close());
  return connections;
}

const GET = { method: 'GET', path: '/', headers: {} } as const;
const POST = { method: 'POST', path: '/', headers: {}, body: '{}' } as const;
const limits = (more: Partial<Parameters<typeof exchange>[2]> = {}) => ({
  timeoutMs: 5000,
  maxBytes: 1000,
  stopNow: new AbortController().signal,
  redact: (text: string) => text,
  ...more,
});
const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';

test('an answer comes with status, headers and text', async () => {
  const { origin } = await speak((socket) => socket.write(`${OK.replace('\r\n\r\n', '\r\nRetry-After: 3\r\n\r\n')}`));
  expect(await exchange(connect().reused, { ...GET, origin }, limits())).toMatchObject({
    kind: 'answer',
    status: 200,
    text: 'ok',
    headers: { 'retry-after': '3' },
    cut: undefined,
  });
});

test('an interim answer is not the answer', async () => {
  const { origin } = await speak((socket) => socket.write(`HTTP/1.1 103 Early Hints\r\n\r\n${OK}`));
  expect(await exchange(connect().reused, { ...GET, origin }, limits())).toMatchObject({ status: 200, text: 'ok' });
});

test('a server that sends one byte now and then is dropped when the time for the whole answer is over', async () => {
  const { origin } = await speak((socket) => {
    socket.write('HTTP/1.1 201 Created\r\nContent-Length: 1000\r\n\r\n');
    const drip = setInterval(() => socket.write('x'), 5);
    socket.on('close', () => clearInterval(drip));
  });
  const answer = await exchange(connect().fresh, { ...POST, origin }, limits({ timeoutMs: 60 }));
  expect(answer).toMatchObject({ kind: 'answer', status: 201, cut: 'timeout' });
});

test('headers that come byte by byte are bounded too', async () => {
  const { origin } = await speak((socket) => {
    const drip = setInterval(() => socket.write('H'), 5);
    socket.on('close', () => clearInterval(drip));
  });
  const answer = await exchange(connect().reused, { ...GET, origin }, limits({ timeoutMs: 60 }));
  expect(answer).toMatchObject({ kind: 'failure', written: true });
});

test('a body without end is cut at its bound, and what came before is kept', async () => {
  let sent = 0;
  const { origin } = await speak((socket) => {
    socket.write('HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n');
    const more = () => {
      while (!socket.destroyed && socket.write('x'.repeat(65536))) {
        sent += 65536;
      }
      socket.once('drain', more);
    };
    more();
  });
  const answer = await exchange(connect().reused, { ...GET, origin }, limits());
  expect(answer).toEqual(expect.objectContaining({ cut: 'too_big', text: 'x'.repeat(1000) }));
  expect(sent).toBeLessThan(100_000_000);
});

test('a letter that the bound or a packet cuts in two does no harm', async () => {
  const body = Buffer.from('ā'.repeat(600));
  const { origin } = await speak((socket) => {
    socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n`);
    socket.write(body.subarray(0, 501), () => setImmediate(() => socket.write(body.subarray(501))));
  });
  const whole = await exchange(connect().reused, { ...GET, origin }, limits({ maxBytes: 1200 }));
  expect(whole).toMatchObject({ text: 'ā'.repeat(600), cut: undefined });
});

test('nobody listens: nothing was written', async () => {
  expect(await exchange(connect().fresh, { ...POST, origin: 'http://127.0.0.1:9' }, limits())).toEqual({
    kind: 'failure',
    written: false,
    reason: 'connect',
  });
});

test('the name does not resolve: nothing was written', async () => {
  const outcome = await exchange(connect().fresh, { ...POST, origin: 'http://nowhere.invalid' }, limits());
  expect(outcome).toEqual({ kind: 'failure', written: false, reason: 'dns' });
});

test('the server closes after a part of the request: something was written', async () => {
  const { origin } = await speak((socket) => socket.resetAndDestroy());
  expect(await exchange(connect().fresh, { ...POST, origin }, limits())).toEqual({
    kind: 'failure',
    written: true,
    reason: 'closed',
  });
});

test('stopping drops what is in flight, and says that it was written', async () => {
  const stop = new AbortController();
  const { origin } = await speak(() => stop.abort());
  expect(await exchange(connect().fresh, { ...POST, origin }, limits({ stopNow: stop.signal }))).toEqual({
    kind: 'failure',
    written: true,
    reason: 'stopped',
  });
});

test('a connection that stands only after the deadline carries nothing', async () => {
  let connectNow: () => void = () => {};
  const direct = buildConnector({});
  const slow = new Agent({
    connect: (options, callback) => {
      connectNow = () => direct(options, callback);
    },
  });
  onTestFinished(() => slow.destroy());
  let tell: (event: string) => void = () => {};
  const firstEvent = new Promise<string>((resolve) => {
    tell = resolve;
  });
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', () => tell('data'));
    socket.on('close', () => tell('close'));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
  });
  const address = server.address();
  const origin = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;

  const outcome = await exchange(slow, { ...POST, origin }, limits({ timeoutMs: 20 }));
  expect(outcome).toEqual({ kind: 'failure', written: false, reason: 'timeout' });
  connectNow();
  expect(await firstEvent).toBe('close');
});

test('a connection that breaks after an interim answer brought none', async () => {
  const { origin } = await speak((socket) => {
    socket.write('HTTP/1.1 103 Early Hints\r\n\r\n', () => setImmediate(() => socket.resetAndDestroy()));
  });
  expect(await exchange(connect().fresh, { ...POST, origin }, limits())).toMatchObject({
    kind: 'failure',
    written: true,
  });
});

test('once stopped nothing is written', async () => {
  const { origin, connections } = await speak((socket) => socket.write(OK));
  const outcome = await exchange(connect().fresh, { ...POST, origin }, limits({ stopNow: AbortSignal.abort() }));
  expect(outcome).toEqual({ kind: 'failure', written: false, reason: 'stopped' });
  expect(connections()).toBe(0);
});

test('each create has a socket of its own, so a server that closes idle sockets cannot hit one', async () => {
  const { origin, connections } = await speak((socket, text) => {
    if (text.endsWith('{}')) {
      socket.write(OK);
    }
  });
  const { fresh } = connect();
  const request: HttpRequest = { ...POST, origin };
  for (let call = 0; call < 3; call++) {
    expect(await exchange(fresh, request, limits())).toMatchObject({ status: 200 });
  }
  expect(connections()).toBe(3);
});

test('a kept socket that the server closes just as a request is written is a failure, not a silent second request', async () => {
  const requests: number[] = [];
  const { origin } = await speak((socket, text, connection) => {
    if (requests.length === 0) {
      requests.push(connection);
      socket.write(OK);
    } else if (text.includes('PATCH')) {
      requests.push(connection);
      socket.resetAndDestroy();
    }
  });
  const { reused } = connect();
  await exchange(reused, { ...GET, origin }, limits());
  // The socket is free again one turn of the event loop later.
  await new Promise((resolve) => setImmediate(resolve));
  const outcome = await exchange(reused, { ...POST, method: 'PATCH', origin }, limits());
  expect(outcome).toEqual({ kind: 'failure', written: true, reason: 'closed' });
  expect(requests).toEqual([0, 0]);
});
