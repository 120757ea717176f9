import { join } from 'node:path';
import { createTables } from '../../src/postgres/workshops.ts';
import { orkeys, type Screen, temporaryFolder, withoutPace } from './cli.ts';
import type { ContextOptions } from './context.ts';
import { PG_PASSWORD, type TestPostgres } from './postgres.ts';
import { useProvisioned } from './provisioned.ts';

export const PASSWORD = 'lusab-gutih-tugad-fikop';

/** A provisioned workshop that Ilze shares, and a folder of Anna's, who joined. Each test has a prefix of its own in one database. */
export async function useTeam(server: TestPostgres, url = server.url) {
  const world = await useProvisioned();
  // A test may have dropped them.
  await createTables(server.database);
  server.sql('DELETE FROM orkeys.workshop');
  const env = { ...world.env, PGPASSWORD: PG_PASSWORD, ORKEYS_SHARE_PASSWORD: PASSWORD };
  const annas = temporaryFolder();
  const ilze = (args: readonly string[], more: Partial<ContextOptions> = {}) => world.command(args, { env, ...more });
  const anna = (args: readonly string[], more: Partial<ContextOptions> = {}) =>
    orkeys(withoutPace(args), { cwd: annas, env, now: world.now, columns: 120, ...more });
  const share = (...more: string[]) => ilze(['share', 'start', url, '--prefix', 'SUMMER', '--as', 'Ilze', ...more]);
  const joinIt = (...more: string[]) => anna(['share', 'join', url, '--prefix', 'SUMMER', '--as', 'Anna', ...more]);
  const screen = (shown: Screen) =>
    world
      .screen(shown)
      .replaceAll(annas, '<anna>')
      .replaceAll(String(server.port), '<port>')
      .replaceAll(/\b\d+ ms away/g, '<n> ms away')
      .replaceAll(/PostgreSQL \d+\.\d+/g, 'PostgreSQL <version>')
      .replaceAll(/before-\w+\.jsonl/g, 'before-<time>.jsonl');
  return { ...world, env, annas, ilze, anna, share, joinIt, screen, annasFolder: join(annas, 'output', 'SUMMER') };
}
