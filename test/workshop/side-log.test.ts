import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { encodeLogLine } from '../../src/journal/log-lines.ts';
import { openSideLog, readSideLog, type SideLogFormat } from '../../src/workshop/side-log.ts';
import { openWorkshop } from '../../src/workshop/workshop.ts';
import { createTestContext } from '../support/context.ts';

type Entry =
  | { type: 'usage'; at: string; version: number; prefix: string }
  | { type: 'note'; at: string; text: string };

const FORMAT: SideLogFormat<Entry, string[]> = {
  log: 'usage',
  version: 1,
  parse: (value) => {
    const { type } = value as Entry;
    return type === 'usage' || type === 'note' ? (value as Entry) : undefined;
  },
  header: ({ prefix }) => ({ type: 'usage', version: 1, prefix }),
  emptyState: () => [],
  fold: (state, entry) => {
    if (entry.type === 'note') state.push(entry.text);
  },
};

let root: string;
let path: string;
const id = () => ({ outRoot: root, prefix: 'BOOK', baseUrl: '', account: undefined });
const ctx = () => createTestContext({ cwd: root });

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'orkeys-'));
  path = join(root, 'BOOK', 'usage.jsonl');
});

async function write(...notes: string[]) {
  const log = await openSideLog(id(), FORMAT, 'usage', ctx());
  for (const text of notes) await log.append({ type: 'note', text });
  await log.close();
  return log.state;
}

test('what is appended is read again, with the header first', async () => {
  expect(await write('a', 'b')).toEqual(['a', 'b']);
  expect(await write('c')).toEqual(['a', 'b', 'c']);
  expect(await readSideLog(id(), FORMAT, ctx())).toEqual(['a', 'b', 'c']);
  expect(readFileSync(path, 'utf8').match(/"type":"usage"/g)).toHaveLength(1);
});

test('a log that does not exist is empty, and reading creates nothing', async () => {
  expect(await readSideLog(id(), FORMAT, ctx())).toEqual([]);
  expect(readdirSync(root)).toEqual([]);
});

test('an incomplete last line is passed over, and removed by the next opening', async () => {
  await write('a');
  writeFileSync(path, `${readFileSync(path, 'utf8')}{"type":"note","te`);
  expect(await readSideLog(id(), FORMAT, ctx())).toEqual(['a']);
  expect(await write('b')).toEqual(['a', 'b']);
  expect(readFileSync(path, 'utf8')).not.toContain('"te{');
});

describe('a log that cannot be trusted is refused and left as it is', () => {
  const header = encodeLogLine({ type: 'usage', version: 1, prefix: 'BOOK', at: '2026-03-02T09:00:00Z' });
  test.each([
    [
      'a changed line',
      `${header}\n${encodeLogLine({ type: 'note', text: 'a', at: '' }).replace('"a"', '"b"')}\n`,
      'log_damaged',
    ],
    ['an unknown line', `${header}\n${encodeLogLine({ type: 'song', at: '' })}\n`, 'log_damaged'],
    ['a lost header', `${encodeLogLine({ type: 'note', text: 'a', at: '' })}\n`, 'log_damaged'],
    ['a newer version', `${header.replace('"version":1', '"version":2')}\n`, 'log_damaged'],
    ['a newer header', `${encodeLogLine({ type: 'usage', version: 2, prefix: 'BOOK', at: '' })}\n`, 'log_newer'],
    [
      'another workshop',
      `${encodeLogLine({ type: 'usage', version: 1, prefix: 'FILM', at: '' })}\n`,
      'journal_of_another',
    ],
  ])('%s', async (_, text, code) => {
    mkdirSync(join(root, 'BOOK'));
    writeFileSync(path, text);
    await expect(readSideLog(id(), FORMAT, ctx())).rejects.toMatchObject({ code, exitCode: 2 });
    await expect(write('c')).rejects.toMatchObject({ code, exitCode: 2 });
    expect(readFileSync(path, 'utf8')).toBe(text);
  });
});

test('it is locked on its own: two writers exclude each other, a run that changes keys does not', async () => {
  const workshop = await openWorkshop(id(), 'provision', ctx());
  const log = await openSideLog(id(), FORMAT, 'usage', ctx());
  const other = { ...ctx(), pid: process.ppid };
  await expect(openSideLog(id(), FORMAT, 'watch', other)).rejects.toMatchObject({ code: 'locked', exitCode: 7 });
  await log.close();
  await (await openSideLog(id(), FORMAT, 'watch', other)).close();
  await workshop.close();
});
