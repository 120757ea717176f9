import { createHash } from 'node:crypto';
import { readFile, readlink } from 'node:fs/promises';
import { parseJson } from '../parse-json.ts';
import { lookAtProcess, type ProcessState } from './process-state.ts';

/** What a lock file says about the process that wrote it. */
export interface LockNote {
  pid: number;
  command: string;
  /** ISO 8601, UTC */
  started_at: string;
  /** host name */
  host: string;
  /** tells machines with the same name apart; empty where not known */
  machine: string;
  /** changes with each boot; empty where not known */
  boot: string;
  /** the process numbering (container) that the pid belongs to; empty where not known */
  pid_space: string;
  /** the process's start as the system tells it; empty where not known */
  process_start: string;
}

export interface LockWorld {
  command: string;
  pid: number;
  hostname: string;
  platform: NodeJS.Platform;
  now(): Date;
}

export async function noteAboutMe(world: LockWorld): Promise<LockNote> {
  const read = (path: string) =>
    readFile(path, 'utf8').then(
      (text) => text.trim(),
      () => '',
    );
  const linux = world.platform === 'linux';
  const machine = linux ? await read('/etc/machine-id') : '';
  return {
    pid: world.pid,
    command: world.command,
    started_at: world.now().toISOString(),
    host: world.hostname,
    // systemd asks not to show the id itself.
    machine: machine === '' ? '' : createHash('sha256').update(`orkeys ${machine}`).digest('hex').slice(0, 12),
    boot: linux ? await read('/proc/sys/kernel/random/boot_id') : '',
    pid_space: linux ? await readlink('/proc/self/ns/pid').catch(() => '') : '',
    process_start: (await lookAtProcess(world.pid, world.platform)).start ?? '',
  };
}

/**
 * Whether the writer of a note still runs.
 * `elsewhere`: on another machine or in another container, where nobody here can look.
 */
export function judgeNote(theirs: LockNote, mine: LockNote, seen: ProcessState): 'live' | 'ended' | 'elsewhere' {
  const sameBoot = mine.boot !== '' && theirs.boot === mine.boot;
  if (!sameBoot && (theirs.host !== mine.host || differ(theirs.machine, mine.machine))) return 'elsewhere';
  // A boot ends all processes; but without ids it may be another machine of the same name.
  if (differ(theirs.boot, mine.boot)) return mine.machine !== '' && theirs.machine !== '' ? 'ended' : 'elsewhere';
  if (differ(theirs.pid_space, mine.pid_space)) return 'elsewhere';
  if (!seen.alive) return 'ended';
  // A boot ended it; its pid was given to another program. A minute more, in case the clock was set meanwhile.
  const age = Date.parse(mine.started_at) - Date.parse(theirs.started_at);
  if (seen.uptimeMs !== undefined && age > seen.uptimeMs + 60_000) return 'ended';
  return differ(theirs.process_start, seen.start ?? '') ? 'ended' : 'live';
}

function differ(a: string, b: string): boolean {
  return a !== '' && b !== '' && a !== b;
}

/** Undefined when the text is torn or is no lock note. */
export function parseLockNote(text: string): LockNote | undefined {
  const note = parseJson(text);
  if (typeof note !== 'object' || note === null) return undefined;
  const fields = new Map<string, unknown>(Object.entries(note));
  const pid = fields.get('pid');
  if (typeof pid !== 'number' || !Number.isSafeInteger(pid) || pid <= 0) return undefined;
  const word = (name: string): string => {
    const value = fields.get(name);
    return typeof value === 'string' ? value : '';
  };
  return {
    pid,
    command: word('command'),
    started_at: word('started_at'),
    host: word('host'),
    machine: word('machine'),
    boot: word('boot'),
    pid_space: word('pid_space'),
    process_start: word('process_start'),
  };
}
