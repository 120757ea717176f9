import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createHiddenLine } from '../../src/terminal/hidden-line.ts';
import { readSecret } from '../../src/terminal/secret-prompt.ts';
import { CTRL_C, createTestContext } from '../support/context.ts';
import { type BundledProgram, bundleProgram, startProgram } from './support/bundled-program.ts';
import { openTerminal, type Terminal, whyNoTmux } from './support/tmux.ts';

const KEY = 'sk-or-v1-test-management-0123456789abcdef';

/** of KEY, as the program below prints it */
const HASH = createHash('sha256').update(KEY).digest('hex').slice(0, 12);

describe('a line that is typed and not shown', () => {
  test.each([
    ['Enter ends it', 'abc\r', { line: 'abc' }],
    ['so does a line break of a paste', 'abc\nmore\n', { line: 'abc' }],
    ['Backspace takes back one character', 'abx\u007fc🔑\u007f\r', { line: 'abc' }],
    ['Backspace at the start does nothing', '\u007f\babc\r', { line: 'abc' }],
    ['Ctrl-U takes back all', 'wrong\u0015abc\r', { line: 'abc' }],
    ['arrows, function keys and Alt do nothing', '\u001b[Da\u001bOPb\u001b[15~\u001bxc\r', { line: 'abc' }],
    ['other control characters do nothing', '\u001aa\u0000b\tc\r', { line: 'abc' }],
    ['a bracketed paste is what is in the brackets', '\u001b[200~abc\u001b[201~\r', { line: 'abc' }],
    ['a bracketed paste ends behind its bracket', '\u001b[200~abc\r\nmore\r\u001b[201~', { line: 'abc' }],
    ['Ctrl-C cancels', 'abc\u0003', { cancelled: 'interrupt' }],
    ['Ctrl-C cancels also right after Escape', 'abc\u001b\u0003', { cancelled: 'interrupt' }],
    ['Ctrl-D cancels', 'abc\u0004', { cancelled: 'end' }],
    ['without an end it goes on', 'abc\u001b[200~\r', undefined],
  ])('%s', (_, typed, ended) => {
    expect(createHiddenLine().type(typed)).toEqual(ended);
    // A terminal sends what is typed in pieces of any size.
    const line = createHiddenLine();
    const one = [...typed].map((character) => line.type(character)).find((end) => end !== undefined);
    expect(one).toEqual(ended);
  });
});

describe('readSecret', () => {
  const question = 'Management key';

  test('asks on the terminal, and the secret is masked from then on', async () => {
    const ctx = createTestContext({ cwd: '/', answers: [` ${KEY} `] });
    const secret = await readSecret(ctx, question);
    expect(secret?.reveal()).toBe(KEY);
    expect(ctx.prompt === ctx.stderr && ctx.stderr.text()).toBe('Management key (not shown): \n');
    expect(ctx.redactor.finds(`it is ${Buffer.from(KEY).toString('base64')}`)).toBe(true);
  });

  test.each([
    ['an empty line', [''], false],
    ['the end of input', [], false],
    ['Ctrl-C', [CTRL_C], true],
  ])('%s is no secret', async (_, answers, stopped) => {
    const ctx = createTestContext({ cwd: '/', answers });
    expect(await readSecret(ctx, question)).toBeUndefined();
    expect(ctx.interrupts.stop.aborted).toBe(stopped);
  });

  test('after Ctrl-C it does not ask', async () => {
    const ctx = createTestContext({ cwd: '/', answers: [KEY] });
    ctx.interrupt();
    expect(await readSecret(ctx, question)).toBeUndefined();
    expect(ctx.stderr.text()).toBe('');
  });

  test('takes the first line of a pipe without asking', async () => {
    const ctx = createTestContext({ cwd: '/', stdin: new TextEncoder().encode(`${KEY}\r\nurl: example.org\n`) });
    expect((await readSecret(ctx, question))?.reveal()).toBe(KEY);
    expect(ctx.stderr.text()).toBe('');
  });
});

const missing = whyNoTmux();

