import { appendFileSync, cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { versions } from 'node:process';
import { expect, test } from 'vitest';
import { allNodes } from '../../src/commands/completion/command-tree.ts';
import { describeCommand } from '../../src/commands/completion/describe-program.ts';
import { changedPasswordJson, passwordsJson } from '../../src/commands/share/password-screen.ts';
import { restoreJson } from '../../src/commands/share/restore-screen.ts';
import { joinedJson, leftJson, startedJson, statusJson } from '../../src/commands/share/screen.ts';
import { encodeLogLine } from '../../src/journal/log-lines.ts';
import { run } from '../../src/main.ts';
import { createProgram } from '../../src/program.ts';
import { Secret } from '../../src/secret.ts';
import { KEYRING_OF_FILE, useStandIn } from '../keychain/support/stand-in.ts';
import { createTestContext } from '../support/context.ts';
import { JSON_SHAPES } from '../support/json-shapes.ts';
import { useProvisioned } from '../support/provisioned.ts';

type World = Awaited<ReturnType<typeof useProvisioned>>;

interface Section {
  shape: keyof typeof JSON_SHAPES;
  says: string;
  args: readonly string[];
  /** what is done first */
  before?(world: World): unknown;
  /** what is typed at a terminal */
  answers?: string[];
  /** what is piped in */
  stdin?(world: World): string;
  /** must have the same shape; its example is shown too where `show` */
  dryRun?: 'show' | 'check';
  /** what a run has and a dry run has not */
  yes?: true;
  /** of a command that needs a database: what it prints, by its own functions */
  sample?: (world: World) => unknown;
}

const EXAMPLE_TIERS = new URL('../../examples/tiers.json', import.meta.url);
const ANDA = ['--email', 'anda.baklane@example.org'];

/** In this order, one after the other, on one account. */
const SECTIONS: readonly Section[] = [
  {
    shape: 'provision',
    args: ['provision', 'BOOK_participants.csv', '--limit', '2'],
    before: roster('Ilze,Kalna,', 'Jānis,Bērziņš,'),
    dryRun: 'show',
    yes: true,
    says: '`keys` has one row per participant, in the order of the roster; duplicate rows are merged. `result` is one of `planned` (dry run only), `created`, `has_key`, `has_key_elsewhere` (the account or the roster has a key that is not saved on this computer), `refused`, `unresolved` (unknown outcome) and `not_started`. The `name` of a planned key ends with `…` in place of the tag. A row with a null `name` has no key, and its other key fields have no meaning. `changes` lists what an earlier run left unresolved and this run resolves, in the same format as for `orkeys update`. `totals.limit` is the total limit of planned and created keys, `totals.unlimited` the number of keys without a limit.',
  },
  {
    shape: 'sync',
    args: ['sync', 'BOOK_participants.csv', '--revoke-missing'],
    before: roster('Ilze,Kalna,3'),
    dryRun: 'check',
    yes: true,
    says: 'Everything that `orkeys provision` prints. `changes` also includes keys whose limit changes and, with `--revoke-missing`, deleted keys. `missing` lists participants with keys who are no longer in the roster. `other_expiry` is the number of keys whose expiration differs from the roster; it cannot be changed.',
  },
  {
    shape: 'list',
    args: ['list', ...ANDA],
    says: '`status` is `active`, `disabled` or `expired`. `complete` is false if OpenRouter did not return the full list. `totals.usage_daily`, `usage_weekly` and `usage_monthly` are of the current UTC day, week and month; `totals.credit_left` is null if the credit is not known.',
  },
  {
    shape: 'usage',
    args: ['usage', 'SUMMER', 'anda.baklane@example.org', '--today'],
    before: ({ sandbox, saved }) => {
      const tokens = { prompt: 5200, completion: 900 };
      sandbox.account.spend(saved[0]?.hash ?? '', 0.42, { model: 'openai/gpt-6-luna', requests: 12, tokens });
    },
    says: 'See [usage.md](usage.md) for what the numbers mean. `source` is `analytics`, `activity` (by key, without today), `keys` (the counters of the key list, without requests, models and days) or `history` (`usage.jsonl` alone). `complete` is false if something is not known; a `cost` or `requests` of null is not known, and totals then are at least so much. `people` and `models` are sorted by cost. `keys` are all keys of a person, also deleted ones; `limit`, `limit_reset`, `limit_remaining` and `daily_limit` are those of the present key. `others` is the sum of keys that no workshop on this computer knows, and `unmatched` are names in the answer of OpenRouter that belong to no key. `notices` are `unusual_class` (`compared_with` is the middle of the `count` people who spent) and `unusual_own` (`compared_with` is the highest of `count` earlier days). `totals.reported_by_keys` is what the counters of the keys say, if they cover the period.',
  },
  {
    shape: 'show',
    args: ['show', 'anda.baklane@example.org'],
    says: '`status` is `gone` if the key is no longer on the account. `saved_in` is the file with its secret, `prefix` the workshop whose journal has the key.',
  },
  {
    shape: 'watch',
    args: ['watch', 'SUMMER', '--once'],
    dryRun: 'check',
    says: 'One object per line and event, so that a log can be read while it grows. `event` is `reading` (sums of one reading), `notice` (a rule is crossed), `seen` (crossed for the first time, where a second reading decides), `cleared`, `disabled` (`undo` is the command that enables it again), `would_disable`, `off_already` (it would be disabled, but somebody did that already; whoever enables it again is believed), `withheld` (too many keys at once), `not_known` (keys whose spending OpenRouter did not tell), `trouble` or `stopped`. `rule` is the rule as typed, such as `over:80%` or `per_hour:0.5`; `value` and `threshold` are USD. `key` and `participant` are null for a rule about all keys.',
  },
  {
    shape: 'verify',
    args: ['verify', ...ANDA],
    says: '`verdict` is one of `works`, `changed` (the limit or the expiration is not as expected), `limit_reached`, `disabled`, `expired`, `gone`, `refused` (without a management key, the reason is unknown), `too_new` (created less than 10 minutes ago and not accepted yet), `foreign` (works, but is not on the account; needs a management key) and `not_tested` (there was no response, or the key was created for another base URL, so its secret is not sent there). `planned` is what the journal records. With `--models` each key has `models`, the IDs of the models that it may use; null if it does not work.',
  },
  {
    shape: 'update',
    args: ['update', ...ANDA, '--limit', '5'],
    dryRun: 'check',
    yes: true,
    says: '`changes` has one row per key. `change` is `update`, `rotate` or `delete`. Rows that resolve an earlier run have `retire` (an old key whose replacement is saved), `remove_orphan` (an orphaned key), or a change of the journal only (`record_absent`, `record_gone`, `record_changed`, `locate`). `old` is the key before the change; `new` has the fields that change. `result` is one of `planned` (dry run only), `done`, `gone`, `refused`, `unresolved` and `not_started`. `gone` means that the key was already deleted: a deletion then counts as done, an update does not. `reason` explains why a change is not done. `unchanged` is the number of selected keys without a change.',
  },
  {
    shape: 'rotate',
    args: ['rotate', ...ANDA],
    dryRun: 'check',
    yes: true,
    says: 'Same as for `orkeys update`. `name`, `hash` and `old` describe the old key, `new` the one that replaces it.',
  },
  {
    shape: 'revoke',
    args: ['revoke', ...ANDA],
    dryRun: 'check',
    yes: true,
    says: 'Same as for `orkeys update`. `new` is null for a deleted key, and `{"disabled": true}` with `--disable`.',
  },
  {
    shape: 'create',
    args: ['create', 'night_batch', '--limit', '20', '--limit-reset', 'monthly'],
    dryRun: 'check',
    says: '`result` is one of `planned` (dry run only), `created`, `refused`, `unresolved` and `not_started`.',
  },
  {
    shape: 'import',
    args: ['import', 'roster.csv', '--prefix', 'OTHER'],
    before: ({ sandbox, cwd }) => {
      const { key } = sandbox.account.createKey({ name: 'Ilze Kalna', limit: 1 });
      const rows = [`ilze@example.org,Ilze,Kalna,${key}`, 'bo@example.org,Bo,Krag,sk-or-v1-test-of-another-account'];
      writeFileSync(join(cwd, 'roster.csv'), `E-mail,Name,Surname,api_key\n${rows.join('\n')}\n`);
    },
    dryRun: 'check',
    yes: true,
    says: '`keys` has one entry per key of the file, in its order; `row` is the row of a table, or the place in a list. `result` is one of `planned` (dry run only), `imported`, `had_it` (it is in this workshop already), `left` and `not_started`. For `left`, `code` is one of `nobody` (the row names nobody), `not_in_roster`, `twice` (in several rows), `several_keys` (that work for the same person), `refused` (it does not work), `management_key`, `not_on_account`, `ambiguous` (several keys of the account fit), `has_key` (the person has another key) and `elsewhere` (another workshop has it). `key` is the key on the account.',
  },
  {
    shape: 'tiers check',
    args: ['tiers', 'check', 'tiers.json'],
    before: ({ cwd }) => cpSync(EXAMPLE_TIERS, join(cwd, 'tiers.json')),
    says: '`models` is null for a tier with every model. `canonical` is what OpenRouter stores; prices are USD per token.',
  },
  {
    shape: 'tiers apply',
    args: ['tiers', 'apply', '--tiers', 'tiers.json', '--prefix', 'SUMMER'],
    dryRun: 'check',
    yes: true,
    says: '`tiers` is how the account is after the run. `bound` is the number of keys that may use the models of the tier and no other. `drift` has one entry per difference; its `code` is `guardrail_gone`, `list_differs` (`more`, `missing`), `unbound`, `bound_elsewhere`, `other_workspace`, `foreign` (a guardrail that orkeys did not make; left alone), `foreign_name`, `renamed` (a key whose name was changed outside orkeys; left alone), `unresolved`, `default_narrower` or `model_gone`. `unused` lists guardrails made by orkeys that bind no key. `provision` and `sync` with `--tiers` print `tiers` too, and each row has `tier` and `bound`.',
  },
  {
    shape: 'tiers show',
    args: ['tiers', 'show', '--prefix', 'SUMMER'],
    says: 'In the same format as for `tiers apply`. `without_tier` is the number of participants that no tier applies to.',
  },
  {
    shape: 'budget set',
    args: ['budget', 'set', '--workspace', 'default', '--daily', '20', '--monthly', '200'],
    dryRun: 'check',
    yes: true,
    says: 'USD; `old` is null where there was no budget. `result` is one of `planned` (dry run only), `done`, `refused`, `unresolved` and `not_started`. `include_byok` is of the whole workspace, null if OpenRouter does not tell it.',
  },
  {
    shape: 'budget show',
    args: ['budget', 'show', '--workspace', 'default'],
    says: '`keys_spent` is what the keys that exist spent in the current period, null if it is not known. Deleted keys are not in it.',
  },
  {
    shape: 'budget clear',
    args: ['budget', 'clear', '--workspace', 'default', '--all'],
    dryRun: 'check',
    yes: true,
    says: 'Same as for `budget set`; `new` is null.',
  },
  {
    shape: 'roster check',
    args: ['roster', 'check', 'SUMMER_participants.csv'],
    says: 'See [error-codes.md](error-codes.md) for the codes of problems and notices. A participant has `limit` and `expires` only if the row sets them.',
  },
  {
    shape: 'init',
    args: ['init'],
    dryRun: 'check',
    says: '`action` is `written`, `added` (lines at the end of a file that was there), `kept` (it was there and is unchanged) or `skipped` (not needed, or not possible without a question); `note` says why.',
  },
  {
    shape: 'login',
    args: ['login', 'work'],
    before: useKeyringOfFile,
    stdin: ({ sandbox }) => sandbox.managementKey,
    dryRun: 'check',
    says: '`label` is the masked management key, `replaces` that of the one that was there before, `account` the owner of the account, and `store` is `secret-service` (Linux), `keychain` (macOS) or `dpapi` (Windows). With `--smtp`, `server` is the user and the host of the mail server, and what a management key has is null.',
  },
  {
    shape: 'profiles',
    args: ['profiles'],
    dryRun: 'check',
    says: '`default` is the profile that is used when nothing else selects a management key. `mail` lists mail servers whose password is saved. `file` has this list; the secrets are in the key store.',
  },
  {
    shape: 'logout',
    args: ['logout', 'work'],
    dryRun: 'check',
    yes: true,
    says: '`profiles` are those that are left, `default` is the default profile afterwards.',
  },
  {
    shape: 'whoami',
    args: ['whoami'],
    says: '`variable` or `profile` is where the management key comes from. `kind` is `management` or `regular`. `credits` (from the API), `credit_left` and `workspace` are null for a regular API key, which cannot read them.',
  },
  {
    shape: 'doctor',
    args: ['doctor', '--prefix', 'SUMMER'],
    dryRun: 'check',
    says: 'Every check has a stable `id` and a `verdict`: `ok`, `warning`, `problem` or `skipped`. `exit_code` is the exit code of the command.',
  },
  {
    shape: 'export',
    args: ['export', 'SUMMER'],
    says: '`totals.count` is the number of keys.',
  },
  {
    shape: 'handout slips',
    args: ['handout', 'slips', 'SUMMER'],
    dryRun: 'check',
    says: '`people` has one row per participant. `left_out` is null for those who get something, otherwise one of `no_key`, `unresolved`, `refused`, `deleting`, `revoked`, `purged`, `gone`, `not_on_account` (the account, where it can be asked, does not have the saved key), `expired`, `key_in_roster`, `no_email`, `shared_email` and `not_in_worksheet`. `files` of a row are the files with that key; the last `files` are all that were written. Secrets are only in these files.',
  },
  {
    shape: 'handout files',
    args: ['handout', 'files', 'SUMMER', '--email', 'valdis.veveris@example.org'],
    dryRun: 'check',
    says: 'Same as for `orkeys handout slips`.',
  },
  {
    shape: 'handout table',
    args: ['handout', 'table', 'SUMMER'],
    dryRun: 'check',
    says: 'Same as for `orkeys handout slips`.',
  },
  {
    shape: 'handout sealed',
    args: ['handout', 'sealed', 'SUMMER'],
    dryRun: 'check',
    says: 'Same as for `orkeys handout slips`, and `password`: the one that orkeys made for the workbook, shown this once. It is null with `--password-stdin`, with `--dry-run`, and if nothing was written. Scripts that log their output should use `--password-stdin`.',
  },
  {
    shape: 'handout drafts',
    args: ['handout', 'drafts', 'SUMMER'],
    dryRun: 'check',
    says: 'Same as for `orkeys handout slips`.',
  },
  {
    shape: 'handout moodle',
    args: ['handout', 'moodle', 'SUMMER', '--worksheet', 'grades.csv'],
    before: ({ cwd }) => {
      const worksheet =
        'Identifier,"Full name","Email address"\n"Participant 1042","Valdis Vēveris",valdis.veveris@example.org\n';
      writeFileSync(join(cwd, 'grades.csv'), worksheet);
    },
    dryRun: 'check',
    says: 'Same as for `orkeys handout slips`.',
  },
  {
    shape: 'mail preview',
    args: ['mail', 'preview', 'SUMMER', '--email', 'valdis.veveris@example.org'],
    says: 'The email of the first selected participant. The key in `text` is masked.',
  },
  {
    shape: 'mail test',
    args: ['mail', 'test', 'SUMMER', '--to', 'zane@example.org', '--sandbox'],
    before: ({ command }) => command(['provision', 'SUMMER_participants.csv', '--sandbox', '--yes']),
    dryRun: 'check',
    says: '`accepted` is false only with `--dry-run`; a test that the mail server refuses is an error.',
  },
  {
    shape: 'mail send',
    args: ['mail', 'send', 'SUMMER', '--sandbox'],
    dryRun: 'check',
    yes: true,
    says: '`mails` has one row per participant. `result` is one of `planned` (dry run only), `accepted` (by the mail server, in this run), `had_it`, `refused`, `unknown` (in doubt: it may have arrived), `left_out` (`reason` as for `orkeys handout slips`), `not_started` and `stale` (the key was replaced during the run). `status` and `reason` are the last reply of the server. `refused_addresses` are addresses of the same participant that it did not take, although it took the email. `earlier_key_mailed` is true if an earlier email has a key that is no longer in use. `new_address` is the address to send to instead, if the email went to one that the participant no longer has in the roster; otherwise null. `outbox` is the folder of the sandbox, otherwise null.',
  },
  {
    shape: 'mail status',
    args: ['mail', 'status', 'SUMMER', '--sandbox'],
    says: 'Same rows as for `orkeys mail send`: `accepted` whenever it was, `stale` if only an email with an earlier key was sent.',
  },
  {
    shape: 'mail settle',
    args: ['mail', 'settle', 'SUMMER', '--missing', 'zane@example.org', '--sandbox'],
    before: ({ cwd, now }) => {
      const whose = { message_id: '<aaaaaaaa.1@example.org>', person: 'aaaaaaaa', tag: 'aaaaaaaa', hash: null };
      const at = now().toISOString();
      const line = encodeLogLine({ type: 'mailing', at, batch: 'b', ...whose, to: ['zane@example.org'], content: '' });
      appendFileSync(join(cwd, 'output', 'sandbox', 'SUMMER', 'handouts.jsonl'), `${line}\n`);
    },
    says: 'One row per email that was in doubt.',
  },
  {
    shape: 'mail template',
    args: ['mail', 'template'],
    says: 'The text for `--template`, and the placeholders that it may have.',
  },
  {
    shape: 'handout template',
    args: ['handout', 'template'],
    says: '`template` is what the command prints without `--json`, `placeholders` are the names that it can use.',
  },
  {
    shape: 'journal verify',
    args: ['journal', 'verify', 'SUMMER'],
    says: 'A damaged journal is an error, whose `issues` are the damaged lines. `torn_bytes` is the length of an incomplete last line after a crash, which is harmless.',
  },
  {
    shape: 'journal repair',
    args: ['journal', 'repair', 'SUMMER'],
    before: ({ folder }) => {
      const path = join(folder, 'journal.jsonl');
      writeFileSync(path, readFileSync(path, 'utf8').replace('"created"', '"creatid"'));
    },
    dryRun: 'check',
    says: '`lines_skipped` are the numbers of the dropped lines, `tags_to_resolve` the keys with an unknown outcome, which the next run checks. `backup` is the path of the previous journal.',
  },
  {
    shape: 'journal rebuild',
    args: ['journal', 'rebuild', 'SUMMER'],
    before: ({ folder }) => rmSync(join(folder, 'journal.jsonl')),
    dryRun: 'check',
    says: '`keys_restored` is the number of keys restored from `keys.json`.',
  },
  {
    shape: 'purge',
    args: ['purge', 'SUMMER', '--working'],
    dryRun: 'check',
    yes: true,
    says: '`totals.count` is the number of secrets that orkeys knew. `working` lists the names of keys that still exist, `removed` the files and folders that are deleted, `files` those that were written again. `found` lists files that contain a secret, with the member of an archive after a colon, `unread` what could not be checked: with `--dry-run` as things are, after a run what is left.',
  },
  {
    shape: 'share start',
    args: ['share', 'start', 'postgres://ilze@db.example.org/workshops', '--prefix', 'SUMMER'],
    sample: (world) => startedJson(sampleOf(world).started, false),
    says: '`lines` are the lines of each log that were moved, `backups` the files that they were. `password` is the password that was made, or null if you set one.',
  },
  {
    shape: 'share join',
    args: ['share', 'join', 'postgres://anna@db.example.org/workshops', '--prefix', 'SUMMER'],
    sample: (world) => joinedJson(sampleOf(world).joined, false),
    says: '`passwords` is how many passwords open the workshop.',
  },
  {
    shape: 'share status',
    args: ['share', 'status', 'SUMMER'],
    sample: (world) => statusJson(sampleOf(world).status, false),
    says: '`passwords` are the names of those whose password opens the workshop, `mirrored` is how many lines of a log are saved on this computer, and `in_use` who uses which log now. `lock` is `journal`, `usage`, `handouts` or `watch`.',
  },
  {
    shape: 'share leave',
    args: ['share', 'leave', 'SUMMER'],
    sample: (world) => leftJson(sampleOf(world).left, false),
    says: '`what` is `forget` (on this computer), `to_file` (back into files, for everybody) or `undo` (a start that was interrupted). `lines` is null unless files were written.',
  },
  {
    shape: 'share restore',
    args: ['share', 'restore', 'SUMMER'],
    sample: (world) => restoreJson(sampleOf(world).restored, false),
    says: '`deleted` is true if the workshop was not in the database any more; then `password` is the password that was made, or null if you set one. `state` is `same`, `behind` (the database lacks lines) or `changed` (it has lines that no member wrote). `stored` is how many lines the database has, `seen` how many this computer saw, `put_back` how many are written, and `unreadable` how many of the database nobody can read any more.',
  },
  {
    shape: 'share password list',
    args: ['share', 'password', 'list'],
    sample: (world) => passwordsJson('list', sampleOf(world).passwords, false),
    says: '`passwords` are the names of those whose password opens the workshop.',
  },
  {
    shape: 'share password add',
    args: ['share', 'password', 'add', 'Anna'],
    sample: (world) => changedPasswordJson('add', sampleOf(world).passwords, false),
    says: '`password` is the password that was made, or null if you set one.',
  },
  {
    shape: 'share password remove',
    args: ['share', 'password', 'remove', 'Anna'],
    sample: (world) => changedPasswordJson('remove', { ...sampleOf(world).passwords, shown: undefined }, false),
    says: 'Same as for `orkeys share password add`; `password` is null.',
  },
  {
    shape: 'share sql',
    args: ['share', 'sql'],
    says: '`sql` is what the command prints without `--json`.',
  },
  {
    shape: 'sandbox',
    args: ['sandbox'],
    says: 'One line, printed as soon as the sandbox is ready. The management key is the same for every sandbox and works only there.',
  },
  {
    shape: 'sandbox spend',
    args: ['sandbox', 'spend', 'SUMMER'],
    before: ({ command }) => command(['provision', 'SUMMER_participants.csv', '--limit', '1', '--sandbox', '--yes']),
    dryRun: 'check',
    says: '`totals.count` is the number of simulated keys that can spend, `totals.active` the number that did. `days` is the period, today included; `totals` has only what was added.',
  },
  {
    shape: 'completion',
    args: ['completion', 'fish'],
    says: '`script` is what the command prints without `--json`.',
  },
  {
    shape: 'start',
    args: ['start', 'GUIDED_participants.csv'],
    before: ({ cwd }) => writeFileSync(join(cwd, 'GUIDED_participants.csv'), 'E-mail,Name\nilze@example.org,Ilze\n'),
    answers: ['', '', '2', 'y'],
    dryRun: 'check',
    says: 'The same as for `orkeys provision`, which `orkeys start` runs; `command` is `provision`. Questions, and the command without questions, are on standard error. Works on a terminal only.',
  },
  {
    shape: 'error',
    args: ['show', 'nobody@example.org'],
    says: 'Errors are printed on standard error; standard output is then either empty or complete. `issues` lists the rows or candidates, if there are any. `code` is stable; `message` and `hint` are for people and may change.',
  },
];

const INTRODUCTION = `# JSON

With \`--json\`, every command prints one JSON document on standard output. Its \`version\` increases when a field is removed or
changes its meaning; new fields can be added at any time. \`command\` is the command that printed it, \`sandbox\` is true for
simulated keys, and \`dry_run\` is true if nothing was changed. (\`roster check\` has neither, because it sends no requests.)

Fields have the same name everywhere, and the fields of a key have the names that the API uses: \`name\`, \`hash\`, \`label\` (the
masked secret), \`limit\`, \`limit_reset\`, \`expires_at\`, and so on. Secrets are only in \`keys.json\`, as \`key\`. Money is in USD; a
limit of \`null\` means unlimited. Times are ISO 8601, as the API returns them. A value that is unknown or does not apply is
\`null\`, never missing. The only exception is \`limit\`, which is missing if it is unknown.

| field | meaning |
| --- | --- |
| \`participant\` | the participant of a key: the \`row\` in the roster, names, email addresses; null if no journal on this computer has the key |
| \`keys\`, \`key\` | the current state of keys |
| \`changes\` | the changes, one row each |
| \`result\`, \`reason\` | the outcome, and why something is not done |
| \`totals\` | numbers and totals; \`count\` is the number of rows |
| \`files\` | the files written; \`instead_of\` is the usual path if that file is open in another program, \`failed\` is why a file could not be written |
| \`problems\`, \`notices\` | about the rows of the roster, in the same format as for \`roster check\` |
| \`notes\`, \`next\` | sentences for people |
| \`stopped\`, \`interrupted\` | the error that stopped a run early, which is also printed on standard error; whether Ctrl-C stopped it |

\`list\`, \`show\`, \`verify\` and \`usage\` have \`--fields a,b\`: each key or person then has only these fields, in this order, null if a field does not apply.

The examples are real output of the commands, run one after the other on one account. A test checks their format
(\`npm run docs\` updates them).
`;

test('docs/json.md shows what the commands print, and all of it has the documented shape', async () => {
  const world = await useProvisioned('--limit', '2', '--expires', '7d');
  let text = INTRODUCTION;
  for (const { shape, args, says, before, stdin, answers, dryRun, yes, sample } of SECTIONS) {
    await before?.(world);
    text += `\n## ${shape === 'error' ? 'Errors' : `\`orkeys ${shape}\``}\n\n${says}\n`;
    if (dryRun) {
      const planned = await printed(world, shape, [...args, '--dry-run'], stdin?.(world), answers);
      expect(JSON.parse(planned)).toMatchObject({ dry_run: true });
      if (dryRun === 'show') text += `\nWith \`--dry-run\`:\n${example(world, planned)}\nAfter a run:\n`;
    }
    const document = sample
      ? JSON.stringify(JSON_SHAPES[shape].parse(sample(world)))
      : await printed(world, shape, yes ? [...args, '--yes'] : args, stdin?.(world), answers);
    text += example(world, document);
  }
  await expect(text).toMatchFileSnapshot('../../docs/json.md');
});

