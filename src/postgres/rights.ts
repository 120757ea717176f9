import type { Database } from './database.ts';

const MISSING = `SELECT p || ' on orkeys.' || t AS missing
FROM unnest(ARRAY['workshop', 'lock', 'line', 'slot']) WITH ORDINALITY AS tables(t, at),
unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE']) WITH ORDINALITY AS rights(p, nth)
WHERE NOT has_table_privilege('orkeys.' || t, p) ORDER BY at, nth`;

/** What a member needs of the tables, and the role of this connection may not do. Throws what the driver throws. */
export async function missingRights(database: Database): Promise<string[]> {
  return (await database.query(MISSING)).map(({ missing }) => String(missing));
}
