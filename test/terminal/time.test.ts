import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { formatDuration, formatInstant, formatUtc } from '../../src/terminal/time.ts';
import { COMMAND, runToItsEnd } from '../support/program.ts';

test.each([
  ['2026-12-31T23:59:59Z', 'Europe/Riga', '2026-12-31 23:59 UTC (2027-01-01 01:59 your time)'],
  ['2026-12-31T12:00:00Z', 'Europe/Riga', '2026-12-31 12:00 UTC (14:00 your time)'],
  ['2026-07-01T12:00:00Z', 'Europe/Riga', '2026-07-01 12:00 UTC (15:00 your time)'],
  ['2026-01-01T03:00:00Z', 'America/New_York', '2026-01-01 03:00 UTC (2025-12-31 22:00 your time)'],
  ['2026-12-31T23:59:59Z', 'UTC', '2026-12-31 23:59 UTC'],
  ['2026-01-01T00:00:00Z', 'Europe/London', '2026-01-01 00:00 UTC'],
  ['2025-02-19T20:52:27.363244+00:00', 'UTC', '2025-02-19 20:52 UTC'],
  ['soon\u001b[2J', 'UTC', 'soon\\u001b[2J'],
])('formatInstant(%j, %s) is %s', (iso, timeZone, shown) => {
  expect(formatInstant(iso, timeZone)).toBe(shown);
});

test.each([
  ['Europe/Riga', '2026-12-31T23:59:59Z'],
  ['Europe/Riga', '2026-07-01T00:00:00Z'],
  ['America/New_York', '2026-03-08T07:30:00Z'],
  ['Asia/Kolkata', '2026-01-01T18:29:00Z'],
])('without a time zone it uses the machine’s: %s at %s', (timeZone, at) => {
  const before = process.env.TZ;
  process.env.TZ = timeZone;
  try {
    expect(formatInstant(at)).toBe(formatInstant(at, timeZone));
  } finally {
    if (before === undefined) delete process.env.TZ;
    else process.env.TZ = before;
  }
});

// Windows takes no IANA name from TZ.
test.skipIf(process.platform === 'win32').each([
  ['Asia/Kathmandu', '2030-12-31T23:59:00Z', '2030-12-31 23:59 UTC (2031-01-01 05:44 your time)'],
  ['America/St_Johns', '2031-01-01T03:29:00Z', '2031-01-01 03:29 UTC (2030-12-31 23:59 your time)'],
  ['Australia/Lord_Howe', '2030-07-01T00:00:00Z', '2030-07-01 00:00 UTC (10:30 your time)'],
  ['Australia/Lord_Howe', '2030-12-01T00:00:00Z', '2030-12-01 00:00 UTC (11:00 your time)'],
  ['Pacific/Kiritimati', '2030-02-28T10:00:00Z', '2030-02-28 10:00 UTC (2030-03-01 00:00 your time)'],
  ['UTC', '2030-12-31T23:59:00Z', '2030-12-31 23:59 UTC'],
])('a computer in %s shows %s as %s', async (TZ, at, shown) => {
  const cwd = mkdtempSync(join(tmpdir(), 'orkeys-zone-'));
  onTestFinished(() => rmSync(cwd, { recursive: true }));
  const args = ['create', 'x', '--expires', at, '--dry-run', '--sandbox'];
  const { stdout } = await runToItsEnd([...COMMAND, ...args], { cwd, env: { PATH: process.env.PATH, HOME: cwd, TZ } });
  expect(stdout.split(', expires ')[1]?.split('\n')[0]).toBe(shown);
});

test('formatUtc is short, for tables', () => {
  expect(formatUtc('2026-12-31T23:59:59Z')).toBe('2026-12-31 23:59');
  expect(formatUtc('never')).toBe('never');
});

test.each([
  [0, '0.0 s'],
  [420, '0.4 s'],
  [999, '1 s'],
  [45_000, '45 s'],
  [59_700, '1 min'],
  [80_000, '1 min 20 s'],
  [7_500_000, '2 h 5 min'],
  [273_600_000, '3 d 4 h'],
])('formatDuration(%i) is %s', (ms, shown) => {
  expect(formatDuration(ms)).toBe(shown);
});
