import type { Database } from '../postgres/database.ts';
import { readStoredLog } from '../postgres/line-store.ts';
import { type ChainOf, openChain, type SealedBody, startOf } from '../sealed-log/sealed-chain.ts';
import type { LogName } from './log-keeper.ts';
import { mirrorPath, readMirror } from './shared-mirror.ts';

/**
 * What a database has of a log, compared with what this computer saw.
 * - same: everything that was seen here, and perhaps more
 * - behind: it lacks lines
 * - changed: it has other lines in the place of some
 * - forked: members went on without lines that were seen here; both are theirs
 * - unknown: it is not what members wrote, and this computer saw too little to put it right
 */
export type LogComparison = {
  log: LogName;
  /** number of lines that the database has, and that were seen here */
  stored: number;
  seen: number;
} & (
  | { kind: 'same' | 'forked' | 'unknown' }
  | {
      kind: 'behind' | 'changed';
      /** what the log has to be */
      generation: number;
      bodies: readonly SealedBody[];
      /** number of lines of the database that nobody can read any more */
      unreadable: number;
    }
);

/** Reads both; a database without tables has nothing. Throws what the driver throws. */
export async function compareWithMirror(
  folder: string,
  database: Database | undefined,
  chain: ChainOf & { log: LogName },
): Promise<LogComparison> {
  const { log } = chain;
  const mirror = await readMirror(mirrorPath(folder, log));
  const { generation } = mirror;
  const { wrong } = openChain(chain, startOf(generation), mirror.bodies);
  const bodies = wrong === undefined ? mirror.bodies : mirror.bodies.slice(0, wrong);
  const found = database && (await readStoredLog(database, chain, { generation: -1, seq: 0 }));
  const stored = found ?? { generation: -1, bodies: [] };
  const counts = { log, stored: linesIn(stored.bodies), seen: linesIn(bodies) };
  const isWhole = (start: number, all: readonly SealedBody[]) =>
    all.length > 0 && openChain(chain, startOf(start), all).wrong === undefined;
  const isStoredWhole = isWhole(stored.generation, stored.bodies);
  if (bodies.length === 0 || stored.generation > generation)
    return { ...counts, kind: isStoredWhole ? 'same' : 'unknown' };
  if (stored.generation < generation) {
    // The log was written anew since that copy was made: it may only be replaced if all that it says is in the newer one, too.
    const kind = hasNothingElse(chain, stored, { generation, bodies });
    return kind === 'behind' ? { ...counts, kind, generation, bodies, unreadable: 0 } : { ...counts, kind };
  }

  const same = bodies.findIndex(({ seq, body }, at) => !isBody(stored.bodies[at], seq, body));
  if (same < 0 && isStoredWhole) return { ...counts, kind: 'same' };
  if (same >= stored.bodies.length) return { ...counts, kind: 'behind', generation, bodies, unreadable: 0 };
  // What members added after a line that was changed is still theirs, as far as it follows.
  const joined = [...bodies, ...stored.bodies.slice(bodies.length)];
  const following = openChain(chain, startOf(generation), joined).wrong ?? joined.length;
  if (isStoredWhole && following === bodies.length) return { ...counts, kind: 'forked' };
  const unreadable = joined.length - following;
  return { ...counts, kind: 'changed', generation, bodies: joined.slice(0, following), unreadable };
}

interface Generation {
  generation: number;
  bodies: readonly SealedBody[];
}

/** Compares what the lines of an older generation say; the first tells of the log itself, and is written anew with it. */
function hasNothingElse(chain: ChainOf, older: Generation, newer: Generation): 'behind' | 'forked' | 'unknown' {
  const [before, now] = [older, newer].map(({ generation, bodies }) => openChain(chain, startOf(generation), bodies));
  if (!before || !now || now.wrong !== undefined || before.wrong !== undefined) return 'unknown';
  const known = new Set(now.lines.map(String));
  return before.lines.slice(1).every((line) => known.has(String(line))) ? 'behind' : 'forked';
}

/** The first body of a generation is a mark. */
function linesIn(bodies: readonly SealedBody[]): number {
  return Math.max(0, bodies.length - 1);
}

function isBody(stored: SealedBody | undefined, seq: number, body: Uint8Array): boolean {
  return stored?.seq === seq && Buffer.compare(stored.body, body) === 0;
}
