import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { versions } from 'node:process';
import { expect, test } from 'vitest';
import { allNodes } from '../../src/commands/completion/command-tree.ts';
import { describeCommand } from '../../src/commands/completion/describe-command.ts';
import { run } from '../../src/main.ts';
import { createProgram } from '../../src/program.ts';
import { createTestContext } from '../support/context.ts';
import { JSON_SHAPES } from '../support/json-shapes.ts';
import { useProvisioned } from '../support/provisioned.ts';

type World = Awaited<ReturnType<typeof useProvisioned>>;

interface Section {
  shape: keyof typeof JSON_SHAPES;
  says: string;
  args: readonly string[];
  /** what is done first */
  before?(world: World): void;
  /** must have the same shape; its example is shown too where `show` */
  dryRun?: 'show' | 'check';
  /** what a run has and a dry run has not */
  yes?: true;
}

const ANDA = ['--email', 'anda.baklane@example.org'];

/** In this order, one after the other, on one account. */
const SECTIONS: readonly Section[] = [
  {
    shape: 'provision',
    args: ['provision', 'BOOK_participants.csv', '--limit', '2'],
    before: roster('Ilze,Kalna,', 'Jānis,Bērziņš,'),
    dryRun: 'show',
    yes: true,
    says: '`keys` has one row a participant, in the order of the roster, merged people once. `result`: `planned` (dry run only), `created`, `has_key`, `has_key_elsewhere` (the account or the roster has a key that is not known here), `refused`, `unresolved` (whether it was made is not known yet), `not_started`. Before a key is made its `name` ends in `…`, where the tag will be; a row whose `name` is null has no key, and its other fields say nothing. `changes` is what an earlier run left open and this one settles, in the form that `orkeys update` shows. `totals.limit` is the sum of the limits that are planned or created, `totals.unlimited` the number of keys without one.',
  },
  {
    shape: 'sync',
    args: ['sync', 'BOOK_participants.csv', '--revoke-missing'],
    before: roster('Ilze,Kalna,3'),
    dryRun: 'check',
    yes: true,
    says: 'All that `orkeys provision` prints; `changes` has also the keys whose limits change and, with `--revoke-missing`, those that are deleted. `missing` are people with keys who are not in the roster. `other_expiry` counts keys whose expiry is not what the roster says: it cannot be changed.',
  },
  {
    shape: 'list',
    args: ['list', ...ANDA],
    says: '`status`: `active`, `disabled`, `expired`. `complete` is false when the service gave no whole list.',
  },
  {
    shape: 'show',
    args: ['show', 'anda.baklane@example.org'],
    says: '`status` is `gone` when the account does not know the key any more. `saved_in` is the file with its secret, `prefix` the workshop whose journal knows it.',
  },
  {
    shape: 'verify',
    args: ['verify', ...ANDA],
    says: '`verdict`: `works`, `changed` (limit or expiry are not as planned), `limit_reached`, `disabled`, `expired`, `gone`, `refused` (why cannot be told without a management key), `too_new` (created less than 10 minutes ago and not accepted yet), `foreign` (it works, but the account has no such key; told only with a management key), `not_tested` (there was no answer, or the key was not made at this service, so its secret is not sent there). `planned` is what the journal says.',
  },
  {
    shape: 'update',
    args: ['update', ...ANDA, '--limit', '5'],
    dryRun: 'check',
    yes: true,
    says: '`changes` has one row a key. `change`: `update`, `rotate`, `delete`; and what settles an earlier run: `retire` (an old key whose new one is saved), `remove_orphan` (a key whose secret nobody has), and notes in the journal alone (`record_absent`, `record_gone`, `record_changed`, `locate`). `old` is the key before; `new` has the fields that become other. `result`: `planned` (dry run only), `done`, `gone` (already deleted: as good as done for a deletion; and for an update, not done: the key was deleted in the meantime), `refused`, `unresolved`, `not_started`; `reason` says why where it is not done. `unchanged` counts selected keys that stay as they are.',
  },
  {
    shape: 'rotate',
    args: ['rotate', ...ANDA],
    dryRun: 'check',
    yes: true,
    says: 'As `orkeys update`; `name`, `hash` and `old` are the old key, `new` is the one that takes its place.',
  },
  {
    shape: 'revoke',
    args: ['revoke', ...ANDA],
    dryRun: 'check',
    yes: true,
    says: 'As `orkeys update`; `new` is null for a key that is deleted, and `{"disabled": true}` with `--disable`.',
  },
  {
    shape: 'create',
    args: ['create', 'night_batch', '--limit', '20', '--limit-reset', 'monthly'],
    dryRun: 'check',
    says: '`result`: `planned` (dry run only), `created`, `refused`, `unresolved`, `not_started`.',
  },
  {
    shape: 'roster check',
    args: ['roster', 'check', 'SUMMER_participants.csv'],
    says: 'See [roster.md](roster.md) for the codes of problems and notices. `limit` and `expires` are there for participants whose row has them.',
  },
  {
    shape: 'whoami',
    args: ['whoami'],
    says: '`kind`: `management` or `regular`. `credits` (as the API tells them), `credit_left` and `workspace` are null for an ordinary key, which is not told them.',
  },
  {
    shape: 'doctor',
    args: ['doctor', '--prefix', 'SUMMER'],
    dryRun: 'check',
    says: 'A check has a stable `id` and a `verdict`: `ok`, `warning`, `problem`, `skipped`. `exit_code` is what the command ends with.',
  },
  {
    shape: 'export',
    args: ['export', 'SUMMER'],
    says: '`totals.count` is the number of keys.',
  },
  {
    shape: 'journal verify',
    args: ['journal', 'verify', 'SUMMER'],
    says: 'A journal that cannot be trusted is an error, whose `issues` are its damaged lines. `torn_bytes` is the length of a last line that a crash cut off, which is harmless.',
  },
  {
    shape: 'journal repair',
    args: ['journal', 'repair', 'SUMMER'],
    before: ({ folder }) => {
      const path = join(folder, 'journal.jsonl');
      writeFileSync(path, readFileSync(path, 'utf8').replace('"created"', '"creatid"'));
    },
    dryRun: 'check',
    says: '`lines_skipped` are numbers of lines; `tags_to_resolve` the keys that the next run looks for. `backup` is where the journal is as it was.',
  },
  {
    shape: 'journal rebuild',
    args: ['journal', 'rebuild', 'SUMMER'],
    before: ({ folder }) => rmSync(join(folder, 'journal.jsonl')),
    dryRun: 'check',
    says: '`keys_restored` counts the keys taken over from `keys.json`.',
  },
  {
    shape: 'sandbox',
    args: ['sandbox'],
    says: 'One line, as soon as it listens. The management key is the same for every sandbox, and works nowhere else.',
  },
  {
    shape: 'completion',
    args: ['completion', 'fish'],
    says: '`script` is what the command prints without `--json`.',
  },
  {
    shape: 'error',
    args: ['show', 'nobody@example.org'],
    says: 'Every error, on standard error; standard output is then empty or complete. `issues` has the single rows or candidates, where there are any. `code` is stable, `message` and `hint` are for people.',
  },
];

