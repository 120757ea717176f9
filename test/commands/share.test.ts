import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { orkeys, type Screen, temporaryFolder, withoutPace } from '../support/cli.ts';
import type { ContextOptions } from '../support/context.ts';
import { PG_PASSWORD, usePostgres, WITHOUT_POSTGRES } from '../support/postgres.ts';
import { useProvisioned } from '../support/provisioned.ts';

const server = usePostgres();

const PASSWORD = 'lusab-gutih-tugad-fikop';

/** A provisioned workshop that Ilze shares, and a folder of Anna's, who joined. Each test has a prefix of its own in one database. */
async function useShared() {
  const world = await useProvisioned();
  server.sql('DELETE FROM orkeys.workshop');
  const env = { ...world.env, PGPASSWORD: PG_PASSWORD, ORKEYS_SHARE_PASSWORD: PASSWORD };
  const annas = temporaryFolder();
  const ilze = (args: readonly string[], more: Partial<ContextOptions> = {}) => world.command(args, { env, ...more });
  const anna = (args: readonly string[], more: Partial<ContextOptions> = {}) =>
    orkeys(withoutPace(args), { cwd: annas, env, now: world.now, columns: 120, ...more });
  const share = (...more: string[]) =>
    ilze(['share', 'start', server.url, '--prefix', 'SUMMER', '--as', 'Ilze', ...more]);
  const joinIt = (...more: string[]) =>
    anna(['share', 'join', server.url, '--prefix', 'SUMMER', '--as', 'Anna', ...more]);
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

describe.skipIf(WITHOUT_POSTGRES)(`sharing a workshop${WITHOUT_POSTGRES}`, () => {
  test('a colleague on another computer sees, hands out and rotates the keys', async () => {
    const { share, joinIt, anna, ilze, screen, saved } = await useShared();
    expect(screen(await share())).toMatchInlineSnapshot(`
      "exit 0
      --- stdout
      Shared SUMMER in <host>/workshops
      Moved   8 lines of the journal
      As      Ilze
      Backup  <folder>/output/SUMMER/journal-before-<time>.jsonl
      Others join with their own database role, and the password: orkeys share join <url> --prefix SUMMER
      --- stderr
      "
    `);
    expect(screen(await joinIt())).toMatchInlineSnapshot(`
      "exit 0
      --- stdout
      Joined SUMMER in <host>/workshops
      Has        8 lines of the journal
      As         Anna
      Passwords  1
      Folder     <anna>/output/SUMMER
      To write the results here: orkeys export SUMMER
      --- stderr
      "
    `);
    expect(screen(await anna(['share', 'status']))).toMatchInlineSnapshot(`
      "exit 0
      --- stdout
      SUMMER is shared in <host>/workshops
      Server     PostgreSQL <version>, <n> ms away
      You are    Anna
      Passwords  Ilze
      Journal    8 lines, all saved here too
      Spending   0 lines, all saved here too
      Hand-outs  0 lines, all saved here too
      In use     by nobody
      --- stderr
      "
    `);
    expect((await anna(['verify', '--prefix', 'SUMMER'])).code).toBe(0);
    const shown = await anna(['show', 'zane.ozola@example.net', '--reveal'], { answers: [] });
    expect(shown.stdout).toContain(saved[2]?.key);
    expect((await anna(['rotate', '--email', 'zane.ozola@example.net', '--yes'])).code).toBe(0);
    const after = await ilze(['show', 'zane.ozola@example.net', '--reveal'], { answers: [] });
    expect(after.code).toBe(0);
    expect(after.stdout).not.toContain(saved[2]?.key);
    expect((await ilze(['provision', 'SUMMER_participants.csv'])).code).toBe(0);
    expect((await anna(['list', '--prefix', 'SUMMER', '--json'])).stdout.match(/"hash"/g)).toHaveLength(3);
  });
});

void [existsSync, readdirSync, readFileSync, statSync, writeFileSync];
