import { describe, expect, test } from 'vitest';
import { cellWidth } from '../../src/terminal/cell-width.ts';
import { createProgress } from '../../src/terminal/progress.ts';
import { type ProgressState, renderProgressLine } from '../../src/terminal/progress-line.ts';
import { memoryOutput } from './support/memory-output.ts';

function at(stderr: ReturnType<typeof memoryOutput>, env = {}) {
  const clock = { ms: 0 };
  return { clock, ctx: { env, stderr, now: () => new Date(clock.ms) } };
}

describe('off a terminal', () => {
  test('a job shows as a few plain lines: start, about every tenth, notes, end', async () => {
    const { ctx, clock } = at(memoryOutput());
    const progress = await createProgress({ ctx, total: 40, label: 'Creating keys', quiet: false });
    for (let n = 1; n <= 40; n += 1) {
      clock.ms += 500;
      if (n === 21) progress.note('the service asks to slow down, 30 s');
      if (n === 22) progress.note('');
      progress.step();
    }
    progress.stop();
    progress.stop();
    progress.step();
    progress.note('late');
    expect(ctx.stderr.text()).toMatchInlineSnapshot(`
      "Creating keys: 0 of 40
      Creating keys: 4 of 40
      Creating keys: 8 of 40
      Creating keys: 12 of 40
      Creating keys: 16 of 40
      Creating keys: 20 of 40
      Creating keys: the service asks to slow down, 30 s
      Creating keys: 25 of 40
      Creating keys: 29 of 40
      Creating keys: 33 of 40
      Creating keys: 37 of 40
      Creating keys: 40 of 40 after 20 s
      "
    `);
  });

  test('a quick job does not flood', async () => {
    const { ctx } = at(memoryOutput());
    const progress = await createProgress({ ctx, total: 1000, label: 'Creating keys', quiet: false });
    for (let n = 0; n < 1000; n += 1) progress.step();
    progress.stop();
    expect(ctx.stderr.text()).toBe('Creating keys: 0 of 1000\nCreating keys: 1000 of 1000 after 0.0 s\n');
  });

  test('a slow job gives a sign of life every 30 s, and the same note not more often', async () => {
    const { ctx, clock } = at(memoryOutput());
    const progress = await createProgress({ ctx, total: 1000, label: 'Creating keys', quiet: false });
    for (let n = 0; n < 7; n += 1) {
      clock.ms += 10_000;
      progress.step();
      progress.note('waiting');
    }
    progress.stop();
    expect(ctx.stderr.text()).toMatchInlineSnapshot(`
      "Creating keys: 0 of 1000
      Creating keys: waiting
      Creating keys: 4 of 1000
      Creating keys: 7 of 1000
      Creating keys: stopped at 7 of 1000 after 1 min 10 s
      "
    `);
  });
});

test.each([
  ['quiet', { total: 5, quiet: true }],
  ['there is nothing to do', { total: 0, quiet: false }],
])('nothing is shown when %s', async (_when, options) => {
  for (const isTTY of [true, false]) {
    const { ctx } = at(memoryOutput({ isTTY }));
    const progress = await createProgress({ ctx, label: 'Creating keys', ...options });
    progress.step();
    progress.note('x');
    progress.stop();
    expect(ctx.stderr.text()).toBe('');
  }
});

describe('on a terminal', () => {
  test('the bar never hides the cursor, ends with a line break, and is silent after stop', async () => {
    const { ctx, clock } = at(memoryOutput({ isTTY: true, columns: 80 }));
    const progress = await createProgress({ ctx, total: 2, label: 'Creating keys', quiet: false });
    clock.ms = 1000;
    progress.step();
    progress.note('the service asks\u001b[2J to slow down, 30 s');
    clock.ms = 2000;
    progress.step();
    progress.stop();
    const shown = ctx.stderr.text();
    progress.step();
    progress.note('late');
    progress.stop();
    expect(ctx.stderr.text()).toBe(shown);
    // How often it redraws in between is a matter of real time.
    const frames = shown
      .replaceAll('\u001b[0K', '\r')
      .split('\r')
      .filter((frame) => frame !== '');
    expect(frames[0]).toMatchInlineSnapshot(`"Creating keys [>                             ] 0/2"`);
    expect(frames).toContain('Creating keys 1/2  1 s left  the service asks\\u001b[2J to slow down, 30 s');
    expect(frames.slice(-2)).toMatchInlineSnapshot(`
      [
        "Creating keys [==============================] 2/2  1.0/s  done in 2 s",
        "
      ",
      ]
    `);
    expect(shown).not.toContain('\u001b[?');
  });

  test('a dumb terminal gets plain lines', async () => {
    const { ctx } = at(memoryOutput({ isTTY: true }), { TERM: 'dumb' });
    const progress = await createProgress({ ctx, total: 2, label: 'Creating keys', quiet: false });
    progress.stop();
    expect(ctx.stderr.text()).toBe('Creating keys: 0 of 2\nCreating keys: stopped at 0 of 2 after 0.0 s\n');
  });
});

describe('renderProgressLine', () => {
  const state: ProgressState = {
    label: 'Creating keys',
    total: 50,
    done: 12,
    note: 'the service asks to slow down, 30 s',
    elapsedMs: 6000,
    stopped: false,
  };

  test.each([20, 40, 60, 70, 80, 100, 200])('fits %i columns', (columns) => {
    expect(cellWidth(renderProgressLine(state, columns))).toBeLessThan(columns);
  });

  test('drops the bar, then the rate, then the end of the line, as the terminal gets narrower', () => {
    expect([200, 100, 80, 70, 60, 40, 20].map((columns) => renderProgressLine(state, columns))).toMatchInlineSnapshot(`
      [
        "Creating keys [=======>                      ] 12/50  2.0/s  19 s left  the service asks to slow down, 30 s",
        "Creating keys [=====>                ] 12/50  2.0/s  19 s left  the service asks to slow down, 30 s",
        "Creating keys 12/50  2.0/s  19 s left  the service asks to slow down, 30 s",
        "Creating keys 12/50  19 s left  the service asks to slow down, 30 s",
        "Creating keys 12/50  19 s left  the service asks to slow d…",
        "Creating keys 12/50  19 s left  the se…",
        "Creating keys 12/5…",
      ]
    `);
  });

  test('tells the end and the early end', () => {
    expect(renderProgressLine({ ...state, done: 50, note: '' }, 60)).toMatchInlineSnapshot(
      `"Creating keys [=================] 50/50  8.3/s  done in 6 s"`,
    );
    expect(renderProgressLine({ ...state, stopped: true, note: '' }, 80)).toMatchInlineSnapshot(
      `"Creating keys [=======>                      ] 12/50  2.0/s  stopped after 6 s"`,
    );
  });
});
