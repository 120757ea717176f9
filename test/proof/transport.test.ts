import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer as createPlainServer, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { connect, createServer as createTcpServer } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { LONG } from './support/form.ts';
import { openWorld, type WorkshopWorld } from './support/workshop-world.ts';

const FLAGS = ['--retries', '1', '--timeout', '3', '--json'];
const REAL = { ORKEYS_BASE_URL: 'https://openrouter.ai/api/v1' };

async function useWorld(): Promise<WorkshopWorld> {
  const world = await openWorld({ people: 1 });
  onTestFinished(() => world.close());
  return world;
}

async function listen(server: {
  listen(port: number, host: string, done: () => void): unknown;
  address(): unknown;
  close(): unknown;
}) {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const address = server.address() as { port: number };
  return address.port;
}

/** A proxy that answers every CONNECT with `status` and leads it to `port` of this machine. */
async function useProxy(status: string, port = 0): Promise<{ url: string; asked: string[]; heard: () => string }> {
  const asked: string[] = [];
  let heard = '';
  const server: Server = createPlainServer((_, response) => response.end());
  server.on('connect', (request, socket) => {
    asked.push(request.url ?? '');
    heard += JSON.stringify(request.headers);
    socket.on('error', () => undefined);
    socket.write(`HTTP/1.1 ${status}\r\n\r\n`);
    if (!status.startsWith('200')) return socket.end();
    const onward = connect(port, '127.0.0.1');
    onward.on('error', () => socket.destroy());
    socket.on('data', (bytes) => {
      heard += bytes.toString('latin1');
    });
    socket.pipe(onward).pipe(socket);
  });
  return { url: `http://127.0.0.1:${await listen(server)}`, asked, heard: () => heard };
}

async function endOf(world: WorkshopWorld, env: Record<string, string>): Promise<string> {
  const { code, stderr } = await world.run([...world.provision, ...FLAGS], env);
  return `${code} ${JSON.parse(stderr).error.message}`.replaceAll(/127\.0\.0\.1:\d+/g, '<host>');
}

test('nobody listens: exit 5', async () => {
  const world = await useWorld();
  const closed = createTcpServer();
  const port = await listen(closed);
  await new Promise((resolve) => closed.close(resolve));
  expect(await endOf(world, { ORKEYS_BASE_URL: `http://127.0.0.1:${port}/api/v1` })).toBe(
    '5 Cannot reach <host>/api/v1/key after 2 attempts.',
  );
});

test('what answers does not speak HTTP: exit 5', async () => {
  const world = await useWorld();
  const port = await listen(createTcpServer((socket) => socket.on('error', () => undefined).end('hello\r\n')));
  expect(await endOf(world, { ORKEYS_BASE_URL: `http://127.0.0.1:${port}/api/v1` })).toBe(
    '5 Cannot read the response from <host>/api/v1/key.',
  );
});

test('a proxy that refuses: exit 5, and it never hears the management key', async () => {
  const world = await useWorld();
  const proxy = await useProxy('407 Proxy Authentication Required');
  expect(await endOf(world, { ...REAL, HTTPS_PROXY: proxy.url })).toMatch(
    /^5 The proxy did not connect to openrouter\.ai/,
  );
  expect(proxy.asked[0]).toBe('openrouter.ai:443');
  expect(proxy.heard()).not.toContain(world.server.managementKey);
});

test('a proxy that leads to something without TLS: exit 5, and the management key is not sent', async () => {
  const world = await useWorld();
  const port = await listen(
    createTcpServer((socket) => socket.on('error', () => undefined).end('HTTP/1.1 200 OK\r\n\r\n')),
  );
  const proxy = await useProxy('200 OK', port);
  expect(await endOf(world, { ...REAL, HTTPS_PROXY: proxy.url })).toMatch(
    /^5 Cannot make a secure connection to openrouter\.ai/,
  );
  expect(proxy.heard()).not.toContain(world.server.managementKey);
});

test('a certificate that nobody trusts: exit 5 at once, and the management key is not sent', async () => {
  const world = await useWorld();
  const [key, cert] = [join(world.root, 'k.pem'), join(world.root, 'c.pem')];
  const subject = ['-subj', '/CN=openrouter.ai', '-addext', 'subjectAltName=DNS:openrouter.ai'];
  execFileSync(
    'openssl',
    [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:prime256v1',
      '-nodes',
      '-days',
      '2',
      '-keyout',
      key,
      '-out',
      cert,
      ...subject,
    ],
    { stdio: 'ignore' },
  );
  let asked = 0;
  const server = createTlsServer({ key: readFileSync(key), cert: readFileSync(cert) }, (_, response) => {
    asked += 1;
    response.end('{}');
  });
  const proxy = await useProxy('200 OK', await listen(server));
  expect(await endOf(world, { ...REAL, HTTPS_PROXY: proxy.url })).toBe(
    '5 The certificate for openrouter.ai comes from an unknown authority: the connection may be intercepted.',
  );
  expect(asked).toBe(0);
});

test.each([
  ['http to another machine', 'http://openrouter.ai/api/v1'],
  ['another host', 'https://openrouter.example.org/api/v1'],
  ['a host that only ends alike', 'https://evil-openrouter.ai/api/v1'],
  ['a host that only begins alike', 'https://openrouter.ai.example.org/api/v1'],
  ['a user name that looks like the host', 'https://openrouter.ai@example.org/api/v1'],
  ['a user name', 'https://user:pass@openrouter.ai/api/v1'],
  ['another scheme', 'ftp://openrouter.ai/api/v1'],
])('the management key does not go to %s: exit 2', async (_, url) => {
  const world = await useWorld();
  expect(await endOf(world, { ORKEYS_BASE_URL: url })).toMatch(
    /^2 (?:The management key is sent only|ORKEYS_BASE_URL must not)/,
  );
});

test('NODE_TLS_REJECT_UNAUTHORIZED=0 is refused: exit 2', async () => {
  const world = await useWorld();
  expect(await endOf(world, { NODE_TLS_REJECT_UNAUTHORIZED: '0' })).toMatch(/^2 NODE_TLS_REJECT_UNAUTHORIZED=0 /);
});

test('this machine is never reached through a proxy', async () => {
  const world = await useWorld();
  const proxy = await useProxy('200 OK');
  expect((await world.run(world.provision, { HTTPS_PROXY: proxy.url, HTTP_PROXY: proxy.url })).code).toBe(0);
  expect(proxy.asked).toEqual([]);
});

test('a clock that is a day off disturbs nothing', async () => {
  const world = await useWorld();
  world.server.setRules(() => ({ headers: { date: 'Mon, 01 Jan 2001 00:00:00 GMT' } }));
  expect((await world.run(world.provision)).code).toBe(0);
});

test('a listing of many pages is read to the end', async () => {
  const world = await useWorld();
  const others = LONG ? 10_000 : 1000;
  for (let n = 0; n < others; n += 1) world.server.account.createKey({ name: `Other_${n}` });
  expect((await world.run(world.provision)).code).toBe(0);
  const { stdout } = await world.run(['list', '--json', '--rate', 'off']);
  expect(JSON.parse(stdout)).toMatchObject({ complete: true });
  expect(JSON.parse(stdout).keys).toHaveLength(others + 3);
});