describe.skipIf(missing !== undefined)(`on a real terminal${missing === undefined ? '' : ` (${missing})`}`, () => {
  let program: BundledProgram;
  const open: Terminal[] = [];

  beforeAll(async () => {
    program = await bundleProgram(`
      import { createHash } from 'node:crypto';
      import { execFileSync } from 'node:child_process';
      import { confirmYes } from './confirm.ts';
      import { installInterrupts } from './interrupts.ts';
      import { readSecret } from './secret-prompt.ts';
      import { createStreams } from './streams.ts';

      const { flush, ...streams } = createStreams(process, (text) => text);
      const now = () => new Date(0);
      const { dispose, ...interrupts } = installInterrupts({ process, stderr: streams.stderr, now });
      const prompt = {
        isTTY: streams.prompt.isTTY,
        write(text) {
          streams.prompt.write(text);
          if (text.endsWith(': ') || text.endsWith('[y/N] ')) execFileSync('tmux', ['wait-for', '-S', 'asking']);
        },
      };
      const ctx = { ...streams, prompt, interrupts, redactor: { learn: () => undefined } };
      const hash = (secret) => (secret ? createHash('sha256').update(secret.reveal()).digest('hex').slice(0, 12) : 'none');
      streams.stdout.write('pid ' + process.pid + '\\n');
      const ask = (question) => confirmYes({ ctx, question, yes: false, offTerminal: 'refuse' });
      if (process.argv[2] === 'between') streams.stdout.write('before: ' + (await ask('Before?')) + '\\n');
      streams.stdout.write('got ' + hash(await readSecret(ctx, 'Management key')) + '\\n');
      if (process.argv[2] === 'between') streams.stdout.write('after: ' + (await ask('After?')) + '\\n');
      streams.stdout.write('stopped ' + interrupts.stop.aborted + '\\n');
      dispose();
      await flush();
    `);
  });
  afterAll(async () => {
    await Promise.all(open.map((terminal) => terminal.close()));
    program.remove();
  });

  async function start(name: string, argument = ''): Promise<Terminal> {
    const then =
      'echo "exit $?"; stty -a | grep -ow -e "-*echo" -e "-*icanon" -e "-*isig"; tmux wait-for -S ended; exec cat';
    const command = `'${process.execPath}' '${program.file}' ${argument}; ${then}`;
    const terminal = await openTerminal(join(program.folder, name), 60, command);
    open.push(terminal);
    await terminal.heard('asking');
    return terminal;
  }

  /** What the terminal does with keys, after all is over: as a shell expects it. */
  const RESTORED = 'isig\nicanon\necho';

  test('nothing of what is typed is shown, neither before nor after Enter', async () => {
    const terminal = await start('typed');
    await terminal.type('-l', `${KEY}x`);
    await terminal.type('BSpace');
    expect(await terminal.screen()).toMatch(/^pid \d+\nManagement key \(not shown\):$/);
    await terminal.type('Enter');
    await terminal.heard('ended');
    const screen = await terminal.screen();
    expect(screen).not.toContain(KEY.slice(0, 6));
    expect(screen).toContain(`Management key (not shown):\ngot ${HASH}\nstopped false\nexit 0\n${RESTORED}`);
  });

  test('a paste with line breaks is one secret, and its rest answers no question', async () => {
    const terminal = await start('pasted', 'between');
    await terminal.type('y', 'Enter');
    await terminal.heard('asking');
    await terminal.paste(`${KEY}\ny\n`);
    await terminal.heard('asking');
    const screen = await terminal.screen();
    expect(screen).toContain(`before: true\nManagement key (not shown):\ngot ${HASH}\nAfter? [y/N]`);
    expect(screen).not.toContain(KEY.slice(0, 6));
    await terminal.type('y', 'Enter');
    await terminal.heard('ended');
    expect(await terminal.screen()).toContain(`After? [y/N] y\nafter: true\nstopped false\nexit 0\n${RESTORED}`);
  });

  test.each([
    ['C-c', 'interrupted', true],
    ['C-d', 'ended', false],
  ])('%s gives no secret, and the terminal shows again what is typed', async (key, name, stopped) => {
    const terminal = await start(name);
    await terminal.type('-l', KEY);
    await terminal.type(key);
    await terminal.heard('ended');
    const screen = await terminal.screen();
    expect(screen).toContain(`(not shown):\ngot none\nstopped ${stopped}\nexit 0\n${RESTORED}`);
    expect(screen).not.toContain(KEY.slice(0, 6));
  });

  test.each(['SIGTERM', 'SIGHUP', 'SIGINT'] as const)('%s from outside restores the terminal', async (signal) => {
    const terminal = await start(signal);
    await terminal.type('-l', KEY);
    process.kill(Number(/pid (\d+)/.exec(await terminal.screen())?.[1]), signal);
    await terminal.heard('ended');
    const screen = await terminal.screen();
    expect(screen).toContain(`(not shown):\ngot none\nstopped true\nexit 0\n${RESTORED}`);
    expect(screen).not.toContain(KEY.slice(0, 6));
  });

  test('with standard input from a pipe nothing is asked', async () => {
    const run = startProgram(program, []);
    run.child.stdin?.end(`${KEY}\n`);
    await run.ended;
    expect(run.stdout()).toContain(`got ${HASH}\n`);
    expect(run.stderr()).toBe('');
  });
});
