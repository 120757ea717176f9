import { copyFileSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { COMMANDS } from '../../src/command-table.ts';
import { run as runMain } from '../../src/main.ts';
import { type RunningBuilt, startBuilt } from '../support/built-program.ts';
import { refuseLeakyFiles } from '../support/canary.ts';
import { temporaryFolder } from '../support/cli.ts';
import { createTestContext } from '../support/context.ts';
import { BIN, runNode, runToItsEnd } from '../support/program.ts';
import { ELSEWHERE, FILES_OF_LIFE, LIFE } from './support/life.ts';
import { useExecutable } from './support/place.ts';

const alone = useExecutable();
const openPlace = () => alone.openPlace();

test('every command is run by the tests of the single executable', () => {
  const tried = [...LIFE.map(([name]) => name), ...Object.keys(ELSEWHERE)];
  expect(new Set(tried)).toEqual(new Set(COMMANDS.map(({ name }) => name)));
  for (const file of Object.values(ELSEWHERE)) expect(existsSync(file), file).toBe(true);
});

test('a whole workshop, with nothing beside it, no Node in PATH, and nothing unpacked anywhere', async () => {
  const { run, cwd, home, temporary } = openPlace();
  for (const [name, text] of Object.entries(FILES_OF_LIFE)) writeFileSync(join(cwd, name), text);
  for (const args of LIFE) {
    const { code, stderr, stdout } = await run(args);
    expect({ args, code, said: code === 0 ? '' : stderr + stdout }).toEqual({ args, code: 0, said: '' });
    if (args[0] === 'usage') {
      const saved = readdirSync(join(cwd, 'output', 'sandbox', 'participants'));
      expect(saved).toEqual(expect.arrayContaining(['usage.html', 'usage.xlsx', 'usage.csv', 'usage.sqlite']));
    }
  }
  await refuseLeakyFiles(home);
  expect({
    temporary: readdirSync(temporary),
    home: readdirSync(home),
    beside: readdirSync(alone.folder),
  }).toEqual({ temporary: [], home: [], beside: [basename(alone.executable)] });
});

test('every help and every completion is that of the package', async () => {
  const { run, cwd, env } = openPlace();
  const wide = { ...env, COLUMNS: '100' };
  const listed = await run(['--help'], wide);
  const names = [...listed.stdout.matchAll(/^ {2}([a-z]+)(?: \[options\])?(?: <\w+>)? {2,}\S/gm)].map(
    ([, name = '']) => name,
  );
  expect(names).toEqual(expect.arrayContaining(['provision', 'usage', 'completion']));
  const shells = ['bash', 'zsh', 'fish', 'powershell'].map((shell) => ['completion', shell]);
  for (const args of [['--version'], ['--help'], ...names.map((name) => [name, '--help']), ...shells]) {
    const [ours, packaged] = await Promise.all([run(args, wide), runNode([BIN, ...args], { cwd, env: wide })]);
    expect(ours).toEqual(packaged);
    expect(ours.code).toBe(0);
  }
});

test('an error is that of the package', async () => {
  const { run, cwd } = openPlace();
  const ctx = createTestContext({ cwd });
  const code = await runMain(['roster', 'check', 'nobody.xlsx'], ctx);
  expect(await run(['roster', 'check', 'nobody.xlsx'])).toEqual({ code, stdout: '', stderr: ctx.stderr.text() });
});

test('files beside it that are named like what it carries are not read', async () => {
  const crowded = join(temporaryFolder(), 'crowded');
  mkdirSync(crowded);
  const program = join(crowded, basename(alone.executable));
  copyFileSync(alone.executable, program);
  const mark = join(crowded, 'was-run');
  const evil = `require('node:fs').writeFileSync(${JSON.stringify(mark)}, '')`;
  mkdirSync(join(crowded, 'node_modules', 'exceljs'), { recursive: true });
  for (const name of ['roster-thread.js', 'main.js', 'exceljs.js', 'node_modules/exceljs/index.js', 'sea-config.js']) {
    writeFileSync(join(crowded, name), evil);
  }
  for (const name of ['sqlite.wasm.br', 'package.json', '../package.json'])
    writeFileSync(join(crowded, name), 'broken');
  const { cwd, env } = openPlace();
  const jobs = [
    ['--version'],
    ['roster', 'check', 'participants.xlsx'],
    ['provision', 'participants.xlsx', '--limit', '1', '--rate', 'off', '--yes', '--sandbox'],
    ['usage', 'participants', '--save', '--sandbox'],
  ];
  for (const args of jobs) {
    const ended = await runToItsEnd([program, ...args], { cwd, env });
    expect(ended).toMatchObject({ code: 0 });
  }
  expect(existsSync(mark)).toBe(false);
});

describe('settings of Node', () => {
  const evilIn = (cwd: string) => {
    const mark = join(cwd, 'was-run');
    writeFileSync(join(cwd, 'evil.cjs'), `require('node:fs').writeFileSync(${JSON.stringify(mark)}, '')`);
    return { mark, evil: join(cwd, 'evil.cjs') };
  };

  test('NODE_OPTIONS makes it run nothing else, as it would make Node', async () => {
    const { run, cwd, env } = openPlace();
    const { mark, evil } = evilIn(cwd);
    const NODE_OPTIONS = `--require=${JSON.stringify(evil)}`;
    expect(await run(['roster', 'check', 'participants.xlsx'], { NODE_OPTIONS })).toMatchObject({
      code: 0,
      stderr: '',
    });
    expect(existsSync(mark)).toBe(false);
    expect(await runNode([BIN, '--version'], { cwd, env: { ...env, NODE_OPTIONS } })).toMatchObject({ code: 0 });
    expect(existsSync(mark)).toBe(true);
  });

  test('compiled code is taken from no folder, and no module from another path', async () => {
    const { run, cwd } = openPlace();
    const cache = join(cwd, 'cache');
    const settings = {
      NODE_COMPILE_CACHE: cache,
      NODE_PATH: cwd,
      NODE_PRESERVE_SYMLINKS: '1',
      NODE_PENDING_DEPRECATION: '1',
    };
    expect(await run(['roster', 'check', 'participants.xlsx'], settings)).toMatchObject({ code: 0, stderr: '' });
    const kept = existsSync(cache) ? readdirSync(cache, { recursive: true, withFileTypes: true }) : [];
    expect(kept.filter((entry) => entry.isFile())).toEqual([]);
  });

  test('options of Node among the arguments are ours to refuse', async () => {
    const { run, cwd } = openPlace();
    const { mark, evil } = evilIn(cwd);
    for (const args of [['--require', evil], [`--node-options=--require=${evil}`], ['--eval', '0']]) {
      expect(await run(args)).toMatchObject({ code: 2 });
    }
    expect(existsSync(mark)).toBe(false);
  });
});

test('a roster is read in a thread, which a signal lets go', async () => {
  const { cwd, env } = openPlace();
  const row = `p@example.org,P${',x'.repeat(200)}\n`;
  writeFileSync(join(cwd, 'wide.csv'), `E-mail,Name\n${row.repeat(100_000)}`);
  const run = startBuilt(
    { bin: alone.executable, command: [alone.executable], remove: () => undefined },
    ['roster', 'check', 'wide.csv'],
    {
      cwd,
      env: { ...withoutUndefined(env), NODE_DEBUG: 'worker' },
    },
  );
  // Node says so when the thread begins; reading takes seconds from there.
  await says(run, /WORKER \d+: .*ID/);
  run.child.kill('SIGTERM');
  expect((await run.ended).code).toBe(process.platform === 'win32' ? null : 130);
  if (process.platform !== 'win32') expect(run.stderr()).toContain('Interrupted while reading ');
});

const says = (run: RunningBuilt, text: RegExp) =>
  expect.poll(run.stderr, { timeout: 20_000, interval: 5 }).toMatch(text);

function withoutUndefined(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
