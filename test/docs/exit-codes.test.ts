import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { EXIT, EXIT_MEANINGS } from '../../src/errors.ts';

test('docs/exit-codes.md has every exit code, in the words of the help', () => {
  const text = readFileSync(new URL('../../docs/exit-codes.md', import.meta.url), 'utf8');
  const rows = [...text.matchAll(/^\| (\d+) \| ([^|]+?) \|/gm)].map(([, code, meaning]) => [Number(code), meaning]);
  const table = Object.entries(EXIT).map(([name, code]) => [
    code,
    Object.entries(EXIT_MEANINGS).find(([key]) => key === name)?.[1],
  ]);
  expect(rows).toEqual(table);
});
