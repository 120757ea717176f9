import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ExcelJS from 'exceljs';
import { expect } from 'vitest';
import { decodeJournal } from '../../../src/journal/codec.ts';
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
  /** Nothing is known here any more of what was provisioned; the account has it yet. */
  startAnew(): Promise<void>;
  /** the roster has these people now, by number; 3 and more are new */
  writeRoster(people: readonly number[]): void;
  /** the roster has these groups now, each with its members by number; keys are looked for under their names */
  writeGroups(groups: Readonly<Record<string, readonly number[]>>): void;
  /** a run wrote down rows that could not be served */
  hadProblems(): boolean;
  /** where the journal is not a file of the folder */
  logs?: LogsElsewhere;
  /** all that was printed; closing looks for secrets in it */
  seen: Record<string, string>;
  /** Throws when a secret shows on a screen or in a file that is not meant to hold any. */
  close(): Promise<void>;
}

/** Logs that are not files of the folder. */
export interface LogsElsewhere {
  /** all lines of the journal, as this world sees them */
  readJournal(world: WorkshopWorld): Promise<string>;
  /** Keeps what they are at this moment. What it returns puts that in the place of all that came since. */
  keep(): Promise<() => Promise<void>>;
}

export interface WorldOptions extends FaultyOptions {
  people?: number;
  /** Awaited where a command reaches logs that are elsewhere: before each statement is sent, and before its answer is seen. */
  onStatement?(phase: 'before' | 'after'): unknown;
}

export async function openWorld({ people = 3, ...options }: WorldOptions = {}): Promise<WorkshopWorld> {
  const root = mkdtempSync(join(tmpdir(), 'orkeys-proof-'));
  for (const folder of ['work', 'home']) mkdirSync(join(root, folder));
  const server = await startFaultyServer(options);
  const world = worldIn(root, server);
  world.writeRoster(Array.from({ length: people }, (_, index) => index));
  server.account.createKey({ name: 'Other_Anda_Liepa' });
  server.account.createKey({ name: 'Ww_Anda_Liepa_abcdefgh' });
  return world;
}

/** The world of a folder that has one, with the people of its roster. */
export function worldIn(root: string, server: FaultyServer, people: readonly string[] = []): WorkshopWorld {
  const cwd = join(root, 'work');
  const home = join(root, 'home');
  const names = [...people];
  const seen: Record<string, string> = {};
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
    people: names,
    startAnew: async () => rmSync(join(cwd, 'output'), { recursive: true }),
    writeRoster: (numbers) => {
      const nameOf = (index: number) => NAMES[index] ?? `Person${index}`;
      names.splice(0, names.length, ...numbers.map((n) => `${nameOf(n)}_Liepa`));
      const rows = numbers.map((n) => `p${n}@example.org,${nameOf(n)},Liepa`);
      writeFileSync(join(cwd, 'roster.csv'), `E-mail,Name,Surname\n${rows.join('\n')}\n`);
    },
    writeGroups: (groups) => {
      names.splice(0, names.length, ...Object.keys(groups).map((group) => group.replaceAll(' ', '_')));
      const rows = Object.entries(groups).flatMap(([group, numbers]) =>
        numbers.map((n) => `p${n}@example.org,${NAMES[n] ?? `Person${n}`},Liepa,${group}`),
      );
      writeFileSync(join(cwd, 'roster.csv'), `E-mail,Name,Surname,Group\n${rows.join('\n')}\n`);
    },
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

/** At any moment: everybody has a key that works and whose secret is on disk. */
export async function checkEverybodyWorks(world: WorkshopWorld): Promise<void> {
  const { journal } = await readResults(world);
  const living = world.server.livingByPerson(PREFIX);
  for (const person of world.people) {
    const working = living.get(person)?.filter(({ disabled, secret }) => !disabled && journal.includes(`"${secret}"`));
    expect(working?.length ?? 0, `working keys of ${person}`).toBeGreaterThan(0);
  }
}

/** Exactly one key a person works, its secret in every file; the ones before are gone, or disabled. */
export async function checkOneWorksEach(
  world: WorkshopWorld,
  fate: 'the old ones are deleted' | 'the old ones are disabled',
): Promise<void> {
  const { journal, json, sheet } = await readResults(world);
  const living = world.server.livingByPerson(PREFIX);
  expect([...living.keys()].sort()).toEqual([...world.people].sort());
  for (const [person, keys] of living) {
    const working = keys.filter(({ disabled }) => !disabled);
    expect(working.length, `working keys of ${person}`).toBe(1);
    for (const { secret } of working) {
      expect(journal).toContain(`"${secret}"`);
      expect(json).toContain(`"${secret}"`);
      expect(sheet).toContain(secret);
    }
    if (fate === 'the old ones are deleted') expect(keys).toHaveLength(1);
    else expect(keys.length).toBeGreaterThan(1);
  }
  checkOthers(world);
  checkPosts(world);
}

/** Everybody has exactly one key, of this limit; the files say so too. */
export async function checkLimits(world: WorkshopWorld, limit: number): Promise<void> {
  await checkEverybodyHasOne(world);
  const living = [...world.server.livingByPerson(PREFIX).values()].flat();
  expect(living.map((key) => key.limit)).toEqual(living.map(() => limit));
  const { json } = await readResults(world);
  const active = JSON.parse(json).keys.filter(({ status }: { status: string }) => status === 'active');
  expect(active.map((key: { limit: number }) => key.limit)).toEqual(living.map(() => limit));
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
export function checkFolder(
  { folder, logs }: WorkshopWorld,
  more: readonly string[] = [],
  results: readonly string[] = ['keys.json', 'keys.xlsx'],
): void {
  if (logs) return;
  const expected = ['.gitignore', 'journal.jsonl', ...results, ...more];
  // What is left of a half-announced lock says nothing, and goes with time.
  const found = readdirSync(folder).filter((name) => !/^\.lock(?:-[a-z]+)?\..*\.tmp$/.test(name));
  expect(found.sort()).toEqual(expected.sort());
  expect(decodeJournal(readFileSync(join(folder, 'journal.jsonl'))).damaged).toEqual([]);
}

export async function readResults(world: WorkshopWorld) {
  const { folder, logs } = world;
  const read = (name: string) => (existsSync(join(folder, name)) ? readFileSync(join(folder, name), 'utf8') : '');
  const texts: string[] = [];
  if (existsSync(join(folder, 'keys.xlsx'))) {
    const book = new ExcelJS.Workbook();
    await book.xlsx.readFile(join(folder, 'keys.xlsx'));
    book.eachSheet((sheet) => sheet.eachRow((row) => row.eachCell((cell) => texts.push(cell.text))));
  }
  return { journal: (await logs?.readJournal(world)) ?? read('journal.jsonl'), json: read('keys.json'), sheet: texts };
}
