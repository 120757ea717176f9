import { expect, test } from 'vitest';
import { createStatusLine } from '../../src/terminal/status-line.ts';
import { createTestContext } from '../support/context.ts';

test('on a terminal it is one line that changes and goes without a trace', () => {
  const ctx = createTestContext({ cwd: '/', answers: [], columns: 20 });
  const status = createStatusLine(ctx, false);
  status.show('Listing keys: 200 so far');
  status.show('Listing keys: 200 so far');
  status.show('Listing \u001b[2J');
  status.clear();
  status.show('too late');
  expect(ctx.stderr.text()).toBe(`\rListing keys: 200…\rListing \\u001b[2J \r${' '.repeat(17)}\r`);
});

test('elsewhere it is a line now and then', () => {
  let seconds = 0;
  const ctx = createTestContext({ cwd: '/', now: () => new Date(seconds * 1000) });
  const status = createStatusLine(ctx, false);
  for (seconds = 1; seconds <= 25; seconds += 1) status.show(`${seconds} s`);
  status.clear();
  expect(ctx.stderr.text()).toBe('10 s\n20 s\n');
});

test('when quiet it says nothing', () => {
  const ctx = createTestContext({ cwd: '/', answers: [] });
  createStatusLine(ctx, true).show('x');
  expect(ctx.stderr.text()).toBe('');
});
