import { versions } from 'node:process';
import { expect, test } from 'vitest';
import { JSON_SHAPES } from '../support/json-shapes.ts';
import { useProvisioned } from '../support/provisioned.ts';

const SECTIONS = [
  {
    shape: 'list',
    args: ['list', '--email', 'anda.baklane@example.org'],
    says: 'Keys as the account tells them, under the names that the API gives its fields; a field that the account does not tell is missing. `complete` is false when the service gave no whole list. `participant` is null where no journal here knows whose key it is.',
  },
  {
    shape: 'show',
    args: ['show', 'anda.baklane@example.org'],
    says: '`status` is `gone` when the account does not know the key any more. `saved_in` is the file with its secret.',
  },
  {
    shape: 'verify',
    args: ['verify', '--email', 'anda.baklane@example.org'],
    says: '`verdict`: `works`, `changed` (limit or expiry are not as planned), `used_up`, `disabled`, `expired`, `gone`, `refused` (why cannot be told without a management key), `not_asked`. `planned` is what the journal says.',
  },
  {
    shape: 'whoami',
    args: ['whoami'],
    says: '`kind`: `management` or `ordinary`. `credits` and `workspace` are null for an ordinary key, which is not told them.',
  },
  {
    shape: 'doctor',
    args: ['doctor'],
    says: 'A check has a stable `id` and a `verdict`: `ok`, `warning`, `problem`, `skipped`. `exit_code` is what the command ends with.',
  },
  {
    shape: 'roster check',
    args: ['roster', 'check', 'SUMMER_participants.csv'],
    says: 'See [roster.md](roster.md) for the codes of problems and notices.',
  },
  {
    shape: 'error',
    args: ['show', 'nobody@example.org'],
    says: 'Every error, on standard error; standard output is then empty or complete. `issues` has the single rows or candidates, where there are any. `code` is stable, `message` and `hint` are for people.',
  },
] as const;

const INTRODUCTION = `# JSON

Every command prints one JSON document on standard output with \`--json\`. Its \`version\` grows when a field changes its
meaning or goes away; new fields may come at any time. Money is USD, \`null\` as a limit means unlimited. Times are ISO 8601.
Secrets are masked: they are in \`keys.json\` only. \`list\`, \`show\` and \`verify\` take \`--fields a,b\`: then each key has these
fields only, in that order, null where it lacks one.

The examples are what the commands really printed; a test holds them to their shapes (\`npm run docs\` writes them anew).
`;

test('docs/json.md shows what the commands print, and all of it has the documented shape', async () => {
  const { command, screen, cwd } = await useProvisioned('--limit', '2', '--expires', '7d');
  let text = INTRODUCTION;
  for (const { shape, args, says } of SECTIONS) {
    const shown = await command([...args, '--json']);
    const printed = shape === 'error' ? shown.stderr : shown.stdout;
    expect(JSON_SHAPES[shape].safeParse(JSON.parse(printed)).error, shape).toBeUndefined();
    const title = shape === 'error' ? 'Errors' : `\`orkeys ${shape}\``;
    const steady = screen({ code: 0, stdout: JSON.stringify(JSON.parse(printed), null, 2), stderr: '' })
      .replace(/^exit 0\n--- stdout\n/, '')
      .replace(/--- stderr\n$/, '')
      .replaceAll(cwd, '<folder>')
      .replaceAll(versions.node, '20.18.1')
      // The stand-in's clock is the real one.
      .replace(/computer is \d+ d \d+ h behind/, 'computer is 265 d 6 h behind');
    text += `\n## ${title}\n\n${says}\n\n\`\`\`json\n${steady}\n\`\`\`\n`;
  }
  await expect(text).toMatchFileSnapshot('../../docs/json.md');
});
