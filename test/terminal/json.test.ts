import buffer from 'node:buffer';
import { expect, test } from 'vitest';
import { printJson, renderJsonLine } from '../../src/terminal/json.ts';
import { memoryOutput } from './support/memory-output.ts';

test('a result is indented, keeps its letters and ends with a line break', () => {
  const stdout = memoryOutput();
  printJson({ stdout, platform: 'linux' }, { name: 'Anda Baklāne', limit: null });
  expect(stdout.text()).toBe('{\n  "name": "Anda Baklāne",\n  "limit": null\n}\n');
});

test('through a pipe on Windows it is ASCII, which every code page reads', () => {
  const stdout = memoryOutput();
  const value = { name: 'Anda Baklāne', place: '東京 🎈' };
  printJson({ stdout, platform: 'win32' }, value);
  expect(stdout.text()).toMatch(/^[\x20-\x7e\n]+$/);
  expect(JSON.parse(stdout.text())).toEqual(value);
});

test('one line stays one line and cannot steer a terminal', () => {
  expect(renderJsonLine({ name: 'a\nb\u009b1m' })).toBe('{"name":"a\\nb\\u009b1m"}');
});

test.each([
  [{}],
  [[]],
  [null],
  ['text'],
  [{ a: undefined, b: [], c: {}, d: [undefined, null, 'x\ny', [1, [2]], { e: [{}] }], f: new Date(0) }],
  [{ only: undefined }],
  [[{ a: 1 }, { b: [2] }]],
  [{ toJSON: () => ({ a: [1] }) }],
])('in pieces it is what JSON.stringify makes of it: %j', (value) => {
  const stdout = memoryOutput();
  printJson({ stdout, platform: 'linux' }, value);
  expect(stdout.text()).toBe(`${JSON.stringify(value, null, 2)}\n`);
});

test('a result that is longer than any text is written in pieces', () => {
  const long = 'x'.repeat(1_000_000);
  let pieces = 0;
  let length = 0;
  const write = (text: string) => {
    pieces += 1;
    length += text.length;
  };
  printJson({ stdout: { ...memoryOutput(), write }, platform: 'linux' }, { people: Array(600).fill(long) });
  expect(length).toBeGreaterThan(buffer.constants.MAX_STRING_LENGTH);
  expect(pieces).toBeGreaterThan(500);
});
