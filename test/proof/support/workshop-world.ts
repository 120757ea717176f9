import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ExcelJS from 'exceljs';
import { expect } from 'vitest';
import { decodeJournal } from '../../../src/apply/journal-lines.ts';
import { findLeaks } from '../../support/canary.ts';
import { orkeys, type Screen } from '../../support/cli.ts';
import { type FaultyOptions, type FaultyServer, startFaultyServer } from '../../support/faulty-server.ts';

export const PREFIX = 'W';
const NAMES = ['Anda', 'Pēteris', 'Ilze', 'Jānis', 'Zane', 'Uldis', 'Māra', 'Kārlis'];

/** A workshop's roster, its folders, and a faulty service with somebody else's keys on it. */
export interface WorkshopWorld {
  root: string;
  cwd: string;
  home: string;
  /** where results are */
  folder: string;
  server: FaultyServer;
  people: string[];
  env: Record<string, string>;
  provision: string[];
  revoke: string[];
  /** one command in this process; waits pass at once */
  run(args: readonly string[], env?: Record<string, string>): Promise<Screen>;
  /** a run wrote down rows that could not be served */
  hadProblems(): boolean;
  /** all that was printed; closing looks for secrets in it */
  seen: Record<string, string>;
  /** Throws when a secret shows on a screen or in a file that is not meant to hold any. */
  close(): Promise<void>;
}

export interface WorldOptions extends FaultyOptions {
  people?: number;
}

export async function openWorld({ people = 3, ...options }: WorldOptions = {}): Promise<WorkshopWorld> {
  const root = mkdtempSync(join(tmpdir(), 'orkeys-proof-'));
  const cwd = join(root, 'work');
  const home = join(root, 'home');
  for (const folder of [cwd, home]) mkdirSync(folder);
  const names = Array.from({ length: people }, (_, index) => NAMES[index] ?? `Person${index}`);
  const rows = names.map((name, index) => `p${index}@example.org,${name},Liepa`);
  writeFileSync(join(cwd, 'roster.csv'), `E-mail,Name,Surname\n${rows.join('\n')}\n`);
  const server = await startFaultyServer(options);
  const seen: Record<string, string> = {};
  server.account.createKey({ name: 'Other_Anda_Liepa' });
  server.account.createKey({ name: 'Ww_Anda_Liepa_abcdefgh' });
  const env = {
    HOME: home,
    OPENROUTER_MANAGEMENT_KEY: server.managementKey,
    ORKEYS_BASE_URL: server.url,
    ORKEYS_SETTLE: '0',
  };
  return {
    root,
    cwd,
    home,
    folder: join(cwd, 'output', PREFIX),
    server,
    people: names.map((name) => `${name}_Liepa`),
    env,
    provision: ['provision', 'roster.csv', '--prefix', PREFIX, '--rate', 'off', '--yes'],
    revoke: ['revoke', '--prefix', PREFIX, '--rate', 'off', '--yes'],
    run: async (args, more = {}) => {
      const screen = await orkeys(args, { cwd, home, env: { ...env, ...more } });
      seen[`stdout of ${args.join(' ')}`] = screen.stdout;
      seen[`stderr of ${args.join(' ')}`] = screen.stderr;
      return screen;
    },
    seen,
    hadProblems: () => existsSync(join(cwd, 'output', PREFIX, 'problems.xlsx')),
    close: async () => {
      await server.close();
      const leaks = await findLeaks([...server.mintedSecrets(), server.managementKey], seen, root);
      rmSync(root, { recursive: true, force: true });
      if (leaks.length > 0) throw new Error(`Secrets show in ${leaks.join(', ')}`);
    },
  };
}

/** Exactly one live key a person, its secret in every file; nobody else's key touched; no tag posted twice. */
export async function checkEverybodyHasOne(world: WorkshopWorld): Promise<void> {
  const { server, people } = world;
  const living = server.livingByPerson(PREFIX);
  expect(Object.fromEntries([...living].map(([person, keys]) => [person, keys.length]))).toEqual(
    Object.fromEntries(people.map((person) => [person, 1])),
  );
  const secrets = [...living.values()].flat().map(({ secret }) => secret ?? 'never delivered');
  const files = await readResults(world);
  for (const secret of secrets) {
    expect(files.journal).toContain(`"${secret}"`);
    expect(files.json).toContain(`"${secret}"`);
    expect(files.sheet).toContain(secret);
  }
  checkOthers(world);
  checkPosts(world);
}

/** No key of the workshop lives; the journal knows what each had spent. */
export async function checkNobodyHasOne(world: WorkshopWorld): Promise<void> {
  expect([...world.server.livingByPerson(PREFIX).keys()]).toEqual([]);
  const { json } = await readResults(world);
  const statuses = JSON.parse(json).keys.map(({ status }: { status: string }) => status);
  expect(statuses.filter((status: string) => status === 'active')).toEqual([]);
  checkOthers(world);
}

/** Foreign keys are as they were. */
export function checkOthers({ server }: WorkshopWorld): void {
  const others = server.liveKeys().filter(({ name }) => !name.startsWith(`${PREFIX}_`));
  expect(others.map(({ name, disabled }) => ({ name, disabled }))).toEqual([
    { name: 'Other_Anda_Liepa', disabled: false },
    { name: 'Ww_Anda_Liepa_abcdefgh', disabled: false },
  ]);
}

/** One POST a tag; only those that the service turned away unprocessed, in its own words, may come again. */
export function checkPosts({ server }: WorkshopWorld): void {
  const counted = server.postsPerTag(({ status }) => status !== 429 && status !== 503);
  expect([...counted].filter(([, posts]) => posts > 1)).toEqual([]);
}

/** Nothing half-made is left, and the journal is whole. */
export function checkFolder({ folder }: WorkshopWorld, more: readonly string[] = []): void {
  const expected = ['.gitignore', 'journal.jsonl', 'keys.json', 'keys.xlsx', ...more];
  // What is left of a half-announced lock says nothing, and goes with time.
  const found = readdirSync(folder).filter((name) => !/^\.lock\..*\.tmp$/.test(name));
  expect(found.sort()).toEqual(expected.sort());
  expect(decodeJournal(readFileSync(join(folder, 'journal.jsonl'))).damaged).toEqual([]);
}

export async function readResults({ folder }: WorkshopWorld) {
  const read = (name: string) => (existsSync(join(folder, name)) ? readFileSync(join(folder, name), 'utf8') : '');
  const texts: string[] = [];
  if (existsSync(join(folder, 'keys.xlsx'))) {
    const book = new ExcelJS.Workbook();
    await book.xlsx.readFile(join(folder, 'keys.xlsx'));
    book.eachSheet((sheet) => sheet.eachRow((row) => row.eachCell((cell) => texts.push(cell.text))));
  }
  return { journal: read('journal.jsonl'), json: read('keys.json'), sheet: texts };
}
