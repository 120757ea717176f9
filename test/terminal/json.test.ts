import { expect, test } from 'vitest';
import { printJson, renderJsonLine } from '../../src/terminal/json.ts';
import { memoryOutput } from './support/memory-output.ts';

test('a result is indented, keeps its letters and ends with a line break', () => {
  const stdout = memoryOutput();
  printJson({ stdout }, { name: 'Anda Baklāne', limit: null });
  expect(stdout.text()).toBe('{\n  "name": "Anda Baklāne",\n  "limit": null\n}\n');
});

test('one line stays one line and cannot steer a terminal', () => {
  expect(renderJsonLine({ name: 'a\nb\u009b1m' })).toBe('{"name":"a\\nb\\u009b1m"}');
});
