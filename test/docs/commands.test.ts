import { tmpdir } from 'node:os';
import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { describe, expect, test } from 'vitest';
import { allNodes } from '../../src/commands/completion/command-tree.ts';
import { describeCommand } from '../../src/commands/completion/describe-program.ts';
import { createProgram } from '../../src/program.ts';
import { orkeys } from '../support/cli.ts';
import { createTestContext } from '../support/context.ts';

const COLUMNS = 80;
const SHARED_GROUPS = ['Which keys', 'Roster', 'Confirmation', 'Output', 'Connection'];
const ctx = createTestContext({ cwd: tmpdir() });
const nodes = allNodes(describeCommand(await createProgram({ ctx, args: [], finish: () => {} }, 'all')));

/** What `--help` prints on a terminal of 80 columns. */
async function helpOf(path: string): Promise<string> {
  const { stdout } = await orkeys([...path.split(' ').slice(1), '--help'], { cwd: tmpdir(), columns: COLUMNS });
  return stdout;
}

test('docs/commands.md is what the commands say of themselves (npm run docs rebuilds it)', async () => {
  const sections = await Promise.all(
    nodes.map(async ({ path }) => `## \`${path}\`\n\n\`\`\`text\n${(await helpOf(path)).trimEnd()}\n\`\`\`\n`),
  );
  const text = `# Commands\n\nWritten from the commands' own help by \`npm run docs\`: change the help, not this file.\n\n${sections.join('\n')}`;
  await expect(text).toMatchFileSnapshot('../../docs/commands.md');
});

describe.each(nodes.map(({ path }) => path))('the help of %s', (path) => {
  test('fits 80 columns', async () => {
    const long = (await helpOf(path)).split('\n').filter((line) => line.length > COLUMNS);
    expect(long).toEqual([]);
  });

  test('has examples and exit codes', async () => {
    const help = await helpOf(path);
    expect(help).toMatch(/\n(Examples:|First time\?)/);
    expect(help).toContain('\nExit codes:\n  0 ');
  });

  test('has one to four examples, which can be typed like that', async () => {
    const examples = examplesIn(await helpOf(path));
    expect(examples.length).toBeGreaterThanOrEqual(1);
    expect(examples.length).toBeLessThanOrEqual(4);
    for (const example of examples) await parses(example);
  });

  test('groups its options, the shared groups last and the same everywhere', async () => {
    const help = await helpOf(path);
    const headings = [...help.matchAll(/^([A-Z][a-z ]+):$/gm)].map(([, heading = '']) => heading);
    const shared = headings.filter((heading) => SHARED_GROUPS.includes(heading));
    expect(shared).toEqual(SHARED_GROUPS.filter((heading) => shared.includes(heading)));
    const options = headings
      .slice(0, headings.indexOf('Examples'))
      .filter((heading) => heading !== 'Arguments' && heading !== 'Commands');
    if (shared.length > 0) expect(options.slice(-shared.length)).toEqual(shared);
  });
});

test.each([
  [['lsit'], 'Did you mean list?'],
  [['verfy'], 'Did you mean verify?'],
  [['list', '--prefx', 'A'], 'Did you mean --prefix?'],
  [['show', 'key', '--jsn'], 'Did you mean --json?'],
])('orkeys %j is corrected', async (args, correction) => {
  expect(await orkeys(args, { cwd: tmpdir() })).toMatchObject({
    code: 2,
    stdout: '',
    stderr: expect.stringContaining(correction),
  });
});

/** The lines to type below `Examples:`; of `orkeys --help` the one under `First time?`. */
function examplesIn(help: string): string[] {
  const after = help.slice(Math.max(help.indexOf('\nExamples:'), help.indexOf('\nFirst time?')));
  return [...after.slice(0, after.indexOf('\nExit codes:')).matchAll(/^ {2}(orkeys .*)$/gm)].map(
    ([, line = '']) => line,
  );
}

/** Parses a line as a shell and the program would, and runs nothing. */
async function parses(line: string): Promise<void> {
  const typed = line.replace(/ > .*$/, '');
  const args = [...typed.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, word]) => quoted ?? word ?? '').slice(1);
  const program = await createProgram({ ctx, args, finish: () => {} }, 'all');
  let started = '';
  const stub = (command: CommandUnknownOpts) => {
    if (command.commands.length === 0 || command.name() === 'sandbox') {
      command.action(() => {
        started = command.name();
      });
    }
    command.commands.forEach(stub);
  };
  stub(program);
  await program.parseAsync(args, { from: 'user' });
  expect(args, line).toContain(started);
}
