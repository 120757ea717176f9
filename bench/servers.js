import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { MANAGEMENT_KEY, ROOT } from './processes.js';

const folder = mkdtempSync(join(tmpdir(), 'orkeys-bench-'));
const program = join(folder, 'account-server.mjs');
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
await build({
  entryPoints: [join(ROOT, 'bench', 'account-server.ts')],
  outfile: program,
  bundle: true,
  format: 'esm',
  platform: 'node',
});

/** An account in a process of its own: `env` reaches it, `seen()` tells what it was asked. */
export async function openAccount({ latencyMs = 0, keys = 0, ageDays = 0, limit = null } = {}) {
  const settings = JSON.stringify({ latencyMs, keys, ageDays, limit });
  const child = spawn(process.execPath, [program, settings], { stdio: ['ignore', 'pipe', 'inherit'] });
  const origin = await new Promise((resolve, reject) => {
    child.stdout.once('data', (chunk) => resolve(String(chunk).trim()));
    child.once('exit', (code) => reject(new Error(`the bench's server ended with ${code}`)));
  });
  return {
    baseUrl: `${origin}/api/v1`,
    env: { ...process.env, ORKEYS_BASE_URL: `${origin}/api/v1`, OPENROUTER_MANAGEMENT_KEY: MANAGEMENT_KEY },
    seen: async () => (await fetch(`${origin}/seen`)).json(),
    close: () => child.kill(),
  };
}
