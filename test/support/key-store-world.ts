import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { KEYRING_OF_FILE, useStandIn } from '../keychain/support/stand-in.ts';
import { orkeys, type Screen, screenOf, temporaryFolder, withoutPace } from './cli.ts';
import type { ContextOptions } from './context.ts';
import { useTwoAccounts } from './two-accounts.ts';

export const NOW = () => new Date('2026-03-02T09:00:00Z');

/** Two accounts, an empty keyring and an empty folder, for the running test. */
export async function useKeyStore({ secretTool = KEYRING_OF_FILE } = {}) {
  const cwd = temporaryFolder();
  const service = await useTwoAccounts(NOW);
  const keyring = useStandIn('secret-tool', secretTool);
  const env = { ...keyring.env, ORKEYS_BASE_URL: service.url };
  const run = (args: string, options: Partial<ContextOptions> = {}) =>
    orkeys(withoutPace(args.split(' ').filter(Boolean)), {
      cwd,
      env,
      now: NOW,
      platform: 'linux',
      columns: 120,
      ...options,
    });
  const file = join(cwd, '.config', 'orkeys', 'profiles.json');
  return {
    cwd,
    env,
    service,
    keyring,
    run,
    /** as if pasted */
    login: (args: string, key: string) => run(`login ${args}`, { answers: [key] }),
    file,
    profiles: () => JSON.parse(readFileSync(file, 'utf8')),
    screen: (screen: Screen) => screenOf(screen, cwd).replaceAll(service.url, '<url>'),
    /** whose management key was sent last */
    lastKey: () => service.requests.at(-1)?.key,
  };
}
