import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { buildProgram, startBuilt } from '../support/built-program.ts';
import { LONG } from './support/form.ts';
import { openWorld } from './support/workshop-world.ts';

test.skipIf(!LONG || process.platform !== 'linux')(
  '10,000 participants against the sandbox stay below 500 MB, and a second run makes none',
  async () => {
    const program = buildProgram();
    onTestFinished(() => program.remove());
    const world = await openWorld({ people: 1 });
    onTestFinished(() => world.close());
    const rows = Array.from({ length: 10_000 }, (_, n) => `p${n}@example.org,Person${n},Liepa`);
    writeFileSync(join(world.cwd, 'roster.csv'), `E-mail,Name,Surname\n${rows.join('\n')}\n`);
    for (const created of [10_000, 0]) {
      const args = ['provision', 'roster.csv', '--prefix', 'W', '--sandbox', '--rate', 'off', '--quiet', '--json'];
      const run = startBuilt(program, args, { cwd: world.cwd, env: { HOME: world.home } });
      let peak = 0;
      const look = setInterval(() => {
        peak = Math.max(peak, peakOf(run.child.pid ?? 0));
      }, 200);
      const { code } = await run.ended;
      clearInterval(look);
      expect({ code, stderr: run.stderr() }).toEqual({ code: 0, stderr: '' });
      expect(JSON.parse(run.stdout()).counts.created).toBe(created);
      expect(peak).toBeGreaterThan(10);
      expect(peak, 'MB').toBeLessThan(500);
    }
  },
  900_000,
);

/** MB of memory that a process had at most so far. */
function peakOf(pid: number): number {
  try {
    return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}
