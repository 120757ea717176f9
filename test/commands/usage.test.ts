import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { cellWidth } from '../../src/terminal/cell-width.ts';
import { openSideLog } from '../../src/workshop/side-log.ts';
import { USAGE_LOG } from '../../src/workshop/usage-log.ts';
import { createTestContext } from '../support/context.ts';
import { type Fault, hang, refused } from '../support/faults.ts';
import { useFaultyServer } from '../support/faulty-server.ts';
import { useProvisioned } from '../support/provisioned.ts';

/** A Thursday. Anda used two models, Valdis a free one, Zane none. */
async function useSpent() {
  const world = await useProvisioned('--limit', '2');
  const { sandbox, saved, command, env, folder, cwd } = world;
  world.setTime('2026-03-05T12:00:00Z');
  const spend = (at: number, usd: number, model: string, time: string, requests = 3) =>
    sandbox.account.spend(saved[at]?.hash ?? '', usd, {
      ...{ model, requests, at: time, tokens: { prompt: 1000 * requests, completion: 10 } },
    });
  spend(0, 0.5, 'openai/gpt-6-luna', '2026-03-03T10:00:00Z', 12);
  spend(0, 0.25, 'anthropic/claude-sonnet-5.5', '2026-03-05T10:00:00Z');
  spend(1, 0, 'deepseek/deepseek-r1-0528:free', '2026-03-05T10:00:00Z');
  const usage = (...args: string[]) => command(['usage', 'SUMMER', ...args]);
  const terminal = (columns: number, ...args: string[]) =>
    command(['usage', 'SUMMER', ...args], { answers: [], columns, env: { ...env, NO_COLOR: '1' } });
  const json = async (...args: string[]) => JSON.parse((await usage(...args, '--json')).stdout);
  const log = join(folder, 'usage.jsonl');
  /** the same account behind a server that answers queries and activity with faults */
  const behind = async (faults: Record<string, Fault>) => {
    const server = await useFaultyServer({ account: sandbox.account, rules: ({ route }) => faults[route] });
    return { server, env: { ...env, ORKEYS_BASE_URL: server.url } };
  };
  return { ...world, spend, usage, terminal, json, log, behind, cwd };
}

test('one row a person, with sentences above and below, in 80 cells', async () => {
  const { terminal, screen } = await useSpent();
  const shown = await terminal(80, '--week');
  expect(screen(shown)).toMatchInlineSnapshot(`
    "exit 0
    --- stdout
    Server    http://<host>/api/v1 (from ORKEYS_BASE_URL)
    Spent     $0.75 by 2 of 3 people, 18 requests; 1 has not started
    Period    Mon 2 Mar 2026 to Sun 8 Mar 2026, UTC days; not over
    Limits    total limit $6.00, remaining $5.25; credit left on the account $999.25

    ROW  NAME             COST  REQ  LIMIT  REMAINING  DAYS  TOP MODEL
      2  Anda Baklāne    $0.75   15  $2.00      $1.25  ▁█▁▅  openai/gpt-6-luna
      3  Valdis Vēveris  $0.00    3  $2.00      $2.00        deepseek/de…1-0528:free
      4  Zane Ozola          –    –  $2.00      $2.00        not started

    Models    openai/gpt-6-luna $0.50 (67 %) · anthropic/claude-sonnet-5.5 $0.25 ·
              deepseek/deepseek-r1-0528:free $0.00
    As of     2026-03-05 12:00 UTC.
    --- stderr
    Note: unusual spending: fewer than 8 people spent, which is too few to compare
    "
  `);
  for (const line of shown.stdout.split('\n')) expect(cellWidth(line)).toBeLessThanOrEqual(80);
});

