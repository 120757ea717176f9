import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { run } from '../../src/main.ts';
import { temporaryFolder } from '../support/cli.ts';
import { createTestContext } from '../support/context.ts';
import type { Fault } from '../support/faults.ts';
import { useFaultyServer } from '../support/faulty-server.ts';

const PEOPLE = 6;
const SERVED = 2;

test.each([
  ['without Retry-After', {}, []],
  ['with Retry-After', { 'retry-after': '20' }, []],
  ['without Retry-After, however many retries are asked for', {}, ['--retries', '1000']],
  ['with Retry-After, however many retries are asked for', { 'retry-after': '20' }, ['--retries', '1000']],
])(
  'a service that turns every call away from some moment on, %s, ends the run in time with all that was made',
  async (_, headers, flags) => {
    const cwd = temporaryFolder();
    const roster = Array.from({ length: PEOPLE }, (_, at) => `p${at}@example.org,Anna${at},Berg\n`);
    writeFileSync(join(cwd, 'people.csv'), `E-mail,Name,Surname\n${roster.join('')}`);
    const tooMany: Fault = {
      status: 429,
      commit: 'never',
      headers,
      body: { error: { code: 429, message: 'Rate limit exceeded' } },
    };
    const server = await useFaultyServer({
      rules: ({ route, nth }) => (route === 'POST /keys' && nth > SERVED ? tooMany : undefined),
    });
    const env = { ORKEYS_BASE_URL: server.url, OPENROUTER_MANAGEMENT_KEY: server.managementKey };
    const ctx = createTestContext({ cwd, env });
    const began = ctx.now().getTime();

    const code = await run(['provision', 'people.csv', '--limit', '1', ...flags], ctx);

    expect(code).toBe(5);
    const waited = (ctx.now().getTime() - began) / 1000;
    expect(waited).toBeLessThan(310);
    const told = /\/keys still refuses requests after \d+ attempts in (\d+) s \(429: Rate limit exceeded\)\./.exec(
      ctx.stderr.text(),
    );
    expect(Number(told?.[1])).toBeGreaterThan(5);
    expect(Number(told?.[1])).toBeLessThanOrEqual(300);
    expect(ctx.stdout.text()).toContain(`orkeys provision people.csv --limit 1 ${flags.join(' ')}`.trim());
    const { keys } = JSON.parse(readFileSync(join(cwd, 'output', 'people', 'keys.json'), 'utf8'));
    expect(keys).toHaveLength(SERVED);
    expect(server.mintedSecrets()).toEqual(expect.arrayContaining(keys.map(({ key }: { key: string }) => key)));
    expect(server.mintedSecrets()).toHaveLength(SERVED);

    server.setRules(() => undefined);
    const again = createTestContext({ cwd, env });
    expect(await run(['provision', 'people.csv', '--limit', '1', ...flags], again)).toBe(0);
    expect(server.mintedSecrets()).toHaveLength(PEOPLE);
  },
);
