import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ExcelJS from 'exceljs';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { UsageReport } from '../../src/usage/usage-report.ts';
import { writeUsageWorkbook } from '../../src/workbook/write-usage.ts';
import { canRun } from '../support/programs.ts';
import { HOSTILE_NAMES, usageReport } from '../support/usage-reports.ts';

const REPORT = usageReport({ people: 10, days: 3, names: HOSTILE_NAMES });

function peopleOf({ people }: UsageReport) {
  return {
    columns: ['row', 'name', 'cost', 'requests', 'limit'],
    rows: people.map(({ participant, cost, requests, limit }) => [
      ...[participant?.row ?? null, participant?.name ?? null, cost, requests],
      limit === null ? 'unlimited' : (limit ?? null),
    ]),
  };
}

async function written(report: UsageReport, most?: Parameters<typeof writeUsageWorkbook>[2]) {
  const { bytes, leftOut } = await writeUsageWorkbook(report, peopleOf(report), most);
  const workbook = new ExcelJS.Workbook();
  await workbook.xlsx.load(new Uint8Array(bytes).buffer);
  const sheet = (name: string) => {
    const found = workbook.getWorksheet(name);
    if (!found) throw new Error(`no sheet ${name}`);
    return found;
  };
  return { bytes, leftOut, workbook, sheet };
}

function rowsOf(sheet: ExcelJS.Worksheet): unknown[][] {
  const rows: unknown[][] = [];
  sheet.eachRow({ includeEmpty: true }, ({ values }) =>
    rows.push(Array.isArray(values) ? Array.from(values).slice(1) : []),
  );
  return rows;
}

