import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { KEYRING_OF_FILE, useStandIn } from '../keychain/support/stand-in.ts';
import { useOtherServer } from '../mail/support/other-server.ts';
import { type BuiltProgram, buildProgram, startBuilt } from '../support/built-program.ts';
import { temporaryFolder } from '../support/cli.ts';
import { straceRefusal } from './support/strace.ts';
import { openWorld, PREFIX, type WorkshopWorld } from './support/workshop-world.ts';

let program: BuiltProgram;
beforeAll(() => {
  program = buildProgram();
});
afterAll(() => program.remove());

const SMTP_PASSWORD = 'smtp-password-of-a-test';
const SHARE_PASSWORD = 'share-password-of-a-test';
const DATABASE_PASSWORD = 'database-password-of-a-test';
const refusal = straceRefusal();

interface Started {
  program: string;
  /** all its arguments and its whole environment, as strace quotes them */
  args: string;
  env: string;
}

/** Every program that a command starts, itself first, at whatever depth. */
async function startedBy(args: readonly string[], world: WorkshopWorld, env: Record<string, string>, input = '') {
  const file = join(temporaryFolder(), 'trace');
  const under = ['strace', '-f', '-v', '-s', '1000000', '-e', 'trace=execve', '-e', 'signal=none', '-o', file];
  const run = startBuilt(program, args, { cwd: world.cwd, env: { ...world.env, ...env }, under });
  run.child.stdin?.end(input);
  const { code } = await run.ended;
  expect({ args, code, stderr: code === 0 ? '' : run.stderr() }).toEqual({ args, code: 0, stderr: '' });
  return readFileSync(file, 'latin1')
    .split('\n')
    .flatMap((line): Started[] => {
      const [, path, rest] = /execve\("([^"]*)", (\[.*)\) += 0$/.exec(line) ?? [];
      if (path === undefined || rest === undefined) return [];
      const [list = '', variables = ''] = rest.split(/(?<=\]), (?=\[)/);
      return [{ program: basename(path), args: list, env: variables }];
    });
}

test.skipIf(refusal !== undefined)(
  `no program that a command starts gets a secret as an argument or in its environment${refusal ?? ''}`,
  async () => {
    const world = await openWorld();
    onTestFinished(() => world.close());
    execFileSync('git', ['init', '--quiet', world.cwd]);
    writeFileSync(join(world.cwd, '.gitignore'), 'output/\n');
    const mail = await useOtherServer(undefined, { allowInsecureAuth: true });
    const keyring = useStandIn('secret-tool', KEYRING_OF_FILE);
    const clipboard = useStandIn('xclip', '');
    const env = {
      PATH: [keyring, clipboard].map(({ env: { PATH = '' } }) => PATH).join(':'),
      ORKEYS_SMTP_URL: `smtp://zane@127.0.0.1:${mail.port}`,
      ORKEYS_SMTP_PASSWORD: SMTP_PASSWORD,
      ORKEYS_MAIL_FROM: 'Zane Liepa <zane@example.org>',
      ORKEYS_SHARE_PASSWORD: SHARE_PASSWORD,
      PGPASSWORD: DATABASE_PASSWORD,
    };
    const commands: (readonly string[])[] = [
      ['login', 'work'],
      world.provision,
      ['provision', 'roster.csv', '--prefix', 'B', '--profile', 'work', '--rate', 'off', '--yes'],
      ['show', 'Anda', '--prefix', PREFIX, '--copy'],
      ['verify', PREFIX, '--rate', 'off'],
      ['handout', 'sealed', PREFIX],
      ['mail', 'send', PREFIX, '--yes', '--rate', '60000'],
      ['rotate', '--prefix', PREFIX, '--rate', 'off', '--yes'],
      ['export', PREFIX],
      ['doctor'],
      world.revoke,
      ['purge', PREFIX, '--yes', '--rate', 'off'],
      ['logout', 'work', '--yes'],
    ];
    const started: Started[] = [];
    for (const args of commands) {
      started.push(...(await startedBy(args, world, env, args[0] === 'login' ? world.server.managementKey : '')));
    }
    expect([...new Set(started.map(({ program }) => program))].sort()).toEqual(
      expect.arrayContaining(['git', 'node', 'secret-tool', 'xclip']),
    );
    expect(mail.logins).toContain(SMTP_PASSWORD);
    const secrets = [
      ...world.server.mintedSecrets(),
      world.server.managementKey,
      ...[SMTP_PASSWORD, SHARE_PASSWORD, DATABASE_PASSWORD],
    ];
    const shows = (text: string) => secrets.some((secret) => text.includes(secret));
    expect(started.filter(({ args }) => shows(args)).map(({ program, args }) => `${program} ${args}`)).toEqual([]);
    // Its own environment is where orkeys finds them.
    const others = started.filter(({ program, args }) => program !== 'node' || !args.includes('orkeys.js'));
    expect(others.length).toBeGreaterThan(5);
    expect(others.filter((each) => shows(each.env)).map(({ program, args }) => `${program} ${args}`)).toEqual([]);
  },
  120_000,
);
