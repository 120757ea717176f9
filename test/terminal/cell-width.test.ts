import stringWidth from 'string-width';
import { describe, expect, test } from 'vitest';
import { cellWidth, padCells, truncateCells } from '../../src/terminal/cell-width.ts';

test.each([
  ['Anna', 4],
  ['Ame\u0301lie', 6],
  ['王小明', 6],
  ['👩\u200d💻', 2],
  ['דוד', 3],
  ['', 0],
])('cellWidth(%j) is %i', (text, width) => {
  expect(cellWidth(text)).toBe(width);
});

test('the short way for plain letters says what string-width says, for every letter', () => {
  const letters = Array.from({ length: 0x3000 }, (_, code) => String.fromCharCode(code));
  expect(letters.filter((letter) => cellWidth(`a${letter}b`) !== stringWidth(`a${letter}b`))).toEqual([]);
});

describe('truncateCells', () => {
  test.each([
    ['Anna', 4, 'Anna'],
    ['Annabel', 4, 'Ann…'],
    ['Anna Maria', 6, 'Anna…'],
    ['王小明', 5, '王小…'],
    ['王小明', 4, '王…'],
    ['ae\u0301i\u0301o', 3, 'ae\u0301…'],
    ['👩\u200d💻👩\u200d💻', 3, '👩\u200d💻…'],
    ['Anna', 1, '…'],
    ['Anna', 0, ''],
  ])('cuts %j to %i cells as %j', (text, cells, cut) => {
    expect(truncateCells(text, cells)).toBe(cut);
  });
});

test('padCells counts cells, not characters', () => {
  expect(padCells('王', 4, 'left')).toBe('王  ');
  expect(padCells('e\u0301', 3, 'right')).toBe('  e\u0301');
  expect(padCells('Anna', 2, 'left')).toBe('Anna');
});
