import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer, type IncomingMessage } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, connect, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CREATED, MANAGEMENT_KEY, NEW_KEY, SECRET } from './client-under-test.ts';

// A process of its own reaches https://openrouter.ai through a proxy on loopback, behind which a server with a certificate of our own
// authority plays OpenRouter. Node reads NODE_EXTRA_CA_CERTS and NODE_DEBUG only when it starts.

const folder = mkdtempSync(join(tmpdir(), 'orkeys-network-'));
const file = (name: string) => join(folder, name);
const PROXY_PASSWORD = 'proxy-password-hunter2';
const hasOpenssl = available('openssl');
let service: Server;
let proxy: Server;
let connects: IncomingMessage[] = [];
let onConnect: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

beforeAll(async () => {
  if (!hasOpenssl) {
    return;
  }
  makeCertificates();
  await build({
    entryPoints: ['test/openrouter/one-create.ts'],
    outfile: file('one-create.mjs'),
    bundle: true,
    platform: 'node',
    format: 'esm',
    banner: {
      js: "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);",
    },
    logLevel: 'error',
  });
  const tls = { key: readFileSync(file('server.key')), cert: readFileSync(file('server.crt')) };
  service = createHttpsServer(tls, (request, response) => {
    request.resume().on('end', () => {
      response.writeHead(201, { 'content-type': 'application/json' }).end(JSON.stringify(CREATED));
    });
  });
  service.on('tlsClientError', () => {});
  await listen(service);
  const http = createHttpServer();
  http.on('connect', (request, socket, head) => {
    connects.push(request);
    socket.on('error', () => {});
    onConnect(request, socket, head);
  });
  proxy = http;
  await listen(proxy);
});

afterAll(() => {
  service?.close();
  proxy?.close();
  rmSync(folder, { recursive: true, force: true });
});

const tunnel = (_: IncomingMessage, socket: Duplex) => {
  const there = connect(portOf(service), '127.0.0.1', () => {
    socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
    socket.pipe(there).pipe(socket);
  });
  there.on('error', () => socket.destroy());
};

describe.skipIf(!hasOpenssl)('through a proxy', () => {
  test('a create reaches the service when the authority is trusted, and the proxy sees only its name', async () => {
    const { outcome } = await createThrough(tunnel, { NODE_EXTRA_CA_CERTS: file('ca.crt') });
    expect(outcome).toMatchObject({ kind: 'created', secret: SECRET });
    expect(connects.map(({ url }) => url)).toEqual(['openrouter.ai:443']);
    expect(JSON.stringify(connects.map(({ rawHeaders }) => rawHeaders))).not.toContain(MANAGEMENT_KEY);
  });

  test('an authority that is not trusted stops the run before the key is sent', async () => {
    const { outcome } = await createThrough(tunnel, {});
    expect(outcome).toMatchObject({ kind: 'not_sent', stop: 'tls_failure' });
    expect(connects).toHaveLength(1);
  });

  test('NODE_TLS_REJECT_UNAUTHORIZED=0 does not open the line', async () => {
    const { outcome } = await createThrough(tunnel, { NODE_TLS_REJECT_UNAUTHORIZED: '0' });
    expect(outcome).toMatchObject({ kind: 'not_sent', stop: 'tls_failure' });
  });

  const refusals: [string, string][] = [
    ['asks for a password', 'HTTP/1.1 407 Proxy Authentication Required\r\n\r\n'],
    ['cannot reach the service', 'HTTP/1.1 502 Bad Gateway\r\n\r\n'],
    ['closes the connection', ''],
  ];
  test.each(refusals)('a proxy that %s is tried a few times, then stops the run', async (_, answer) => {
    const { outcome } = await createThrough((_request, socket) => socket.end(answer), {});
    expect(outcome).toMatchObject({ kind: 'not_sent', stop: 'unreachable' });
    expect(connects).toHaveLength(3);
  });

  test('a proxy that never answers is given up in time', async () => {
    const { outcome } = await createThrough(() => {}, { TEST_TIMEOUT_MS: '100' });
    expect(outcome).toMatchObject({ kind: 'not_sent', stop: 'timeout' });
  });

  test('no secret is shown, however much Node is asked to tell', async () => {
    const { stdout, stderr } = await createThrough(tunnel, {
      NODE_EXTRA_CA_CERTS: file('ca.crt'),
      NODE_DEBUG: 'http,https,http2,net,tls,undici,fetch,stream,timer',
      TEST_QUIET: '1',
    });
    expect(stderr).toContain('connected to openrouter.ai');
    for (const secret of [
      MANAGEMENT_KEY,
      SECRET,
      PROXY_PASSWORD,
      Buffer.from(`:${PROXY_PASSWORD}`).toString('base64'),
    ]) {
      expect(stdout + stderr).not.toContain(secret);
    }
  });
});

async function createThrough(behaviour: typeof onConnect, env: Record<string, string>) {
  connects = [];
  onConnect = behaviour;
  const result = await new Promise<{ stdout: string; stderr: string }>((resolve, reject) => {
    execFile(
      process.execPath,
      [file('one-create.mjs')],
      {
        env: {
          HTTPS_PROXY: `http://me:${PROXY_PASSWORD}@127.0.0.1:${portOf(proxy)}`,
          TEST_MANAGEMENT_KEY: MANAGEMENT_KEY,
          TEST_NEW_KEY: JSON.stringify(NEW_KEY),
          ...env,
        },
        maxBuffer: 50_000_000,
      },
      (error, stdout, stderr) =>
        error ? reject(new Error(`${error.message}\n${stderr}`)) : resolve({ stdout, stderr }),
    );
  });
  return { ...result, outcome: JSON.parse(result.stdout) };
}

function makeCertificates() {
  const run = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  run('req', '-x509', ...curve, '-keyout', 'ca.key', '-out', 'ca.crt', '-subj', '/CN=orkeys test', '-days', '2');
  run('req', ...curve, '-keyout', 'server.key', '-out', 'server.csr', '-subj', '/CN=openrouter.ai');
  writeFileSync(file('san'), 'subjectAltName=DNS:openrouter.ai');
  const sign = ['-CA', 'ca.crt', '-CAkey', 'ca.key', '-CAcreateserial', '-extfile', 'san', '-days', '2'];
  run('x509', '-req', '-in', 'server.csr', ...sign, '-out', 'server.crt');
}

function available(command: string): boolean {
  try {
    execFileSync(command, ['version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

function listen(server: Server) {
  return new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}
