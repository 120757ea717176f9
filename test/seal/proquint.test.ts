import fc from 'fast-check';
import { expect, test } from 'vitest';
import { proquints, spokenPassword } from '../../src/seal/proquint.ts';

// The examples of arXiv 0901.4016: IP addresses.
test.each([
  ['127.0.0.1', 'lusab-babad'],
  ['63.84.220.193', 'gutih-tugad'],
  ['63.118.7.35', 'gutuk-bisog'],
  ['140.98.193.141', 'mudof-sakat'],
  ['64.255.6.200', 'haguz-biram'],
  ['255.255.255.255', 'zuzuz-zuzuz'],
])('%s is spoken %s', (address, spoken) => {
  expect(proquints(Uint8Array.from(address.split('.').map(Number)))).toBe(spoken);
});

test('a password has four words, and other bytes give another one', () => {
  const password = (bytes: Uint8Array) =>
    spokenPassword((count) => {
      expect(count).toBe(8);
      return bytes;
    }).reveal();
  const bytes = fc.uint8Array({ minLength: 8, maxLength: 8 });
  fc.assert(
    fc.property(bytes, bytes, (a, b) => {
      expect(password(a)).toMatch(/^[bdfghjklmnprstvz][aiou].[aiou].(-.[aiou].[aiou].){3}$/);
      expect(password(a) === password(b)).toBe(Buffer.from(a).equals(b));
    }),
  );
});

test('a password is masked wherever it is shown', () => {
  expect(String(spokenPassword((count) => new Uint8Array(count)))).not.toContain('babab');
});