test('by model, by day and by group, with what each consists of', async () => {
  const { usage, screen } = await useSpent();
  const table = async (...args: string[]) => screen(await usage('--week', ...args)).split('\n\n')[1];
  expect(await table('--by', 'model', '--breakdown')).toMatchInlineSnapshot(`
    "MODEL                            COST  REQ  SHARE  PROMPT  COMPLETION
    openai/gpt-6-luna               $0.50   12   67 %  12,000          10
      Anda Baklāne                  $0.50   12         12,000          10
    anthropic/claude-sonnet-5.5     $0.25    3   33 %   3,000          10
      Anda Baklāne                  $0.25    3          3,000          10
    deepseek/deepseek-r1-0528:free  $0.00    3    0 %   3,000          10
      Valdis Vēveris                $0.00    3          3,000          10"
  `);
  expect(await table('--by', 'day')).toMatchInlineSnapshot(`
    "DAY          COST  REQ  TOP MODEL
    2026-03-02      –    –
    2026-03-03  $0.50   12  openai/gpt-6-luna
    2026-03-04      –    –
    2026-03-05  $0.25    6  anthropic/claude-sonnet-5.5"
  `);
  expect(await table('--by', 'group', '--breakdown')).toMatchInlineSnapshot(`
    "GROUP        COST  REQ  PEOPLE  ACTIVE  TOP MODEL
    (no group)  $0.75   18       3       2  openai/gpt-6-luna
                $0.50   12                  openai/gpt-6-luna
                $0.25    3                  anthropic/claude-sonnet-5.5
                $0.00    3                  deepseek/deepseek-r1-0528:free"
  `);
  expect(await table('--breakdown', '--top', '1')).toMatchInlineSnapshot(`
    "ROW  NAME           COST  REQ  LIMIT  REMAINING  DAYS  TOP MODEL
      2  Anda Baklāne  $0.75   15  $2.00      $1.25  ▁█▁▅  openai/gpt-6-luna
                       $0.50   12                          openai/gpt-6-luna
                       $0.25    3                          anthropic/claude-sonnet-5.5
    … and 2 more rows; to see them, add --top 3"
  `);
});

test('all keys of a person count, rotated and deleted ones too', async () => {
  const { json, command, spend, saved } = await useSpent();
  await command(['rotate', '--email', 'anda.baklane@example.org', '--yes']);
  await command(['revoke', '--email', 'zane.ozola@example.net', '--yes']);
  spend(1, 0.1, 'openai/gpt-6-luna', '2026-03-05T11:00:00Z');
  const { people, complete } = await json('--week');
  expect(complete).toBe(true);
  const [anda, valdis, zane] = people;
  expect(anda).toMatchObject({ participant: { name: 'Anda' }, cost: 0.75, status: 'active', limit: 2 });
  expect(
    anda.keys.map(({ hash, deleted }: { hash: string; deleted: boolean }) => [hash === saved[0]?.hash, deleted]),
  ).toEqual([
    [false, false],
    [true, true],
  ]);
  expect(valdis).toMatchObject({ participant: { name: 'Valdis' }, cost: 0.1 });
  expect(zane).toMatchObject({ participant: { name: 'Zane' }, cost: 0, status: 'deleted' });
});

test('offline shows what is recorded, without a key and a network; deleted keys stay', async () => {
  const { json, command, cwd } = await useSpent();
  await json('--week');
  await command(['revoke', '--prefix', 'SUMMER', '--yes']);
  const offline = await command(['usage', 'SUMMER', '--week', '--offline', '--json'], {
    env: { PATH: '/usr/bin:/bin' },
    cwd,
  });
  const { people, totals, source, complete } = JSON.parse(offline.stdout);
  expect({ code: offline.code, source, complete }).toEqual({ code: 0, source: 'history', complete: true });
  expect(totals).toMatchObject({ cost: 0.75, requests: 18, active: 2 });
  expect(people.map(({ status }: { status: string }) => status)).toEqual(['deleted', 'deleted', 'deleted']);
});

test('offline says until when it is recorded, and that it is not whole', async () => {
  const { json, usage, setTime } = await useSpent();
  expect(await usage('--offline')).toMatchObject({
    code: 3,
    stderr: expect.stringContaining('nothing is recorded yet; run orkeys usage without --offline once'),
  });
  await json();
  setTime('2026-03-07T12:00:00Z');
  expect(await usage('--offline')).toMatchObject({
    code: 3,
    stderr: expect.stringContaining(
      'recorded until 2026-03-05 12:00 UTC; what was spent since then is not in these tables',
    ),
  });
  expect((await usage('--offline', '--since', '2026-03-02', '--until', '2026-03-05')).code).toBe(0);
});

