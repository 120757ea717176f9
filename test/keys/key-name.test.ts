import { expect, test } from 'vitest';
import { cleanPrefix, foldStem, hasPrefix, keyName, nameStem, newTag, tagOf } from '../../src/keys/key-name.ts';

const TAG = 'abcdefgh';
const person = (name: string, surname: string, ...emails: string[]) => ({ name, surname, emails });

test.each([
  [person('Anda', 'Baklāne'), 'P_Anda_Baklāne'],
  [person('Anda Maria', ' Ozola '), 'P_Anda_Maria_Ozola'],
  [person('', 'Ozola'), 'P_Ozola'],
  [person('', '', 'zane.o@example.org'), 'P_zane.o'],
  [person('', ''), 'P'],
  [person('\u200B', '\u202Eevil'), 'P_evil'],
  [person('Jo\u0301', 'a\u0007b'), 'P_Jó_ab'],
])('%j is named %s', (who, stem) => {
  expect(nameStem('P', who)).toBe(stem);
});

test.each([
  ['short', `short_${TAG}`],
  ['x'.repeat(91), `${'x'.repeat(91)}_${TAG}`],
  ['x'.repeat(92), `${'x'.repeat(91)}_${TAG}`],
  [`${'x'.repeat(90)}_y`, `${'x'.repeat(90)}_${TAG}`],
  [`${'x'.repeat(90)} y`, `${'x'.repeat(90)}_${TAG}`],
  [`${'x'.repeat(90)}👩‍👩‍👧`, `${'x'.repeat(90)}_${TAG}`],
  [`${'x'.repeat(90)}e\u0323\u0301`, `${'x'.repeat(90)}_${TAG}`],
])('%s stays within 100 characters, cut between letters', (stem, name) => {
  expect(keyName(stem, TAG)).toBe(name);
  expect(keyName(stem, TAG).length).toBeLessThanOrEqual(100);
  expect(tagOf(keyName(stem, TAG))).toBe(TAG);
  expect(foldStem(keyName(stem, TAG).slice(0, -9))).toBe(foldStem(stem));
});

test.each([
  ['P_a_abcdefgh', TAG],
  ['P_a_abcdefg', undefined],
  ['P_a_abcdefghi', undefined],
  ['P_a_ABCDEFGH', undefined],
  ['P_a_abcdefg1', undefined],
  ['abcdefgh', undefined],
])('the tag of %s is %s', (name, tag) => {
  expect(tagOf(name)).toBe(tag);
});

test.each([
  [[0, 0, 0, 0, 0], 'aaaaaaaa'],
  [[255, 255, 255, 255, 255], '77777777'],
  [[0, 0, 0, 0, 1], 'aaaaaaab'],
])('the bytes %j are the tag %s', (bytes, tag) => {
  expect(newTag(() => Uint8Array.from(bytes))).toBe(tag);
});

test.each([
  ['P_a', 'P', true],
  ['Pb_a', 'P', false],
  ['P', 'P', false],
  ['a b_c', 'a b', false],
  ['a_b_c', 'a b', true],
])('%s has the prefix %s: %s', (name, prefix, has) => {
  expect(hasPrefix(name, prefix)).toBe(has);
  expect(cleanPrefix(cleanPrefix(prefix))).toBe(cleanPrefix(prefix));
});
