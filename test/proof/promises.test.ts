import { execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import ExcelJS from 'exceljs';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { run as runMain } from '../../src/main.ts';
import { type BuiltProgram, buildProgram, startBuilt } from '../support/built-program.ts';
import { createTestContext } from '../support/context.ts';
import { refused, resetAfterCommit } from '../support/faults.ts';
import { LONG } from './support/form.ts';
import {
  checkEverybodyHasOne,
  checkFolder,
  checkPosts,
  openWorld,
  type WorkshopWorld,
  type WorldOptions,
} from './support/workshop-world.ts';

async function useWorld(options: WorldOptions = {}): Promise<WorkshopWorld> {
  const world = await openWorld(options);
  onTestFinished(() => world.close());
  return world;
}

let program: BuiltProgram;
beforeAll(() => {
  program = buildProgram();
});
afterAll(() => program.remove());

const posts = ({ server }: WorkshopWorld) => server.requests.filter(({ method }) => method === 'POST').length;
const changes = ({ server }: WorkshopWorld) => server.requests.filter(({ method }) => method !== 'GET').length;

function contents(folder: string): Record<string, string> {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  return Object.fromEntries(
    names.flatMap((name) => {
      const path = join(folder, name);
      return statSync(path).isFile() ? [[name, readFileSync(path).toString('base64')]] : [[name, 'folder']];
    }),
  );
}

/** Bytes and modification times of all files, the folders' times too. */
function untouched(folder: string): Record<string, string> {
  const times = ['', ...readdirSync(folder, { recursive: true, encoding: 'utf8' })].map((name): [string, string] => {
    const { mtimeNs } = statSync(join(folder, name), { bigint: true });
    return [`time of ${name}`, String(mtimeNs)];
  });
  return { ...contents(folder), ...Object.fromEntries(times) };
}

describe('P2: a secret is on disk before anything else can fail', () => {
  test('a console that throws right after', async () => {
    const world = await useWorld();
    const ctx = createTestContext({ cwd: world.cwd, home: world.home, env: world.env });
    let secretsSeen = 0;
    const stderr = {
      ...ctx.stderr,
      write: (text: string) => {
        secretsSeen = world.server.mintedSecrets().length;
        if (secretsSeen > 0) throw new Error('the console is gone');
        ctx.stderr.write(text);
      },
    };
    await expect(runMain([...world.provision, '--concurrency', '1'], { ...ctx, stderr })).rejects.toThrow('console');
    expect(secretsSeen).toBeGreaterThan(0);
    const journal = readFileSync(join(world.folder, 'journal.jsonl'), 'utf8');
    for (const secret of world.server.mintedSecrets()) expect(journal).toContain(`"${secret}"`);
    expect((await world.run(world.provision)).code).toBe(0);
    await checkEverybodyHasOne(world);
  });
});

describe('P4: an unchanged roster again changes nothing', () => {
  test('no POST, PATCH or DELETE, every file byte-identical, exit 0', async () => {
    const world = await useWorld();
    world.server.setRules(({ route, nth }) => (route === 'POST /keys' && nth === 2 ? resetAfterCommit : undefined));
    expect((await world.run(world.provision)).code).toBe(0);
    const [files, sent] = [contents(world.cwd), changes(world)];
    for (let again = 0; again < 2; again += 1) {
      expect((await world.run(world.provision)).code).toBe(0);
      expect(contents(world.cwd)).toEqual(files);
    }
    expect(changes(world)).toBe(sent);
  });
});

describe('P5: keys that this tool did not create are never changed', () => {
  test('500 foreign keys with colliding names, copies of our own names among them', async () => {
    const world = await useWorld();
    const { account } = world.server;
    const foreign = () => account.toJSON().keys.filter(({ hash }) => hashes.has(hash));
    const hashes = new Set<string>();
    const add = (name: string) => hashes.add(account.createKey({ name }).data.hash);
    for (let n = 0; n < 240; n += 1) {
      add(`W_Somebody${n}_Liepa`);
      add(`W_Somebody${n}_Liepa_${'abcdefgh'.slice(n % 7)}aaaaaaa`.slice(0, 60));
    }
    expect((await world.run(world.provision)).code).toBe(0);
    for (const { name } of world.server.liveKeys().filter(({ secret }) => secret !== undefined)) {
      for (const copy of [name, name, `${name}_`, name.toUpperCase(), `X_${name}`]) add(copy);
    }
    for (const { name } of world.server.liveKeys().slice(0, 5)) add(name);
    expect(hashes.size).toBe(500);
    const before = structuredClone(foreign());
    world.server.setRules(({ route, nth }) => (route === 'GET /keys' && nth < 2 ? {} : undefined));
    expect((await world.run(world.provision)).code).toBe(0);
    writeFileSync(
      join(world.cwd, 'roster.csv'),
      'E-mail,Name,Surname\np0@example.org,Anda,Liepa\nnew@example.org,New,Kalns\n',
    );
    world.server.setRules(({ route }) => (route === 'POST /keys' ? resetAfterCommit : undefined));
    await world.run(world.provision);
    world.server.setRules(() => undefined);
    expect((await world.run(world.provision)).code).toBe(0);
    expect(foreign()).toEqual(before);
    expect((await world.run(['doctor', '--rate', 'off'])).code).toBeLessThan(4);
    expect(foreign()).toEqual(before);
  });
});

describe('P6: nothing is created when it could not be saved', () => {
  const obstacles: [string, (world: WorkshopWorld) => void][] = [
    ['a file where the output folder should be', ({ cwd }) => writeFileSync(join(cwd, 'output'), '')],
    [
      'a folder where the journal should be',
      ({ folder }) => mkdirSync(join(folder, 'journal.jsonl'), { recursive: true }),
    ],
    ['a folder where keys.json should be', ({ folder }) => mkdirSync(join(folder, 'keys.json'), { recursive: true })],
    ['a folder where keys.xlsx should be', ({ folder }) => mkdirSync(join(folder, 'keys.xlsx'), { recursive: true })],
    ...['journal.jsonl', 'keys.json', 'keys.xlsx'].map((name): [string, (world: WorkshopWorld) => void] => [
      `a link where ${name} should be`,
      ({ folder, root }) => {
        mkdirSync(folder, { recursive: true });
        symlinkSync(join(root, 'elsewhere'), join(folder, name));
      },
    ]),
  ];
  test.each(obstacles)('%s: exit 6 and no POST', async (_, put) => {
    const world = await useWorld();
    put(world);
    const { code, stderr } = await world.run(world.provision);
    expect(code).toBe(6);
    expect(stderr).toMatch(/^Error: .*\.\n(?:.|\n)*Hint: /);
    expect(posts(world)).toBe(0);
    expect(existsSync(join(world.root, 'elsewhere'))).toBe(false);
  });
});

describe('P9: two runs at once', () => {
  test('of several processes one works, the others stop with exit 7 and say who holds it', async () => {
    const world = await useWorld({ people: 6 });
    let letGo = () => {};
    const held = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    world.server.setRules(({ route }) => (route === 'POST /keys' ? { wait: () => held } : undefined));
    const first = startBuilt(program, world.provision, world);
    await expect.poll(() => posts(world), { timeout: 20_000 }).toBeGreaterThan(0);
    const others = [1, 2].map(() => startBuilt(program, world.provision, world));
    for (const { ended, stderr } of others) {
      expect((await ended).code).toBe(7);
      expect(stderr()).toMatch(new RegExp(`pid ${first.child.pid}, provision\\) has been using .* since 20`));
    }
    letGo();
    expect((await first.ended).code).toBe(0);
    await checkEverybodyHasOne(world);
    checkFolder(world);
  });

  test('the lock of a killed run, and one whose process id was given to another program, do not stand in the way', async () => {
    const world = await useWorld();
    const bystander = spawn('sleep', ['60']);
    onTestFinished(() => void bystander.kill());
    expect((await world.run(world.provision)).code).toBe(0);
    const killed = startBuilt(program, [...world.provision, '--prefix', 'W'], world);
    killed.child.kill('SIGKILL');
    await killed.ended;
    const note = {
      pid: bystander.pid,
      command: 'provision',
      started_at: '2020-01-01T00:00:00.000Z',
      host: createTestContext({ cwd: world.cwd }).hostname,
      machine: '',
      boot: '',
      pid_space: '',
      process_start: '1',
    };
    writeFileSync(join(world.folder, `.lock.${bystander.pid}.0123456789abcdef`), `${JSON.stringify(note)}\n`);
    expect((await world.run(world.provision)).code).toBe(0);
    checkFolder(world);
  });
});

describe('P13: result files are 0600 in a 0700 folder', () => {
  test.skipIf(process.platform === 'win32')('with umask 000, and over files that everybody could read', async () => {
    const world = await useWorld();
    const umask = ['sh', '-c', 'umask 000; exec "$@"', 'sh'];
    const [code] = [(await startBuilt(program, world.provision, { ...world, under: umask }).ended).code];
    expect(code).toBe(0);
    const modes = () =>
      Object.fromEntries(
        readdirSync(world.folder).map((name) => [name, statSync(join(world.folder, name)).mode & 0o777]),
      );
    expect(statSync(world.folder).mode & 0o777).toBe(0o700);
    for (const name of ['journal.jsonl', 'keys.json', 'keys.xlsx']) expect(modes()[name]).toBe(0o600);
    for (const name of ['keys.json', 'keys.xlsx']) chmodSync(join(world.folder, name), 0o666);
    chmodSync(join(world.folder, 'journal.jsonl'), 0o644);
    expect((await world.run(world.provision)).code).toBe(0);
    for (const name of ['journal.jsonl', 'keys.json', 'keys.xlsx']) expect(modes()[name]).toBe(0o600);
  });
});

describe('P14: secrets are not written where git would track them', () => {
  const git = (cwd: string, ...args: string[]) => execFileSync('git', args, { cwd, stdio: 'ignore' });
  test.each([
    [
      'a result file is tracked already',
      ({ cwd, folder }: WorkshopWorld) => {
        mkdirSync(folder, { recursive: true });
        writeFileSync(join(folder, 'keys.json'), '{}');
        git(cwd, 'add', '-f', folder);
      },
    ],
  ])('%s: nothing is made', async (_, put) => {
    const world = await useWorld();
    git(world.cwd, 'init', '-q');
    put(world);
    const { code, stderr } = await world.run(world.provision, { PATH: process.env.PATH ?? '' });
    expect({ code, stderr }).toMatchObject({ code: 6, stderr: expect.stringContaining('git') });
    expect(posts(world)).toBe(0);
  });

  test('in any repository the folder ignores itself', async () => {
    const world = await useWorld();
    git(world.cwd, 'init', '-q');
    expect((await world.run(world.provision, { PATH: process.env.PATH ?? '' })).code).toBe(0);
    const seen = execFileSync('git', ['status', '--porcelain', '-uall'], { cwd: world.cwd, encoding: 'utf8' });
    expect(seen).toBe('?? roster.csv\n');
  });
});

describe('P17: a partial failure shows', () => {
  test('one of three is refused: exit 3, failures[], a file with the failed row', async () => {
    const world = await useWorld();
    world.server.setRules(({ name }) => (name?.includes('Ilze') ? refused(400, 'No such name') : undefined));
    const { code, stdout } = await world.run(world.provision);
    expect(code).toBe(3);
    expect(stdout).toContain('1 refused');
    const { failures, keys } = JSON.parse(readFileSync(join(world.folder, 'keys.json'), 'utf8'));
    expect(keys).toHaveLength(2);
    expect(failures).toEqual([
      expect.objectContaining({ participant: expect.objectContaining({ row: 4, name: 'Ilze' }) }),
    ]);
    const book = new ExcelJS.Workbook();
    await book.xlsx.readFile(join(world.folder, 'problems.xlsx'));
    const rows = (book.worksheets[0]?.getSheetValues() ?? []).flatMap((row) => (row ? [JSON.stringify(row)] : []));
    expect(rows).toHaveLength(2);
    expect(rows[1]).toMatch(/Ilze.*Row 4: .*No such name/);
  });
});

describe('P18: the plan is the truth', () => {
  test('--dry-run writes nothing, and what it shows is what a run then does', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.integer({ min: 0, max: 7 }), { minLength: 1 }),
        fc.boolean(),
        async (rows, doubt) => {
          const world = await openWorld({ people: 4 });
          try {
            // The second answer is lost, and the list that could tell is out of reach: a doubt stays.
            if (doubt) {
              world.server.setRules(({ route, nth }) => {
                if (route === 'POST /keys' && nth === 2) return resetAfterCommit;
                return route === 'GET /keys' && posts(world) > 0
                  ? { commit: 'never', send: { how: 'reset' } }
                  : undefined;
              });
            }
            expect((await world.run([...world.provision, '--concurrency', '1'])).code).toBe(doubt ? 5 : 0);
            world.server.setRules(() => undefined);
            const people = rows.map((n) => `p${n}@example.org,Person${n},Liepa`);
            writeFileSync(join(world.cwd, 'roster.csv'), `E-mail,Name,Surname\n${people.join('\n')}\n`);
            const [files, sent] = [untouched(world.root), changes(world)];
            const plan = JSON.parse((await world.run([...world.provision, '--dry-run', '--json'])).stdout);
            expect(untouched(world.root)).toEqual(files);
            expect(changes(world)).toBe(sent);
            const before = new Map(world.server.liveKeys().map(({ hash, name }) => [hash, name]));
            expect((await world.run(world.provision)).code).toBe(0);
            const after = new Map(world.server.liveKeys().map(({ hash, name }) => [hash, name]));
            const made = [...after].filter(([hash]) => !before.has(hash)).map(([, name]) => `${name.slice(0, -8)}…`);
            const gone = [...before.keys()].filter((hash) => !after.has(hash));
            const planned = plan.keys.filter(({ result }: { result: string }) => result === 'planned');
            expect(made.sort()).toEqual(planned.map(({ name }: { name: string }) => name).sort());
            expect(gone).toEqual(plan.changes.map(({ hash }: { hash: string }) => hash));
            expect(gone).toHaveLength(doubt ? 1 : 0);
          } finally {
            await world.close();
          }
        },
      ),
      { numRuns: LONG ? 100 : 6 },
    );
  });
});

