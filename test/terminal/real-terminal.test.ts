import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type BundledProgram, bundleProgram } from './support/bundled-program.ts';
import { openTerminal, type Terminal, whyNoTmux } from './support/tmux.ts';

const missing = whyNoTmux();

describe.skipIf(missing !== undefined)(`on a real terminal${missing === undefined ? '' : ` (${missing})`}`, () => {
  let program: BundledProgram;
  const open: Terminal[] = [];

  beforeAll(async () => {
    program = await bundleProgram(`
      import { execFileSync } from 'node:child_process';
      import { confirmYes } from './confirm.ts';
      import { installInterrupts } from './interrupts.ts';
      import { createProgress } from './progress.ts';
      import { createStreams } from './streams.ts';
      import { renderTable, tableWidth } from './table.ts';

      // The clock stands still, so that the screen is the same every time.
      let ms = 0;
      const now = () => new Date(ms);
      const streams = createStreams(process);
      const prompt = {
        isTTY: streams.prompt.isTTY,
        columns: streams.prompt.columns,
        write(text) {
          streams.prompt.write(text);
          if (text.endsWith('[y/N] ')) execFileSync('tmux', ['wait-for', '-S', 'asking']);
        },
      };
      const ctx = { ...streams, prompt, env: {}, now, interrupts: installInterrupts({ process, stderr: streams.stderr, now }) };
      const rows = ['Ame\\u0301lie', '王小明', '\\u001b[2Jgone\\rOK', 'Maximiliana Wolkenstein-Trostburg'].map((name) => [name, '|']);
      const columns = [{ title: 'NAME', flexible: true }, { title: '|' }];
      ctx.stdout.write(renderTable({ columns, rows }, tableWidth(ctx.stdout)));
      const agreed = await confirmYes({ ctx, question: 'Create 2 keys?', yes: false, offTerminal: 'refuse' });
      ctx.stdout.write('agreed: ' + agreed + '\\n');
      if (agreed) {
        const progress = await createProgress({ ctx, total: 2, label: 'Creating', quiet: false });
        try {
          ms = 1000;
          progress.step(2);
        } finally {
          progress.stop();
        }
      }
      await streams.flush();
    `);
  });
  afterAll(async () => {
    await Promise.all(open.map((terminal) => terminal.close()));
    program.remove();
  });

  async function start(name: string): Promise<Terminal> {
    const then = 'echo "exit code $?"; tmux wait-for -S ended; exec cat';
    const terminal = await openTerminal(
      join(program.folder, name),
      30,
      `'${process.execPath}' '${program.file}'; ${then}`,
    );
    open.push(terminal);
    await terminal.heard('asking');
    return terminal;
  }

  test('table, question and bar look right, and the cursor is there at the end', async () => {
    const terminal = await start('yes');
    await terminal.type('nx', 'BSpace', 'BSpace', 'y', 'Enter');
    await terminal.heard('ended');
    expect(await terminal.screen()).toMatchInlineSnapshot(`
      "NAME                         |
      Amélie                       |
      王小明                       |
      \\u001b[2Jgone\\rOK            |
      Maximiliana Wolkenstein-Tr…  |
      Create 2 keys? [y/N] y
      agreed: true
      Creating 2/2  done in 1 s
      exit code 0"
    `);
    expect(await terminal.ask('cursor #{cursor_flag}, wraps #{wrap_flag}')).toBe('cursor 1, wraps 1');
  });

  test('Ctrl-D at the question is a no', async () => {
    const terminal = await start('end');
    await terminal.type('C-d');
    await terminal.heard('ended');
    expect(await terminal.screen()).toContain('Create 2 keys? [y/N]\nagreed: false\nexit code 0');
  });

  test('Ctrl-C at the question is a no, and the cursor is there at the end', async () => {
    const terminal = await start('interrupt');
    await terminal.type('C-c');
    await terminal.heard('ended');
    expect(await terminal.screen()).toMatchInlineSnapshot(`
      "NAME                         |
      Amélie                       |
      王小明                       |
      \\u001b[2Jgone\\rOK            |
      Maximiliana Wolkenstein-Tr…  |
      Create 2 keys? [y/N] ^C
      agreed: false
      exit code 0"
    `);
    expect(await terminal.ask('#{cursor_flag}')).toBe('1');
  });
});
