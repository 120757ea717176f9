import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { run } from '../../src/main.ts';
import { createTestContext } from '../support/context.ts';
import { usePostgres, WITHOUT_POSTGRES } from '../support/postgres.ts';
import { useTeam } from '../support/shared-team.ts';

const server = usePostgres();

const HELD_BY_ILZE = `UPDATE orkeys.lock SET held_until = '2999-01-01T10:00:00Z', epoch = epoch + 1, holder = '{"run":"r","member":"Ilze",
  "host":"ilze-pc","command":"sync","pid":1,"started_at":"2026-03-02T08:59:00Z","boot":"x","machine":"y"}'`;

describe.skipIf(WITHOUT_POSTGRES)(`--wait in a shared workshop${WITHOUT_POSTGRES}`, () => {
  test('says whom it waits for, and how long; then it is exit 7, and with --json the error alone is told', async () => {
    const { share, joinIt, anna, screen } = await useTeam(server);
    await share();
    await joinIt();
    server.sql(HELD_BY_ILZE);
    expect(screen(await anna(['revoke', '--prefix', 'SUMMER', '--yes', '--wait', '3']))).toMatchInlineSnapshot(`
      "exit 7
      --- stdout
      --- stderr
      Ilze (orkeys sync on ilze-pc) has been using the shared workshop SUMMER since 2026-03-02 08:59 UTC. Waiting 3 s at most.
      Error: Ilze (orkeys sync on ilze-pc) has been using the shared workshop SUMMER since 2026-03-02 08:59 UTC.
      Hint: Wait for it to finish, then run the same command again. If that run has ended, the workshop is free after 10:00:00 UTC.
      "
    `);
    const { stderr } = await anna(['export', 'SUMMER', '--wait', '1', '--json']);
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'locked' } });
  });

  test('Ctrl-C ends the waiting', async () => {
    const { share, joinIt, env, annas } = await useTeam(server);
    await share();
    await joinIt();
    server.sql(HELD_BY_ILZE);
    const ctx = createTestContext({ cwd: annas, env });
    const sleep = async () => ctx.interrupt();
    expect(await run(['export', 'SUMMER', '--wait', '3600'], { ...ctx, sleep })).toBe(130);
  });
});

describe.skipIf(WITHOUT_POSTGRES)(`share join --no-files${WITHOUT_POSTGRES}`, () => {
  test('a server changes keys and keeps no table of them; export writes it, and purge takes the secrets out of it', async () => {
    const { share, joinIt, anna, ilze, annasFolder, screen } = await useTeam(server);
    await share();
    await joinIt('--no-files');
    const results = () => ['keys.json', 'keys.xlsx'].filter((name) => existsSync(join(annasFolder, name)));
    const changing = [
      ['rotate', '--prefix', 'SUMMER', '--yes'],
      ['create', 'Solo', '--prefix', 'SUMMER', '--yes'],
      ['update', '--prefix', 'SUMMER', '--add-limit', '1', '--yes'],
    ];
    for (const args of changing) expect((await anna(args)).code, args[0]).toBe(0);
    expect(results()).toEqual([]);
    expect((await anna(['doctor', '--prefix', 'SUMMER'])).stdout).not.toContain('keys.json is missing');
    expect((await anna(['share', 'status'])).stdout).toContain('none are written here: orkeys export writes them');
    expect(screen(await ilze(['provision', 'SUMMER_participants.csv', '--yes']))).toMatch(
      /keys\.json .+\n(?: {2}keys\.xlsx .+\n)? {2}shared journal {1,2}record of all changes/,
    );
    expect((await anna(['export', 'SUMMER'])).code).toBe(0);
    expect(results()).toEqual(['keys.json', 'keys.xlsx']);
    await ilze(['revoke', '--prefix', 'SUMMER', '--yes']);
    expect((await anna(['purge', 'SUMMER', '--yes'])).code).toBe(0);
    expect(readFileSync(join(annasFolder, 'keys.json'), 'utf8')).not.toContain('sk-or-v1-');
  });
});