test('final days are asked once; today and the two days before it each time', async () => {
  const { command, behind, setTime } = await useSpent();
  const { server, env } = await behind({});
  await command(['create', 'Ilze Kalna', '--prefix', 'WINTER', '--yes'], { env });
  const asked = async () => {
    const before = server.requests.length;
    await command(['usage', 'WINTER', '--month'], { env });
    const queries = server.requests.slice(before).filter(({ route }) => route === 'POST /analytics/query');
    return queries.map(({ body }) => JSON.parse(body).time_range.start);
  };
  expect(await asked()).toEqual(['2026-03-01T00:00:00Z']);
  setTime('2026-03-20T12:00:00Z');
  expect(await asked()).toEqual(['2026-03-03T00:00:00Z']);
  expect(await asked()).toEqual(['2026-03-18T00:00:00Z']);
});

test('without analytics, the activity of each key is shown; without that, the key list', async () => {
  const { command, behind } = await useSpent();
  const { server, env } = await behind({ 'POST /analytics/query': refused(403, 'Forbidden') });
  await command(['create', 'Ilze Kalna', '--prefix', 'WINTER', '--yes'], { env });
  const show = async () => {
    const { code, stdout } = await command(['usage', 'WINTER', '--today', '--json'], { env });
    const { source, complete, notes, people } = JSON.parse(stdout);
    return { code, source, complete, note: notes[0], cost: people[0].cost, requests: people[0].requests };
  };
  expect(await show()).toMatchInlineSnapshot(`
    {
      "code": 3,
      "complete": false,
      "cost": null,
      "note": "usage by day is not available (Forbidden); the numbers are from the activity of each key, which has the 30 days before today, not today",
      "requests": null,
      "source": "activity",
    }
  `);
  server.setRules(({ route }) => (/analytics|activity/.test(route) ? refused(403, 'Forbidden') : undefined));
  expect(await show()).toMatchInlineSnapshot(`
    {
      "code": 3,
      "complete": false,
      "cost": 0,
      "note": "usage by day is not available (Forbidden); the numbers are from the key list, which has no requests, no models and no days",
      "requests": null,
      "source": "keys",
    }
  `);
  server.setRules(({ route }) => (/analytics/.test(route) ? refused(408, 'Query timed out') : undefined));
  expect(await show()).toMatchObject({ source: 'activity' });
});

test('names that belong to no key are told, and exit 3', async () => {
  const { command, behind } = await useSpent();
  const stranger = {
    edit: (body: { data: { data: object[] } }) => {
      body.data.data.push({
        api_key_id: '<img src=x onerror=alert(1)>',
        model: 'a/b',
        date__day: '2026-03-05',
        total_usage: 1,
      });
      return body;
    },
  };
  const { env } = await behind({ 'POST /analytics/query': stranger });
  await command(['create', 'Ilze Kalna', '--prefix', 'WINTER', '--yes'], { env });
  const { code, stdout, stderr } = await command(['usage', 'WINTER', '--today'], { env });
  expect(code).toBe(3);
  expect(stdout).toContain('at least $0.00');
  expect(stderr).toContain('belong to none of these keys: <img src=x onerror=alert(1)>. It is in no row');
});

test('--csv: one row a person, private, without formulas, with a byte order mark', async () => {
  const { command, cwd, folder, sandbox } = await useSpent();
  const names = ['"=HYPERLINK(""http://example.org"",""x"")",A', '<img src=x onerror=alert(1)>,B', '"\u202etxt.exe",C'];
  const rows = names.map((name, at) => `${name},p${at}@example.org,${at === 0 ? 'daily' : ''}`);
  writeFileSync(
    join(cwd, 'SUMMER_2.csv'),
    `Name,Surname,E-mail\n${rows.map((row) => row.replace(/,(daily)?$/, '')).join('\n')}\n`,
  );
  await command(['provision', 'SUMMER_2.csv', '--prefix', 'SUMMER', '--yes', '--limit', '1', '--limit-reset', 'daily']);
  expect(sandbox.url).toBeDefined();
  const { code, stdout } = await command(['usage', 'SUMMER', '--week', '--csv']);
  expect(code).toBe(0);
  const path = join(folder, 'usage.csv');
  expect(stdout).toContain(`Saved     ${path}\n`);
  if (process.platform !== 'win32') expect(statSync(path).mode & 0o777).toBe(0o600);
  const text = readFileSync(path, 'utf8');
  expect(text.startsWith('\ufeffrow,name,surname,email,group,tier,cost,requests,tokens_prompt,')).toBe(true);
  expect(text.slice(1)).toMatchInlineSnapshot(`
    "row,name,surname,email,group,tier,cost,requests,tokens_prompt,tokens_completion,limit,limit_reset,daily_limit,limit_remaining,last_used_at,top_model,status
    2,Anda,Baklāne,anda.baklane@example.org,,,0.75,15,15000,20,2,,,1.25,2026-03-05T10:00:00.000Z,openai/gpt-6-luna,active
    3,Valdis,Vēveris,valdis.veveris@example.org; v.veveris@example.com,,,0,3,3000,10,2,,,2,2026-03-05T10:00:00.000Z,deepseek/deepseek-r1-0528:free,active
    2,"'=HYPERLINK(""http://example.org"",""x"")",A,p0@example.org,,,0,0,0,0,1,daily,1,1,,,not_started
    3,<img src=x onerror=alert(1)>,B,p1@example.org,,,0,0,0,0,1,daily,1,1,,,not_started
    4,txt.exe,C,p2@example.org,,,0,0,0,0,1,daily,1,1,,,not_started
    4,Zane,Ozola,zane.ozola@example.net,,,0,0,0,0,2,,,2,,,not_started
    "
  `);
});

