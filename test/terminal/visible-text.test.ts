import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { visibleJson, visibleText } from '../../src/terminal/visible-text.ts';

describe('visibleText', () => {
  test.each([
    ['plain ASCII', 'Anna Maria', 'Anna Maria'],
    ['accents', 'Anda Baklāne', 'Anda Baklāne'],
    ['combining marks', 'Ame\u0301lie', 'Ame\u0301lie'],
    ['wide letters', '王小明', '王小明'],
    ['right-to-left letters', 'דוד כהן', 'דוד כהן'],
    ['a Persian name with a non-joiner', 'علی\u200cرضا', 'علی\u200cرضا'],
    ['a Sinhala conjunct', 'ශ්\u200dරී', 'ශ්\u200dරී'],
    ['an emoji family', '👩\u200d💻 ❤\ufe0f', '👩\u200d💻 ❤\ufe0f'],
    ['a variant of a Japanese family name', '葛\u{e0100}城', '葛\u{e0100}城'],
    ['line breaks and tabs', 'a\nb\r\nc\td', 'a\\nb\\r\\nc\\td'],
    ['a colour code', '\u001b[31mred', '\\u001b[31mred'],
    ['an eight-bit CSI', '\u009b31m', '\\u009b31m'],
    ['a hyperlink (OSC 8)', '\u001b]8;;http://evil.example.com\u0007x', '\\u001b]8;;http://evil.example.com\\u0007x'],
    ['backspace and delete', 'a\b\u007f', 'a\\u0008\\u007f'],
    ['bidirectional controls', 'a\u202eb\u2066c\u200f', 'a\\u202eb\\u2066c\\u200f'],
    ['a zero-width space and a byte order mark', 'a\u200bb\ufeff', 'a\\u200bb\\ufeff'],
    ['a joiner between Latin letters', 'a\u200db', 'a\\u200db'],
    ['a soft hyphen', 'a\u00adb', 'a\\u00adb'],
    ['line and paragraph separators', 'a\u2028b\u2029', 'a\\u2028b\\u2029'],
    ['text hidden in tag characters', 'a\u{e0061}', 'a\\u{e0061}'],
    ['a Hangul filler, which looks like a space', 'a\u3164', 'a\\u3164'],
    ['half of a surrogate pair', 'a\ud800', 'a\\ud800'],
  ])('shows %s', (_what, text, shown) => {
    expect(visibleText(text)).toBe(shown);
  });

  test('keeps eight marks on a letter and shows what is stacked above', () => {
    expect(visibleText(`a${'\u0301'.repeat(10)}`)).toBe(`a${'\u0301'.repeat(8)}\\u0301\\u0301`);
  });

  test('leaves no control character and no second line, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(visibleText(text)).not.toMatch(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u);
      }),
    );
  });
});

describe('visibleJson', () => {
  test('keeps the data, the letters and the line breaks, and escapes what could reach the terminal', () => {
    const value = { name: 'Baklāne 王', attack: '\u001b[2J\u009b1m\u202e\u{e0061}\u2028' };
    const json = visibleJson(JSON.stringify(value, null, 2));
    expect(json).toBe('{\n  "name": "Baklāne 王",\n  "attack": "\\u001b[2J\\u009b1m\\u202e\\udb40\\udc61\\u2028"\n}');
    expect(JSON.parse(json)).toEqual(value);
  });

  test('gives back the same data, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(JSON.parse(visibleJson(JSON.stringify(text)))).toBe(text);
      }),
    );
  });
});

test('of all characters, JSON escapes the ones that a line of text escapes, but for its line breaks', () => {
  const units = Array.from({ length: 0x10000 }, (_, code) => String.fromCharCode(code)).filter((unit) => unit !== '\n');
  expect(units.filter((unit) => (visibleJson(unit) === unit) !== (visibleText(unit) === unit))).toEqual([]);
  expect(visibleJson('\n')).toBe('\n');
});
