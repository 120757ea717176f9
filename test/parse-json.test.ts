import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseLockNote } from '../src/files/lock-note.ts';
import { decodeLogLines, encodeLogLine } from '../src/journal/log-lines.ts';
import { readSavedKeys } from '../src/journal/saved-keys.ts';
import { parseProfiles } from '../src/keychain/profiles.ts';
import { readMarker, SHARED_FILE } from '../src/workshop/shared-marker.ts';
import { temporaryFolder } from './support/cli.ts';

/** as deep as no file of ours; JSON.parse would take a minute for 14 million brackets, beyond every signal */
const deep = (levels: number) => JSON.parse(`${'['.repeat(levels)}${']'.repeat(levels)}`);
const bytes = (value: object) => new TextEncoder().encode(JSON.stringify(value));

const marker = {
  version: 1,
  url: 'postgres://a@localhost/b',
  workshop: 'w',
  prefix: 'W',
  member: 'A',
  state: 'joined',
};
const profiles = { version: 1, default: null, profiles: {}, mail: {} };
const saved = { keys: [{ key: 'sk-or-v1-test-0123456789', name: 'W_A', email: '', surname: '', participant: null }] };
const lock = { pid: 1, command: 'list', started_at: '2026-11-28T00:00:00.000Z', host: 'a' };

const isRead: Record<string, (more: object) => unknown> = {
  'a line of a log': (more) => decodeLogLines(bytesOfLine({ type: 'x', ...more }), (value) => value).entries.length > 0,
  'keys.json': (more) => readSavedKeys(bytes({ ...saved, ...more })) !== undefined,
  'a lock': (more) => parseLockNote(JSON.stringify({ ...lock, ...more })) !== undefined,
  'profiles.json': (more) => {
    try {
      return parseProfiles(JSON.stringify({ ...profiles, ...more }), 'profiles.json') !== undefined;
    } catch {
      return false;
    }
  },
  'shared.json': (more) => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, SHARED_FILE), JSON.stringify({ ...marker, ...more }));
    return readMarker(folder).then(
      () => true,
      () => false,
    );
  },
};

const bytesOfLine = (entry: object) => new TextEncoder().encode(`${encodeLogLine(entry)}\n`);

test.each(Object.entries(isRead))('%s that is nested deeper than any of ours is not read', async (_, read) => {
  expect(await read({ more: deep(50) })).toBe(true);
  expect(await read({ more: deep(70) })).toBe(false);
});
