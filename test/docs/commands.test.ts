import { tmpdir } from 'node:os';
import { describe, expect, test } from 'vitest';
import { allNodes } from '../../src/commands/completion/command-tree.ts';
import { describeCommand } from '../../src/commands/completion/describe-command.ts';
import { createProgram } from '../../src/program.ts';
import { orkeys } from '../support/cli.ts';
import { createTestContext } from '../support/context.ts';

const COLUMNS = 80;
const ctx = createTestContext({ cwd: tmpdir() });
const nodes = allNodes(describeCommand(await createProgram({ ctx, args: [], finish: () => {} }, 'all')));

/** What `--help` prints on a terminal of 80 columns. */
async function helpOf(path: string): Promise<string> {
  const { stdout } = await orkeys([...path.split(' ').slice(1), '--help'], { cwd: tmpdir(), columns: COLUMNS });
  return stdout;
}

test('docs/commands.md is what the commands say of themselves (npm run docs writes it anew)', async () => {
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
    expect(help).toMatch(/\n(Examples|First time here\?)/);
    expect(help).toContain('\nExit codes:\n  0 ');
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
