import type { Database, Row } from './database.ts';
import { LOCK_NAMES } from './lease.ts';
import { SCHEMA_STATEMENTS } from './schema.ts';

/** A workshop as its row tells it. */
export interface WorkshopRow {
  id: string;
  prefix: string;
  account: string | undefined;
  /** of the lines */
  version: number;
  /** false while its logs are being copied into the database */
  ready: boolean;
  /** who took it out of the database; undefined = it is in use */
  closed: unknown;
  /** how many passwords open it */
  members: number;
}

/** A member's password, as it is stored. */
export interface SlotRow {
  id: number;
  label: string;
  salt: Uint8Array;
  n: number;
  r: number;
  p: number;
  wrapped: Uint8Array;
}

/** All of these throw what the driver throws. */
export async function createTables(database: Database): Promise<void> {
  for (const statement of SCHEMA_STATEMENTS) await database.query(statement);
}

const SELECT = `SELECT id, prefix, account, version, ready, closed,
  (SELECT count(*) FROM orkeys.slot WHERE workshop = orkeys.workshop.id) AS members FROM orkeys.workshop`;

/** The workshop with this prefix that is in use. */
export async function findWorkshop(database: Database, prefix: string): Promise<WorkshopRow | undefined> {
  const rows = await database.query(`${SELECT} WHERE prefix = $1 AND closed IS NULL`, [prefix]);
  return rows.map(workshopIn)[0];
}

export async function readWorkshopRow(database: Database, id: string): Promise<WorkshopRow | undefined> {
  const rows = await database.query(`${SELECT} WHERE id = $1`, [id]);
  return rows.map(workshopIn)[0];
}

/** Makes the row, its locks and its first password in one statement, if they are not there. */
export async function createWorkshop(
  database: Database,
  { id, prefix, account, version }: Omit<WorkshopRow, 'ready' | 'closed' | 'members'>,
  slot: SlotRow,
): Promise<void> {
  await database.query(
    `WITH made AS (INSERT INTO orkeys.workshop (id, prefix, account, version) VALUES ($1, $2, $3, $4) ON CONFLICT (id) DO NOTHING RETURNING id),
locks AS (INSERT INTO orkeys.lock (workshop, name) SELECT id, name FROM made, unnest($5::text[]) AS name)
INSERT INTO orkeys.slot (workshop, id, label, salt, n, r, p, wrapped) SELECT id, $6, $7, $8, $9, $10, $11, $12 FROM made`,
    [id, prefix, account ?? null, version, LOCK_NAMES, ...slotValues(slot)],
  );
}

/** Adds a password, if nobody else took its number meanwhile. */
export async function addSlot(database: Database, id: string, slot: SlotRow): Promise<boolean> {
  const rows = await database.query(
    `INSERT INTO orkeys.slot (workshop, id, label, salt, n, r, p, wrapped) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT DO NOTHING RETURNING id`,
    [id, ...slotValues(slot)],
  );
  return rows.length > 0;
}

/** Removes a password, unless it is the last one. */
export async function removeSlot(
  database: Database,
  id: string,
  { id: slot, label }: Pick<SlotRow, 'id' | 'label'>,
): Promise<boolean> {
  const rows = await database.query(
    // Two people who remove the last two at once wait for each other, and the second finds one.
    `WITH locked AS (SELECT id FROM orkeys.slot WHERE workshop = $1 ORDER BY id FOR UPDATE)
DELETE FROM orkeys.slot WHERE workshop = $1 AND id = $2 AND label = $3 AND (SELECT count(*) FROM locked) > 1 RETURNING id`,
    [id, slot, label],
  );
  return rows.length > 0;
}

/**
 * From now on others may join, with this password, which takes the place of those of calls that did not end. `unless_ready`: if somebody
 * else was first, nothing changes. Returns whether it is done.
 */
export async function markReady(
  database: Database,
  id: string,
  slot: SlotRow,
  when: 'always' | 'unless_ready',
): Promise<boolean> {
  const rows = await database.query(
    `WITH done AS (UPDATE orkeys.workshop SET ready = true WHERE id = $1 AND (NOT ready OR $9) RETURNING id),
gone AS (DELETE FROM orkeys.slot USING done WHERE workshop = done.id AND slot.id <> $2)
INSERT INTO orkeys.slot (workshop, id, label, salt, n, r, p, wrapped) SELECT id, $2, $3, $4, $5, $6, $7, $8 FROM done
ON CONFLICT (workshop, id) DO UPDATE SET label = $3, salt = $4, n = $5, r = $6, p = $7, wrapped = $8 RETURNING id`,
    [id, ...slotValues(slot), when === 'always'],
  );
  return rows.length > 0;
}

/** What a start that did not end left there. */
export async function deleteUnready(database: Database, id: string): Promise<void> {
  await database.query('DELETE FROM orkeys.workshop WHERE id = $1 AND NOT ready', [id]);
}

/** From now on nobody may use it, and nobody can take its locks. */
export async function closeWorkshop(database: Database, id: string, by: object): Promise<void> {
  await database.query(
    `WITH closed AS (UPDATE orkeys.workshop SET closed = $2::jsonb WHERE id = $1 RETURNING id)
UPDATE orkeys.lock SET epoch = epoch + 1, held_until = 'infinity', holder = $2::jsonb FROM closed WHERE workshop = closed.id`,
    [id, JSON.stringify(by)],
  );
}

export async function readSlots(database: Database, id: string): Promise<SlotRow[]> {
  const rows = await database.query('SELECT * FROM orkeys.slot WHERE workshop = $1 ORDER BY id', [id]);
  return rows.flatMap(({ id: slot, label, salt, n, r, p, wrapped }) =>
    salt instanceof Uint8Array && wrapped instanceof Uint8Array
      ? [{ id: Number(slot), label: String(label), salt, n: Number(n), r: Number(r), p: Number(p), wrapped }]
      : [],
  );
}

/** Whether exactly this password is among those that are stored: its salt is random. */
export function hasSlot(slots: readonly SlotRow[], { wrapped }: SlotRow): boolean {
  return slots.some((slot) => Buffer.compare(slot.wrapped, wrapped) === 0);
}

function slotValues({ id, label, salt, n, r, p, wrapped }: SlotRow): unknown[] {
  return [id, label, Buffer.from(salt), n, r, p, Buffer.from(wrapped)];
}

function workshopIn({ id, prefix, account, version, ready, closed, members }: Row): WorkshopRow {
  return {
    ...{ id: String(id), prefix: String(prefix), version: Number(version), ready: ready === true, closed },
    members: Number(members),
    account: typeof account === 'string' ? account : undefined,
  };
}