test('every command that does something has --json and a documented shape', async () => {
  const ctx = createTestContext({ cwd: '/' });
  const nodes = allNodes(describeCommand(await createProgram({ ctx, args: [], finish: () => {} }, 'all')));
  type Node = (typeof nodes)[number];
  const hasJson = ({ flags }: Node) => flags.some(({ long }) => long === '--json');
  // Most commands that have commands of their own do nothing themselves.
  const doing = nodes.filter((node) => node.commands.length === 0 || hasJson(node));
  const withJson = doing.filter(hasJson);
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

async function printed(
  world: World,
  shape: Section['shape'],
  args: readonly string[],
  piped?: string,
  answers?: string[],
): Promise<string> {
  // A guide has no option for the pace, which needs a clock that moves.
  const typed = answers === undefined ? {} : { answers, now: () => new Date() };
  const input = piped === undefined ? typed : { stdin: new TextEncoder().encode(piped) };
  const options = { ...input, platform: 'linux' } as const;
  const { stdout, stderr } =
    shape === 'sandbox' ? await sandbox(world) : await world.command([...args, '--json'], options);
  const json = shape === 'error' ? stderr : stdout;
  if (json === '') throw new Error(`${args.join(' ')}: ${stderr}`);
  expect(JSON_SHAPES[shape].safeParse(JSON.parse(json)).error, args.join(' ')).toBeUndefined();
  for (const { key } of world.saved) expect(json).not.toContain(key);
  return json;
}

/** A stand-in for the program of a keyring, for all that follows. */
function useKeyringOfFile({ env }: World): void {
  env.PATH = useStandIn('secret-tool', KEYRING_OF_FILE).env.PATH ?? '';
}

/** What the commands that share a workshop have to show. */
function sampleOf({ folder }: World) {
  const where = {
    id: { prefix: 'SUMMER' },
    ...{ folder, where: 'db.example.org:5432/workshops', dryRun: false, lines: { journal: 8, usage: 0, handouts: 0 } },
  };
  const backups = [join(folder, 'journal-before-20260302T090000.jsonl')];
  const password = new Secret('lusab-gutih-tugad-fikop');
  const since = '2026-03-02T09:00:00.000Z';
  return {
    started: { ...where, member: 'Ilze', backups, password },
    joined: { ...where, member: 'Anna', members: 1 },
    restored: {
      ...{ ...where, isDeleted: false, isNeeded: true, done: true, password: undefined },
      logs: [
        {
          log: 'journal',
          kind: 'behind',
          stored: 812,
          seen: 815,
          generation: 1,
          bodies: Array(816),
          unreadable: 0,
        } as const,
      ],
    },
    passwords: {
      ...where,
      member: 'Anna',
      after: { where: where.where, prefix: 'SUMMER', labels: ['Ilze', 'Anna'] },
      shown: password,
    },
    left: { ...where, what: 'forget', lines: undefined } as const,
    status: {
      ...where,
      ...{ member: 'Anna', version: '15.8', readOnly: false, latencyMs: 12, passwords: ['Ilze'], files: true },
      logs: [{ name: 'journal', lines: 8, mirrored: 8 } as const],
      holders: [
        {
          lock: 'journal',
          member: 'Ilze',
          host: 'ilze-pc',
          command: 'sync',
          since,
          until: new Date('2026-03-02T09:01:00Z'),
        },
      ],
    },
  };
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
      if (field === 'password') return value && 'lusab-gutih-tugad-fikop';
      if (field === 'label') return value && 'sk-or-v1-0e6...1c96';
      if (field === 'name' && typeof value === 'string') return value.replace(/_[a-z2-7]{8}$/, '_k7f3q2xw');
      // The tests' clock stands still, the service's does not.
      if (field === 'says') return value.replace(/\d+ d(?: \d+ h)? (behind|ahead)/, '2 d $1');
      return field === 'script' || field === 'sql' ? `${value.slice(0, 60)}…` : value;
    },
    2,
  )
    .replaceAll(cwd, '<folder>')
    .replaceAll(sandbox.url, 'http://127.0.0.1:4010/api/v1')
    .replaceAll(/127\.0\.0\.1:\d+/g, '127.0.0.1:4010')
    .replaceAll(/\b[0-9a-f]{64}\b/g, '<hash>')
    .replaceAll(/sk-or-v1-\w+\.\.\.\w{4}/g, 'sk-or-v1-0e6...1c96')
    .replaceAll(/<[a-z2-7]{8}(?=\.\d+@)/g, '<k7f3q2xw')
    .replaceAll(/<test\.[0-9a-f]{16}@/g, '<test.9f3c0a71d2b84e65@')
    .replaceAll(/^( +)"(?!snippets)[a-z2-7]{8}"$/gm, '$1"k7f3q2xw"')
    .replaceAll(/^( +"[A-Z]+_.+_)[a-z2-7]{8}("(?:,|$))/gm, '$1k7f3q2xw$2')
    .replaceAll(/"id": "[0-9a-f]{8}-[0-9a-f-]{27}"/g, '"id": "0f8fad5b-d9cb-469f-a165-70867728950e"')
    .replaceAll(versions.node, '20.18.1');
  return `\n\`\`\`json\n${steady}\n\`\`\`\n`;
}

/** Writes the roster of the workshop BOOK. */
function roster(...people: readonly string[]) {
  const rows = people.map((person, index) => `${index === 0 ? 'ilze' : 'janis'}@example.org,${person}\n`);
  return ({ cwd }: World) =>
    writeFileSync(join(cwd, 'BOOK_participants.csv'), `E-mail,Name,Surname,Limit\n${rows.join('')}`);
}
