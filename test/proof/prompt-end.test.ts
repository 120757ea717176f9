import { type ChildProcess, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { temporaryFolder } from '../support/cli.ts';
import { BIN } from '../support/program.ts';

// A process that has said its last word ends: no request is repeated on a client that is closed, no socket, timer or thread is left.

/** Every command that speaks to OpenRouter. */
const COMMANDS: Record<string, readonly string[]> = {
  list: ['list'],
  show: ['show', 'Anda'],
  whoami: ['whoami'],
  verify: ['verify', '--prefix', 'W', '--workspace', 'default'],
  update: ['update', '--prefix', 'W', '--limit', '2', '--yes'],
  rotate: ['rotate', '--prefix', 'W', '--yes'],
  revoke: ['revoke', '--prefix', 'W', '--yes'],
  provision: ['provision', 'W.csv', '--yes'],
  sync: ['sync', 'W.csv', '--yes'],
  create: ['create', 'Test', '--yes'],
  doctor: ['doctor'],
};

const error = (status: number) => JSON.stringify({ error: { code: status, message: 'no' } });
const REFUSALS: Record<string, (response: ServerResponse) => void> = {
  '401': (response) => response.writeHead(401).end(error(401)),
  '403': (response) => response.writeHead(403).end(error(403)),
  '307': (response) => response.writeHead(307, { location: 'https://example.org/' }).end(),
  '400': (response) => response.writeHead(400).end(error(400)),
  '404': (response) => response.writeHead(404).end(error(404)),
  'a web page': (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><p>Log in'),
};

/** Longest time between the last word and the end. A request that is repeated would take five times as long. */
const SOON_MS = 2_000;

type Answering = (path: string, response: ServerResponse) => void;

/** A server that keeps account of when requests came. */
async function useService(answering: Answering) {
  const arrivals: number[] = [];
  const server = createServer((request, response) => {
    arrivals.push(performance.now());
    request.resume();
    answering((request.url ?? '').replace(/^\/api\/v1/, '').replace(/\?.*/, ''), response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { arrivals, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v1` };
}

async function runToItsEnd(args: readonly string[], url: string) {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, 'W.csv'), 'E-mail,Name,Surname\nanda@example.org,Anda,Ozola\n');
  const child: ChildProcess = spawn(process.execPath, [BIN, ...args], {
    cwd,
    env: {
      PATH: process.env.PATH,
      HOME: cwd,
      ORKEYS_BASE_URL: url,
      OPENROUTER_MANAGEMENT_KEY: 'sk-or-v1-test-management-key-0123456789',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let lastWordAt = 0;
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', () => {
      lastWordAt = performance.now();
    });
  }
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, lastWordAt, lingeredMs: performance.now() - lastWordAt };
}

describe.each(Object.keys(REFUSALS))('after the refusal %s', (refusal) => {
  test.each(Object.entries(COMMANDS))('%s ends soon after its last word, and asks nothing more', async (_, args) => {
    const { url, arrivals } = await useService((_path, response) => REFUSALS[refusal]?.(response));
    const { lastWordAt, lingeredMs } = await runToItsEnd(args, url);
    expect(arrivals.filter((at) => at > lastWordAt)).toEqual([]);
    expect(lingeredMs).toBeLessThan(SOON_MS);
  });
});

describe.each(Object.keys(REFUSALS))('when one request of a pair gets %s and the other no answer', (refusal) => {
  const key = JSON.stringify({ data: { is_management_key: true, limit: null } });
  const answering: Answering = (path, response) => {
    if (path === '/key') response.writeHead(200).end(key);
    // The keys are never answered; the workspaces are asked for at the same time.
    else if (path !== '/keys') REFUSALS[refusal]?.(response);
  };

  test.each(['list', 'show', 'update', 'rotate', 'revoke'].map((name) => [name, COMMANDS[name] ?? []] as const))(
    '%s ends soon after its last word, and asks nothing more',
    async (_, args) => {
      const { url, arrivals } = await useService(answering);
      const { code, lastWordAt, lingeredMs } = await runToItsEnd(args, url);
      expect(code).not.toBe(0);
      expect(arrivals.filter((at) => at > lastWordAt)).toEqual([]);
      expect(lingeredMs).toBeLessThan(SOON_MS);
    },
  );
});
