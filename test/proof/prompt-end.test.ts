import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { MANAGEMENT_KEY } from '../../src/sandbox/account.ts';
import { startSandbox } from '../../src/sandbox/server.ts';
import { orkeys, temporaryFolder } from '../support/cli.ts';
import { BIN, type JobEnded, runInOneProcess } from '../support/program.ts';
import { newAccount } from '../support/sandbox.ts';

// A process that has said its last word ends: no request is repeated on a client that is closed, no socket, timer or thread is left.

/** Every command that speaks to OpenRouter without asking a person for something first. */
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
  import: ['import', 'keys.json', '--prefix', 'W', '--yes'],
  usage: ['usage', 'W'],
  watch: ['watch', 'W', '--once'],
  'tiers show': ['tiers', 'show', '--prefix', 'W'],
  'tiers apply': ['tiers', 'apply', '--prefix', 'W', '--tiers', 'tiers.json', '--yes'],
  'budget show': ['budget', 'show', '--workspace', 'default'],
  'budget set': ['budget', 'set', '--workspace', 'default', '--monthly', '5', '--yes'],
  purge: ['purge', 'W', '--yes'],
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
async function startService(answering: Answering) {
  const arrivals: number[] = [];
  const server = createServer((request, response) => {
    arrivals.push(performance.now());
    request.resume();
    answering((request.url ?? '').replace(/^\/api\/v1/, '').replace(/\?.*/, ''), response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { arrivals, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v1`, close };
}

function environmentOf(home: string, url: string): Record<string, string> {
  return {
    PATH: process.env.PATH ?? '',
    HOME: home,
    ORKEYS_BASE_URL: url,
    OPENROUTER_MANAGEMENT_KEY: 'sk-or-v1-test-management-key-0123456789',
  };
}

/** A workshop with one key, of which copies are made for other servers. */
interface Template {
  folder: string;
  url: string;
}

async function makeTemplate(folder: string): Promise<Template> {
  const sandbox = await startSandbox({ account: newAccount() });
  try {
    const { url } = sandbox;
    writeFileSync(join(folder, 'W.csv'), 'E-mail,Name,Surname\nanda@example.org,Anda,Ozola\n');
    writeFileSync(
      join(folder, 'keys.json'),
      JSON.stringify([{ email: 'bo@example.org', api_key: 'sk-or-v1-test-bo' }]),
    );
    writeFileSync(join(folder, 'tiers.json'), JSON.stringify(TIERS));
    const env = { ORKEYS_BASE_URL: url, OPENROUTER_MANAGEMENT_KEY: MANAGEMENT_KEY };
    const made = await orkeys(['provision', 'W.csv', '--yes'], { cwd: folder, env });
    if (made.code !== 0) throw new Error(made.stderr);
    return { folder, url };
  } finally {
    await sandbox.close();
  }
}

const TIERS = { version: 1, default: 'free', tiers: { free: { models: ['openai/gpt-6-luna'] } } };

function copyOf({ folder, url }: Template, parent: string, service: string): string {
  const cwd = mkdtempSync(join(parent, 'work-'));
  cpSync(folder, cwd, { recursive: true });
  const journal = join(cwd, 'output', 'W', 'journal.jsonl');
  writeFileSync(journal, readFileSync(journal, 'utf8').replaceAll(url, service));
  return cwd;
}

let template: Template;
beforeAll(async () => {
  template = await makeTemplate(mkdtempSync(join(tmpdir(), 'orkeys-template-')));
  return () => rmSync(template.folder, { recursive: true, force: true });
}, 120_000);

interface Case {
  what: string;
  command: string;
  answering: Answering;
}

const refused = Object.entries(REFUSALS).flatMap(([refusal, answer]) =>
  Object.keys(COMMANDS).map((command): Case => ({ what: refusal, command, answering: (_path, to) => answer(to) })),
);

const KEY = JSON.stringify({ data: { is_management_key: true, limit: null } });
const halfRefused = Object.entries(REFUSALS).flatMap(([refusal, answer]) =>
  ['list', 'show', 'usage', 'watch', 'update', 'rotate', 'revoke'].map(
    (command): Case => ({
      what: `${refusal}, while the other request of a pair gets no answer`,
      command,
      answering: (path, response) => {
        if (path === '/key') response.writeHead(200).end(KEY);
        // The keys are never answered; the workspaces are asked for at the same time.
        else if (path !== '/keys') answer(response);
      },
    }),
  ),
);

describe('one process for all, which nothing keeps from ending', () => {
  const cases = [...refused, ...halfRefused];
  const ended = new Map<Case, JobEnded>();

  beforeAll(async () => {
    const folder = mkdtempSync(join(tmpdir(), 'orkeys-prompt-end-'));
    const services = await Promise.all(cases.map(({ answering }) => startService(answering)));
    try {
      const jobs = cases.map(({ command }, at) => ({
        args: COMMANDS[command] ?? [],
        cwd: copyOf(template, folder, services[at]?.url ?? ''),
        env: { ORKEYS_BASE_URL: services[at]?.url ?? '' },
      }));
      const all = await runInOneProcess(jobs, folder, environmentOf(folder, ''));
      for (const [at, each] of cases.entries()) {
        const result = all[at];
        if (!result) throw new Error(`${each.command} did not run`);
        ended.set(each, result);
      }
    } finally {
      for (const { close } of services) close();
      rmSync(folder, { recursive: true, force: true });
    }
  }, 300_000);

  test.each(cases)('$command, refused with $what, is over with its last word, and asks nothing more', (each) => {
    const { code, asked, askedLate, lingeredMs, kept } = ended.get(each) ?? {};
    expect(asked).toBeGreaterThan(0);
    expect({ askedLate, kept }).toEqual({ askedLate: 0, kept: [] });
    expect(lingeredMs).toBeLessThan(SOON_MS);
    if (halfRefused.includes(each)) expect(code).not.toBe(0);
  });
});

describe('a process of its own', () => {
  const some = [...refused, ...halfRefused].filter(({ what }) => what.startsWith('401'));

  test.each(some)('$command, refused with $what, ends soon after its last word', async ({ command, answering }) => {
    const { url, arrivals, close } = await startService(answering);
    onTestFinished(close);
    const { lastWordAt, lingeredMs } = await runToItsEnd(COMMANDS[command] ?? [], url);
    expect(arrivals.filter((at) => at > lastWordAt)).toEqual([]);
    expect(lingeredMs).toBeLessThan(SOON_MS);
  });
});

async function runToItsEnd(args: readonly string[], url: string) {
  const folder = temporaryFolder();
  const cwd = copyOf(template, folder, url);
  const child: ChildProcess = spawn(process.execPath, [BIN, ...args], {
    cwd,
    env: environmentOf(folder, url),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let lastWordAt = 0;
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', () => {
      lastWordAt = performance.now();
    });
  }
  await new Promise((resolve) => child.on('close', resolve));
  return { lastWordAt, lingeredMs: performance.now() - lastWordAt };
}
