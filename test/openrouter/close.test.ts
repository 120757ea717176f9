import { createServer, type Socket } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { clientOf, NEW_KEY } from './client-under-test.ts';
import { apiError, serve, silence } from './scripted-server.ts';

/** A server that takes connections and never says a word. */
async function mute() {
  let connected: (socket: Socket) => void = () => {};
  const connection = new Promise<Socket>((resolve) => {
    connected = resolve;
  });
  const server = createServer((socket) => {
    socket.on('error', () => {}).resume();
    connected(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  return { port: typeof address === 'object' ? address?.port : 0, connection };
}

const closed = (socket: Socket) => new Promise<void>((resolve) => socket.once('close', () => resolve()));
/** undici itself gives up after 10 s. */
const SOON_MS = 5_000;
const INTERRUPTED = { code: 'interrupted', exitCode: 130 };

describe('closing a client ends', () => {
  test('a call whose answer does not come', async () => {
    const { baseUrl, received } = await serve(silence);
    const { client, sleeps } = clientOf(baseUrl);
    const reading = expect(client.getCredits()).rejects.toMatchObject(INTERRUPTED);
    while (received.length === 0) await new Promise((resolve) => setImmediate(resolve));
    await client.close();
    await reading;
    expect({ sleeps, requests: received.length }).toEqual({ sleeps: [], requests: 1 });
  });

  test('the wait before a call is sent again', async () => {
    const { baseUrl, received } = await serve(apiError(500, 'oops'));
    let asleep: () => void = () => {};
    const sleeping = new Promise<void>((resolve) => {
      asleep = resolve;
    });
    const { client } = clientOf(baseUrl, {
      sleep: (_ms, signal) => {
        asleep();
        return new Promise((resolve) => signal?.addEventListener('abort', () => resolve()));
      },
    });
    const reading = expect(client.getCredits()).rejects.toMatchObject(INTERRUPTED);
    await sleeping;
    await client.close();
    await reading;
    expect(received).toHaveLength(1);
  });

  test('calls that wait for their turn, and those that come too late', async () => {
    const { baseUrl, received } = await serve(silence);
    const { client } = clientOf(baseUrl, { concurrency: 1 });
    const calls = [client.getCredits(), client.createKey(NEW_KEY), client.deleteKey('a')];
    await client.close();
    calls.push(client.updateKey('a', {}));
    const ends = await Promise.allSettled(calls);
    expect(ends).toMatchObject([
      { reason: INTERRUPTED },
      ...Array(3).fill({ value: { result: 'not_started', stop: INTERRUPTED } }),
    ]);
    expect(received.length).toBeLessThan(2);
  });

  test(
    'a handshake that does not come to its end',
    async () => {
      const { port, connection } = await mute();
      const { client } = clientOf(`https://127.0.0.1:${port}/api/v1`, { timeoutMs: 60_000 });
      const reading = expect(client.getCredits()).rejects.toMatchObject(INTERRUPTED);
      const gone = closed(await connection);
      await client.close();
      await reading;
      await gone;
    },
    SOON_MS,
  );

  test(
    'a tunnel that the proxy does not open',
    async () => {
      const { port, connection } = await mute();
      const { client } = clientOf('https://openrouter.ai/api/v1', {
        env: { HTTPS_PROXY: `http://127.0.0.1:${port}` },
        timeoutMs: 60_000,
      });
      const reading = expect(client.getCredits()).rejects.toMatchObject(INTERRUPTED);
      const gone = closed(await connection);
      await client.close();
      await reading;
      await gone;
    },
    SOON_MS,
  );
});
