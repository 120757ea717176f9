// node workbook.mjs <rows>: writes a keys.xlsx of so many rows; bundled and run in a process of its own by scale.js.
import { writeResultsWorkbook } from '../src/workbook/write-results.ts';

const people = Number(process.argv[2]);
const start = performance.now();
const bytes = await writeResultsWorkbook({
  sheetName: 'People',
  header: ['E-mail', 'Name', 'Surname'],
  rows: Array.from({ length: people }, (_, at) => ({
    cells: [`person${at}@example.org`, `Name ${at}`, `Surname ${at}`],
  })),
  resultHeader: ['api_key', 'limit_usd', 'expires_at', 'status', 'limit_reset', 'key_name', 'key_hash'],
  resultRows: Array.from({ length: people }, (_, at) => [
    `sk-or-v1-test-${String(at).padStart(60, '0')}`,
    0.01,
    '2026-12-31T00:00:00Z',
    'active',
    null,
    `W_Name_${at}_Surname_${at}_abcdefgh`,
    String(at).padStart(64, '0'),
  ]),
  at: new Date('2026-01-01T00:00:00Z'),
});
const ms = performance.now() - start;
process.stdout.write(JSON.stringify({ ms, bytes: bytes.length, peakMB: process.resourceUsage().maxRSS / 1000 }));
