import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SandboxAccount } from '../../../src/sandbox/account.ts';
import { startFaultyServer } from '../../support/faulty-server.ts';
import type { RequestRecord } from '../../support/oracle.ts';
import { type WorkshopWorld, worldIn } from './workshop-world.ts';

/** What a program leaves when it is killed at this moment: its files, the account, and the requests that it had sent. */
export interface Moment {
  root: string;
  people: readonly string[];
  account: ReturnType<SandboxAccount['toJSON']>;
  requests: readonly RequestRecord[];
}

/** Threads can be watched until all of them stand still. */
export const CAN_STOP = process.platform === 'linux';

/**
 * Keeps the moment. The program stands still meanwhile (SIGSTOP), so that its files are what a SIGKILL leaves, and nothing else runs here,
 * so that the account is too.
 */
export function keepMoment({ pid = Number.NaN }: ChildProcess, world: WorkshopWorld): Moment {
  process.kill(pid, 'SIGSTOP');
  while (!standsStill(pid));
  const root = mkdtempSync(join(tmpdir(), 'orkeys-moment-'));
  cpSync(world.root, root, { recursive: true });
  const { server, people } = world;
  const kept = structuredClone({ people, account: server.account.toJSON(), requests: server.requests });
  process.kill(pid, 'SIGCONT');
  return { root, ...kept };
}

/** The world as it went on from there without the program, which has to be gone by now; at the address of the first one. */
export async function worldAfter(
  { root, people, account, requests }: Moment,
  first: WorkshopWorld,
): Promise<WorkshopWorld> {
  const random = (bytes: number) => randomBytes(bytes);
  const server = await startFaultyServer({
    successorOf: first.server,
    account: SandboxAccount.from(account, { now: () => new Date(), random }),
    history: requests.filter((request) => !isUnderWay(request)),
  });
  for (const { method, path, body, authorization = '' } of requests.filter(isUnderWay)) {
    const headers = { authorization, 'content-type': 'application/json' };
    await (await fetch(`${server.url}${path}`, { method, headers, body: body === '' ? null : body })).text();
  }
  return worldIn(root, server, people);
}

export function forget(moments: readonly Moment[]): void {
  for (const { root } of moments) rmSync(root, { recursive: true, force: true });
}

/** It arrived and the account acts on it yet, whether or not the program lives. */
function isUnderWay({ method, body, committed, status }: RequestRecord): boolean {
  return !committed && status === 0 && (method === 'DELETE' || (method !== 'GET' && body !== ''));
}

function standsStill(pid: number): boolean {
  return readdirSync(`/proc/${pid}/task`).every((thread) => {
    try {
      return /\) [TZ] /.test(readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8'));
    } catch {
      // It ended meanwhile.
      return false;
    }
  });
}
