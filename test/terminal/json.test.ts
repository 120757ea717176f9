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