test('a file that cannot be saved is told, and the report is shown all the same', async () => {
  const { usage, cwd } = await useSpent();
  const { code, stdout } = await usage('--week', '--csv', join(cwd, 'nowhere', 'x.csv'));
  expect(code).toBe(6);
  expect(stdout).toContain('Anda Baklāne');
  expect(stdout).toContain('Not saved  Cannot save ');
  expect(await usage('--csv', 'SUMMER')).toMatchObject({
    code: 2,
    stdout: '',
    stderr: expect.stringContaining('Invalid --csv SUMMER: expected a file name that ends with .csv.'),
  });
});

test('--mask hides names, addresses and key names in every output', async () => {
  const { usage, terminal, folder, saved } = await useSpent();
  const outputs = [
    await terminal(100, '--week', '--mask', '--csv', join(folder, 'masked.csv')),
    await usage('--week', '--mask', '--json'),
    await usage('--week', '--mask', '--by', 'model', '--breakdown'),
    await usage('--week', '--mask', '--offline', '--fields', 'participant,keys,cost'),
  ].map(({ stdout, stderr }) => stdout + stderr);
  outputs.push(readFileSync(join(folder, 'masked.csv'), 'utf8'));
  for (const text of outputs) {
    expect(text).not.toMatch(/Anda|Bakl|Valdis|Zane|Ozola|example\.(?:org|com|net)/);
    for (const { name, hash } of saved) expect(text).not.toMatch(new RegExp(`${name}|${hash}`));
    expect(text).toContain('person 01');
  }
});

test('usage.jsonl that is locked or cannot be written: shown, and told', async () => {
  const { usage, cwd, log } = await useSpent();
  const id = { outRoot: join(cwd, 'output'), prefix: 'SUMMER', baseUrl: '', account: undefined };
  const other = { ...createTestContext({ cwd }), pid: process.ppid };
  const held = await openSideLog(id, USAGE_LOG, 'watch', other);
  const { code, stdout, stderr } = await usage('--week');
  expect({ code, shown: stdout.includes('$0.75') }).toEqual({ code: 0, shown: true });
  expect(stderr).toContain('usage.jsonl of SUMMER was not updated: ');
  await held.close();
  expect((await usage('--week')).stderr).not.toContain('not updated');
  const size = statSync(log).size;
  await usage('--week');
  expect(statSync(log).size).toBe(size);
});

test('--no-record reads the record and adds nothing', async () => {
  const { usage, log } = await useSpent();
  await usage('--week', '--no-record');
  expect(existsSync(log)).toBe(false);
});

test('a damaged usage.jsonl is refused like a journal', async () => {
  const { usage, log } = await useSpent();
  await usage('--week');
  const text = readFileSync(log, 'utf8');
  writeFileSync(log, text.replace('"final":true', '"final":false'));
  for (const args of [['--week'], ['--offline']]) {
    expect(await usage(...args, '--out', 'output')).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(
        /usage\.jsonl is damaged: line \d+: wrong checksum.*\n.*orkeys journal repair SUMMER --out output\n/s,
      ),
    });
  }
});

