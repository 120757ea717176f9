import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { removeSlot } from '../../src/postgres/workshops.ts';
import { startMailServer } from '../../src/sandbox/mail-server.ts';
import { startCuttingProxy } from '../support/cutting-proxy.ts';
import { usePostgres, WITHOUT_POSTGRES } from '../support/postgres.ts';
import { useTeam } from '../support/shared-team.ts';

const server = usePostgres();
const RESTORE = ['share', 'restore', 'SUMMER', '--yes'];

/** Ilze shares, Anna joined and then changed something; both saw all of it but for what is done to the database. */
async function useBoth() {
  const team = await useTeam(server);
  await team.share();
  await team.joinIt();
  await team.anna(['rotate', '--email', 'zane.ozola@example.net', '--yes']);
  const keys = () => team.sandbox.account.toJSON().keys.map(({ hash }) => hash);
  const lines = () => server.sql("SELECT count(*) FROM orkeys.line WHERE log = 'journal'", 'workshops').trim();
  return { ...team, keys, lines, sql: (text: string) => server.sql(text, 'workshops') };
}

describe.skipIf(WITHOUT_POSTGRES)(`share restore${WITHOUT_POSTGRES}`, () => {
  test('an older dump was restored: what is missing is shown and put back, and the others go on as if nothing had been', async () => {
    const { anna, ilze, screen, sql, keys, lines } = await useBoth();
    const [before, all] = [keys(), lines()];
    sql("DELETE FROM orkeys.line WHERE log = 'journal' AND seq > 9");
    expect(screen(await anna(['list', '--prefix', 'SUMMER']))).toMatchInlineSnapshot(`
      "exit 0
      --- stdout
      Server    http://<host>/api/v1 (from ORKEYS_BASE_URL)
      Spent     today $0.00, week $0.00, month $0.00, in all $0.00; total limit $3.00; credit left $1,000.00
      3 keys named like this, but not created by this workshop:
      KEY NAME                        SECRET               STATUS  LIMIT  SPENT  REMAINING  RESET  EXPIRES (UTC)  CREATED (UTC)
      SUMMER_Zane_Ozola_<tag>      <masked>  active  $1.00  $0.00      $1.00                        2026-03-02 09:00
      SUMMER_Valdis_Vēveris_<tag>  <masked>  active  $1.00  $0.00      $1.00                        2026-03-02 09:00
      SUMMER_Anda_Baklāne_<tag>    <masked>  active  $1.00  $0.00      $1.00                        2026-03-02 09:00

      3 keys, total limit $3.00, total spent $0.00, remaining $3.00
      --- stderr
      Note: The journal in <host>/workshops lacks line 14, which this computer saw: it is an older copy. Nothing was changed. Its participants are not shown.
      "
    `);
    expect(screen(await anna(['share', 'restore', '--dry-run']))).toMatchInlineSnapshot(`
      "exit 0
      --- stdout
      SUMMER in <host>/workshops, compared with what this computer saw:
      Journal    ends at line 9; this computer saw 14: puts back 5 lines
      Spending   0 lines, nothing is missing
      Hand-outs  0 lines, nothing is missing
      Dry run: nothing was changed.
      --- stderr
      "
    `);
    expect(lines()).toBe('10');
    expect((await anna(['share', 'restore'])).code).toBe(2);
    expect(screen(await anna(['share', 'restore'], { answers: ['n'] }))).toMatchInlineSnapshot(`
      "exit 0
      --- stdout
      --- stderr
      SUMMER in <host>/workshops, compared with what this computer saw:
      Journal    ends at line 9; this computer saw 14: puts back 5 lines
      Spending   0 lines, nothing is missing
      Hand-outs  0 lines, nothing is missing
      Put this back into <host>/workshops, for everybody? [y/N] Cancelled; nothing was changed.
      "
    `);
    expect(lines()).toBe('10');
    expect(screen(await anna(RESTORE))).toMatchInlineSnapshot(`
      "exit 0
      --- stdout
      Restored SUMMER in <host>/workshops: 5 lines put back.
      Next  what other computers saw later, they put back in the same way; then: orkeys doctor SUMMER
      --- stderr
      SUMMER in <host>/workshops, compared with what this computer saw:
      Journal    ends at line 9; this computer saw 14: puts back 5 lines
      Spending   0 lines, nothing is missing
      Hand-outs  0 lines, nothing is missing
      "
    `);
    expect(lines()).toBe(all);
    expect(screen(await anna(RESTORE))).toMatchInlineSnapshot(`
      "exit 0
      --- stdout
      SUMMER in <host>/workshops, compared with what this computer saw:
      Journal    14 lines, nothing is missing
      Spending   0 lines, nothing is missing
      Hand-outs  0 lines, nothing is missing
      Nothing to restore.
      --- stderr
      "
    `);
    for (const run of [anna, ilze]) expect((await run(['verify', '--prefix', 'SUMMER'])).code).toBe(0);
    expect((await ilze(['provision', 'SUMMER_participants.csv'])).stdout).toContain('Created 0 keys');
    expect(keys()).toEqual(before);
  });

  test('lines that were changed by hand are put back as they were; what members added after them stays', async () => {
    const { anna, ilze, screen, sql, lines } = await useBoth();
    await ilze(['update', '--prefix', 'SUMMER', '--add-limit', '1', '--yes']);
    const all = lines();
    sql("UPDATE orkeys.line SET body = set_byte(body, 20, get_byte(body, 20) # 1) WHERE log = 'journal' AND seq = 2");
    expect((await ilze(['journal', 'verify', 'SUMMER'])).code).toBe(0);
    expect(screen(await anna(['share', 'restore', '--dry-run']))).toMatchInlineSnapshot(`
      "exit 0
      --- stdout
      SUMMER in <host>/workshops, compared with what this computer saw:
      Journal    has lines that no member wrote: puts back 24 lines as they were
      Spending   0 lines, nothing is missing
      Hand-outs  0 lines, nothing is missing
      Dry run: nothing was changed.
      --- stderr
      "
    `);
    expect((await anna(RESTORE)).code).toBe(0);
    expect(lines()).toBe(all);
    const shown = JSON.parse((await anna(['list', '--prefix', 'SUMMER', '--json'])).stdout);
    expect(shown.keys.map(({ limit }: { limit: number }) => limit)).toEqual([2, 2, 2]);
  });

  test('lines that nobody can read any more go, and none before them; who saw them puts them back', async () => {
    const { anna, ilze, sql, lines } = await useBoth();
    await ilze(['update', '--prefix', 'SUMMER', '--add-limit', '1', '--yes']);
    const all = lines();
    sql("UPDATE orkeys.line SET body = set_byte(body, 20, get_byte(body, 20) # 1) WHERE log = 'journal' AND seq = 17");
    expect(await anna(['export', 'SUMMER'])).toMatchObject({ code: 2, stderr: expect.stringContaining('Line 17') });
    const { logs } = JSON.parse((await anna([...RESTORE, '--json'])).stdout);
    expect(logs[0]).toMatchObject({ state: 'changed', seen: 14, put_back: 16, unreadable: 8 });
    expect(lines()).toBe('17');
    expect((await ilze(RESTORE)).code).toBe(0);
    expect(lines()).toBe(all);
  });

  test.each([
    ['the workshop was deleted', 'DELETE FROM orkeys.workshop'],
    ['the tables were dropped', 'DROP SCHEMA orkeys CASCADE'],
  ])('%s: a computer that keeps the key puts all of it back, with a new password', async (_, text) => {
    const { anna, ilze, screen, sql, keys, joinIt, env } = await useBoth();
    const before = keys();
    sql(text);
    expect((await ilze(['export', 'SUMMER'])).code).toBe(2);
    const { ORKEYS_SHARE_PASSWORD: _password, ...without } = env;
    const restored = await anna([...RESTORE, '--json'], { env: without });
    expect(restored.stderr).toBe('');
    const { deleted, password, logs } = JSON.parse(restored.stdout);
    expect([deleted, password]).toEqual([true, expect.stringMatching(/^(?:[a-z]{5}-){3}[a-z]{5}$/)]);
    expect(logs[0]).toMatchObject({ name: 'journal', state: 'behind', stored: 0 });
    for (const run of [anna, ilze]) expect((await run(['verify', '--prefix', 'SUMMER'])).code).toBe(0);
    expect((await ilze(['provision', 'SUMMER_participants.csv'])).stdout).toContain('Created 0 keys');
    expect(keys()).toEqual(before);
    expect((await joinIt()).code).toBe(4);
    expect((await ilze(['share', 'password', 'list'])).stdout).toContain('  Anna\n');
    expect(screen(await anna(['share', 'status']))).toContain('all saved here too');
  });

  test('two computers that put back a deleted workshop at once show one password, which opens it', async () => {
    const { anna, ilze, sql, joinIt, env, lines } = await useBoth();
    await ilze(['list', '--prefix', 'SUMMER']);
    const all = lines();
    sql('DELETE FROM orkeys.workshop');
    const { ORKEYS_SHARE_PASSWORD: _password, ...without } = env;
    const both = await Promise.all([anna, ilze].map((run) => run([...RESTORE, '--json'], { env: without })));
    const passwords = both.flatMap(({ code, stdout }) => (code === 0 ? [JSON.parse(stdout).password] : []));
    expect(both.map(({ code }) => code).every((code) => code === 0 || code === 7)).toBe(true);
    expect(passwords.filter((password) => password !== null)).toHaveLength(1);
    for (const run of [anna, ilze]) expect((await run(RESTORE)).code).toBe(0);
    expect(lines()).toBe(all);
    const shown = passwords.find((password) => password !== null);
    expect((await joinIt('--dry-run')).code).toBe(4);
    Object.assign(env, { ORKEYS_SHARE_PASSWORD: shown });
    expect((await joinIt('--dry-run')).code).toBe(0);
  });

  test('killed before it showed the new password, the next call makes another', async () => {
    const { anna, sql, joinIt, env } = await useBoth();
    sql('DELETE FROM orkeys.workshop');
    expect((await anna(RESTORE)).code).toBe(0);
    sql('UPDATE orkeys.workshop SET ready = false');
    const { ORKEYS_SHARE_PASSWORD: _password, ...without } = env;
    const { password } = JSON.parse((await anna([...RESTORE, '--json'], { env: without })).stdout);
    expect((await joinIt('--dry-run')).code).toBe(4);
    Object.assign(env, { ORKEYS_SHARE_PASSWORD: password });
    expect((await joinIt('--dry-run')).code).toBe(0);
  });

  test('what members went on with is never overwritten: that is refused, and nothing changes', async () => {
    const { anna, ilze, screen, sql, lines, folder } = await useBoth();
    sql("DELETE FROM orkeys.line WHERE log = 'journal' AND seq > 9");
    // Ilze never saw what is gone, so to her the database is whole.
    rmSync(join(folder, 'mirror-journal.txt'));
    expect((await ilze(['update', '--prefix', 'SUMMER', '--add-limit', '1', '--yes'])).code).toBe(0);
    const before = lines();
    expect(screen(await anna(RESTORE))).toMatchInlineSnapshot(`
      "exit 2
      --- stdout
      --- stderr
      Error: The journal of SUMMER in <host>/workshops went on without lines that this computer saw. Nothing was changed.
      Hint: Both are what members wrote, so nothing is put back. To go on with what is in the database: orkeys share leave SUMMER, then orkeys share join; orkeys doctor then names keys that nobody has.
      "
    `);
    expect(lines()).toBe(before);
  });

  test.each([
    ['with nothing but what is in the newer one', false],
    ['on which members went on', true],
  ])('a log that was written anew, and then an older copy of it, %s', async (_, goesOn) => {
    const { anna, ilze, sql, env } = await useBoth();
    const mails = await startMailServer({ deliver: () => undefined });
    const set = { ...env, ORKEYS_SMTP_URL: `smtp://127.0.0.1:${mails.port}`, ORKEYS_MAIL_FROM: 'zane@example.org' };
    let time = Date.parse('2026-03-02T10:00:00Z');
    const now = () => {
      time += 1000;
      return new Date(time);
    };
    const slips = ['handout', 'slips', 'SUMMER'];
    expect((await anna(slips)).code).toBe(0);
    sql('CREATE TABLE kept_lock AS TABLE orkeys.lock; CREATE TABLE kept_line AS TABLE orkeys.line');
    // The first email raises the version of the log of hand-outs.
    expect((await anna(['mail', 'send', 'SUMMER', '--yes'], { env: set, now })).code).toBe(0);
    sql(
      "DELETE FROM orkeys.line WHERE log = 'handouts'; INSERT INTO orkeys.line SELECT * FROM kept_line WHERE log = 'handouts'; " +
        "UPDATE orkeys.lock SET generation = kept_lock.generation FROM kept_lock WHERE lock.workshop = kept_lock.workshop AND lock.name = kept_lock.name AND lock.name = 'handouts'; " +
        'DROP TABLE kept_lock; DROP TABLE kept_line',
    );
    if (goesOn) expect((await ilze(slips, { now })).code).toBe(0);
    const restored = await anna(RESTORE);
    await mails.close();
    if (goesOn) {
      expect(restored).toMatchObject({ code: 2, stderr: expect.stringContaining('went on without lines') });
      return;
    }
    expect(restored.code, restored.stderr).toBe(0);
    expect((await anna(['mail', 'status', 'SUMMER'])).stdout).toContain('3 accepted by the server');
  });

  test('a computer that saw too little says so, and one without the key cannot open what is gone', async () => {
    const { anna, ilze, annasFolder, sql } = await useBoth();
    rmSync(join(annasFolder, 'mirror-journal.txt'));
    sql("DELETE FROM orkeys.line WHERE log = 'journal' AND seq = 3");
    expect(await anna(RESTORE)).toMatchObject({ code: 2, stderr: expect.stringContaining('saw too little of it') });
    expect((await ilze(RESTORE)).code).toBe(0);
    sql('DELETE FROM orkeys.workshop');
    rmSync(join(annasFolder, 'shared.key'));
    expect(await anna(RESTORE)).toMatchObject({ code: 4, stderr: expect.stringContaining('no password of SUMMER') });
  });

  test('two computers at once: one puts it back, the other finds it whole or waits its turn', async () => {
    const { anna, ilze, sql, lines } = await useBoth();
    await ilze(['list', '--prefix', 'SUMMER']);
    const all = lines();
    sql("DELETE FROM orkeys.line WHERE log = 'journal' AND seq > 2");
    const ended = await Promise.all([anna(RESTORE), ilze(RESTORE)]);
    expect(ended.map(({ code }) => code).every((code) => code === 0 || code === 7)).toBe(true);
    // Who came too late to the lock tries again; Ilze saw less than Anna.
    expect((await anna(RESTORE)).code).toBe(0);
    expect((await ilze(RESTORE)).code).toBe(0);
    expect(lines()).toBe(all);
  });
});

