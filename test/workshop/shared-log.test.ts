import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../support/cli.ts';
import { usePostgres, WITHOUT_POSTGRES } from '../support/postgres.ts';
import { textLines, useSharedWorkshop } from './shared-world.ts';

const server = usePostgres();

const LINES = ['{"type":"journal"}', 'Zanis zanis@example.org', 'sk-or-v1-test-0123456789', 'last'];

/** A member who saw all lines, and a way to change what the database has. */
async function useSeen() {
  const world = await useSharedWorkshop(server, LINES);
  const folder = temporaryFolder();
  const seen = world.member({ folder });
  await seen.log('journal').read();
  await seen.log('journal').save();
  const where = `workshop = '${world.workshop}' AND log = 'journal'`;
  return {
    ...world,
    folder,
    /** the same computer, later */
    later: () => world.member({ folder }).log('journal'),
    stranger: () => world.member().log('journal'),
    change: (text: string) => server.sql(text.replaceAll('WHERE', `WHERE ${where} AND`)),
  };
}

describe.skipIf(WITHOUT_POSTGRES)(`a shared log that is read${WITHOUT_POSTGRES}`, () => {
  test('has all lines, for who saw them before and for who did not', async () => {
    const { later, stranger } = await useSeen();
    expect(textLines(await later().read())).toEqual(LINES);
    expect(textLines(await stranger().read())).toEqual(LINES);
  });

  test('from a mirror it needs only what was added since', async () => {
    const { later, open, member, workshop } = await useSeen();
    const { log } = await open(member());
    await log.append('new');
    // What the mirror has is not asked for: it may be gone, but for the last that was seen.
    server.sql(`DELETE FROM orkeys.line WHERE workshop = '${workshop}' AND log = 'journal' AND seq BETWEEN 1 AND 3`);
    expect(textLines(await later().read())).toEqual([...LINES, 'new']);
  });

  test.each([
    ['a flipped bit', 'UPDATE orkeys.line SET body = set_byte(body, 20, get_byte(body, 20) # 1) WHERE seq = 2', 2],
    [
      'two lines swapped',
      'UPDATE orkeys.line SET seq = CASE seq WHEN 2 THEN 103 WHEN 3 THEN 102 END WHERE seq IN (2, 3); UPDATE orkeys.line SET seq = seq - 100 WHERE seq > 100',
      2,
    ],
    ['a line dropped', 'DELETE FROM orkeys.line WHERE seq = 2', 2],
    [
      'a line dropped, and the rest renumbered',
      'DELETE FROM orkeys.line WHERE seq = 2; UPDATE orkeys.line SET seq = 2 WHERE seq = 3; UPDATE orkeys.line SET seq = 3 WHERE seq = 4',
      2,
    ],
    [
      'a line of another log',
      `UPDATE orkeys.line SET body = (SELECT body FROM orkeys.line u where u.log = 'usage' AND u.seq = 0 LIMIT 1) WHERE seq = 3`,
      3,
    ],
    ['everything deleted', 'DELETE FROM orkeys.line WHERE seq >= 0', 0],
  ])('%s in the database is refused with the number of the line, also by who never saw it', async (_, sql, line) => {
    const { stranger, change } = await useSeen();
    change(sql);
    await expect(stranger().read()).rejects.toMatchObject({ code: 'share_damaged', exitCode: 2 });
    await expect(stranger().read()).rejects.toThrow(`Line ${line} of the journal`);
  });

  test.each([
    ['the last line is gone', 'DELETE FROM orkeys.line WHERE seq = 4'],
    ['all lines are gone', 'DELETE FROM orkeys.line WHERE seq > 0'],
    [
      'the last line is another one',
      'UPDATE orkeys.line SET body = set_byte(body, 20, get_byte(body, 20) # 1) WHERE seq = 4',
    ],
  ])('refused by who saw it before: %s', async (_, sql) => {
    const { later, change } = await useSeen();
    change(sql);
    await expect(later().read()).rejects.toMatchObject({ code: 'share_behind', exitCode: 2 });
  });

  test('an older copy that others wrote on from is refused, although it is as long', async () => {
    const { later, change, open, member } = await useSeen();
    change('DELETE FROM orkeys.line WHERE seq = 4');
    const { log } = await open(member());
    await log.append('another last');
    await expect(later().read()).rejects.toMatchObject({ code: 'share_behind' });
  });

  test('lines of another workshop are refused, with its whole database', async () => {
    const { workshop, stranger } = await useSeen();
    const other = await useSharedWorkshop(server, LINES);
    server.sql(`DELETE FROM orkeys.line WHERE workshop = '${workshop}';
      INSERT INTO orkeys.line SELECT '${workshop}', log, generation, seq, epoch, body, at FROM orkeys.line WHERE workshop = '${other.workshop}'`);
    await expect(stranger().read()).rejects.toMatchObject({ code: 'share_damaged' });
  });

  test('a dump shows none of the lines', async () => {
    await useSeen();
    const dump = server.dump();
    expect(dump).toContain('orkeys.line');
    for (const word of ['Zanis', 'zanis@', 'sk-or', 'journal"}']) {
      for (const form of [word, Buffer.from(word).toString('hex'), Buffer.from(word).toString('base64').slice(0, -3)]) {
        expect(dump).not.toContain(form);
      }
    }
  });
});