const INTRODUCTION = `# JSON

Every command prints one JSON document on standard output with \`--json\`. Its \`version\` grows when a field changes its
meaning or goes away; new fields may come at any time. \`command\` says which command printed it, \`sandbox\` that nothing in it is
real, \`dry_run\` that nothing was done. (\`roster check\` has neither: it knows no service.)

The same thing has the same name everywhere, and a key's fields have the names that the API gives them: \`name\`, \`hash\`, \`label\` (the
masked secret), \`limit\`, \`limit_reset\`, \`expires_at\` …. Secrets stand in \`keys.json\` only, as \`key\`. Money is USD, \`null\` as a limit
means unlimited; times are ISO 8601, as the API tells them. What is not known or does not apply is \`null\`, never left out; only a \`limit\` that the account does
not tell is missing.

| field | meaning |
| --- | --- |
| \`participant\` | whose key it is: the \`row\` of the roster that it was made from, names, addresses; null where no journal here knows it |
| \`keys\`, \`key\` | keys as they are |
| \`changes\` | what becomes other, a row each |
| \`result\`, \`reason\` | what became of it, and why not |
| \`totals\` | numbers and sums; \`count\` is how many there are |
| \`files\` | what was written; \`instead_of\` the usual path where another program held that file, \`failed\` why it could not be written |
| \`problems\`, \`notices\` | of the roster's rows, as \`roster check\` has them |
| \`notes\`, \`next\` | sentences for people |
| \`stopped\`, \`interrupted\` | the error that ended a run early, which also stands on standard error; whether Ctrl-C did |

\`list\`, \`show\` and \`verify\` take \`--fields a,b\`: then each key has these fields only, in that order, null where it lacks one.

The examples are what the commands really printed, one after the other on one account; a test holds them to their shapes
(\`npm run docs\` writes them anew).
`;

