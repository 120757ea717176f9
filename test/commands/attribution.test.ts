import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { serve } from '../openrouter/scripted-server.ts';
import { orkeys, temporaryFolder } from '../support/cli.ts';
import { useSandbox } from '../support/sandbox.ts';

const SET = {
  ORKEYS_HTTP_REFERER: 'https://school.example.org',
  ORKEYS_TITLE: 'Summer school',
  ORKEYS_CATEGORIES: 'education,cli-agent',
};

/** A server that notes each request and passes it on to a sandbox. */
async function useNotingServer() {
  const sandbox = await useSandbox();
  const { baseUrl, received } = await serve(async (response, { method, url, headers, body }) => {
    const answer = await fetch(`${new URL(sandbox.url).origin}${url}`, {
      method,
      headers: { authorization: headers.authorization ?? '' },
      ...(body === '' ? {} : { body }),
    });
    response.writeHead(answer.status, { 'content-type': 'application/json' });
    response.end(await answer.text());
  });
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, 'W_participants.csv'), 'E-mail,Name,Surname\nanda@example.org,Anda,Ozola\n');
  const env = { ORKEYS_BASE_URL: baseUrl, OPENROUTER_MANAGEMENT_KEY: sandbox.managementKey, PATH: '/usr/bin:/bin' };
  const run = (args: readonly string[], more: Record<string, string> = {}) =>
    orkeys([...args, '--rate', 'off'], { cwd, env: { ...env, ...more } });
  return { cwd, received, run };
}

test.each(['the environment', '.env'])('all three headers, from %s, go with every request', async (where) => {
  const { cwd, received, run } = await useNotingServer();
  const lines = Object.entries(SET).map(([name, value]) => `${name}=${value}\n`);
  if (where === '.env') writeFileSync(join(cwd, '.env'), lines.join(''));
  const env = where === '.env' ? {} : SET;
  for (const args of [
    ['provision', 'W_participants.csv'],
    ['verify'],
    ['update', '--prefix', 'W', '--limit', '2', '--yes'],
    ['rotate', '--prefix', 'W', '--yes'],
    ['revoke', '--prefix', 'W', '--yes'],
  ]) {
    expect(await run(args, env), args.join(' ')).toMatchObject({ code: 0 });
  }
  expect(new Set(received.map(({ method }) => method))).toEqual(new Set(['GET', 'POST', 'PATCH', 'DELETE']));
  const sent = received.map(({ headers }) => [
    headers['http-referer'],
    headers['x-openrouter-title'],
    headers['x-openrouter-categories'],
  ]);
  expect(new Set(sent.map(String))).toEqual(new Set([Object.values(SET).join()]));
});

test('unset, and set to nothing, none is sent', async () => {
  const { received, run } = await useNotingServer();
  expect((await run(['whoami'], { ORKEYS_TITLE: '', ORKEYS_CATEGORIES: ' ' })).code).toBe(0);
  expect(received.length).toBeGreaterThan(0);
  for (const { headers } of received) {
    expect(Object.keys(headers).filter((name) => /referer|title|categories/.test(name))).toEqual([]);
  }
});

test.each(Object.keys(SET))('%s with letters that no header holds is refused before anything is sent', async (name) => {
  const { received, run } = await useNotingServer();
  expect(await run(['whoami'], { [name]: 'Vasaras skolā' })).toMatchObject({
    code: 2,
    stderr: expect.stringContaining(`${name} contains characters that are not allowed in an HTTP header.`),
  });
  expect(received).toEqual([]);
});