test('narrowed to one person, with fields', async () => {
  const { usage } = await useSpent();
  const { stdout } = await usage('anda.baklane@example.org', '--week', '--fields', 'participant,cost,requests');
  expect(stdout).toBe('PARTICIPANT   COST  REQUESTS\nAnda Baklāne  0.75  15\n');
});

test('the keys of the account that no workshop knows are one sum', async () => {
  const { command, sandbox, json } = await useSpent();
  const { data } = sandbox.account.createKey({ name: 'other' }) as { data: { hash: string } };
  sandbox.account.spend(data.hash, 3, { model: 'a/b' });
  const { others, totals } = JSON.parse((await command(['usage', '--today', '--json'])).stdout);
  expect(others).toMatchObject({ cost: 3, requests: 1 });
  expect(totals).toMatchObject({ cost: 3.25, count: 3 });
  expect((await json('--today')).others).toBe(null);
});

test('journal verify finds a damaged usage.jsonl, and journal repair drops only what is damaged', async () => {
  const { usage, command, log, folder, screen } = await useSpent();
  await usage('--week');
  const intact = readFileSync(log, 'utf8');
  const lines = intact.trimEnd().split('\n');
  expect((await command(['journal', 'verify', 'SUMMER'])).stdout).toContain(
    `${log} is intact: ${lines.length} entries.\n`,
  );
  const damaged = intact.replace('"day":"2026-03-03"', '"day":"2026-03-02"');
  writeFileSync(log, damaged);
  expect(await command(['journal', 'verify', 'SUMMER'])).toMatchObject({ code: 2, stdout: '' });
  expect(screen(await command(['journal', 'repair', 'SUMMER', '--dry-run']))).toContain('would drop line ');
  expect(readFileSync(log, 'utf8')).toBe(damaged);
  const { code, stdout } = await command(['journal', 'repair', 'SUMMER']);
  expect({ code, stdout: screen({ code, stdout, stderr: '' }) }).toMatchInlineSnapshot(`
    {
      "code": 0,
      "stdout": "exit 0
    --- stdout
    <folder>/output/SUMMER/journal.jsonl needs no repair.
    <folder>/output/SUMMER/usage.jsonl: kept 6 entries, dropped line 4.
    Backup of the previous log: <folder>/output/SUMMER/usage-before-20260305T120000.jsonl
    --- stderr
    ",
    }
  `);
  const backup = readdirSync(folder).find((name) => name.startsWith('usage-before-'));
  expect(readFileSync(join(folder, backup ?? ''), 'utf8')).toBe(damaged);
  expect(readFileSync(log, 'utf8').trimEnd().split('\n')).toEqual(lines.filter((line) => damaged.includes(line)));
  // The day is asked for again.
  expect((await usage('--week')).stdout).toContain('Spent     $0.75 by 2 of 3 people, 18 requests');
});

test('a log that lost its first line gets a new one', async () => {
  const { usage, command, log, json } = await useSpent();
  await usage('--week');
  writeFileSync(log, readFileSync(log, 'utf8').replace(/^.*\n/, ''));
  expect((await usage('--offline')).code).toBe(2);
  expect(JSON.parse((await command(['journal', 'repair', 'SUMMER', '--json'])).stdout).logs).toMatchObject([
    { path: log, lines_skipped: [] },
  ]);
  expect((await json('--week', '--offline')).totals.cost).toBe(0.75);
});

