import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { PG_PASSWORD, usePostgres, WITHOUT_POSTGRES } from '../support/postgres.ts';
import { PASSWORD, useTeam } from '../support/shared-team.ts';

const server = usePostgres();

const useShared = () => useTeam(server);

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

  test('without a password that is set, one is made and shown once; JSON has it, and no file', async () => {
    const { ilze, anna, env, folder } = await useShared();
    const { ORKEYS_SHARE_PASSWORD: _, ...without } = env;
    const args = ['share', 'start', server.url, '--prefix', 'SUMMER', '--json'];
    const started = JSON.parse((await ilze(args, { env: without })).stdout);
    expect(started).toMatchObject({
      command: 'share start',
      lines: { journal: 8 },
      database: expect.stringContaining('/workshops'),
    });
    expect(started.password).toMatch(/^(?:[a-z]{5}-){3}[a-z]{5}$/);
    for (const name of readdirSync(folder))
      expect(readFileSync(join(folder, name), 'latin1')).not.toContain(started.password);
    const join1 = ['share', 'join', server.url, '--prefix', 'SUMMER'];
    expect((await anna(join1, { env: without, stdin: Buffer.from('wrong\n') })).code).toBe(4);
    const joined = await anna(join1, { env: { ...without, ORKEYS_SHARE_PASSWORD: started.password } });
    expect(joined.code).toBe(0);
  });

  test('what stays in the folder is private, and names neither people nor the password of the database', async () => {
    const { share, folder } = await useShared();
    await share();
    const marker = readFileSync(join(folder, 'shared.json'), 'utf8');
    expect(marker).not.toContain(PG_PASSWORD);
    for (const name of ['shared.json', 'shared.key', 'mirror-journal.txt']) {
      expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
      expect(readFileSync(join(folder, name), 'utf8')).not.toMatch(/Zane|Baklāne|example/);
    }
    expect(existsSync(join(folder, 'journal.jsonl'))).toBe(false);
    expect(server.dump()).not.toMatch(/Zane|zane|sk-or/);
  });

  test('with --ask no key stays, and each command needs the password', async () => {
    const { share, ilze, env, folder } = await useShared();
    await share('--ask');
    expect(existsSync(join(folder, 'shared.key'))).toBe(false);
    expect((await ilze(['verify', '--prefix', 'SUMMER'])).code).toBe(0);
    const { ORKEYS_SHARE_PASSWORD: _, ...without } = env;
    expect((await ilze(['export', 'SUMMER'], { env: without })).code).toBe(4);
    expect((await ilze(['export', 'SUMMER'], { env: without, answers: [PASSWORD] })).code).toBe(0);
    expect(
      (await ilze(['export', 'SUMMER'], { env: { ...env, ORKEYS_SHARE_PASSWORD: 'another-password' } })).code,
    ).toBe(4);
  });

  test('a dry run changes nothing, here or there', async () => {
    const { share, joinIt, folder, annas } = await useShared();
    const before = readdirSync(folder);
    const { code, stdout } = await share('--dry-run');
    expect([code, stdout]).toEqual([0, expect.stringContaining('Would share SUMMER')]);
    expect(readdirSync(folder)).toEqual(before);
    expect(server.sql('SELECT count(*) FROM orkeys.workshop').trim()).toBe('0');
    await share();
    expect((await joinIt('--dry-run')).stdout).toContain('Would join SUMMER');
    expect(readdirSync(annas)).toEqual([]);
  });

  test('leaving forgets it here alone; back into files takes it from everybody', async () => {
    const { share, joinIt, ilze, anna, annas, folder, screen } = await useShared();
    const before = readFileSync(join(folder, 'journal.jsonl'), 'utf8');
    await share();
    await joinIt();
    expect((await anna(['share', 'leave', 'SUMMER'])).code).toBe(2);
    expect((await anna(['share', 'leave', 'SUMMER', '--yes'])).code).toBe(0);
    expect(readdirSync(join(annas, 'output', 'SUMMER'))).toEqual(['.gitignore']);
    await joinIt();
    expect(screen(await ilze(['share', 'leave', 'SUMMER', '--to-file', '--yes']))).toMatchInlineSnapshot(`
      "exit 0
      --- stdout
      Moved back into files SUMMER in <folder>/output/SUMMER: 8 lines of the journal
      --- stderr
      "
    `);
    expect(readFileSync(join(folder, 'journal.jsonl'), 'utf8')).toBe(before);
    const again = await ilze(['provision', 'SUMMER_participants.csv']);
    expect([again.code, again.stderr]).toEqual([0, expect.any(String)]);
    expect(screen(await anna(['verify', '--prefix', 'SUMMER']))).toMatchInlineSnapshot(`
      "exit 2
      --- stdout
      --- stderr
      Error: No saved keys in <anna>/output.

        SUMMER was taken out of <host>/workshops, back into files. Its participants are not shown.

      Hint: Create keys with orkeys provision, or use another output folder with --out.
      "
    `);
    expect(screen(await anna(['export', 'SUMMER']))).toMatchInlineSnapshot(`
      "exit 2
      --- stdout
      --- stderr
      Error: SUMMER was taken out of <host>/workshops, back into files.
      Hint: Ask who did it, or forget it here with: orkeys share leave SUMMER
      "
    `);
    expect((await share()).code).toBe(0);
  });

  test('purge removes the secrets from the database too, and from the mirrors of others when they look', async () => {
    const { share, joinIt, ilze, anna, annasFolder } = await useShared();
    await share();
    await joinIt();
    await anna(['handout', 'table', 'SUMMER']);
    await anna(['usage', 'SUMMER']);
    const revoked = await anna(['revoke', '--prefix', 'SUMMER', '--yes']);
    expect([revoked.code, revoked.stderr]).toEqual([0, expect.any(String)]);
    expect((await ilze(['purge', 'SUMMER', '--people', '--yes'])).code).toBe(0);
    expect(server.sql(`SELECT log, count(*) FROM orkeys.line GROUP BY log ORDER BY log`)).toMatch(
      /^handouts\|1\njournal\|\d+\nusage\|1\n$/,
    );
    expect((await anna(['export', 'SUMMER'])).stderr).toBe('');
    expect(readFileSync(join(annasFolder, 'keys.json'), 'utf8')).not.toMatch(/sk-or-v1-sandbox-|Zane/);
  });

  test('doctor reads the journal from the database, and tells which server keeps it and who uses it', async () => {
    const { share, ilze } = await useShared();
    await share();
    const free = (await ilze(['doctor', '--verbose', '--prefix', 'SUMMER'])).stdout;
    expect(free).toMatch(/intact: 8 entries, 3 secrets/);
    expect(free.replaceAll(/\s+/g, ' ')).toMatch(
      / SUMMER: database \S+\/workshops, PostgreSQL \d+\.\d+; no TLS, on this computer; \d+ ms away; 8 lines, all of them saved here too; /,
    );
    expect(free).toMatch(/lock +free\n/);
    server.sql(`UPDATE orkeys.lock SET held_until = '2999-01-01T10:00:00Z', epoch = epoch + 1, holder = '{"run":"r","member":"Anna",
      "host":"anna-pc","command":"sync","pid":1,"started_at":"2026-03-02T08:59:00Z"}' WHERE name = 'journal'`);
    expect((await ilze(['doctor', '--verbose', '--prefix', 'SUMMER'])).stdout.replaceAll(/\s+/g, ' ')).toContain(
      'in use by Anna (orkeys sync on anna-pc)',
    );
  });

  test('who holds the workshop is told, by name, and until when', async () => {
    const { share, joinIt, anna, screen } = await useShared();
    await share();
    await joinIt();
    server.sql(`UPDATE orkeys.lock SET held_until = '2999-01-01T10:00:00Z', epoch = epoch + 1, holder = '{"run":"r","member":"Ilze",
      "host":"ilze-pc","command":"sync","pid":1,"started_at":"2026-03-02T08:59:00Z","boot":"x","machine":"y"}' WHERE name = 'journal'`);
    expect(screen(await anna(['revoke', '--prefix', 'SUMMER', '--yes']))).toMatchInlineSnapshot(`
      "exit 7
      --- stdout
      --- stderr
      Error: Ilze (orkeys sync on ilze-pc) has been using the shared workshop SUMMER since 2026-03-02 08:59 UTC.
      Hint: Wait for it to finish, then run the same command again. If that run has ended, the workshop is free after 10:00:00 UTC.
      "
    `);
    expect((await anna(['list', '--prefix', 'SUMMER'])).code).toBe(0);
  });
});