describe.skipIf(WITHOUT_POSTGRES)(`a shared log that is written anew${WITHOUT_POSTGRES}`, () => {
  test('has the new lines alone, and nothing of the old ones in the database or in the mirror', async () => {
    const { member, later, workshop, folder } = await useSeen();
    const shared = member({ folder });
    const lease = await shared.take('journal', 'purge');
    await shared.log('journal').replace(Buffer.from('purged\n'), lease);
    await lease.release();
    expect(textLines(await later().read())).toEqual(['purged']);
    expect(
      server.sql(`SELECT count(*) FROM orkeys.line WHERE workshop = '${workshop}' AND log = 'journal'`).trim(),
    ).toBe('2');
    expect(textLines(Buffer.from(readFileSync(join(folder, 'mirror-journal.txt'))))).toHaveLength(2);
  });

  test('is read by who saw the old one, and can be appended to', async () => {
    const { member, later, open } = await useSeen();
    const shared = member();
    const lease = await shared.take('journal', 'purge');
    await shared.log('journal').replace(Buffer.from('purged\n'), lease);
    await lease.release();
    const { log } = await open(member());
    await log.append('more');
    expect(textLines(await later().read())).toEqual(['purged', 'more']);
  });

  test('a restored dump of before is refused by who saw the new one, and a forged number too', async () => {
    const { member, later, workshop, folder } = await useSeen();
    server.sql(`CREATE TABLE kept AS SELECT * FROM orkeys.line WHERE workshop = '${workshop}'`);
    const shared = member({ folder });
    const lease = await shared.take('journal', 'purge');
    await shared.log('journal').replace(Buffer.from('purged\n'), lease);
    await lease.release();
    server.sql(`DELETE FROM orkeys.line WHERE workshop = '${workshop}'; INSERT INTO orkeys.line SELECT * FROM kept; DROP TABLE kept;
      UPDATE orkeys.lock SET generation = generation - 1 WHERE workshop = '${workshop}' AND name = 'journal'`);
    await expect(later().read()).rejects.toMatchObject({ code: 'share_behind' });
    server.sql(`UPDATE orkeys.lock SET generation = generation + 2 WHERE workshop = '${workshop}' AND name = 'journal';
      UPDATE orkeys.line SET generation = generation + 2 WHERE workshop = '${workshop}' AND log = 'journal'`);
    await expect(later().read()).rejects.toMatchObject({ code: 'share_damaged' });
  });

  test('a run whose lock was taken over writes nothing', async () => {
    const { member, later, workshop } = await useSeen();
    const shared = member();
    const lease = await shared.take('journal', 'purge');
    server.sql(`UPDATE orkeys.lock SET epoch = epoch + 1 WHERE workshop = '${workshop}'`);
    await expect(shared.log('journal').replace(Buffer.from('x\n'), lease)).rejects.toMatchObject({
      code: 'share_taken_over',
    });
    expect(textLines(await later().read())).toEqual(LINES);
  });
});

describe.skipIf(WITHOUT_POSTGRES)(`the mirror${WITHOUT_POSTGRES}`, () => {
  test('is private, holds no line in clear, and reading writes nothing', async () => {
    const { folder, later, open, member } = await useSeen();
    const path = join(folder, 'mirror-journal.txt');
    const before = readFileSync(path, 'utf8');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(before).not.toContain('Zanis');
    await (await open(member())).log.append('new');
    await later().read();
    expect(readFileSync(path, 'utf8')).toBe(before);
  });

  test.each([
    ['a torn last line', (text: string) => text.slice(0, -20)],
    ['a torn line in the middle', (text: string) => text.replace(/\n1 2 .{30}/, '\n1 2 ')],
    ['a changed line', (text: string) => text.replace(/(\n1 2 .{30})./, '$1A')],
    ['lines twice', (text: string) => text + text],
    ['nothing', () => ''],
    ['nonsense', () => 'x\n1 2 3\n1 2 3.\n'],
  ])('with %s: what is wrong is fetched again, and put right by the next run', async (_, change) => {
    const { folder, later, open, member, stranger } = await useSeen();
    const path = join(folder, 'mirror-journal.txt');
    writeFileSync(path, change(readFileSync(path, 'utf8')));
    expect(textLines(await later().read())).toEqual(LINES);
    const run = await open(member({ folder }));
    await run.log.append('new');
    await run.log.close();
    expect(readFileSync(path, 'utf8').split('\n')).toHaveLength(LINES.length + 3);
    expect(textLines(await later().read())).toEqual(textLines(await stranger().read()));
  });
});