test('docs/json.md shows what the commands print, and all of it has the documented shape', async () => {
  const world = await useProvisioned('--limit', '2', '--expires', '7d');
  let text = INTRODUCTION;
  for (const { shape, args, says, before, dryRun, yes } of SECTIONS) {
    before?.(world);
    text += `\n## ${shape === 'error' ? 'Errors' : `\`orkeys ${shape}\``}\n\n${says}\n`;
    if (dryRun) {
      const planned = await printed(world, shape, [...args, '--dry-run']);
      expect(JSON.parse(planned)).toMatchObject({ dry_run: true });
      if (dryRun === 'show') text += `\nWith \`--dry-run\`:\n${example(world, planned)}\nAfter a run:\n`;
    }
    text += example(world, await printed(world, shape, yes ? [...args, '--yes'] : args));
  }
  await expect(text).toMatchFileSnapshot('../../docs/json.md');
});

test('every command that does something has --json and a documented shape', async () => {
  const ctx = createTestContext({ cwd: '/' });
  const nodes = allNodes(describeCommand(await createProgram({ ctx, args: [], finish: () => {} }, 'all')));
  const doing = nodes.filter(({ commands }) => commands.length === 0);
  const withJson = doing.filter(({ flags }) => flags.some(({ long }) => long === '--json'));
  expect(withJson).toEqual(doing);
  const documented = Object.keys(JSON_SHAPES).filter((shape) => shape !== 'error');
  expect(doing.map(({ path }) => path.replace('orkeys ', '')).sort()).toEqual(documented.sort());
  expect([...new Set(SECTIONS.map(({ shape }) => shape))].sort()).toEqual(Object.keys(JSON_SHAPES).sort());
});

test('a run that finds nothing to do is no dry run, and says it in the same shape', async () => {
  const world = await useProvisioned('--limit', '2');
  for (const [shape, ...flags] of [
    ['provision', 'SUMMER_participants.csv'],
    ['sync', 'SUMMER_participants.csv'],
    ['update', '--prefix', 'SUMMER', '--limit', '2'],
  ] as const) {
    const document = JSON.parse(await printed(world, shape, [shape, ...flags, '--yes']));
    expect(document).toMatchObject({ dry_run: false, changes: [] });
  }
});

async function printed(world: World, shape: Section['shape'], args: readonly string[]): Promise<string> {
  const { stdout, stderr } = shape === 'sandbox' ? await sandbox(world) : await world.command([...args, '--json']);
  const json = shape === 'error' ? stderr : stdout;
  if (json === '') throw new Error(`${args.join(' ')}: ${stderr}`);
  expect(JSON_SHAPES[shape].safeParse(JSON.parse(json)).error, args.join(' ')).toBeUndefined();
  for (const { key } of world.saved) expect(json).not.toContain(key);
  return json;
}

/** The sandbox serves until it is interrupted, which here it is at once. */
async function sandbox({ cwd }: World) {
  const ctx = createTestContext({ cwd });
  ctx.interrupt();
  await run(['sandbox', '--json'], ctx);
  return { stdout: ctx.stdout.text(), stderr: ctx.stderr.text() };
}

/** A printed document as the documentation shows it: what differs from run to run is replaced, a long text cut. */
function example({ cwd, sandbox }: World, json: string): string {
  const steady = JSON.stringify(
    JSON.parse(json),
    (field, value) => {
      if (field === 'label') return value && 'sk-or-v1-0e6...1c96';
      if (field === 'name' && typeof value === 'string') return value.replace(/_[a-z2-7]{8}$/, '_k7f3q2xw');
      // The tests' clock stands still, the service's does not.
      if (field === 'says') return value.replace(/\d+ d(?: \d+ h)? (behind|ahead)/, '2 d $1');
      return field === 'script' ? `${value.slice(0, 60)}…` : value;
    },
    2,
  )
    .replaceAll(cwd, '<folder>')
    .replaceAll(sandbox.url, 'http://127.0.0.1:4010/api/v1')
    .replaceAll(/127\.0\.0\.1:\d+/g, '127.0.0.1:4010')
    .replaceAll(/\b[0-9a-f]{64}\b/g, '<hash>')
    .replaceAll(/sk-or-v1-\w+\.\.\.\w{4}/g, 'sk-or-v1-0e6...1c96')
    .replaceAll(/^( +)"[a-z2-7]{8}"$/gm, '$1"k7f3q2xw"')
    .replaceAll(versions.node, '20.18.1');
  return `\n\`\`\`json\n${steady}\n\`\`\`\n`;
}

/** Writes the roster of the workshop BOOK. */
function roster(...people: readonly string[]) {
  const rows = people.map((person, index) => `${index === 0 ? 'ilze' : 'janis'}@example.org,${person}\n`);
  return ({ cwd }: World) =>
    writeFileSync(join(cwd, 'BOOK_participants.csv'), `E-mail,Name,Surname,Limit\n${rows.join('')}`);
}