describe.skipIf(WITHOUT_POSTGRES)(`what cannot be shared${WITHOUT_POSTGRES}`, () => {
  const START = ['share', 'start'];
  const at = (url: string) => [...START, url, '--prefix', 'SUMMER'];

  test('each reason is told with what to type, and nothing is changed', async () => {
    const { ilze, anna, share, env, screen, folder } = await useShared();
    const before = readdirSync(folder);
    const address = `127.0.0.1:${server.port}/workshops`;
    const tries: [string, string[], Record<string, string>, number][] = [
      ['password in the argument', at(`postgres://x:secret@${address}`), {}, 2],
      ['weak TLS', at('postgres://x@db.example.org/workshops?sslmode=require'), {}, 2],
      ['unknown parameter', at(`postgres://x@${address}?target_session_attrs=any`), {}, 2],
      ['no database', at('mysql://x@127.0.0.1/workshops'), {}, 2],
      ['nobody there', at('postgres://x@127.0.0.1:1/workshops'), {}, 6],
      ['no such host', at('postgres://x@nowhere.invalid/workshops'), {}, 6],
      ['unknown database', at(server.url.replace('workshops', 'nothing')), {}, 2],
      ['wrong role password', at(server.url), { PGPASSWORD: 'wrong-password' }, 4],
      ['no role password', at(server.url), { PGPASSWORD: '' }, 4],
      ['short workshop password', at(server.url), { ORKEYS_SHARE_PASSWORD: 'short' }, 2],
    ];
    for (const [name, args, more, code] of tries) {
      const shown = await ilze(args, { env: { ...env, ...more } });
      expect([name, shown.code, shown.stdout]).toEqual([name, code, '']);
      expect(shown.stderr, name).toMatch(/^Error: .+\nHint: .+/);
      expect(shown.stderr, name).not.toMatch(/secret@|wrong-password/);
    }
    expect(readdirSync(folder)).toEqual(before);
    const join2 = ['share', 'join', server.url, '--prefix', 'SUMMER'];
    expect(screen(await anna(join2))).toMatchInlineSnapshot(`
      "exit 2
      --- stdout
      --- stderr
      Error: <host>/workshops has no shared workshop SUMMER.
      Hint: Check the address and the prefix. If it was deleted there, a computer that uses it can put it back: orkeys share restore
      "
    `);
    await share();
    expect(
      screen(await anna(join2, { env: { ...env, ORKEYS_SHARE_PASSWORD: 'not-the-password' } })),
    ).toMatchInlineSnapshot(`
      "exit 4
      --- stdout
      --- stderr
      Error: This is not a password of the shared workshop SUMMER.
      Hint: Ask who shared it. Each member may have a password of their own.
      "
    `);
    expect(screen(await share())).toMatchInlineSnapshot(`
      "exit 2
      --- stdout
      --- stderr
      Error: SUMMER is shared already.
      Hint: See with whom: orkeys share status SUMMER
      "
    `);
  });
});
