import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { uptime } from 'node:os';

export interface ProcessState {
  alive: boolean;
  /** tells two processes with the same pid apart; compare only with one of the same boot; undefined where not known */
  start?: string;
  /** ms since this computer was started, where the start of the process is not known */
  uptimeMs?: number;
}

/** Whether a process of this machine lives, and when it started in whatever form the system tells it. */
export async function lookAtProcess(pid: number, platform: NodeJS.Platform): Promise<ProcessState> {
  if (!exists(pid)) return { alive: false };
  if (platform === 'win32') return { alive: true, uptimeMs: uptime() * 1000 };
  const start = platform === 'linux' ? await linuxStart(pid) : await psStart(pid);
  if (start === 'ended') return { alive: false };
  return start === undefined ? { alive: true, uptimeMs: uptime() * 1000 } : { alive: true, start };
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives and belongs to somebody else.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** Field 22 of /proc/<pid>/stat, clock ticks since boot. A zombie has ended: in a container nobody may ever reap it. */
async function linuxStart(pid: number): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  if (stat === undefined) return undefined;
  // Field 2 is the program's name in brackets and may hold spaces and brackets.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' || fields[0] === 'X' ? 'ended' : fields[19];
}

/** macOS and the BSDs: `Sat Nov 22 13:54:56 2025`, in UTC whatever the user's zone. */
function psStart(pid: number): Promise<string | undefined> {
  const options = { timeout: 5000, env: { PATH: '/bin:/usr/bin', LC_ALL: 'C', TZ: 'UTC' } };
  return new Promise((resolve) => {
    execFile('ps', ['-o', 'stat=', '-o', 'lstart=', '-p', String(pid)], options, (error, stdout) => {
      const [, state, start] = /^\s*(\S+)\s+(\S.*\S)\s*$/.exec(stdout) ?? [];
      if (error !== null || state === undefined) resolve(undefined);
      else resolve(state.startsWith('Z') ? 'ended' : start);
    });
  });
}
