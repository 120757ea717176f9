import { delimiter, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { harmlessEnvironment } from '../src/child-environment.ts';

const [first, second] = [resolve('/one'), resolve('/two')];
const pathFor = (...folders: string[]) => harmlessEnvironment({ PATH: folders.join(delimiter) }).PATH;

test('a program that is started gets the variables that it needs and no other, in any spelling of Windows', () => {
  const env = { Path: first, HOME: '/home', OPENROUTER_MANAGEMENT_KEY: 'x', PGPASSWORD: 'x', DISPLAY: ':0' };
  expect(harmlessEnvironment(env, ['DISPLAY'])).toEqual({ Path: first, HOME: '/home', DISPLAY: ':0' });
});

test.each([
  ['an empty entry', ''],
  ['the working folder', '.'],
  ['a folder in it', './node_modules/.bin'],
  ['the folder above it', '..'],
])('PATH: %s is left out, because anybody may have put a program there', (_, folder) => {
  expect(pathFor(folder, first, folder, second, folder)).toBe(`${first}${delimiter}${second}`);
  // An empty PATH means the working folder; none means the folders of the system.
  expect(pathFor(folder)).toBeUndefined();
});

test('PATH: Windows may put an entry into quotation marks', () => {
  expect(pathFor(`"${first}"`)).toBe(`"${first}"`);
});
