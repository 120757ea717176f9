import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest';
import { type BuiltProgram, buildProgram, startBuilt } from '../support/built-program.ts';

const PEOPLE = 20;
const WORKSHOPS = ['SPRING', 'SUMMER'];

let program: BuiltProgram;
let folder: string;

beforeAll(() => {
  program = buildProgram();
});
afterAll(() => program.remove());
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'orkeys-at-once-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const prefix of WORKSHOPS) {
    const rows = Array.from({ length: PEOPLE }, (_, n) => `p${n}@example.org,Person${n},${prefix}`);
    writeFileSync(join(folder, `${prefix}.csv`), `E-mail,Name,Surname\n${rows.join('\n')}\n`);
  }
});

function start(...args: string[]) {
  return startBuilt(program, [...args, '--sandbox'], { cwd: folder, env: { HOME: folder } });
}

const provision = (prefix: string, rate = 'off') => start('provision', `${prefix}.csv`, '--yes', '--rate', rate);

/** A run that still lasts some seconds, so that others overlap with it. */
async function provisionSlowly(prefix: string) {
  const run = provision(prefix, '4');
  const account = join(folder, 'output', 'sandbox', 'account.jsonl');
  const begun = () => existsSync(account) && readFileSync(account, 'utf8').includes(`"${prefix}_`);
  await expect.poll(begun, { timeout: 20_000, interval: 5 }).toBe(true);
  return run;
}

/** All names on the account, without their tags. */
async function listed(): Promise<string[]> {
  const list = start('list', '--json', '--rate', 'off');
  expect((await list.ended).code, list.stderr()).toBe(0);
  const { keys }: { keys: { name: string }[] } = JSON.parse(list.stdout());
  return keys.map(({ name }) => name.replace(/_[a-z2-7]{8}$/, '')).sort();
}

const EVERYBODY = WORKSHOPS.flatMap((prefix) =>
  Array.from({ length: PEOPLE }, (_, n) => `${prefix}_Person${n}_${prefix}`),
).sort();

test('a workshop is provisioned while another one is, and no key is lost or doubled', async () => {
  const slow = await provisionSlowly('SPRING');
  for (const { ended, stderr } of [provision('SUMMER'), slow]) expect((await ended).code, stderr()).toBe(0);
  expect(await listed()).toEqual(EVERYBODY);
  const again = WORKSHOPS.map((prefix) => provision(prefix));
  for (const { ended, stderr } of again) expect((await ended).code, stderr()).toBe(0);
  expect(await listed()).toEqual(EVERYBODY);
});

test('kill -9 of one does not hurt the other; run again, everybody has one key', async () => {
  const killed = await provisionSlowly('SPRING');
  const other = provision('SUMMER');
  killed.child.kill('SIGKILL');
  expect(await killed.ended).toMatchObject({ signal: 'SIGKILL' });
  expect((await other.ended).code, other.stderr()).toBe(0);
  const again = provision('SPRING');
  expect((await again.ended).code, again.stderr()).toBe(0);
  expect(await listed()).toEqual(EVERYBODY);
});
