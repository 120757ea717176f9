import { existsSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { run } from '../../src/main.ts';
import { orkeys, screenOf, temporaryFolder } from '../support/cli.ts';
import { type ContextOptions, CTRL_C, createTestContext } from '../support/context.ts';

const KEY = 'sk-or-v1-test-init-0123456789abcdef';

/** A new folder and what `orkeys` says there. */
function useFolder(files: Record<string, string> = {}) {
  const cwd = temporaryFolder();
  for (const [name, text] of Object.entries(files)) writeFileSync(join(cwd, name), text);
  const command = (args: string[], options: Partial<ContextOptions> = {}) =>
    orkeys(args, { cwd, columns: 80, ...options });
  return {
    cwd,
    command,
    init: async (answers: string[] | undefined, ...more: string[]) => {
      const ended = await command(['init', ...more], answers === undefined ? {} : { answers });
      return { ...ended, screen: screenOf(ended, cwd) };
    },
    text: (name: string) => readFileSync(join(cwd, name), 'utf8'),
    names: () => readdirSync(cwd).sort(),
  };
}

test('init asks for the management key without showing it, and writes .env, .gitignore and a sample roster', async () => {
  const { cwd, init, command, text, names } = useFolder();
  const { screen } = await init([KEY]);
  expect(screen).toMatchInlineSnapshot(`
    "exit 0
    --- stdout
    .gitignore         written: git ignores .env and output/
    .env               written: management key <masked>
    participants.xlsx  written: a sample roster with 5 invented participants
    Next               orkeys provision participants.xlsx --limit 1 --sandbox
    --- stderr
      The management key will be saved in .env, in this folder.
      Paste your management key. Enter skips this, ? explains.
    Management key (not shown): 
    "
  `);
  expect(names()).toEqual(['.env', '.gitignore', 'participants.xlsx']);
  expect(text('.env')).toBe(`OPENROUTER_MANAGEMENT_KEY=${KEY}\n`);
  expect(text('.gitignore')).toBe('.env\noutput/\n');
  if (process.platform !== 'win32') {
    const modes = ['.env', 'participants.xlsx', '.gitignore'].map((name) => statSync(join(cwd, name)).mode & 0o777);
    expect(modes).toEqual([0o600, 0o600, 0o666 & ~process.umask()]);
  }
  const rehearsal = ['provision', 'participants.xlsx', '--limit', '1', '--sandbox', '--yes'];
  expect(await command(rehearsal)).toMatchObject({ code: 0, stdout: expect.stringContaining('Created 5 keys') });
});

test('init a second time keeps everything and asks nothing', async () => {
  const { init, text } = useFolder();
  await init([KEY]);
  const { screen } = await init([]);
  expect(screen).toMatchInlineSnapshot(`
    "exit 0
    --- stdout
    .gitignore         kept: git ignores .env and output/ already
    .env               kept: it has a management key
    participants.xlsx  skipped: participants.xlsx is here
    Next               orkeys provision participants.xlsx --limit 1 --sandbox
    --- stderr
    "
  `);
  expect(text('.env')).toContain(KEY);
});

test('init never overwrites: files of one’s own keep every byte, and .gitignore only grows', async () => {
  const own = { '.env': 'OTHER=1\n', '.gitignore': '/node_modules\n.env', 'people.csv': 'E-mail\na@example.org\n' };
  const { init, text, names } = useFolder(own);
  const { screen } = await init([]);
  expect(screen).toMatchInlineSnapshot(`
    "exit 0
    --- stdout
    .gitignore         lines added: git ignores output/
    .env               kept: it has no management key; add the line OPENROUTER_MANAGEMENT_KEY=…, or run orkeys login
    participants.xlsx  skipped: people.csv is here
    Next               orkeys provision people.csv --limit 1 --sandbox
    --- stderr
    "
  `);
  expect(names()).toEqual(['.env', '.gitignore', 'people.csv']);
  expect([text('.env'), text('people.csv')]).toEqual([own['.env'], own['people.csv']]);
  expect(text('.gitignore')).toBe('/node_modules\n.env\noutput/\n');
});

test('a file that appears while the management key is asked for is kept', async () => {
  const { cwd, text } = useFolder();
  const ctx = createTestContext({ cwd, answers: [] });
  const readHidden = async () => {
    writeFileSync(join(cwd, '.env'), 'OTHER=1\n');
    return KEY;
  };
  expect(await run(['init'], { ...ctx, stdin: { ...ctx.stdin, readHidden } })).toBe(0);
  expect(ctx.stdout.text()).toContain('.env               kept: it is there already');
  expect(text('.env')).toBe('OTHER=1\n');
});

test('a link in place of .env or .gitignore is not followed', async () => {
  const { cwd, init, text, names } = useFolder({ target: 'mine\n' });
  symlinkSync(join(cwd, 'nowhere'), join(cwd, '.env'));
  symlinkSync(join(cwd, 'target'), join(cwd, '.gitignore'));
  const { screen } = await init([]);
  expect(screen).toMatchInlineSnapshot(`
    "exit 0
    --- stdout
    .gitignore         kept: Cannot read <folder>/.gitignore: it is a symbolic link. Make sure that git ignores .env and output/.
    .env               kept: it has no management key; add the line OPENROUTER_MANAGEMENT_KEY=…, or run orkeys login
    participants.xlsx  written: a sample roster with 5 invented participants
    Next               orkeys provision participants.xlsx --limit 1 --sandbox
    --- stderr
    "
  `);
  expect(text('target')).toBe('mine\n');
  expect(names()).not.toContain('nowhere');
});

test('Ctrl-C at the question writes nothing', async () => {
  const { init, names } = useFolder();
  expect(await init([CTRL_C])).toMatchObject({
    code: 130,
    stdout: '',
    stderr: expect.stringContaining('Cancelled; nothing was changed.'),
  });
  expect(names()).toEqual([]);
});

test('? explains, what can be no key is asked for again, and Enter skips .env', async () => {
  const { init, names } = useFolder();
  const { screen } = await init(['?', 'hello', `"${KEY}"`, '']);
  expect(screen).toMatchInlineSnapshot(`
    "exit 0
    --- stdout
    .gitignore         written: git ignores .env and output/
    .env               skipped: no management key was typed; orkeys login saves one
    participants.xlsx  written: a sample roster with 5 invented participants
    Next               orkeys provision participants.xlsx --limit 1 --sandbox
    --- stderr
      The management key will be saved in .env, in this folder.
      Paste your management key. Enter skips this, ? explains.
    Management key (not shown): 
      A management key creates, changes and deletes the API keys of your OpenRouter
      account; it cannot be used for model requests. Create one at
      https://openrouter.ai/settings/management-keys, copy it and paste it here.
      Nothing of it is shown.
    Management key (not shown): 
      This cannot be a management key.
      Copy it from https://openrouter.ai/settings/management-keys; it begins with
      sk-or-v1-.
    Management key (not shown): 
      The management key has quotes around its value.
      Leave out the quotes.
    Management key (not shown): 
    "
  `);
  expect(names()).toEqual(['.gitignore', 'participants.xlsx']);
});

test('without a terminal init asks nothing and does what needs no question', async () => {
  const { init, names } = useFolder();
  const { code, stdout, stderr } = await init(undefined, '--json');
  expect([code, stderr]).toEqual([0, '']);
  expect(JSON.parse(stdout).files).toEqual([
    { name: '.gitignore', action: 'written', note: 'git ignores .env and output/' },
    { name: '.env', action: 'skipped', note: expect.stringContaining('orkeys login can read a pipe') },
    { name: 'participants.xlsx', action: 'written', note: 'a sample roster with 5 invented participants' },
  ]);
  expect(names()).toEqual(['.gitignore', 'participants.xlsx']);
});

test('a dry run writes nothing and asks nothing', async () => {
  const { init, names } = useFolder();
  expect((await init([], '--dry-run')).screen).toMatchInlineSnapshot(`
    "exit 0
    --- stdout
    .gitignore         would be written: git ignores .env and output/
    .env               would be written: asks for the management key
    participants.xlsx  would be written: a sample roster with 5 invented participants
    Next               orkeys provision participants.xlsx --limit 1 --sandbox
    --- stderr
    "
  `);
  expect(names()).toEqual([]);
});

test('a management key in the environment needs no .env', async () => {
  const { command, names } = useFolder();
  const { stdout } = await command(['init'], { answers: [], env: { OPENROUTER_MANAGEMENT_KEY: KEY } });
  expect(stdout).toContain(
    '.env               skipped: the management key comes from OPENROUTER_MANAGEMENT_KEY in the environment',
  );
  expect(names()).toEqual(['.gitignore', 'participants.xlsx']);
});

test('.env.txt, as Notepad names it, is not added to', async () => {
  const { init } = useFolder({ '.env.txt': `OPENROUTER_MANAGEMENT_KEY=${KEY}\n` });
  expect((await init([])).stdout).toContain('rename .env.txt to .env');
  expect(existsSync('.env')).toBe(false);
});
