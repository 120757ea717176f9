import { type CliError, cannotSaveError } from '../errors.ts';
import type { Database } from './database.ts';
import { isPassing } from './database-error.ts';

/** What a lock protects: each log, and the one watch of a workshop. */
export type LockName = 'journal' | 'usage' | 'handouts' | 'watch';

export const LOCK_NAMES: readonly LockName[] = ['journal', 'usage', 'handouts', 'watch'];

/** Milliseconds. */
export interface LeaseTimes {
  /** how long a lock is held without being renewed */
  holdMs: number;
  renewMs: number;
  /** how old the last renewal may be when something is changed: nobody can have taken the lock by then */
  freshMs: number;
}

export const LEASE_TIMES: LeaseTimes = { holdMs: 60_000, renewMs: 15_000, freshMs: 40_000 };

/** Who holds a lock. */
export interface LockState {
  epoch: number;
  generation: number;
  /** as its run wrote it */
  holder: unknown;
  until: Date | undefined;
  /** whether it is held now, by the clock of the database */
  held: boolean;
}

export interface Lease {
  readonly name: LockName;
  readonly epoch: number;
  readonly generation: number;
  /** What became of the lock, if it is lost; renews it first when the last renewal is old. */
  lost(): Promise<CliError | undefined>;
  /** The lock as it is now, whoever holds it. Throws what the driver throws. */
  look(): Promise<LockState>;
  /** Something was learned of the lock by other means: a statement that it fences found it. */
  noteLost(): Promise<CliError>;
  /** Gives the lock free; more than once is harmless. */
  release(): Promise<void>;
}

export interface LeaseRequest {
  database: Database;
  workshop: string;
  name: LockName;
  /** a random id of this run, and what to show to others */
  run: string;
  holder: object;
  /** ids of runs that have certainly ended */
  ended: readonly string[];
  times: LeaseTimes;
  now(): Date;
  /** the error of a run whose lock somebody else has */
  lostError(state: LockState): CliError;
}

/** By the clock, so that a database that was put back to an earlier state gives no number twice. */
const NEXT_EPOCH = 'greatest(epoch + 1, floor(extract(epoch FROM now()) * 1000)::bigint)';

const TAKE = `UPDATE orkeys.lock SET epoch = ${NEXT_EPOCH}, holder = $3::jsonb, held_until = now() + $4 * interval '1 ms'
WHERE workshop = $1 AND name = $2 AND (held_until IS NULL OR held_until < now() OR holder->>'run' = ANY($5::text[]))
RETURNING epoch, generation`;

/** Also after its end, as long as nobody took the lock. */
const RENEW = `UPDATE orkeys.lock SET held_until = now() + $4 * interval '1 ms'
WHERE workshop = $1 AND name = $2 AND epoch = $3 RETURNING epoch`;

const RELEASE = `UPDATE orkeys.lock SET held_until = NULL, holder = NULL WHERE workshop = $1 AND name = $2 AND epoch = $3`;

/** nobody waits for it longer */
const RELEASE_MS = 3000;

const LOOK = `SELECT name, epoch, generation, holder, held_until, held_until > now() AS held FROM orkeys.lock WHERE workshop = $1`;

/**
 * Takes a lock: free, expired, or of a run that has ended. Undefined when somebody holds it. Raising the epoch waits for statements of the
 * one before that are under way, and fences those that come later.
 */
export async function takeLease(request: LeaseRequest): Promise<Lease | undefined> {
  const { database, workshop, name, run, holder, ended, times } = request;
  const values = [workshop, name, JSON.stringify({ ...holder, run }), times.holdMs, [run, ...ended]];
  const sentAt = clockOf(request);
  let rows = await database.query(TAKE, values).catch((error: unknown) => {
    if (!isPassing(error)) throw database.explain(error);
    return undefined;
  });
  // Taken or not, nobody knows: a second time it is taken from ourselves.
  rows ??= await database.query(TAKE, values).catch((error: unknown) => {
    throw database.explain(error);
  });
  const [taken] = rows;
  return taken && holdLease(request, Number(taken.epoch), Number(taken.generation), sentAt);
}

/** The locks of a workshop by name, without taking any. Throws what the driver throws. */
export async function lookAtLeases(database: Database, workshop: string): Promise<Map<LockName, LockState>> {
  const rows = await database.query(LOOK, [workshop]);
  return new Map(
    rows.flatMap((row): [LockName, LockState][] => {
      const name = LOCK_NAMES.find((each) => each === row.name);
      return name ? [[name, lockStateOf(row)]] : [];
    }),
  );
}

function lockStateOf(row: Record<string, unknown>): LockState {
  return {
    epoch: Number(row.epoch),
    generation: Number(row.generation),
    holder: row.holder,
    until: row.held_until instanceof Date ? row.held_until : undefined,
    held: row.held === true,
  };
}

interface Clock {
  /** goes on whatever is set, and stands still while the computer sleeps */
  steady: number;
  /** goes on while the computer sleeps, and can be set */
  wall: number;
}

function clockOf({ now }: Pick<LeaseRequest, 'now'>): Clock {
  return { steady: performance.now(), wall: now().getTime() };
}

function holdLease(request: LeaseRequest, epoch: number, generation: number, takenAt: Clock): Lease {
  const { database, workshop, name, times, lostError } = request;
  let confirmed = takenAt;
  let lost: CliError | undefined;
  let released: Promise<void> | undefined;
  let renewing: Promise<void> | undefined;
  // Not `sleep` of the context: it keeps no process alive, and goes on while others wait.
  const timer = setInterval(() => void renew().catch(() => undefined), times.renewMs).unref();

  async function look(): Promise<LockState> {
    const state = (await lookAtLeases(database, workshop)).get(name);
    return state ?? { epoch: -1, generation: -1, holder: undefined, until: undefined, held: false };
  }

  async function noteLost(): Promise<CliError> {
    clearInterval(timer);
    const state = await look().catch(() => undefined);
    lost ??= lostError(state ?? { epoch, generation, holder: undefined, until: undefined, held: false });
    return lost;
  }

  function renew(): Promise<void> {
    renewing ??= sendRenewal().finally(() => {
      renewing = undefined;
    });
    return renewing;
  }

  async function sendRenewal(): Promise<void> {
    const sentAt = clockOf(request);
    const [row] = await database.query(RENEW, [workshop, name, epoch, times.holdMs]);
    if (row === undefined) await noteLost();
    else confirmed = sentAt;
  }

  function isFresh(): boolean {
    const { steady, wall } = clockOf(request);
    return Math.max(steady - confirmed.steady, Math.abs(wall - confirmed.wall)) < times.freshMs;
  }

  return {
    name,
    epoch,
    generation,
    look,
    noteLost,
    async lost() {
      if (lost || isFresh()) return lost;
      try {
        await renew();
        return lost;
      } catch (error) {
        const { message } = database.explain(error);
        return cannotSaveError('share_unreachable', `The workshop may be another run's by now: ${message}`, {
          hint: 'Run the same command again.',
          cause: error,
        });
      }
    },
    release() {
      clearInterval(timer);
      const began = performance.now();
      const send = () => database.query(RELEASE, [workshop, name, epoch], RELEASE_MS).then(() => undefined);
      const again = () => (performance.now() - began < RELEASE_MS ? send() : undefined);
      // A lock that stays all the same ends by itself.
      released ??= send()
        .catch(again)
        .catch(() => undefined);
      return released;
    },
  };
}
