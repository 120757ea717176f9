import { expect, test } from 'vitest';
import { createStyle } from '../../src/terminal/style.ts';
import { memoryOutput } from './support/memory-output.ts';

test.each([
  ['a terminal', {}, true, true],
  ['no terminal', {}, false, false],
  ['NO_COLOR on a terminal', { NO_COLOR: '1' }, true, false],
  ['NO_COLOR=0, since any value counts', { NO_COLOR: '0' }, true, false],
  ['an empty NO_COLOR, which says nothing', { NO_COLOR: '' }, true, true],
  ['a dumb terminal', { TERM: 'dumb' }, true, false],
  ['FORCE_COLOR without a terminal', { FORCE_COLOR: '1' }, false, true],
  ['FORCE_COLOR=0 on a terminal', { FORCE_COLOR: '0' }, true, false],
  ['an empty FORCE_COLOR, which says nothing', { FORCE_COLOR: '' }, false, false],
  ['NO_COLOR and FORCE_COLOR', { NO_COLOR: '1', FORCE_COLOR: '1' }, true, false],
])('with %s', (_where, env, isTTY, painted) => {
  const text = createStyle(env, memoryOutput({ isTTY })).bold('x');
  expect(text).toBe(painted ? '\u001b[1mx\u001b[22m' : 'x');
});