describe('P18: the plan of every command that changes keys is the truth', () => {
  const workshop = ['--prefix', 'W', '--rate', 'off'];
  test.each([
    ['sync', 'roster.csv', ...workshop, '--limit', '3', '--revoke-missing'],
    ['update', ...workshop, '--add-limit', '1'],
    ['rotate', ...workshop],
    ['rotate', ...workshop, '--grace'],
    ['revoke', ...workshop],
    ['revoke', ...workshop, '--disable'],
  ])('%s %s %s %s %s %s %s', async (...args) => {
    const world = await useWorld();
    await world.run(world.provision);
    world.writeRoster([0, 2, 3]);
    const [first] = world.server.livingByPerson('W').get('Anda_Liepa') ?? [];
    world.server.account.updateKey(first?.hash ?? '', { limit: 3 });
    const [files, sent, keys] = [untouched(world.root), changes(world), structuredClone(world.server.liveKeys())];
    const typed = args.filter((arg) => arg !== undefined);
    const plan = JSON.parse((await world.run([...typed, '--dry-run', '--json'])).stdout);
    expect(untouched(world.root)).toEqual(files);
    expect(changes(world)).toBe(sent);
    expect(world.server.liveKeys()).toEqual(keys);
    const { code, stdout } = await world.run([...typed, '--yes', '--json']);
    expect(code).toBe(0);
    expect(factsOf(JSON.parse(stdout))).toEqual(factsOf(plan));
    expect(factsOf(plan).length).toBeGreaterThan(1);
    // And what was told is what the account shows.
    const [before, after] = [keys, world.server.liveKeys()].map((some) => new Map(some.map((key) => [key.hash, key])));
    const gone = [...(before?.keys() ?? [])].filter((hash) => !after?.has(hash));
    const changed = [...(before?.values() ?? [])].filter(
      ({ hash, limit, disabled }) =>
        after?.has(hash) &&
        JSON.stringify([after.get(hash)?.limit, after.get(hash)?.disabled]) !== JSON.stringify([limit, disabled]),
    );
    const made = [...(after?.values() ?? [])].filter(({ hash }) => !before?.has(hash));
    const told = factsOf(plan)
      .filter(({ hash }) => hash !== null)
      .map(({ hash }) => hash);
    expect([...gone, ...changed.map(({ hash }) => hash)].sort()).toEqual(told.sort());
    expect(made).toHaveLength(factsOf(plan).filter(({ change }) => change === 'rotate' || change === 'create').length);
  });

  interface Fact {
    hash: string | null;
    change: string;
    new?: unknown;
  }

  /** What a plan or a report says of each key, but for what only a run can know: the name, hash and secret of a new key. */
  function factsOf(told: { keys?: { result: string }[]; changes: (Fact & { new: Record<string, unknown> | null })[] }) {
    const made = (told.keys ?? []).filter(({ result }) => result === 'planned' || result === 'created');
    const creates: Fact[] = made.map(() => ({ hash: null, change: 'create' }));
    const rows = told.changes.map(({ hash, change, new: to }): Fact => {
      const { name: _, hash: __, label: ___, created_at: ____, workspace_id: _____, ...rest } = to ?? {};
      return { hash, change, new: rest };
    });
    return [...creates, ...rows].sort((a, b) => `${a.change}${a.hash}`.localeCompare(`${b.change}${b.hash}`));
  }
});

