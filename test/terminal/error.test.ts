import { describe, expect, test } from 'vitest';
import { usageError } from '../../src/errors.ts';
import { Redactor } from '../../src/secret.ts';
import { renderError } from '../../src/terminal/error.ts';
import { memoryOutput } from './support/memory-output.ts';

const SECRET = 'sk-or-v1-test-0123456789abcdef0123456789abcdef';
const human = { ctx: { env: {}, stderr: memoryOutput(), redactor: new Redactor() }, json: false, version: '1.2.3' };
const json = { ...human, json: true };

const rosterError = usageError('roster_problems', 'The roster has 4 problems; nothing was changed.', {
  hint: 'Correct these cells and run again.',
  issues: [
    { code: 'invalid_email', message: 'Not an e-mail address', row: 4, column: 'C', value: 'anna@' },
    { code: 'invalid_limit', message: 'The limit is not a number', row: 5, column: 'D', value: 'a\u001b[2J\nb' },
    { code: 'invalid_email', message: 'Not an e-mail address', row: 7, column: 'C', sheet: 'Group A', value: '' },
    { code: 'no_name', message: 'No column with names' },
  ],
});

describe('for people', () => {
  test('an error says what happened, where, and what to do now', () => {
    expect(renderError(rosterError, human)).toMatchInlineSnapshot(`
      "Error: The roster has 4 problems; nothing was changed.

        Not an e-mail address
          row 4, column C: "anna@"
          sheet "Group A", row 7, column C: ""
        The limit is not a number
          row 5, column D: "a\\u001b[2J\\nb"
        No column with names

      Hint: Correct these cells and run again.
      "
    `);
  });

  test('an error without issues and hint is one line', () => {
    expect(renderError(usageError('usage', 'No such file: a\u202eb.xlsx'), human)).toBe(
      'Error: No such file: a\\u202eb.xlsx\n',
    );
  });

  test('a terminal sees the first 20 of a kind, a file all', () => {
    const issues = Array.from({ length: 25 }, (_, at) => ({ code: 'no_name' as const, message: 'Bad', row: at + 2 }));
    const error = usageError('roster_problems', 'Bad roster', { issues });
    const onTerminal = renderError(error, {
      ...human,
      ctx: { env: { NO_COLOR: '1' }, stderr: memoryOutput({ isTTY: true }), redactor: new Redactor() },
    });
    expect(onTerminal).toContain('row 21\n    … and 5 more (--json shows all)\n');
    expect(onTerminal).not.toContain('row 22');
    expect(renderError(error, human)).toContain('row 26\n');
  });

  test('a terminal gets long sentences broken between words, below themselves', () => {
    const error = usageError('usage', 'Sentences that are longer than the line.', { hint: 'Type something else.' });
    const stderr = memoryOutput({ isTTY: true, columns: 28 });
    expect(
      renderError(error, { ...human, ctx: { env: { NO_COLOR: '1' }, stderr, redactor: new Redactor() } }),
    ).toMatchInlineSnapshot(`
      "Error: Sentences that are
        longer than the line.
      Hint: Type something else.
      "
    `);
  });

  test('colour goes to a terminal only', () => {
    const ctx = { env: {}, stderr: memoryOutput({ isTTY: true }), redactor: new Redactor() };
    expect(renderError(usageError('usage', 'No.', { hint: 'Yes.' }), { ...human, ctx })).toBe(
      '\u001b[31mError:\u001b[39m No.\n\u001b[1mHint:\u001b[22m Yes.\n',
    );
  });

  test('an unexpected error gives what a bug report needs', () => {
    const shown = renderError(new TypeError('x is not a function'), human);
    expect(shown).toMatch(/^Error: internal error: TypeError: x is not a function\n {2}at /);
    expect(shown).toMatch(/\nHint: This is a bug in orkeys 1\.2\.3\. Report it with the text above\.\n$/);
  });

  test.each([
    ['a text', 'boom', "'boom'"],
    ['nothing', undefined, 'undefined'],
    ['an error without a message', new RangeError(), 'RangeError'],
  ])('whatever was thrown is shown: %s', (_what, thrown, shown) => {
    expect(renderError(thrown, human)).toContain(`internal error: ${shown}\n`);
  });
});

describe('as JSON', () => {
  test('an error is one line with code, message, hint and issues', () => {
    const line = renderError(rosterError, json);
    expect(line.indexOf('\n')).toBe(line.length - 1);
    expect(JSON.parse(line)).toEqual({
      error: {
        code: 'roster_problems',
        message: 'The roster has 4 problems; nothing was changed.',
        hint: 'Correct these cells and run again.',
        issues: rosterError.issues,
      },
    });
  });

  test('without issues there is no such field, and a missing hint is null', () => {
    expect(renderError(usageError('usage', 'No.'), json)).toBe(
      '{"error":{"code":"usage","message":"No.","hint":null}}\n',
    );
  });

  test('an unexpected error keeps the shape', () => {
    expect(JSON.parse(renderError(new Error('boom'), json))).toEqual({
      error: {
        code: 'unexpected',
        message: 'Error: boom',
        hint: 'This is a bug in orkeys 1.2.3. Report it with the text above.',
      },
    });
  });
});

test.each([human, json])('secrets are masked everywhere (%#)', (options) => {
  const known = usageError('usage', `Body: ${SECRET}`, {
    hint: `Not ${SECRET}`,
    issues: [{ code: 'no_name', message: 'Bad', row: 2, value: SECRET }],
  });
  for (const error of [known, new Error(`a ${SECRET} b`), { body: SECRET }]) {
    const shown = renderError(error, options);
    expect(shown).toContain('sk-or-v1-');
    expect(shown).not.toContain('0123456789abcdef');
  }
});
