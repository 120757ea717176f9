import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createSandboxCommand } from '../../src/commands/sandbox/command.ts';
import type { Context, Output } from '../../src/context.ts';
import { createTestContext } from '../support/context.ts';
import { useSandbox } from '../support/sandbox.ts';

const MANAGEMENT = { authorization: 'Bearer sk-or-v1-sandbox-management' };

function useCommand() {
  const cwd = mkdtempSync(join(tmpdir(), 'orkeys-sandbox-'));
  onTestFinished(() => rmSync(cwd, { recursive: true, force: true }));
  const stop = new AbortController();
  const [stdout, stderr] = [recorder(), recorder()];
  const ctx: Context = {
    ...createTestContext({ cwd, now: () => new Date('2026-03-01T10:00:00Z') }),
    stdout,
    stderr,
    interrupts: { stop: stop.signal, stopNow: new AbortController().signal, atPrompt: (work) => work() },
  };
  const codes: number[] = [];
  const command = createSandboxCommand({ ctx, args: [], helpText: () => '', finish: (code) => codes.push(code) })
    .exitOverride()
    .configureOutput({ writeErr: () => undefined });
  return {
    cwd,
    stdout,
    /** the exit code, once the command has ended */
    run: (...args: string[]) => command.parseAsync(args, { from: 'user' }).then(() => codes),
    interrupt: () => stop.abort(),
  };
}

function recorder(): Output & { text: string; written: Promise<void> } {
  let said = () => {};
  const written = new Promise<void>((resolve) => {
    said = resolve;
  });
  return {
    text: '',
    written,
    isTTY: false,
    columns: 80,
    write(text) {
      this.text += text;
      said();
    },
  };
}

test('it prints what to type in another terminal, serves, and ends with 0 at Ctrl-C', async () => {
  const { run, stdout, interrupt } = useCommand();
  const ended = run();
  await stdout.written;
  const url = /ORKEYS_BASE_URL=(\S+)/.exec(stdout.text)?.[1] ?? '';
  expect(stdout.text.replaceAll(url, 'URL')).toMatchInlineSnapshot(`
    "# bash, zsh
    export ORKEYS_BASE_URL=URL
    export OPENROUTER_MANAGEMENT_KEY=sk-or-v1-sandbox-management
    # PowerShell
    $env:ORKEYS_BASE_URL = "URL"
    $env:OPENROUTER_MANAGEMENT_KEY = "sk-or-v1-sandbox-management"
    # cmd
    set "ORKEYS_BASE_URL=URL"
    set "OPENROUTER_MANAGEMENT_KEY=sk-or-v1-sandbox-management"
    "
  `);
  expect((await fetch(`${url}/key`, { headers: MANAGEMENT })).status).toBe(200);
  interrupt();
  expect(await ended).toEqual([0]);
  await expect(fetch(`${url}/key`)).rejects.toThrow();
});

test('--json prints one line of JSON; --state keeps keys from one run to the next; --rate-limit limits', async () => {
  const { run, stdout, interrupt, cwd } = useCommand();
  const ended = run('--json', '--state', 'state.jsonl', '--rate-limit', '1', '--latency', '1');
  await stdout.written;
  const said = JSON.parse(stdout.text);
  expect(said).toEqual({
    version: 1,
    command: 'sandbox',
    base_url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/api\/v1$/),
    management_key: 'sk-or-v1-sandbox-management',
  });
  const made = await fetch(`${said.base_url}/keys`, { method: 'POST', headers: MANAGEMENT, body: '{"name":"Anda"}' });
  expect(made.status).toBe(201);
  expect((await fetch(`${said.base_url}/keys`, { headers: MANAGEMENT })).status).toBe(429);
  interrupt();
  await ended;

  const next = useCommand();
  const nextEnded = next.run('--json', '--state', join(cwd, 'state.jsonl'));
  await next.stdout.written;
  const listed = await fetch(`${JSON.parse(next.stdout.text).base_url}/keys`, { headers: MANAGEMENT });
  expect(await listed.json()).toMatchObject({ data: [{ name: 'Anda' }] });
  next.interrupt();
  await nextEnded;
});

test('a port in use ends it with exit 2 and what to do', async () => {
  const { port } = await useSandbox();
  await expect(useCommand().run('--port', String(port))).rejects.toMatchObject({
    code: 'port_in_use',
    exitCode: 2,
    message: `Port ${port} is in use.`,
    hint: 'Choose another port with --port, or omit --port to use any free one.',
  });
});

test('a file that is something else ends it with exit 2, a missing folder with exit 6', async () => {
  const { run, cwd } = useCommand();
  writeFileSync(join(cwd, 'roster.csv'), 'Name,E-mail\n');
  await expect(run('--state', 'roster.csv')).rejects.toMatchObject({ code: 'state_file_unusable', exitCode: 2 });
  await expect(useCommand().run('--state', 'missing/state.jsonl')).rejects.toMatchObject({
    code: 'state_file_not_writable',
    exitCode: 6,
  });
});

test.each([
  ['--port', '65536'],
  ['--port', 'x'],
  ['--latency', '-1'],
  ['--rate-limit', '0'],
])('%s %s is refused before anything starts', async (flag, value) => {
  await expect(useCommand().run(flag, value)).rejects.toMatchObject({ code: 'bad_flag' });
});
