import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { orkeys, type Screen } from '../support/cli.ts';
import { refused } from '../support/faults.ts';
import { useWorkshop } from '../support/workshop-world.ts';

/** The commands that a screen prints to be typed, each up to the blanks or the end that follow it. */
function commandsIn(...texts: string[]): string[] {
  return texts.flatMap((text) =>
    [...text.matchAll(/(?:^|: |\s)(orkeys [a-z].*?)(?= {3}|\.?$| writes it| takes the)/gm)].map(
      (match) => match[1] ?? '',
    ),
  );
}

const PLACE = ['--out', 'my results'];

test('every command that is printed to be typed names the folder that was named', async () => {
  const { run, cwd, server } = await useWorkshop();
  const folder = join(cwd, 'my results', 'WS');
  const printed: string[] = [];
  const see = async (...args: string[]) => {
    const local = ['journal', 'export', 'handout'].includes(args[0] ?? '');
    const { stdout, stderr } = local ? await orkeys([...args, ...PLACE], { cwd }) : await run([...args, ...PLACE]);
    printed.push(...commandsIn(stdout, stderr));
  };
  const provision = ['provision', 'WS_participants.csv', '--replace', '--yes'];
  await see(...provision);
  server.setRules(({ route, nth }) => (route === 'PATCH /keys/{hash}' && nth === 1 ? refused(409) : undefined));
  await see('update', '--prefix', 'WS', '--email', '*', '--all', '--add-limit', '1', '--yes');
  await see('update', '--from', 'WS_participants.csv', '--add-limit', '1', '--yes');
  server.setRules(() => undefined);
  rmSync(join(folder, 'keys.json'));
  mkdirSync(join(folder, 'keys.json'));
  await see('doctor');
  rmSync(join(folder, 'keys.json'), { recursive: true });
  await see('doctor');
  const journal = readFileSync(join(folder, 'journal.jsonl'), 'utf8').split('\n');
  writeFileSync(join(folder, 'journal.jsonl'), [journal[0], 'damaged', ...journal.slice(1)].join('\n'));
  await see('journal', 'verify', 'WS');
  await see(...provision);
  await see('journal', 'repair', 'WS');
  await see('export', 'WS');
  rmSync(join(folder, 'journal.jsonl'));
  await see(...provision);
  await see('export', 'WS');
  const whole = printed.filter((line) => !/orkeys (?:list --json|provision with)/.test(line));
  expect(
    new Set(
      whole.map((line) =>
        line
          .split(' ')
          .slice(0, 3)
          .join(' ')
          .replace(/ (?:--\S+|WS|").*/, ''),
      ),
    ),
  ).toEqual(
    new Set([
      'orkeys verify',
      'orkeys update',
      'orkeys export',
      'orkeys handout slips',
      'orkeys journal repair',
      'orkeys journal verify',
      'orkeys journal rebuild',
    ]),
  );
  for (const line of whole) expect(line).toContain("--out 'my results'");
});

/** The arguments of a printed command, as a shell understands them. */
function argsOf(command: string): string[] {
  const text = command.replace(/^orkeys /, '');
  const printed = execFileSync('sh', ['-c', `printf '%s\\0' ${text}`], { encoding: 'utf8' });
  return printed.split('\0').slice(0, -1);
}

/** Added by the world of these tests, which adds them again. */
const RATE: ReadonlySet<string> = new Set(['--rate', 'off']);

test('the commands that changing commands suggest work as they are printed', async () => {
  const { cwd, run, server, write } = await useWorkshop();
  /** runs what a screen suggests; --yes stands for the answer at its question */
  const runSuggested = async (screen: Screen, ...expected: string[]) => {
    const commands = commandsIn(screen.stdout, screen.stderr);
    expect(commands).toEqual(expected);
    for (const command of commands) {
      const args = argsOf(command).filter((arg) => !RATE.has(arg));
      const { code, stderr } = await (args[0] === 'handout' || args[0] === 'export'
        ? orkeys(args, { cwd })
        : run([...args, ...answerOf(command)]));
      expect([command, code, stderr.includes('Error')]).toEqual([command, 0, false]);
    }
  };
  const answerOf = (command: string) => (command.startsWith('orkeys verify') ? [] : ['--yes']);

  write('NEXT.csv', 'E-mail,Name,Surname\nann@example.org,Ann,First\n');
  server.setRules(({ route }) => (route === 'POST /keys' ? refused(401) : undefined));
  const stopped = await run(['provision', 'NEXT.csv', ...PLACE]);
  server.setRules(() => undefined);
  await runSuggested(stopped, `orkeys provision NEXT.csv --out 'my results' --rate off`);

  write('NEXT.csv', 'E-mail,Name,Surname\nann@example.org,Ann,First\nnew@example.org,Nora,Late\n');
  const late = await run(['provision', 'NEXT.csv', ...PLACE]);
  const suggested = [`orkeys verify --prefix NEXT --out 'my results'`, `orkeys handout slips NEXT --out 'my results'`];
  await runSuggested(late, ...suggested);

  server.setRules(({ route, nth }) => (route === 'PATCH /keys/{hash}' && nth === 1 ? refused(409) : undefined));
  const topUp = await run(['update', '--prefix', 'NEXT', '--add-limit', '1', '--yes', ...PLACE]);
  server.setRules(() => undefined);
  expect(commandsIn(topUp.stdout)[0]).toMatch(/^orkeys update --hash [0-9a-f]{12} --add-limit 1 --out 'my results'$/);
  await runSuggested(topUp, commandsIn(topUp.stdout)[0] ?? '');

  // A workshop is over with its last key, not before.
  const first = await run(['revoke', '--email', 'ann@example.org', '--yes', ...PLACE]);
  await runSuggested(first, `orkeys handout slips NEXT --out 'my results'`);
  expect((await run(['revoke', '--prefix', 'NEXT', '--disable', '--yes', ...PLACE])).stdout).toBe('Disabled 1 key.\n');
  const journal = () => readFileSync(join(cwd, 'my results', 'NEXT', 'journal.jsonl'), 'utf8');
  const [secret = 'none'] = /sk-or-v1-sandbox-[0-9a-f]{20,}/.exec(journal()) ?? [];
  const last = await run(['revoke', '--prefix', 'NEXT', '--yes', ...PLACE]);
  await runSuggested(last, `orkeys purge NEXT --out 'my results'`);
  expect(secret).not.toBe('none');
  expect(journal()).not.toContain(secret);
});

test('a file that could not be written is created later by the command that the summary shows', async () => {
  const { cwd, run, server, write } = await useWorkshop();
  write('NEXT.csv', 'E-mail,Name,Surname\nann@example.org,Ann,First\n');
  const path = join(cwd, 'my results', 'NEXT', 'keys.xlsx');
  server.setRules(({ route }) => {
    if (route === 'POST /keys') mkdirSync(path, { recursive: true });
    return undefined;
  });
  const { code, stdout } = await run(['provision', 'NEXT.csv', ...PLACE, '--yes']);
  expect(code).toBe(6);
  const [command = '', ...others] = commandsIn(stdout).filter((line) => line.startsWith('orkeys export'));
  expect([command, others]).toEqual([`orkeys export NEXT --out 'my results'`, []]);
  expect(stdout).toContain(`Nothing is lost; create it later with ${command}`);
  rmSync(path, { recursive: true });
  const exported = await orkeys(argsOf(command), { cwd });
  expect([exported.code, statSync(path).isFile()]).toEqual([0, true]);
});
