// node fold.mjs write <people> <file> | read <file>: a journal of so many people, and what it adds up to; bundled and run in processes of their own by scale.js.
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { decodeJournal, encodeEntry } from '../src/journal/codec.ts';
import type { JournalEntry } from '../src/journal/entry.ts';
import { foldJournal, heldKeys } from '../src/journal/fold.ts';
import type { Participant } from '../src/roster/participant.ts';

const AT = '2026-01-01T00:00:00.000Z';
const [what, ...rest] = process.argv.slice(2);
if (what === 'write') write(Number(rest[0]), rest[1] ?? '');
else read(rest[0] ?? '');

function read(file: string): void {
  const start = performance.now();
  const { entries, damaged } = decodeJournal(readFileSync(file));
  const state = foldJournal(entries);
  const ms = performance.now() - start;
  if (damaged.length > 0) throw new Error('The journal is damaged.');
  const peakMB = process.resourceUsage().maxRSS / 1000;
  process.stdout.write(JSON.stringify({ ms, keys: heldKeys(state).length, peakMB }));
}

function write(people: number, file: string): void {
  const participants = Array.from({ length: people }, (_, at) => person(at));
  const out = openSync(file, 'w', 0o600);
  const add = (entry: JournalEntry) => writeSync(out, `${encodeEntry(entry)}\n`);
  add({ type: 'journal', version: 1, at: AT, prefix: 'W', base_url: 'http://127.0.0.1:1/api/v1' });
  const table = {
    header: ['E-mail', 'Name', 'Surname'],
    rows: participants.map(({ row, name, surname, emails }) => ({ row, cells: [emails[0] ?? null, name, surname] })),
  };
  add({ type: 'roster', at: AT, file: 'people.csv', sheet: 'people', participants, table });
  for (const [at, participant] of participants.entries()) {
    const tag = at
      .toString(32)
      .padStart(8, 'a')
      .replaceAll(/[0189]/g, 'z');
    const name = `W_Name_${at}_Surname_${tag}`;
    const wanted = { name, limit: 0.01, limit_reset: null, expires_at: null, include_byok_in_limit: false };
    add({ type: 'intent', at: AT, tag: `${tag}${at}`, person: `${tag}${at}`, participant, wanted });
    const key = `sk-or-v1-test-${String(at).padStart(59, '0')}`;
    add({ type: 'created', at: AT, tag: `${tag}${at}`, key, facts: factsOf(name, at) });
  }
  closeSync(out);
  process.stdout.write(JSON.stringify({ people }));
}

function person(at: number): Participant {
  return { row: at + 2, rows: [at + 2], name: `Name ${at}`, surname: 'Surname', emails: [`person${at}@example.org`] };
}

function factsOf(name: string, at: number) {
  return {
    hash: String(at).padStart(64, '0'),
    name,
    label: 'sk-or-v1-tes...0000',
    disabled: false,
    limit: 0.01,
    limit_remaining: 0.01,
    limit_reset: null,
    include_byok_in_limit: false,
    usage: 0,
    usage_daily: 0,
    usage_weekly: 0,
    usage_monthly: 0,
    byok_usage: 0,
    created_at: AT,
    expires_at: null,
    workspace_id: '5a9db0c5-0000-4000-8000-000000000001',
    creator_user_id: 'user_sandbox',
  };
}
