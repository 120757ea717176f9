import { describe, expect, test } from 'vitest';
import { cellWidth } from '../../src/terminal/cell-width.ts';
import { foldRows, renderTable, type Table, tableWidth } from '../../src/terminal/table.ts';
import { memoryOutput } from './support/memory-output.ts';

const KEYS: Table = {
  columns: [
    { title: 'NAME', flexible: true },
    { title: 'KEY', flexible: true, minWidth: 12 },
    { title: 'LIMIT', align: 'right' },
    { title: 'STATUS' },
  ],
  rows: [
    ['Anda Baklāne', 'BSSDH_2025_Anda_Baklāne_k7f3q2xw', '$1.00', 'active'],
    ['王小明', 'BSSDH_2025_王小明_h2k4j6m8', '$12.50', 'disabled'],
    ['Ame\u0301lie de la Fontaine-Montgomery', 'BSSDH_2025_Amélie_x', 'unlimited', 'active'],
    ['evil\u001b[2J\nfake line', 'k', '$0.50', ''],
  ],
};

describe('renderTable', () => {
  test('uses what it needs where there is room', () => {
    expect(renderTable(KEYS, 200)).toMatchInlineSnapshot(`
      "NAME                              KEY                                   LIMIT  STATUS
      Anda Baklāne                      BSSDH_2025_Anda_Baklāne_k7f3q2xw      $1.00  active
      王小明                            BSSDH_2025_王小明_h2k4j6m8           $12.50  disabled
      Amélie de la Fontaine-Montgomery  BSSDH_2025_Amélie_x               unlimited  active
      evil\\u001b[2J\\nfake line          k                                     $0.50
      "
    `);
  });

  test('fits 80 cells by cutting flexible columns, the widest first', () => {
    const shown = renderTable(KEYS, 80);
    expect(shown).toMatchInlineSnapshot(`
      "NAME                          KEY                                LIMIT  STATUS
      Anda Baklāne                  BSSDH_2025_Anda_Baklāne_k7f3…      $1.00  active
      王小明                        BSSDH_2025_王小明_h2k4j6m8        $12.50  disabled
      Amélie de la Fontaine-Montg…  BSSDH_2025_Amélie_x            unlimited  active
      evil\\u001b[2J\\nfake line      k                                  $0.50
      "
    `);
    for (const line of shown.split('\n')) expect(cellWidth(line)).toBeLessThanOrEqual(80);
  });

  test('cuts a column in the middle where the end tells its texts apart', () => {
    const columns = KEYS.columns.map((column) =>
      column.title === 'KEY' ? { ...column, cut: 'middle' as const } : column,
    );
    const shown = renderTable({ ...KEYS, columns }, 70);
    expect(shown).toMatchInlineSnapshot(`
      "NAME                     KEY                           LIMIT  STATUS
      Anda Baklāne             BSSDH_2025_A…ne_k7f3q2xw      $1.00  active
      王小明                   BSSDH_2025_…明_h2k4j6m8      $12.50  disabled
      Amélie de la Fontaine-…  BSSDH_2025_Amélie_x       unlimited  active
      evil\\u001b[2J\\nfake li…  k                             $0.50
      "
    `);
    for (const line of shown.split('\n')) expect(cellWidth(line)).toBeLessThanOrEqual(70);
  });

  test('off a terminal prints one very long text in full, and pads no other row for it', () => {
    const long = 'x'.repeat(10_000);
    const rows = [
      ['Anda', 'k1', '$1.00', 'active'],
      [long, 'k2', '$1.00', 'active'],
    ];
    const lines = renderTable({ columns: KEYS.columns, rows }, Number.POSITIVE_INFINITY).split('\n');
    expect(lines[1]).toBe('Anda  k1   $1.00  active');
    expect(lines[2]).toBe(`${long}  k2   $1.00  active`);
  });

  test('keeps minimum widths and whole numbers when it cannot fit', () => {
    expect(renderTable(KEYS, 20)).toMatchInlineSnapshot(`
      "NAME      KEY               LIMIT  STATUS
      Anda Ba…  BSSDH_2025_…      $1.00  active
      王小明    BSSDH_2025_…     $12.50  disabled
      Amélie…   BSSDH_2025_…  unlimited  active
      evil\\u0…  k                 $0.50
      "
    `);
  });

  test('shows only the header when there are no rows', () => {
    expect(renderTable({ columns: KEYS.columns, rows: [] }, 80)).toBe('NAME  KEY  LIMIT  STATUS\n');
  });

  test('fills missing cells', () => {
    expect(renderTable({ columns: KEYS.columns, rows: [['Anna']] }, 80)).toBe('NAME  KEY  LIMIT  STATUS\nAnna\n');
  });

  test('styles the header line only', () => {
    const shown = renderTable({ columns: [{ title: 'NAME' }], rows: [['Anna']] }, 80, (line) => `<${line}>`);
    expect(shown).toBe('<NAME>\nAnna\n');
  });
});

test('a terminal limits the width, a file or a pipe does not', () => {
  expect(tableWidth(memoryOutput({ isTTY: true, columns: 100 }))).toBe(100);
  expect(tableWidth(memoryOutput({ isTTY: false, columns: 80 }))).toBe(Number.POSITIVE_INFINITY);
});

test('columns that may go do so where even the narrowest lines would be too long, the highest number first', () => {
  const columns = [{ title: 'NAME' }, { title: 'SECRET', dropOrder: 1 }, { title: 'CREATED', dropOrder: 2 }];
  const rows = [['Anda', 'masked', '2026']];
  expect(renderTable({ columns, rows }, 22)).toBe('NAME  SECRET  CREATED\nAnda  masked  2026\n');
  expect(renderTable({ columns, rows }, 20)).toBe('NAME  SECRET\nAnda  masked\n');
  expect(renderTable({ columns, rows }, 3)).toBe('NAME\nAnda\n');
});

describe('foldRows', () => {
  const rows = Array.from({ length: 200 }, (_, at) => at);
  const matters = (row: number) => row >= 190;

  test('a terminal gets of very many rows the first ones and all that matter', () => {
    const { shown, folded } = foldRows(rows, matters, memoryOutput({ isTTY: true }));
    expect(shown).toEqual([...rows.slice(0, 20), ...rows.slice(190)]);
    expect(folded).toBe(170);
  });

  test('a file gets all of them, and so does a terminal when they are at most 100', () => {
    expect(foldRows(rows, matters, memoryOutput())).toEqual({ shown: rows, folded: 0 });
    expect(foldRows(rows.slice(0, 100), matters, memoryOutput({ isTTY: true })).folded).toBe(0);
  });
});