describe.skipIf(WITHOUT_POSTGRES)(`share password${WITHOUT_POSTGRES}`, () => {
  test('each member has a password of their own, and one that is removed opens nothing', async () => {
    const { ilze, anna, screen, share, env } = await useTeam(server);
    await share();
    const set = { ...env, ORKEYS_SHARE_NEW_PASSWORD: 'annas-own-password' };
    expect(screen(await ilze(['share', 'password', 'add', 'Anna', '--dry-run'], { env: set }))).toMatchInlineSnapshot(`
      "exit 0
      --- stdout
      Would add the password of Anna for SUMMER in <host>/workshops.
      Dry run: nothing was changed.
      --- stderr
      "
    `);
    expect(screen(await ilze(['share', 'password', 'add', 'Anna'], { env: set }))).toMatchInlineSnapshot(`
      "exit 0
      --- stdout
      Added the password of Anna for SUMMER in <host>/workshops.
      Passwords  Ilze, Anna
      --- stderr
      "
    `);
    const made = JSON.parse((await ilze(['share', 'password', 'add', 'Bo', '--json'])).stdout);
    expect(made.password).toMatch(/^(?:[a-z]{5}-){3}[a-z]{5}$/);
    expect(await ilze(['share', 'password', 'add', 'Anna'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('Anna has a password of SUMMER already'),
    });
    const joinAs = (password: string) =>
      anna(['share', 'join', server.url, '--prefix', 'SUMMER', '--as', 'Anna', '--dry-run'], {
        env: { ...env, ORKEYS_SHARE_PASSWORD: password },
      });
    for (const password of ['annas-own-password', made.password]) expect((await joinAs(password)).code).toBe(0);
    expect(screen(await ilze(['share', 'password', 'remove', 'Anna'], { answers: ['y'] }))).toMatchInlineSnapshot(`
      "exit 0
      --- stdout
      Removed the password of Anna for SUMMER in <host>/workshops.
      Passwords  Ilze, Bo
      Still      whoever knew it may have a copy of the keys, and of shared.key, which opens the workshop too
      Next       drop their database role, then: orkeys rotate --prefix SUMMER
      --- stderr
      Remove the password of Anna, one of 3? [y/N] "
    `);
    expect((await joinAs('annas-own-password')).code).toBe(4);
    expect((await joinAs(made.password)).code).toBe(0);
    expect(screen(await ilze(['share', 'password', 'remove', 'Boo', '--yes']))).toMatchInlineSnapshot(`
      "exit 2
      --- stdout
      --- stderr
      Error: SUMMER has no password of Boo. Nothing was changed.
      Hint: Did you mean Bo?
      "
    `);
    expect((await ilze(['share', 'password', 'remove', 'Bo', '--yes'])).code).toBe(0);
    expect(screen(await ilze(['share', 'password', 'remove', 'Ilze', '--yes']))).toMatchInlineSnapshot(`
      "exit 2
      --- stdout
      --- stderr
      Error: This is the only password of SUMMER, and nobody could join any more. Nothing was changed.
      Hint: Add another one first: orkeys share password add NAME --prefix SUMMER
      "
    `);
    expect(screen(await ilze(['share', 'password', 'list']))).toMatchInlineSnapshot(`
      "exit 0
      --- stdout
      SUMMER in <host>/workshops is opened by 1 password:
        Ilze
      --- stderr
      "
    `);
  });

  test('an answer that is lost when a password is added: it is there once, and shown', async () => {
    const proxy = await startCuttingProxy(server.port);
    const { ilze, share, joinIt, env } = await useTeam(server, server.url.replace(`${server.port}`, `${proxy.port}`));
    await share();
    proxy.cut('INSERT INTO orkeys.slot', 'after');
    const { password, passwords } = JSON.parse((await ilze(['share', 'password', 'add', 'Anna', '--json'])).stdout);
    expect([proxy.cuts(), passwords]).toEqual([1, ['Ilze', 'Anna']]);
    Object.assign(env, { ORKEYS_SHARE_PASSWORD: password });
    expect((await joinIt('--dry-run')).code).toBe(0);
    await proxy.close();
  });

  test('a password that took the number of another meanwhile is not removed in its place', async () => {
    const { ilze, share } = await useTeam(server);
    await share();
    await ilze(['share', 'password', 'add', 'Bo']);
    const [id = ''] = server.sql("SELECT workshop FROM orkeys.slot WHERE label = 'Bo'").split('\n');
    expect(await removeSlot(server.database, id, { id: 2, label: 'Anna' })).toBe(false);
    expect(await removeSlot(server.database, id, { id: 2, label: 'Bo' })).toBe(true);
  });

  test('two people who add passwords at once get both', async () => {
    const { ilze, share, env } = await useTeam(server);
    await share();
    const ended = await Promise.all(
      ['Anna', 'Bo', 'Cy'].map((name) => ilze(['share', 'password', 'add', name], { env })),
    );
    expect(ended.map(({ code }) => code)).toEqual([0, 0, 0]);
    expect((await ilze(['share', 'password', 'list'])).stdout).toContain('opened by 4 passwords');
  });
});

describe.skipIf(WITHOUT_POSTGRES)(`a role in the database for each member${WITHOUT_POSTGRES}`, () => {
  test('as docs/shared.md says: each uses the workshop with a role of their own, and one that leaves can be dropped', async () => {
    const { ilze, anna, env } = await useTeam(server);
    server.sql('DROP SCHEMA orkeys CASCADE');
    for (const name of ['anna', 'ilze', 'orkeys']) server.sql(`DROP ROLE IF EXISTS ${name}`);
    server.sql((await ilze(['share', 'sql'])).stdout);
    for (const name of ['ilze', 'anna']) server.sql(`CREATE ROLE ${name} LOGIN PASSWORD '${name}-role' IN ROLE orkeys`);
    const as = (name: string) => ({ env: { ...env, PGPASSWORD: `${name}-role` } });
    const urlOf = (name: string) => server.url.replace(/\/\/[^@]+@/, `//${name}@`);
    const done = async (run: typeof ilze, name: string, ...args: string[]) => {
      const { code, stdout, stderr } = await run(args, as(name));
      expect({ args, code, said: code === 0 ? '' : stdout + stderr }).toEqual({ args, code: 0, said: '' });
    };
    await done(ilze, 'ilze', 'share', 'start', urlOf('ilze'), '--prefix', 'SUMMER', '--as', 'Ilze');
    await done(ilze, 'ilze', 'share', 'password', 'add', 'Anna');
    await done(anna, 'anna', 'share', 'join', urlOf('anna'), '--prefix', 'SUMMER', '--as', 'Anna');
    await done(anna, 'anna', 'rotate', '--prefix', 'SUMMER', '--yes');
    await done(ilze, 'ilze', 'share', 'password', 'remove', 'Anna', '--yes');
    server.sql('DROP ROLE anna');
    expect((await anna(['export', 'SUMMER'], as('anna'))).code).not.toBe(0);
    await done(ilze, 'ilze', 'verify', '--prefix', 'SUMMER');
  });

  test('two people who remove the last two passwords at once leave one', async () => {
    const { ilze, share } = await useTeam(server);
    await share();
    expect((await ilze(['share', 'password', 'add', 'Anna'])).code).toBe(0);
    const ended = await Promise.all(
      ['Ilze', 'Anna'].map((name) => ilze(['share', 'password', 'remove', name, '--yes'])),
    );
    expect(ended.map(({ code }) => code).sort()).toEqual([0, 2]);
    expect((await ilze(['share', 'password', 'list'])).stdout).toContain('opened by 1 password');
  });
});
