import type { Database, Row } from './database.ts';

/** A line as it is stored: encrypted before it comes here. */
export interface StoredBody {
  seq: number;
  body: Uint8Array;
}

/** Which log, and which of its locks is held: every change of a log is fenced by both. */
export interface FencedLog {
  workshop: string;
  log: string;
  generation: number;
  epoch: number;
}

/** A log as it is stored, from a line on. */
export interface StoredLog {
  generation: number;
  epoch: number;
  bodies: StoredBody[];
}

/** FOR SHARE makes a take-over wait for this statement, and this statement for a take-over. The line before must be there, too: a server that
 * took over from another may have lost it. */
const APPEND = `WITH mine AS (
  SELECT 1 FROM orkeys.lock WHERE workshop = $1 AND name = $2 AND generation = $3 AND epoch = $4
  AND EXISTS (SELECT 1 FROM orkeys.line WHERE workshop = $1 AND log = $2 AND generation = $3 AND seq = $7 AND sha256(body) = $8)
  FOR SHARE)
INSERT INTO orkeys.line (workshop, log, generation, seq, epoch, body)
SELECT $1, $2, $3, s.seq, $4, s.body FROM mine, unnest($5::bigint[], $6::bytea[]) AS s(seq, body)
ON CONFLICT DO NOTHING RETURNING seq`;

const READ = `SELECT k.generation, k.epoch, l.seq, l.body FROM orkeys.lock k
LEFT JOIN orkeys.line l ON l.workshop = k.workshop AND l.log = k.name AND l.generation = k.generation
  AND l.seq >= CASE WHEN k.generation = $3 THEN $4 ELSE 0 END
WHERE k.workshop = $1 AND k.name = $2 ORDER BY l.seq`;

const LOOK = `SELECT seq, body FROM orkeys.line WHERE workshop = $1 AND log = $2 AND generation = $3 AND seq = ANY($4::bigint[])`;

const REPLACE = `WITH mine AS (
  UPDATE orkeys.lock SET generation = $3 + 1 WHERE workshop = $1 AND name = $2 AND generation = $3 AND epoch = $4 RETURNING 1),
gone AS (DELETE FROM orkeys.line USING mine WHERE workshop = $1 AND log = $2 AND generation = $3)
INSERT INTO orkeys.line (workshop, log, generation, seq, epoch, body)
SELECT $1, $2, $3 + 1, s.seq, $4, s.body FROM mine, unnest($5::bigint[], $6::bytea[]) AS s(seq, body) RETURNING seq`;

/** Whatever generation the database believes in; the rows that stay and those that go are not the same. */
const RESTORE = `WITH mine AS (
  UPDATE orkeys.lock SET generation = $3 WHERE workshop = $1 AND name = $2 AND epoch = $4 RETURNING 1),
put AS (INSERT INTO orkeys.line (workshop, log, generation, seq, epoch, body)
  SELECT $1, $2, $3, s.seq, $4, s.body FROM mine, unnest($5::bigint[], $6::bytea[]) AS s(seq, body)
  ON CONFLICT (workshop, log, generation, seq) DO UPDATE SET body = EXCLUDED.body, epoch = EXCLUDED.epoch RETURNING seq),
gone AS (DELETE FROM orkeys.line USING mine WHERE workshop = $1 AND log = $2 AND NOT (generation = $3 AND seq = ANY($5::bigint[])))
SELECT count(*) AS written FROM put`;

/** All statements here throw what the driver throws. */
export async function readStoredLog(
  database: Database,
  { workshop, log }: Pick<FencedLog, 'workshop' | 'log'>,
  from: { generation: number; seq: number },
): Promise<StoredLog | undefined> {
  const rows = await database.query(READ, [workshop, log, from.generation, from.seq], LONG_MS);
  const [first] = rows;
  if (!first) return undefined;
  return {
    generation: Number(first.generation),
    epoch: Number(first.epoch),
    bodies: rows.flatMap((row) => bodyIn(row)),
  };
}

/** Adds lines after the one with this hash, all or none. Returns the numbers of those that were added: fewer than all means to look. */
export async function appendBodies(
  database: Database,
  fenced: FencedLog,
  bodies: readonly StoredBody[],
  before: Uint8Array,
): Promise<number> {
  const [first] = bodies;
  if (!first) return 0;
  const rows = await database.query(APPEND, [...valuesOf(fenced, bodies), first.seq - 1, before]);
  return rows.length;
}

/** What is stored at these numbers. */
export async function lookAtBodies(
  database: Database,
  { workshop, log, generation }: FencedLog,
  seqs: readonly number[],
): Promise<StoredBody[]> {
  const rows = await database.query(LOOK, [workshop, log, generation, seqs]);
  return rows.flatMap((row) => bodyIn(row));
}

/** Puts a new generation in the place of all lines of a log. Returns how many were written; 0 means to look. */
export async function replaceBodies(
  database: Database,
  fenced: FencedLog,
  bodies: readonly StoredBody[],
): Promise<number> {
  return (await database.query(REPLACE, valuesOf(fenced, bodies), LONG_MS)).length;
}

/** Makes a log exactly these lines of this generation, in one statement. Returns how many it has now; 0 means to look. */
export async function restoreBodies(
  database: Database,
  fenced: FencedLog,
  bodies: readonly StoredBody[],
): Promise<number> {
  const [row] = await database.query(RESTORE, valuesOf(fenced, bodies), LONG_MS);
  return Number(row?.written ?? 0);
}

/** For whole logs over a slow line. */
const LONG_MS = 120_000;

function valuesOf({ workshop, log, generation, epoch }: FencedLog, bodies: readonly StoredBody[]): unknown[] {
  return [
    ...[workshop, log, generation, epoch],
    bodies.map(({ seq }) => seq),
    // The driver takes a Buffer for bytes and nothing else.
    bodies.map(({ body }) => Buffer.from(body.buffer, body.byteOffset, body.byteLength)),
  ];
}

function bodyIn({ seq, body }: Row): StoredBody[] {
  return body instanceof Uint8Array ? [{ seq: Number(seq), body }] : [];
}
