import { describe, expect, test } from 'vitest';
import { checkTypedPath } from '../../src/files/typed-path.ts';

describe('a path that was typed on Windows', () => {
  test.each([
    ['my dir" --sandbox', 'quotation mark'],
    ['C:\\work" --dry-run', 'quotation mark'],
    ['aux', 'reserves'],
    ['results\\NUL.txt', 'reserves'],
    ['com1/x', 'reserves'],
    ['x.', 'removes'],
    ['results \\a', 'removes'],
  ])('%j is refused, and the cause is named', (path, told) => {
    const check = () => checkTypedPath(path, '--out', 'win32');
    expect(check).toThrow(told);
    expect(check).toThrow(expect.objectContaining({ code: 'bad_path', exitCode: 2, hint: expect.any(String) }));
    expect(() => checkTypedPath(path, '--out', 'linux')).not.toThrow();
  });

  test.each([
    'output',
    'C:\\Users\\zane ozola\\output',
    '..\\x',
    './a',
    '\\\\server\\share\\x',
    '\\\\?\\C:\\x',
    'Ķīlis',
  ])('%j is fine', (path) => {
    expect(() => checkTypedPath(path, '--out', 'win32')).not.toThrow();
  });
});
