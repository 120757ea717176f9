import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { OpenRouter } from '@openrouter/sdk';
import { orkeys, type Screen, screenOf, temporaryFolder, withoutPace } from './cli.ts';
import type { ContextOptions } from './context.ts';
import { type FaultyOptions, useFaultyServer } from './faulty-server.ts';
import { newAccount } from './sandbox.ts';

export const NOW = () => new Date('2026-03-02T09:00:00Z');

const ROSTER = `E-mail,Name,Surname
anda@example.org,Anda,Ozola
janis@example.org,Jānis,Bērziņš
zane@example.org,Zane,Kalna
`;

/** A workshop of three people, provisioned on a server that can be told to fail. Call it inside a test. */
export async function useWorkshop(options: FaultyOptions & { provision?: string[]; now?: () => Date } = {}) {
  const cwd = temporaryFolder();
  const now = options.now ?? NOW;
  const server = await useFaultyServer({ account: newAccount(now), ...options });
  const env = { ORKEYS_BASE_URL: server.url, OPENROUTER_MANAGEMENT_KEY: server.managementKey };
  const run = (args: string[], more: Partial<ContextOptions> = {}) =>
    orkeys(withoutPace(args), { cwd, env, now, ...more });
  writeFileSync(join(cwd, 'WS_participants.csv'), ROSTER);
  const made = await run(['provision', 'WS_participants.csv', '--quiet', ...(options.provision ?? [])]);
  if (made.code !== 0) throw new Error(made.stderr);
  const sdk = new OpenRouter({
    apiKey: server.managementKey,
    serverURL: server.url,
    retryConfig: { strategy: 'none' },
  });
  return {
    cwd,
    server,
    run,
    sdk,
    screen: (screen: Screen) => screenOf(screen, cwd),
    write: (name: string, text: string) => writeFileSync(join(cwd, name), text),
    /** keys.json of a workshop */
    saved: (prefix = 'WS'): { name: string; key: string; hash: string; limit: number | null; status: string }[] =>
      JSON.parse(readFileSync(join(cwd, 'output', prefix, 'keys.json'), 'utf8')).keys,
    /** requests that changed or tried to change something since the last call */
    sent: requestsSince(server.requests),
    hashOf: (person: string) => server.liveKeys().find(({ name }) => name.includes(person))?.hash ?? '',
  };
}

function requestsSince(requests: readonly { method: string; route: string; body: string }[]) {
  let seen = 0;
  return () => {
    const fresh = requests.slice(seen).filter(({ method }) => method !== 'GET');
    seen = requests.length;
    return fresh.map(({ route, body }) => `${route} ${body}`.trim());
  };
}
