import { mkdirSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { parseDatabaseUrl } from '../../src/postgres/share-url.ts';
import { rememberJoined, requireJoined } from '../../src/workshop/joined-workshops.ts';
import { orkeys, temporaryFolder } from '../support/cli.ts';
import { createTestContext } from '../support/context.ts';
import { useSandbox } from '../support/sandbox.ts';

const WORKSHOP = '11111111-1111-4111-8111-111111111111';
const OTHER = '22222222-2222-4222-8222-222222222222';

/** A stranger's server; `guests`: how many connected, and what they sent */
async function useStranger() {
  const guests: string[] = [];
  const server = createServer((socket) => {
    const at = guests.push('') - 1;
    socket.on('data', (bytes) => {
      guests[at] += bytes.toString('latin1');
      socket.destroy();
    });
    socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  return { guests, url: `postgres://you@127.0.0.1:${port}/yours` };
}

/** A folder with a workshop that its owner never shared, and people to make keys for. */
async function usePlanted() {
  const [stranger, sandbox] = [await useStranger(), await useSandbox()];
  const cwd = temporaryFolder();
  const folder = join(cwd, 'output', 'W');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const marker = { version: 1, url: stranger.url, workshop: WORKSHOP, prefix: 'W', member: 'You', state: 'joined' };
  const mark = (more: object) => writeFileSync(join(folder, 'shared.json'), JSON.stringify({ ...marker, ...more }));
  mark({});
  writeFileSync(join(folder, 'shared.key'), `${'0'.repeat(64)}\n`, { mode: 0o600 });
  writeFileSync(join(cwd, 'W.csv'), 'E-mail,Name\np0@example.org,Anda\n');
  const env = {
    OPENROUTER_MANAGEMENT_KEY: sandbox.managementKey,
    ORKEYS_BASE_URL: sandbox.url,
    PGPASSWORD: 'database-password-of-a-test',
    ORKEYS_SHARE_PASSWORD: 'share-password-of-a-test',
  };
  const run = (args: string[], more: Record<string, string> = {}) => orkeys(args, { cwd, env: { ...env, ...more } });
  return { ...stranger, sandbox, cwd, run, mark };
}

const RATE = ['--rate', 'off'];

describe('a planted shared.json sends nothing to the database that it names', () => {
  test.each([
    [['provision', 'W.csv', '--prefix', 'W', '--yes', ...RATE], 2],
    [['provision', 'W.csv', '--prefix', 'W', '--dry-run', ...RATE], 2],
    [['sync', 'W.csv', '--prefix', 'W', '--yes', ...RATE], 2],
    [['create', 'x', '--prefix', 'W', ...RATE], 2],
    [['list', ...RATE], 0],
    [['verify', ...RATE], 2],
    [['usage', 'W', ...RATE], 2],
    [['watch', 'W', '--once', ...RATE], 2],
    [['handout', 'slips', 'W'], 2],
    [['share', 'status', 'W'], 2],
    [['share', 'leave', 'W', '--to-file', '--yes'], 2],
    [['share', 'restore', 'W', '--yes'], 2],
    [['journal', 'verify', 'W'], 2],
  ] as const)('%j', async (args, code) => {
    const { run, guests, sandbox } = await usePlanted();
    const screen = await run([...args]);
    expect({ guests, keys: sandbox.account.toJSON().keys.length }).toEqual({ guests: [], keys: 0 });
    expect(screen.code, screen.stderr).toBe(code);
    const shown = (screen.stderr + screen.stdout).replaceAll(/\s+/g, ' ');
    expect(shown).toContain('says that W is in 127.0.0.1:');
    expect(shown).toContain('but this computer has not joined it there. Nothing was sent.');
    // A note of a command that goes on has no hint.
    if (!['list', 'verify', 'usage'].includes(args[0])) expect(shown).toContain('orkeys share join postgres://you@');
  });

  test.each(['starting', 'leaving'])('nor where it says that the workshop is %s', async (state) => {
    const { run, guests, mark } = await usePlanted();
    mark({ state });
    for (const args of [
      ['share', 'start', '--prefix', 'W', '--yes'],
      ['share', 'leave', 'W', '--yes'],
      ['share', 'leave', 'W', '--to-file', '--yes'],
    ]) {
      await run(args);
      expect({ args, guests }).toEqual({ args, guests: [] });
    }
  });

  test('nor where .env names it; who sets it in the environment wants it', async () => {
    const { run, guests, cwd, url } = await usePlanted();
    writeFileSync(join(cwd, '.env'), `ORKEYS_SHARE_URL=${url}\n`);
    await run(['share', 'status', 'W']);
    expect(guests).toEqual([]);
    expect((await run(['share', 'status', 'W'], { ORKEYS_SHARE_URL: url })).code).toBe(6);
    expect(guests).toHaveLength(1);
  });
});

describe('a workshop that was joined here', () => {
  const address = parseDatabaseUrl('postgres://ilze@db.example.org/workshops');
  const marker = { workshop: WORKSHOP, prefix: 'W' };
  const elsewhere = parseDatabaseUrl('postgres://ilze@db.example.com/workshops');

  test('is known in the database in which it was joined, and no other is', async () => {
    const ctx = createTestContext({ cwd: temporaryFolder() });
    const refused = { code: 'share_not_joined', exitCode: 2 };
    await expect(requireJoined(marker, address, ctx)).rejects.toMatchObject(refused);
    for (let n = 0; n < 2; n++) await rememberJoined(WORKSHOP, address, ctx);
    await rememberJoined(OTHER, elsewhere, ctx);
    await requireJoined(marker, address, ctx);
    await requireJoined({ ...marker, workshop: OTHER }, elsewhere, ctx);
    await expect(requireJoined(marker, elsewhere, ctx)).rejects.toMatchObject(refused);
    await expect(requireJoined({ ...marker, workshop: OTHER }, address, ctx)).rejects.toMatchObject(refused);
  });
});
