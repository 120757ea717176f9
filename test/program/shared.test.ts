import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { PG_PASSWORD, PG_USER, usePostgres, WITHOUT_POSTGRES } from '../support/postgres.ts';
import { useTwoAccounts, WORK_KEY } from '../support/two-accounts.ts';
import { useExecutable } from './support/place.ts';

const server = usePostgres();
const alone = useExecutable();

describe.skipIf(WITHOUT_POSTGRES)(`a shared workshop${WITHOUT_POSTGRES}`, () => {
  test('is started by one single executable, and joined and used by another', async () => {
    const service = await useTwoAccounts();
    const set = {
      PGPASSWORD: PG_PASSWORD,
      ORKEYS_SHARE_PASSWORD: 'lusab-gutih-tugad-fikop',
      OPENROUTER_MANAGEMENT_KEY: WORK_KEY,
      ORKEYS_BASE_URL: service.url,
    };
    const url = `postgres://${PG_USER}@127.0.0.1:${server.port}/workshops`;
    const [ilze, anna] = [alone.openPlace(), alone.openPlace()];
    const provision = ['provision', 'W.csv', '--limit', '1', '--rate', 'off', '--yes'];
    for (const { cwd } of [ilze, anna]) writeFileSync(join(cwd, 'W.csv'), 'E-mail,Name\nada@example.org,Ada\n');
    const steps: [typeof ilze, readonly string[]][] = [
      [ilze, provision],
      [ilze, ['share', 'start', url, '--prefix', 'W', '--as', 'Ilze']],
      [anna, ['share', 'join', url, '--prefix', 'W', '--as', 'Anna']],
      [anna, provision],
      [anna, ['rotate', '--prefix', 'W', '--rate', 'off', '--yes']],
      [ilze, provision],
      [ilze, ['share', 'status']],
    ];
    for (const [{ run }, args] of steps) {
      const { code, stdout, stderr } = await run(args, set);
      expect({ args, code, said: code === 0 ? '' : stdout + stderr }).toEqual({ args, code: 0, said: '' });
    }
    const creates = service.requests.filter(({ method, path }) => method === 'POST' && path.startsWith('/keys'));
    expect(creates).toHaveLength(2);
  });
});
