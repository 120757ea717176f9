import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SandboxAccount } from '../../../src/sandbox/account.ts';
import { startFaultyServer } from '../../support/faulty-server.ts';
import type { RequestRecord } from '../../support/oracle.ts';
import { type WorkshopWorld, worldIn } from './workshop-world.ts';

/** A world at one moment, from which any number of worlds can go on: its files, its logs elsewhere, the account, and the requests that had come. */
export interface Moment {
  root: string;
  putLogsBack: (() => Promise<void>) | undefined;
  people: readonly string[];
  account: ReturnType<SandboxAccount['toJSON']>;
  requests: readonly RequestRecord[];
}

export async function keepMoment({ root, server, people, logs }: WorkshopWorld): Promise<Moment> {
  const kept = structuredClone({ people, account: server.account.toJSON(), requests: server.requests });
  // Files and account at one blow; a statement that is under way to the logs is not stopped by what happens to its program.
  return { root: copyOf(root), ...kept, putLogsBack: await logs?.keep() };
}

/** Threads can be watched until all of them stand still. */
export const CAN_STOP = process.platform === 'linux';

/**
 * What a program would leave if it was killed now. It stands still meanwhile (SIGSTOP), so that its files are what a SIGKILL leaves, and
 * nothing else runs here until they are kept, so that the account is too.
 */
export async function keepStopped({ pid = Number.NaN }: ChildProcess, world: WorkshopWorld): Promise<Moment> {
  process.kill(pid, 'SIGSTOP');
  while (!standsStill(pid));
  const moment = await keepMoment(world);
  process.kill(pid, 'SIGCONT');
  return moment;
}

/**
 * A world that goes on from there, at the address of the first one, one at a time. No program of then works in it any more; what one had
 * sent arrives all the same.
 */
export async function worldAfter(moment: Moment, first: WorkshopWorld): Promise<WorkshopWorld> {
  const { root, people, account, requests, putLogsBack } = moment;
  await putLogsBack?.();
  const server = await startFaultyServer({
    successorOf: first.server,
    account: SandboxAccount.from(structuredClone(account), { now: () => new Date(), random: (n) => randomBytes(n) }),
    history: requests.filter((request) => !isUnderWay(request)),
  });
  for (const { method, path, body, authorization = '' } of requests.filter(isUnderWay)) {
    const headers = { authorization, 'content-type': 'application/json' };
    await (await fetch(`${server.url}${path}`, { method, headers, body: body === '' ? null : body })).text();
  }
  const world = worldIn(copyOf(root), server, people);
  Object.assign(world.env, { ...first.env, HOME: world.home, ORKEYS_BASE_URL: server.url });
  return { ...world, ...(first.logs ? { logs: first.logs } : {}) };
}

export function forget({ root }: Moment): void {
  rmSync(root, { recursive: true, force: true });
}

function copyOf(root: string): string {
  const copy = mkdtempSync(join(tmpdir(), 'orkeys-proof-'));
  cpSync(root, copy, { recursive: true });
  return copy;
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
