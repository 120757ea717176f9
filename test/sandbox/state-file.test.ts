import { randomBytes } from 'node:crypto';
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openAccountFile } from '../../src/sandbox/state-file.ts';

const OPTIONS = { now: () => new Date('2026-03-01T10:00:00Z'), random: randomBytes };
const EVERY_KEY = { offset: 0, includeDisabled: true, includeExpired: true };

function stateFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'orkeys-sandbox-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, 'sandbox.jsonl');
}

function open(path: string) {
  const file = openAccountFile(path, OPTIONS);
  onTestFinished(() => file.close());
  return file;
}

test('an account opened again is as it was left, without ever closing the file', () => {
  const path = stateFile();
  const { account } = open(path);
  const kept = account.createKey({ name: 'Anda', limit: 5, limit_reset: 'weekly' });
  const gone = account.createKey({ name: 'Bruno' });
  account.updateKey(kept.data.hash, { disabled: true, name: 'Anda B.' });
  account.updateKey(kept.data.hash, { disabled: false });
  account.spend(kept.data.hash, 1.25);
  account.spend(gone.data.hash, 0.5, { model: 'x-ai/grok-5', at: '2026-02-20T10:00:00Z', user: 'bruno@example.org' });
  account.deleteKey(gone.data.hash);
  account.createWorkspace({ name: 'Summer', slug: 'summer' });

  const again = open(path).account;
  expect(again.toJSON()).toEqual(account.toJSON());
  expect(again.listKeys(EVERY_KEY).data).toMatchObject([{ name: 'Anda B.', limit_remaining: 3.75 }]);
  expect(again.currentKey(again.identify(kept.key)).data).toMatchObject({ label: kept.data.label, usage: 1.25 });
  expect(again.identify(gone.key)).toEqual({ kind: 'unknown' });
});

test('usage is saved, of deleted keys too; spending from before it was kept counts as one request', () => {
  const path = stateFile();
  const { account } = open(path);
  const { hash } = account.createKey({ name: 'Anda' }).data;
  appendFileSync(path, `{"op":"spent","hash":"${hash}","usd":1.25,"time":1772355600000}\n`);
  account.catchUp();
  account.deleteKey(hash);
  const metrics = ['total_usage', 'request_count'];
  const { data } = open(path).account.queryAnalytics({ metrics, dimensions: ['api_key_id'], granularity: 'day' });
  expect(data.data).toEqual([{ date__day: '2026-03-01', api_key_id: 'Anda', total_usage: 1.25, request_count: '1' }]);
});

test('a file from before usage was kept is read', () => {
  const path = stateFile();
  open(path).account.createKey({ name: 'Anda' });
  const [header = '', ...changes] = readFileSync(path, 'utf8').split('\n');
  const old = JSON.parse(header);
  for (const name of ['usage', 'deleted']) delete old.state[name];
  writeFileSync(path, [JSON.stringify(old), ...changes].join('\n'));
  const { account } = open(path);
  expect(account.queryAnalytics({ metrics: ['total_usage'] }).data.data).toEqual([]);
  expect(account.listKeys(EVERY_KEY).data).toMatchObject([{ name: 'Anda' }]);
});

test('the file holds no secret, is private, and leaves nothing beside it', () => {
  const path = stateFile();
  const { key } = open(path).account.createKey({ name: 'Anda' });
  open(path);
  expect(readFileSync(path, 'utf8')).not.toContain(key);
  if (process.platform !== 'win32') expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(readdirSync(join(path, '..'))).toEqual(['sandbox.jsonl']);
});

test('a last line that was cut is dropped, and later changes are kept', () => {
  const path = stateFile();
  open(path).account.createKey({ name: 'Anda' });
  appendFileSync(path, '{"op":"key_created","key":{"ha');
  open(path).account.createKey({ name: 'Bruno' });
  expect(
    open(path)
      .account.listKeys(EVERY_KEY)
      .data.map(({ name }) => name),
  ).toEqual(['Bruno', 'Anda']);
});

test('a line that was cut while another process has the file open costs no change of either', () => {
  const path = stateFile();
  const [one, other] = [open(path).account, open(path).account];
  one.createKey({ name: 'Anda' });
  appendFileSync(path, '{"op":"key_created","key":{"ha');
  other.catchUp();
  other.createKey({ name: 'Bruno' });
  one.catchUp();
  one.createKey({ name: 'Zane' });
  for (const account of [one, other, open(path).account]) {
    account.catchUp();
    expect(account.listKeys(EVERY_KEY).data.map(({ name }) => name)).toEqual(['Zane', 'Bruno', 'Anda']);
  }
});

test('two that have the file open see the same account, whoever changes it, and opening changes nothing', () => {
  const path = stateFile();
  const [one, other] = [open(path).account, open(path).account];
  const { data } = one.createKey({ name: 'Anda', limit: 2 });
  other.catchUp();
  other.spend(data.hash, 0.5);
  one.catchUp();
  one.updateKey(data.hash, { name: 'Anda B.' });
  other.catchUp();
  const before = readFileSync(path, 'utf8');
  expect(open(path).account.toJSON()).toEqual(one.toJSON());
  expect(other.toJSON()).toEqual(one.toJSON());
  expect(readFileSync(path, 'utf8')).toBe(before);
});

test('where two start the same account at once, the first start counts', () => {
  const path = stateFile();
  open(path).account.createKey({ name: 'Anda' });
  const other = stateFile();
  open(other);
  appendFileSync(path, readFileSync(other));
  expect(
    open(path)
      .account.listKeys(EVERY_KEY)
      .data.map(({ name }) => name),
  ).toEqual(['Anda']);
});

test.each([
  ['a spreadsheet', 'PK\u0003\u0004', 'not a sandbox account file'],
  ['other JSON', '{"name":"orkeys"}\n', 'not a sandbox account file'],
  ['a list of lines', 'a\nb\n', 'not a sandbox account file'],
])('%s is refused and left as it is', (_, text, message) => {
  const path = stateFile();
  writeFileSync(path, text);
  expect(() => openAccountFile(path, OPTIONS)).toThrow(message);
  expect(readFileSync(path, 'utf8')).toBe(text);
});

test('a damaged line in the middle is refused by its number', () => {
  const path = stateFile();
  open(path).account.createKey({ name: 'Anda' });
  appendFileSync(path, 'garbage\n');
  expect(() => openAccountFile(path, OPTIONS)).toThrow('damaged on line 3');
});

test('a change costs one line, however many keys there are', () => {
  const path = stateFile();
  const { account } = open(path);
  for (let n = 0; n < 2000; n += 1) account.createKey({ name: `Person ${n}` });
  const before = statSync(path).size;
  account.createKey({ name: 'one more' });
  expect(statSync(path).size - before).toBeLessThan(1000);
});
