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
let expired: Server;
let otherName: Server;
let proxy: Server;
let secureProxy: Server;
/** its certificate is for openrouter.ai */
let disguisedProxy: Server;
/** requests that reached what plays OpenRouter */
let heard = 0;
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
  service = await startService('server.crt');
  expired = await startService('expired.crt');
  otherName = await startService('other.crt');
  proxy = createHttpServer();
  secureProxy = createHttpsServer(tlsOf('proxy.crt'));
  disguisedProxy = createHttpsServer(tlsOf('server.crt'));
  for (const each of [proxy, secureProxy, disguisedProxy]) {
    each.on('connect', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      connects.push(request);
      socket.on('error', () => {});
      onConnect(request, socket, head);
    });
    each.on('tlsClientError', () => {});
    await listen(each);
  }
});

const tlsOf = (cert: string) => ({ key: readFileSync(file('server.key')), cert: readFileSync(file(cert)) });

/** What plays OpenRouter, with this certificate. */
async function startService(cert: string): Promise<Server> {
  const server = createHttpsServer(tlsOf(cert), (request, response) => {
    heard += 1;
    request.resume().on('end', () => {
      response.writeHead(201, { 'content-type': 'application/json' }).end(JSON.stringify(CREATED));
    });
  });
  server.on('tlsClientError', () => {});
  await listen(server);
  return server;
}

afterAll(() => {
  for (const server of [service, expired, otherName, proxy, secureProxy, disguisedProxy]) server?.close();
  rmSync(folder, { recursive: true, force: true });
});

const tunnelTo = (server: () => Server) => (_: IncomingMessage, socket: Duplex) => {
  const there = connect(portOf(server()), '127.0.0.1', () => {
    socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
    socket.pipe(there).pipe(socket);
  });
  there.on('error', () => socket.destroy());
};
const tunnel = tunnelTo(() => service);

