/** `PRAGMA user_version`: goes up when a column changes its meaning or goes. */
const SCHEMA_VERSION = 1;
/** `PRAGMA application_id`: "ORKY" in ASCII, by which `file` and others can tell whose database it is. */
const APPLICATION_ID = 0x4f524b59;

/** Whoever opens the database reads what its columns mean: SQLite keeps these comments. */
export const USAGE_SCHEMA = `
PRAGMA application_id = ${APPLICATION_ID};
PRAGMA user_version = ${SCHEMA_VERSION};
CREATE TABLE meta (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE person ( -- personal data: share it only with people who need to know
  id INTEGER PRIMARY KEY,
  "row" INTEGER, -- of the roster
  name TEXT,
  surname TEXT,
  email TEXT,
  grp TEXT,
  tier TEXT
);
CREATE TABLE key (
  id INTEGER PRIMARY KEY,
  hash TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  person_id INTEGER REFERENCES person, -- NULL = nobody's
  lim REAL, -- USD; NULL = see unlimited
  unlimited INTEGER, -- 1 = has no limit; NULL = not known
  limit_reset TEXT, -- daily, weekly (from Monday) or monthly, at midnight UTC; NULL = never
  disabled INTEGER, -- NULL = not known
  deleted INTEGER NOT NULL
);
CREATE INDEX key_person ON key (person_id);
CREATE TABLE model (
  id INTEGER PRIMARY KEY,
  slug TEXT NOT NULL UNIQUE
);
CREATE TABLE usage_day ( -- no row for a key and a day: nothing was spent, or nobody asked
  day TEXT NOT NULL, -- UTC
  key_id INTEGER NOT NULL REFERENCES key,
  model_id INTEGER NOT NULL REFERENCES model,
  cost REAL, -- USD, with what other providers were paid; NULL = not known
  byok_cost REAL NOT NULL, -- the part that other providers were paid
  requests INTEGER, -- NULL = not known
  tokens_prompt INTEGER,
  tokens_completion INTEGER,
  tokens_reasoning INTEGER,
  final INTEGER NOT NULL, -- 0 = may still grow
  PRIMARY KEY (day, key_id, model_id)
) WITHOUT ROWID;
CREATE TABLE reading ( -- counters of a key, as the account showed them
  at TEXT NOT NULL, -- UTC
  key_id INTEGER NOT NULL REFERENCES key,
  usage REAL, -- USD, over the life of the key
  byok_usage REAL,
  lim REAL,
  unlimited INTEGER,
  left_over REAL,
  disabled INTEGER,
  PRIMARY KEY (key_id, at)
) WITHOUT ROWID;
CREATE TABLE notice (
  at TEXT NOT NULL, -- UTC
  rule TEXT NOT NULL,
  key_id INTEGER REFERENCES key, -- NULL = all keys together
  state TEXT NOT NULL, -- raised or cleared
  value REAL,
  threshold REAL,
  acted TEXT -- what was done; NULL = nothing
);
CREATE VIEW weekly AS -- weeks from Monday; a row for each person, and for each key that is nobody's
SELECT date(u.day, 'weekday 0', '-6 days') AS week, p.name, p.surname, p.email, CASE WHEN p.id IS NULL THEN k.name END AS key_name,
  sum(u.cost) AS weekly_cost, sum(u.requests) AS requests,
  max(CASE WHEN k.limit_reset = 'daily' AND NOT k.deleted THEN k.lim END) AS daily_limit
FROM usage_day u JOIN key k ON k.id = u.key_id LEFT JOIN person p ON p.id = k.person_id
GROUP BY week, coalesce(p.id, -k.id)
ORDER BY week, weekly_cost DESC;
`;
