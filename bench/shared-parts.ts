import { writeFileSync } from 'node:fs';
import { encodeEntry } from '../src/journal/codec.ts';
import type { JournalEntry } from '../src/journal/entry.ts';
import { PG_PASSWORD, PG_USER, POSTGRES_BIN, startCluster, type TestPostgres } from '../test/support/postgres.ts';

// Bundled and loaded by shared.js.

/** A server on a disk that syncs, for as long as it is needed; undefined where PostgreSQL is not installed. */
export async function openBenchDatabase() {
  if (POSTGRES_BIN === undefined) {
    process.stderr.write('PostgreSQL is not installed: shared workshops are not measured.\n');
    return undefined;
  }
  // What it is filled with.
  const server = { port: 0, folder: '' } as TestPostgres;
  await startCluster(server);
  let made = 0;
  return {
    port: server.port,
    env: { PGPASSWORD: PG_PASSWORD, ORKEYS_SHARE_PASSWORD: 'lusab-gutih-tugad-fikop' },
    newUrl: (port = server.port) => {
      made += 1;
      server.createDatabase(`bench_${made}`);
      return `postgres://${PG_USER}@127.0.0.1:${port}/bench_${made}`;
    },
    close: () => server.remove(),
  };
}

/** The journal of a workshop W: a header, then an intent and a key by turns. */
export function writeLongJournal(path: string, lines: number): void {
  const at = '2026-03-02T09:00:00.000Z';
  const header = { type: 'journal', version: 1, at, prefix: 'W', base_url: 'sandbox', account: undefined } as const;
  const text = [encodeEntry(header)];
  for (let index = 0; text.length < lines; index += 1) text.push(...linesOf(index, at).map(encodeEntry));
  writeFileSync(path, `${text.join('\n')}\n`, { mode: 0o600 });
}

function linesOf(index: number, at: string): JournalEntry[] {
  const tag = index.toString(2).padStart(20, '0').replaceAll('0', 'a').replaceAll('1', 'b');
  const name = `W_Name_Surname_${tag}`;
  const settings = { limit: 1, limit_reset: null, expires_at: null, include_byok_in_limit: false };
  const participant = { row: 2, rows: [2], name: 'Name', surname: 'Surname', emails: [`person${index}@example.org`] };
  const hash = index.toString(16).padStart(64, '0');
  const facts = { hash, name, label: 'sk-or-v1-tes...0000', ...settings, usage: 0, disabled: false, created_at: at };
  return [
    { type: 'intent', at, tag, person: tag, participant, wanted: { name, ...settings } },
    { type: 'created', at, tag, key: `sk-or-v1-test-${index}`, facts },
  ];
}
