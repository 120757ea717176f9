import type { Context } from '../context.ts';
import { CliError, EXIT } from '../errors.ts';
import { judgeNote, noteAboutMe, parseLockNote } from '../files/lock-note.ts';
import { lookAtProcess } from '../files/process-state.ts';
import type { LockState } from '../postgres/lease.ts';

/** Who holds a lock of a shared workshop, as others are told. */
export interface Holder {
  run: string;
  member: string;
  host: string;
  /** what was typed after `orkeys` */
  command: string;
  /** ISO 8601 */
  since: string;
}

/** What others are told of this run; it also lets later runs on this computer see that it has ended. */
export async function aboutThisRun(command: string, member: string, ctx: Context): Promise<object> {
  return { ...(await noteAboutMe({ ...ctx, command })), member };
}

export function holderOf({ holder }: LockState): Holder | undefined {
  if (typeof holder !== 'object' || holder === null) return undefined;
  const fields = new Map<string, unknown>(Object.entries(holder));
  const word = (name: string) => String(fields.get(name) ?? '');
  const run = word('run');
  const [member, host, command, since] = [word('member'), word('host'), word('command'), word('started_at')];
  return run === '' ? undefined : { run, member, host, command, since };
}

/** The id of the run that holds a lock, if it ran on this computer and has certainly ended. */
export async function endedRun(state: LockState, ctx: Context): Promise<string[]> {
  const note = parseLockNote(JSON.stringify(state.holder));
  const run = holderOf(state)?.run;
  if (!note || run === undefined) return [];
  const mine = await noteAboutMe({ ...ctx, command: '' });
  const verdict = judgeNote(note, mine, await lookAtProcess(note.pid, ctx.platform));
  return verdict === 'ended' ? [run] : [];
}

/** Somebody else uses the workshop. */
export function heldError(prefix: string, state: LockState): CliError {
  const holder = holderOf(state);
  const who = holder ? `${nameOf(holder)} has been` : 'Somebody is';
  const since = holder ? ` since ${minuteOf(new Date(holder.since))}` : '';
  const until = state.until ? ` If that run has ended, the workshop is free after ${secondOf(state.until)}.` : '';
  return new CliError('locked', EXIT.LOCKED, `${who} using the shared workshop ${prefix}${since}.`, {
    hint: `Wait for it to finish, then run the same command again.${until}`,
  });
}

/** This run did not renew its lock in time. */
export function takenOverError(prefix: string, state: LockState): CliError {
  const holder = state.held ? holderOf(state) : undefined;
  const who = holder ? nameOf(holder) : 'Another run';
  const at = holder ? ` at ${minuteOf(new Date(holder.since))}` : '';
  return new CliError(
    'share_taken_over',
    EXIT.LOCKED,
    `${who} took the shared workshop ${prefix} over${at}, because this run was silent for too long. This run sends nothing more.`,
    { hint: 'When that run has finished, run the same command again.' },
  );
}

function nameOf({ member, host, command }: Holder): string {
  return `${member || 'Somebody'} (orkeys ${command} on ${host || 'another computer'})`;
}

function minuteOf(date: Date): string {
  return Number.isNaN(date.getTime()) ? 'some time ago' : `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

function secondOf(date: Date): string {
  return `${date.toISOString().slice(11, 19)} UTC`;
}