describe.skipIf(!hasOpenssl)('through a proxy', () => {
  test('a create reaches the service when the authority is trusted, and the proxy sees only its name', async () => {
    const { outcome } = await createThrough(tunnel, { NODE_EXTRA_CA_CERTS: file('ca.crt') });
    expect(outcome).toMatchObject({ result: 'done', secret: SECRET });
    expect(connects.map(({ url }) => url)).toEqual(['openrouter.ai:443']);
    expect(JSON.stringify(connects.map(({ rawHeaders }) => rawHeaders))).not.toContain(MANAGEMENT_KEY);
  });

  test('an authority that is not trusted stops the run before the key is sent', async () => {
    const { outcome } = await createThrough(tunnel, {});
    expect(outcome).toMatchObject({ result: 'not_started', stop: 'tls_failure' });
    expect(connects).toHaveLength(1);
  });

  test('NODE_TLS_REJECT_UNAUTHORIZED=0 does not open the line', async () => {
    const { outcome } = await createThrough(tunnel, { NODE_TLS_REJECT_UNAUTHORIZED: '0' });
    expect(outcome).toMatchObject({ result: 'not_started', stop: 'tls_failure' });
  });

  describe('a certificate', () => {
    const TRUSTED = { NODE_EXTRA_CA_CERTS: file('ca.crt') };
    const UNTRUSTED =
      'The certificate for openrouter.ai comes from an unknown authority: the connection may be intercepted.';
    test.each<[string, () => Server, Record<string, string>, string, RegExp]>([
      [
        'that expired sends the user to the clock',
        () => expired,
        TRUSTED,
        'The certificate for openrouter.ai is expired or not valid yet, so the management key was not sent.',
        /^Check this computer's date and time/,
      ],
      [
        'for another name sends the user to a login page',
        () => otherName,
        TRUSTED,
        'The certificate presented for openrouter.ai belongs to another name, so the management key was not sent.',
        /^On a guest network, log in first/,
      ],
      [
        'of an unknown authority speaks of the company that inspects traffic',
        () => service,
        {},
        UNTRUSTED,
        /^If your company inspects traffic, set NODE_EXTRA_CA_CERTS to the PEM file/,
      ],
      [
        'of an authority whose file is not there names the file',
        () => service,
        { NODE_EXTRA_CA_CERTS: '/nowhere/company.pem' },
        'The certificate for openrouter.ai is not trusted, and /nowhere/company.pem (set in NODE_EXTRA_CA_CERTS) cannot be read (ENOENT).',
        /^Set NODE_EXTRA_CA_CERTS to the PEM file/,
      ],
      [
        'of an authority whose file is no certificate names the file',
        () => service,
        { NODE_EXTRA_CA_CERTS: file('server.key') },
        `The certificate for openrouter.ai is not trusted, and ${file('server.key')} (set in NODE_EXTRA_CA_CERTS) contains no PEM certificate.`,
        /^Set NODE_EXTRA_CA_CERTS to the PEM file/,
      ],
      [
        'of an authority that is not in the file says so',
        () => service,
        { NODE_EXTRA_CA_CERTS: file('server.crt') },
        UNTRUSTED,
        /./,
      ],
    ])('%s', async (_, server, env, message, hint) => {
      const before = heard;
      const { outcome } = await createThrough(tunnelTo(server), env);
      expect(outcome).toMatchObject({ result: 'not_started', stop: 'tls_failure', message });
      expect(outcome.hint).toMatch(hint);
      expect({ tunnels: connects.length, requests: heard - before }).toEqual({ tunnels: 1, requests: 0 });
    });
  });

  describe('an https proxy', () => {
    const secure = (host: string, server: Server, authority: string | undefined) => ({
      HTTPS_PROXY: `https://me:${PROXY_PASSWORD}@${host}:${portOf(server)}`,
      ...(authority === undefined ? {} : { NODE_EXTRA_CA_CERTS: file(authority) }),
    });

    test.each(['localhost', '127.0.0.1'])('whose certificate is for %s and trusted is used', async (host) => {
      const { outcome } = await createThrough(tunnel, secure(host, secureProxy, 'ca.crt'));
      expect(outcome).toMatchObject({ result: 'done' });
    });

    test.each<[string, () => Server, string | undefined]>([
      ['comes from an unknown authority', () => secureProxy, undefined],
      ['is for another name, be it the one of the service', () => disguisedProxy, 'ca.crt'],
    ])('whose certificate %s never hears its password', async (_, server, authority) => {
      const { outcome } = await createThrough(tunnel, secure('localhost', server(), authority));
      expect(outcome).toMatchObject({
        result: 'not_started',
        stop: 'tls_failure',
        message: 'The certificate of the proxy in HTTPS_PROXY is not trusted.',
      });
      expect(connects).toEqual([]);
    });
  });

  const refusals: [string, string][] = [
    ['asks for a password', 'HTTP/1.1 407 Proxy Authentication Required\r\n\r\n'],
    ['cannot reach the service', 'HTTP/1.1 502 Bad Gateway\r\n\r\n'],
    ['closes the connection', ''],
  ];
  test.each(refusals)('a proxy that %s is tried a few times, then stops the run', async (_, answer) => {
    const { outcome } = await createThrough((_request, socket) => socket.end(answer), {});
    expect(outcome).toMatchObject({ result: 'not_started', stop: 'unreachable' });
    expect(connects).toHaveLength(3);
  });

  test('a proxy that never answers is given up in time', async () => {
    const { outcome } = await createThrough(() => {}, { TEST_TIMEOUT_MS: '100' });
    expect(outcome).toMatchObject({ result: 'not_started', stop: 'timeout' });
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
  writeFileSync(file('proxy-san'), 'subjectAltName=DNS:localhost,IP:127.0.0.1');
  writeFileSync(file('other-san'), 'subjectAltName=DNS:login.example.org');
  const sign = (name: string, san: string, days: string) => {
    const authority = ['-CA', 'ca.crt', '-CAkey', 'ca.key', '-CAcreateserial'];
    run('x509', '-req', '-in', 'server.csr', ...authority, '-extfile', san, '-days', days, '-out', name);
  };
  sign('server.crt', 'san', '2');
  sign('proxy.crt', 'proxy-san', '2');
  sign('expired.crt', 'san', '-1');
  sign('other.crt', 'other-san', '2');
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