describe('the workbook of a usage report', () => {
  test('has its sheets, with a frozen, filtered header, numbers as numbers, and one footer on personal data', async () => {
    const { workbook, sheet } = await written(REPORT);
    expect(workbook.worksheets.map(({ name }) => name)).toEqual(['People', 'Days', 'Models', 'Long', 'About']);
    for (const each of workbook.worksheets) {
      expect(each.views).toMatchObject([{ state: 'frozen', ySplit: 1 }]);
      expect(each.getCell('A1').font.bold).toBe(true);
      expect(each.headerFooter.oddFooter).toContain('Personal data');
    }
    const people = sheet('People');
    expect(people.getRow(1).values).toEqual([undefined, 'row', 'name', 'cost', 'requests', 'limit']);
    expect(
      [people.getCell('A2'), people.getCell('C2'), people.getCell('D2')].map(({ value, numFmt }) => [
        typeof value,
        numFmt,
      ]),
    ).toEqual([
      ['number', undefined],
      ['number', '$#,##0.00####'],
      ['number', '#,##0'],
    ]);
    expect(people.autoFilter).toBe('A1:E11');
  });

  test('adds up to the same in every sheet', async () => {
    const { sheet } = await written(REPORT);
    const sum = (name: string, columns: number[]) =>
      rowsOf(sheet(name))
        .slice(1)
        .flatMap((row) => columns.map((column) => Number(row[column] ?? 0)))
        .reduce((all, one) => all + one, 0);
    expect(sum('People', [2])).toBeCloseTo(REPORT.totals.cost ?? 0, 6);
    expect(sum('Days', [2, 3, 4])).toBeCloseTo(REPORT.totals.cost ?? 0, 6);
    expect(sum('Models', [1])).toBeCloseTo(REPORT.totals.cost ?? 0, 6);
    expect(sum('Long', [4])).toBeCloseTo(REPORT.totals.cost ?? 0, 6);
    expect(sum('Long', [5])).toBe(REPORT.totals.requests);
  });

  test('tells a day that is not known from one on which nothing was spent', async () => {
    const report = usageReport({ people: 2, days: 2, active: 0 });
    const [first] = report.people;
    Object.assign(first?.days[1] ?? {}, { cost: null, requests: null });
    const { sheet } = await written({ ...report, complete: false, unmatched: ['old name'], notes: ['one note'] });
    expect(
      rowsOf(sheet('Days'))
        .slice(1)
        .map((row) => row.slice(2)),
    ).toEqual([[undefined, 'not known'], []]);
    expect(rowsOf(sheet('About'))).toMatchInlineSnapshot(`
      [
        [
          "about",
          "value",
        ],
        [
          "personal data",
          "This workbook says who used which models, when and how much. Share it only with people who need to know.",
        ],
        [
          "prefix",
          "BSSDH_2025",
        ],
        [
          "period",
          "2025-08-02 to 2025-08-03, UTC days; not over",
        ],
        [
          "as of",
          "2025-08-03T12:04:00.000Z",
        ],
        [
          "source",
          "analytics",
        ],
        [
          "complete",
          "no: what is missing is empty or "not known", and not counted",
        ],
        [
          "total cost, USD",
          0,
        ],
        [
          "empty cells",
          "nothing recorded in sheet Days; not known, or not told, elsewhere",
        ],
        [
          "name without a key",
          "old name",
        ],
        [
          "note",
          "one note",
        ],
      ]
    `);
  });

  test('keeps names as texts that never become formulas', async () => {
    const { sheet } = await written(REPORT);
    for (const name of ['People', 'Days', 'Long']) {
      const cells = rowsOf(sheet(name)).flat();
      for (const hostile of HOSTILE_NAMES) expect(cells).toContain(hostile);
      sheet(name).eachRow((row) => row.eachCell((cell) => expect(cell.type).not.toBe(ExcelJS.ValueType.Formula)));
    }
    const cell = sheet('Long')
      .getColumn(1)
      .values.findIndex((value) => String(value).startsWith('=HYPERLINK'));
    expect(sheet('Long').getCell(cell, 1).numFmt).toBe('@');
  });

  test('says which rows and days it leaves out', async () => {
    const { leftOut, sheet } = await written(REPORT, { mostLongRows: 5, mostDayCells: 20 });
    expect(leftOut).toEqual([
      'Sheet Days has the last 2 of 3 days: more would not fit into memory. usage.sqlite (--db) has all of them.',
      expect.stringMatching(/^Sheet Long has the newest 5 of \d+ rows: more would take too much memory\./),
    ]);
    expect(sheet('Days').getRow(1).values).toEqual([undefined, 'name', 'email', '2025-08-02', '2025-08-03']);
    expect(new Set(sheet('Long').getColumn(3).values.slice(2))).toEqual(new Set(['2025-08-03']));
    expect(sheet('Long').rowCount).toBe(6);
    expect(rowsOf(sheet('About')).flat()).toEqual(expect.arrayContaining(leftOut.slice(0, 1)));
  });

  test('has every row of a class in 90 days, each in its place, however many there are', async () => {
    const names = [...HOSTILE_NAMES, 'a_x0041_b & <c> "d"\u0001\n  e  '];
    const report = usageReport({ people: 130, days: 90, active: 1, names });
    const { leftOut, sheet } = await written(report);
    const wanted = report.people
      .flatMap(({ participant, days }) =>
        days.flatMap(({ day, models }) =>
          models.map(({ model, cost, requests }) =>
            [participant?.emails[0], day, model, cost, requests].map(String).join(' '),
          ),
        ),
      )
      .sort();
    expect(wanted.length).toBeGreaterThan(10_001);
    const long = sheet('Long');
    const [header, ...rows] = rowsOf(long);
    expect(header).toEqual(['name', 'email', 'day', 'model', 'cost', 'requests']);
    expect(rows.map((row) => row.slice(1).map(String).join(' ')).sort()).toEqual(wanted);
    expect(rows.map(([name]) => name)).toContain('a_x0041_b & <c> "d"\n  e');
    expect(long.autoFilter).toBe(`A1:F${rows.length + 1}`);
    for (const row of [2, 9000, rows.length + 1]) {
      expect(['A', 'B', 'C', 'D', 'E', 'F'].map((column) => long.getCell(`${column}${row}`).numFmt)).toEqual([
        ...['@', '@', '@', '@', '$#,##0.00####', '#,##0'],
      ]);
    }
    expect(leftOut).toEqual([]);
  });

  test('is the same file for the same report', async () => {
    const [one, other] = await Promise.all([written(REPORT), written(REPORT)]);
    expect(Buffer.from(one.bytes).equals(other.bytes)).toBe(true);
  });

  test.skipIf(!canRun('soffice', '--version'))('opens in LibreOffice with the same names and numbers', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'orkeys-office-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const file = join(folder, 'usage.xlsx');
    writeFileSync(file, (await written(REPORT)).bytes);
    // UTF-8, and every sheet a file of its own: usage-People.csv, …
    const filter = 'csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,-1';
    const profile = `-env:UserInstallation=file://${folder}/profile`;
    const { status } = spawnSync('soffice', [profile, '--headless', '--convert-to', filter, '--outdir', folder, file], {
      stdio: 'ignore',
    });
    expect(status).toBe(0);
    const people = readFileSync(join(folder, 'usage-People.csv'), 'utf8');
    for (const name of HOSTILE_NAMES) expect(people).toContain(name.replaceAll('"', '""'));
    expect(people.split('\n')[1]).toContain(String(REPORT.people[0]?.cost));
    const long = readFileSync(join(folder, 'usage-Long.csv'), 'utf8');
    for (const name of HOSTILE_NAMES) expect(long).toContain(name.replaceAll('"', '""'));
    expect(readFileSync(join(folder, 'usage-Days.csv'), 'utf8')).toContain('2025-08-03');
    expect(readFileSync(join(folder, 'usage-About.csv'), 'utf8')).toContain(
      'Share it only with people who need to know.',
    );
  });
});
