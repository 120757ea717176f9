import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { orkeys, type Screen, screenOf, temporaryFolder, withoutPace } from './cli.ts';
import type { ContextOptions } from './context.ts';
import { newAccount, useSandbox } from './sandbox.ts';

export const ROSTER = `E-mail,Name,Surname
anda.baklane@example.org,Anda,Baklāne
valdis.veveris@example.org; v.veveris@example.com,Valdis,Vēveris
zane.ozola@example.net,Zane,Ozola
`;

export const NOW = new Date('2026-03-02T09:00:00Z');

/** Three people with keys of a sandbox whose clock stands still until it is moved. Call it inside a test. */
export async function useProvisioned(...flags: string[]) {
  const cwd = temporaryFolder();
  let time = NOW;
  const now = () => time;
  const sandbox = await useSandbox({ account: newAccount(now) });
  const env: Record<string, string> = {
    ORKEYS_BASE_URL: sandbox.url,
    OPENROUTER_MANAGEMENT_KEY: sandbox.managementKey,
    PATH: '/usr/bin:/bin',
  };
  writeFileSync(join(cwd, 'SUMMER_participants.csv'), ROSTER);
  // Without a pace: the clock stands still, so a turn would never come.
  const command = (args: readonly string[], options: Partial<ContextOptions> = {}) =>
    orkeys(withoutPace(args), { cwd, env, now, columns: 120, ...options });
  await command(['provision', 'SUMMER_participants.csv', '--yes', ...flags]);
  const folder = join(cwd, 'output', 'SUMMER');
  const saved: { name: string; hash: string; key: string }[] = JSON.parse(
    readFileSync(join(folder, 'keys.json'), 'utf8'),
  ).keys;
  return {
    cwd,
    env,
    sandbox,
    folder,
    command,
    /** as keys.json has them: Anda, Valdis, Zane */
    saved,
    now,
    setTime: (iso: string) => {
      time = new Date(iso);
    },
    screen: (screen: Screen) =>
      screenOf(screen, cwd)
        .replaceAll(sandbox.url, '<url>')
        .replaceAll(new URL(sandbox.url).host, '<host>')
        .replaceAll(/\b[0-9a-f]{64}\b/g, '<hash>'),
  };
}
