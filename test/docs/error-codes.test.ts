import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const SRC = fileURLToPath(new URL('../../src/', import.meta.url));
const LISTS = ['error-codes.ts', 'issue-codes.ts'];
const [errors = [], issues = []] = LISTS.map((name) =>
  codesIn(readFileSync(join(SRC, name), 'utf8').split(/^export type \w+Code =$/m)[1] ?? ''),
);

test('docs/error-codes.md lists every code of an error (npm run docs rebuilds it)', async () => {
  const text = `# Error codes

With \`--json\` an error is \`{"error":{"code","message","hint","issues"?}}\` on standard error. Codes are stable and meant for scripts;
messages and hints are for people and may change. This list is written from src/error-codes.ts and src/issue-codes.ts by \`npm run docs\`.
What a script may conclude is in the exit code: [exit-codes.md](exit-codes.md).

## Errors
${tablesOf(errors)}
## Rows in \`issues\`
A row of a file, or one of several candidates. In a roster, problems and notices have these codes too.
${tablesOf(issues)}`;
  await expect(text).toMatchFileSnapshot('../../docs/error-codes.md');
});

test('every code has a meaning and is used somewhere', () => {
  expect(errors.length).toBeGreaterThan(90);
  expect(issues.length).toBeGreaterThan(30);
  const text = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !LISTS.includes(name))
    .map((name) => readFileSync(join(SRC, name), 'utf8'))
    .join('\n');
  const unused = [...errors, ...issues].filter(
    ({ code }) => !text.includes(`'${code}'`) && !text.includes(`\`${code.replace(/_[a-z]+$/, '')}_\${`),
  );
  expect(unused).toEqual([]);
});

interface Code {
  /** what the codes around it are about */
  topic: string;
  code: string;
  meaning: string;
}

function codesIn(union: string): Code[] {
  const codes: Code[] = [];
  let topic = '';
  for (const line of union.split('\n').filter((text) => /^ {2}(?:\/\/|\|)/.test(text))) {
    const [, heading] = /^ {2}\/\/ (.+)$/.exec(line) ?? [];
    const [, code = '', meaning = ''] = /^ {2}\| '(\w+)';? \/\/ (.+)$/.exec(line) ?? [];
    if (heading === undefined) expect(code, line).not.toBe('');
    if (heading !== undefined) topic = heading;
    else codes.push({ topic, code, meaning });
  }
  return codes;
}

function tablesOf(codes: readonly Code[]): string {
  const topics = [...new Set(codes.map(({ topic }) => topic))];
  return topics
    .map((topic) => {
      const rows = codes
        .filter((each) => each.topic === topic)
        .map(({ code, meaning }) => `| \`${code}\` | ${meaning} |`);
      return `${topic === '' ? '' : `\n### ${topic}\n`}\n| code | meaning |\n|---|---|\n${rows.join('\n')}\n`;
    })
    .join('');
}
