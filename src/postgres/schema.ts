/** Version of the tables; an older program refuses newer ones. */
export const SCHEMA_VERSION = 1;

/** How the version is kept, as the comment of a table: one query tells it with everything else. */
export const SCHEMA_COMMENT = `orkeys schema ${SCHEMA_VERSION}`;

/** The tables. Each statement may run again. PostgreSQL 13 and newer. */
export const SCHEMA_STATEMENTS: readonly string[] = [
  'CREATE SCHEMA IF NOT EXISTS orkeys',
  `CREATE TABLE IF NOT EXISTS orkeys.workshop (
  id uuid PRIMARY KEY,
  prefix text NOT NULL,
  account text,
  version int NOT NULL,
  ready boolean NOT NULL DEFAULT false,
  closed jsonb,
  created_at timestamptz NOT NULL DEFAULT now()
)`,
  'CREATE UNIQUE INDEX IF NOT EXISTS workshop_prefix ON orkeys.workshop (prefix) WHERE closed IS NULL',
  `CREATE TABLE IF NOT EXISTS orkeys.lock (
  workshop uuid NOT NULL REFERENCES orkeys.workshop ON DELETE CASCADE,
  name text NOT NULL,
  epoch bigint NOT NULL DEFAULT 0,
  generation int NOT NULL DEFAULT 1,
  holder jsonb,
  held_until timestamptz,
  PRIMARY KEY (workshop, name)
)`,
  `CREATE TABLE IF NOT EXISTS orkeys.line (
  workshop uuid NOT NULL REFERENCES orkeys.workshop ON DELETE CASCADE,
  log text NOT NULL,
  generation int NOT NULL,
  seq bigint NOT NULL,
  epoch bigint NOT NULL,
  body bytea NOT NULL,
  at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (workshop, log, generation, seq)
)`,
  `CREATE TABLE IF NOT EXISTS orkeys.slot (
  workshop uuid NOT NULL REFERENCES orkeys.workshop ON DELETE CASCADE,
  id smallint NOT NULL,
  label text NOT NULL,
  salt bytea NOT NULL,
  n int NOT NULL,
  r int NOT NULL,
  p int NOT NULL,
  wrapped bytea NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (workshop, id)
)`,
  `COMMENT ON TABLE orkeys.workshop IS '${SCHEMA_COMMENT}'`,
];

/** What an administrator runs: the tables, and a role whose members may use them. */
export function schemaSql(role: string): string {
  const name = `"${role.replaceAll('"', '""')}"`;
  const grants = [
    `DO $orkeys$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '${role.replaceAll("'", "''")}') THEN CREATE ROLE ${name} NOLOGIN; END IF;
END $orkeys$`,
    `GRANT USAGE ON SCHEMA orkeys TO ${name}`,
    `GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA orkeys TO ${name}`,
  ];
  return [...SCHEMA_STATEMENTS, ...grants].map((statement) => `${statement};\n`).join('\n');
}
