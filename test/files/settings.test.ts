import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { managementKey, readSettings } from '../../src/settings.ts';
import { temporaryFolder } from './world.ts';

const LINE = 'OPENROUTER_MANAGEMENT_KEY=sk-or-v1-test-1\n';

function settingsOf(bytes: Uint8Array | string, env: Record<string, string> = {}) {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, '.env'), bytes);
  return readSettings({ cwd, env });
}

describe('.env is refused with words', () => {
  test.runIf(process.platform !== 'win32')('when it is a named pipe: nothing waits for it', () => {
    const cwd = temporaryFolder();
    execFileSync('mkfifo', [join(cwd, '.env')]);
    expect(() => readSettings({ cwd, env: {} })).toThrow('it is not a regular file');
  });

  test.each([
    ['UTF-16 without a mark', Buffer.from(LINE, 'utf16le')],
    ['big-endian UTF-16', Buffer.from(`\uFEFF${LINE}`, 'utf16le').swap16()],
    ['UTF-8 with UTF-16 after it', Buffer.concat([Buffer.from('A=1\n'), Buffer.from(LINE, 'utf16le')])],
  ])('when it is %s', (_, bytes) => {
    expect(() => settingsOf(bytes)).toThrow(expect.objectContaining({ code: 'env_file', exitCode: 2 }));
  });
});

test('.env in UTF-8 and in the UTF-16 of PowerShell is read', () => {
  for (const bytes of [Buffer.from(`\uFEFF${LINE}`), Buffer.from(`\uFEFF${LINE}`, 'utf16le')])
    expect(managementKey(settingsOf(bytes)).key.reveal()).toBe('sk-or-v1-test-1');
});

test('an empty key in .env is named', () => {
  expect(() => managementKey(settingsOf('OPENROUTER_MANAGEMENT_KEY=\n'))).toThrow(
    'No management key: OPENROUTER_MANAGEMENT_KEY is empty in ',
  );
});

test('quotes that cmd keeps around a value are named', () => {
  const env = { OPENROUTER_MANAGEMENT_KEY: '"sk-or-v1-test-1"' };
  expect(() => managementKey(settingsOf('', env))).toThrow('has quotes around its value');
});
