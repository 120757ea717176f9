import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { temporaryFolder } from '../support/cli.ts';
import { COMMAND, runToItsEnd } from '../support/program.ts';
import { canRun } from '../support/programs.ts';

const hasOpenssl = canRun('openssl', 'version');

describe.skipIf(!hasOpenssl)(
  `a proxy with a certificate of its own${hasOpenssl ? '' : ' (openssl is not here)'}`,
  () => {
    test('is asked only if NODE_EXTRA_CA_CERTS names its authority', async () => {
      const { certificate, address, asked } = await openProxy();
      const cwd = temporaryFolder();
      const env = {
        SystemRoot: process.env.SystemRoot,
        HTTPS_PROXY: address,
        OPENROUTER_MANAGEMENT_KEY: 'sk-or-v1-test-0000000000000000000000000000000000000000000000000000000000000000',
      };
      const whoami = (more: NodeJS.ProcessEnv) =>
        runToItsEnd([...COMMAND, 'whoami', '--retries', '0'], { cwd, env: { ...env, ...more } });
      expect((await whoami({})).code).not.toBe(0);
      expect(asked()).toBe(0);
      // What Node takes from here on Linux does not count: the executable looks at none of its other settings.
      expect((await whoami({ NODE_OPTIONS: '--use-openssl-ca', SSL_CERT_FILE: certificate })).code).not.toBe(0);
      expect(asked()).toBe(0);
      await whoami({ NODE_EXTRA_CA_CERTS: certificate });
      expect(asked()).toBeGreaterThan(0);
    });
  },
);

/** Counts who asks it for a way to OpenRouter, and opens none. */
async function openProxy() {
  const folder = temporaryFolder();
  const [key, certificate] = [join(folder, 'proxy.key'), join(folder, 'proxy.crt')];
  const request = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];
  const name = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
  execFileSync('openssl', [...request, ...name, '-keyout', key, '-out', certificate], { stdio: 'ignore' });
  let asked = 0;
  const server = createServer({ key: readFileSync(key), cert: readFileSync(certificate) });
  server.on('connect', (_, socket) => {
    asked += 1;
    socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
  });
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The proxy has no port.');
  return { certificate, address: `https://localhost:${address.port}`, asked: () => asked };
}