describe('P18: a dry run leaves every file and folder as it is, its times too', () => {
  const workshop = ['--prefix', 'W', '--rate', 'off'];
  const commands = [
    ['provision', 'roster.csv', ...workshop],
    ['provision', 'roster.csv', '--prefix', 'NEW', '--rate', 'off'],
    ['sync', 'roster.csv', ...workshop, '--limit', '3', '--revoke-missing'],
    ['update', ...workshop, '--limit', '3'],
    ['rotate', ...workshop],
    ['revoke', ...workshop],
    ['create', 'Budget key', '--rate', 'off'],
    ['create', 'test', ...workshop],
  ];
  const ofFiles = [
    ['journal', 'repair', 'W'],
    ['journal', 'rebuild', 'W'],
  ];

  test.each([...commands, ...ofFiles])('%s %s %s', async (...args) => {
    const world = await useWorld();
    await world.run(world.provision);
    world.writeRoster([0, 2, 3]);
    if (args[0] === 'journal') loseLine(join(world.folder, 'journal.jsonl'), args[1] === 'repair');
    const [files, sent] = [untouched(world.root), changes(world)];
    const { code, stderr } = await world.run([...args.filter((arg) => arg !== undefined), '--dry-run']);
    expect(code, stderr).toBe(0);
    expect(untouched(world.root)).toEqual(files);
    expect(changes(world)).toBe(sent);
  });

  test.each(commands)('%s %s %s, with --sandbox, before and after there are keys', async (...args) => {
    const world = await useWorld();
    const dryRun = [...args.filter((arg) => arg !== undefined), '--sandbox', '--dry-run'];
    const fresh = untouched(world.root);
    await world.run(dryRun);
    expect(untouched(world.root)).toEqual(fresh);
    await world.run([...world.provision, '--sandbox']);
    const files = untouched(world.root);
    const { code, stderr } = await world.run(dryRun);
    expect(code, stderr).toBe(0);
    expect(untouched(world.root)).toEqual(files);
  });

  /** The line of the last secret: damaged, or gone. */
  function loseLine(journal: string, isDamaged: boolean): void {
    const lines = readFileSync(journal, 'utf8').split('\n');
    const at = lines.findLastIndex((line) => line.includes('"type":"created"'));
    lines.splice(at, 1, ...(isDamaged ? ['garbage'] : []));
    writeFileSync(journal, lines.join('\n'));
  }
});

describe('P19: removing a roster row revokes nobody', () => {
  test('a row is removed, then all of them', async () => {
    const world = await useWorld();
    await world.run(world.provision);
    const before = world.server.liveKeys();
    const keys = readFileSync(join(world.folder, 'keys.json'), 'utf8').match(/"key": "/g)?.length;
    writeFileSync(join(world.cwd, 'roster.csv'), 'E-mail,Name,Surname\np0@example.org,Anda,Liepa\n');
    expect((await world.run(world.provision)).code).toBe(0);
    expect(readFileSync(join(world.folder, 'keys.json'), 'utf8').match(/"key": "/g)?.length).toBe(keys);
    writeFileSync(join(world.cwd, 'roster.csv'), 'E-mail,Name,Surname\n');
    expect((await world.run(world.provision)).code).toBe(2);
    expect(world.server.liveKeys()).toEqual(before);
    checkPosts(world);
  });
});
