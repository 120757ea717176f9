import { describe, expect, test } from 'vitest';
import type { Input, Interrupts } from '../../src/context.ts';
import { confirmTyped, confirmYes } from '../../src/terminal/confirm.ts';
import { memoryOutput } from './support/memory-output.ts';

/** A context on a terminal where the answers are typed one after another; undefined = end of input. */
function typing(answers: (string | undefined)[], { isTTY = true } = {}) {
  const stop = new AbortController();
  const stdin: Input = {
    isTTY,
    readLine: async () => (answers.length > 0 ? answers.shift() : expect.fail('asked once too often')),
    readHidden: async () => expect.fail('nothing here is hidden'),
    readAll: async () => new Uint8Array(),
  };
  const prompt = memoryOutput({ isTTY });
  let prompts = 0;
  const interrupts: Interrupts = {
    stop: stop.signal,
    stopNow: new AbortController().signal,
    atPrompt: (work) => {
      prompts += 1;
      return work();
    },
  };
  return { stop, ctx: { stdin, prompt, interrupts }, prompts: () => prompts };
}

const question = 'Create 12 keys?';

describe('confirmYes', () => {
  test.each([
    ['y', true],
    ['Y', true],
    [' yes ', true],
    ['n', false],
    ['', false],
    ['yess', false],
    ['да', false],
  ])('takes %j as %s', async (answer, agreed) => {
    const { ctx } = typing([answer]);
    expect(await confirmYes({ ctx, question, yes: false, offTerminal: 'refuse' })).toBe(agreed);
    expect(ctx.prompt.text()).toBe('Create 12 keys? [y/N] ');
  });

  test('takes the end of input as no and ends the line', async () => {
    const { ctx } = typing([undefined]);
    expect(await confirmYes({ ctx, question, yes: false, offTerminal: 'proceed' })).toBe(false);
    expect(ctx.prompt.text()).toBe('Create 12 keys? [y/N] \n');
  });

  test('does not ask after an interrupt', async () => {
    const { ctx, stop } = typing([]);
    stop.abort();
    expect(await confirmYes({ ctx, question, yes: false, offTerminal: 'proceed' })).toBe(false);
    expect(ctx.prompt.text()).toBe('');
  });

  test('asks nothing when --yes was given', async () => {
    const { ctx } = typing([]);
    expect(await confirmYes({ ctx, question, yes: true, offTerminal: 'refuse' })).toBe(true);
    expect(ctx.prompt.text()).toBe('');
  });

  test('a question is a prompt to the handler of signals', async () => {
    const { ctx, prompts } = typing(['n']);
    await confirmYes({ ctx, question, yes: false, offTerminal: 'refuse' });
    expect(prompts()).toBe(1);
  });

  test('without a terminal it goes ahead or refuses, as the caller says', async () => {
    const { ctx } = typing([], { isTTY: false });
    expect(await confirmYes({ ctx, question, yes: false, offTerminal: 'proceed' })).toBe(true);
    await expect(confirmYes({ ctx, question, yes: false, offTerminal: 'refuse' })).rejects.toMatchObject({
      code: 'confirmation_needed',
      exitCode: 2,
      message: 'Cannot ask for confirmation without a terminal: Create 12 keys?',
      hint: 'Add --yes to confirm.',
    });
  });

  test('shows a question as one line, whatever names are in it', async () => {
    const { ctx } = typing(['n']);
    await confirmYes({ ctx, question: 'Delete a\r\u001b[2Kb?', yes: false, offTerminal: 'refuse' });
    expect(ctx.prompt.text()).toBe('Delete a\\r\\u001b[2Kb? [y/N] ');
  });
});

describe('confirmTyped', () => {
  const asked = { question: 'This deletes 12 keys for good.', expected: 'BSSDH_2025', yes: false };

  test.each([
    ['BSSDH_2025', true],
    [' BSSDH_2025 ', true],
    ['', false],
    [undefined, false],
  ])('takes %j as %s', async (answer, agreed) => {
    const { ctx } = typing([answer]);
    expect(await confirmTyped({ ctx, ...asked })).toBe(agreed);
    expect(ctx.prompt.text()).toContain('This deletes 12 keys for good.\nType BSSDH_2025 to confirm: ');
  });

  test.each([
    ['bssdh_2025', 'BSSDH_2025', true],
    ['y', 'yes', false],
    ['3', '', false],
    ['3', undefined, false],
  ])('asks once more after the wrong answer %j; %j then means %s', async (first, second, agreed) => {
    const { ctx } = typing([first, second]);
    expect(await confirmTyped({ ctx, ...asked })).toBe(agreed);
    expect(ctx.prompt.text()).toContain(
      'Type BSSDH_2025 to confirm: That does not match. Type BSSDH_2025 to confirm: ',
    );
  });

  test('takes the same word in another Unicode form', async () => {
    const { ctx } = typing(['e\u0301te\u0301']);
    expect(await confirmTyped({ ctx, ...asked, expected: 'été' })).toBe(true);
  });

  test('always needs --yes without a terminal', async () => {
    const { ctx } = typing([], { isTTY: false });
    await expect(confirmTyped({ ctx, ...asked })).rejects.toMatchObject({ code: 'confirmation_needed' });
    expect(await confirmTyped({ ctx, ...asked, yes: true })).toBe(true);
  });
});