test('revoke and rotate record what keys have spent before they delete them', async () => {
  const { usage, command, log, spend, saved } = await useSpent();
  const readings = () =>
    readFileSync(log, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
      .filter(({ type }) => type === 'reading');
  await usage('--week');
  const before = readings().length;
  spend(1, 0.4, 'a/b', '2026-03-05T11:00:00Z');
  await command(['revoke', '--email', 'valdis.veveris@example.org', '--yes']);
  spend(2, 0.7, 'a/b', '2026-03-05T11:00:00Z');
  await command(['rotate', '--email', 'zane.ozola@example.net', '--yes']);
  const added = readings().slice(before);
  expect(added.map(({ rows }) => rows.map(([, spent]: number[]) => spent))).toEqual([[0.4], [0.7]]);
  expect(saved).toHaveLength(3);
});

test('where nothing is recorded, revoke starts no record; where it cannot be written, it says so and goes on', async () => {
  const { usage, command, log } = await useSpent();
  await command(['revoke', '--email', 'zane.ozola@example.net', '--yes']);
  expect(existsSync(log)).toBe(false);
  await usage('--week');
  writeFileSync(log, readFileSync(log, 'utf8').replace('"final":true', '"final":false'));
  const { code, stdout, stderr } = await command(['revoke', '--email', 'anda.baklane@example.org', '--yes']);
  expect({ code, deleted: stdout.includes('Deleted 1 key') }).toEqual({ code: 0, deleted: true });
  expect(stderr).toContain('Note: what these keys spent is not recorded in usage.jsonl of SUMMER: ');
});

test.each(['revoke', 'rotate'])(
  'before %s deletes keys it asks for their days and models: the record tells them when the service has forgotten',
  async (verb) => {
    const { usage, command, json, spend } = await useSpent();
    await usage('--week');
    spend(0, 0.4, 'a/late', '2026-03-05T11:00:00Z');
    const { code, stderr } = await command([verb, '--email', 'anda.baklane@example.org', '--yes']);
    expect({ code, stderr: stderr.includes('not recorded') }).toEqual({ code: 0, stderr: false });
    const { people } = await json('--week', '--offline');
    // Of the new key nothing is recorded yet, so the sum is not known.
    expect(people[0].cost).toBe(verb === 'revoke' ? 1.15 : null);
    expect(people[0].models).toContainEqual(expect.objectContaining({ model: 'a/late', cost: 0.4, requests: 3 }));
  },
);

test.each<[string, Fault, string]>([
  ['refuses', refused(403, 'no analytics here'), 'no analytics here'],
  ['is overloaded', refused(429, 'slow down'), 'slow down'],
  ['does not answer', hang, 'did not answer in time'],
])('where analytics %s, keys are deleted all the same, soon and with a line about it', async (_, fault, why) => {
  const { cwd, command, behind } = await useSpent();
  const { server, env } = await behind({});
  await command(['create', 'Ilze Kalna', '--prefix', 'WINTER', '--yes'], { env });
  await command(['usage', 'WINTER'], { env });
  server.setRules(({ route }) => (route === 'POST /analytics/query' ? fault : undefined));
  const before = server.requests.length;
  const { code, stdout, stderr } = await command(['revoke', '--prefix', 'WINTER', '--yes'], { env });
  expect({ code, deleted: stdout.includes('Deleted 1 key') }).toEqual({ code: 0, deleted: true });
  expect(stderr).toContain('Note: what these keys spent by day is not recorded in usage.jsonl of WINTER: ');
  expect(stderr).toContain(why);
  const asked = server.requests.slice(before).filter(({ route }) => route === 'POST /analytics/query');
  expect(asked).toHaveLength(1);
  expect(readFileSync(join(cwd, 'output', 'WINTER', 'usage.jsonl'), 'utf8')).toContain('"type":"reading"');
});

test.each([
  ['a mistyped prefix', ['--prefix', 'SUMER'], '--prefix SUMER', 'Did you mean --prefix SUMMER?'],
  ['a mistyped prefix offline', ['SUMER', '--offline'], '--prefix SUMER', 'Did you mean --prefix SUMMER?'],
  ['an address that nobody has', ['nobody@example.org'], '--email nobody@example.org', 'is in none of them'],
])('%s is an error: what no keys have spent is not $0.00', async (_, args, what, hint) => {
  const { command } = await useSpent();
  const { code, stdout, stderr } = await command(['usage', ...args]);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain(`Error: No key matches ${what}.\n`);
  expect(stderr).toContain(hint);
  const json = await command(['usage', ...args, '--json']);
  expect({ ...json, stderr: JSON.parse(json.stderr) }).toMatchObject({
    code: 2,
    stderr: { error: { code: 'nothing_selected' } },
  });
});

test('without a prefix, files are saved in the output folder', async () => {
  const { cwd, command } = await useSpent();
  expect((await command(['usage', '--html'])).code).toBe(0);
  expect(existsSync(join(cwd, 'output', 'usage.html'))).toBe(true);
  expect((await command(['usage', '--help'])).stdout.replaceAll(/\s+/g, ' ')).toContain(
    'Without a prefix, the report is about several workshops; its files are saved in the output folder.',
  );
});
