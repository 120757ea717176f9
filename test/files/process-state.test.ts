import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { uptime } from 'node:os';
import { describe, expect, onTestFinished, test } from 'vitest';
import { lookAtProcess } from '../../src/files/process-state.ts';

describe('a process', () => {
  test.each<NodeJS.Platform>([process.platform, ...(process.platform === 'win32' ? [] : ['darwin' as const])])(
    'that lives has the same start each time, and another has another (%s)',
    async (platform) => {
      const mine = await lookAtProcess(process.pid, platform);
      expect(mine.alive).toBe(true);
      expect(await lookAtProcess(process.pid, platform)).toEqual({
        ...mine,
        uptimeMs: mine.uptimeMs && expect.any(Number),
      });
      if (platform === 'darwin') expect(mine.start).toMatch(/^\w{3} \w{3} +\d+ \d\d:\d\d:\d\d \d{4}$/);
      if (platform === 'linux') expect((await lookAtProcess(process.ppid, platform)).start).not.toBe(mine.start);
    },
  );

  test('on Windows is known by its number, and by the start of the computer', async () => {
    const { alive, start, uptimeMs } = await lookAtProcess(process.pid, 'win32');
    expect([alive, start]).toEqual([true, undefined]);
    expect(Math.abs(uptime() * 1000 - Number(uptimeMs))).toBeLessThan(60_000);
  });

  test.each<NodeJS.Platform>(['linux', 'darwin', 'win32'])('that never was does not live (%s)', async (platform) => {
    expect(await lookAtProcess(2 ** 30 + 3, platform)).toEqual({ alive: false });
  });

  test.runIf(process.platform === 'linux').each<NodeJS.Platform>(['linux', 'darwin'])(
    'that has ended but was never reaped does not live (%s)',
    async (platform) => {
      // The shell starts a child and turns into a program that does not know of it.
      const parent = spawn('sh', ['-c', 'sh -c "exit 0" & echo $!; exec sleep 30'], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      onTestFinished(() => void parent.kill('SIGKILL'));
      const [pid] = await once(parent.stdout, 'data');
      await expect.poll(() => lookAtProcess(Number(pid), platform), { timeout: 5000 }).toEqual({ alive: false });
    },
  );
});
