import { z } from 'zod';

// Strict: a field that the documentation does not name makes a test fail.
const text = z.string();
const usd = z.number();
// As the API tells them: whatever else it may say one day is passed on.
const time = text;
const hash = text;
/** masked: never a whole secret */
const label = z.string().regex(/^sk-or-v1-[\w-]{0,3}\.\.\.\w{0,4}$/);
const limit = usd.nullable();
const limit_reset = z.enum(['daily', 'weekly', 'monthly']).nullable();
const participant = z
  .strictObject({
    row: z.int(),
    name: text,
    surname: text,
    emails: z.array(text),
    group: text.nullable(),
    tier: text.nullable(),
    id: text.nullable(),
  })
  .nullable();
const member = z.strictObject({ row: z.int(), name: text, surname: text, emails: z.array(text), id: text.nullable() });
/** `group` is there only for a key that a group shares. */
const owner = {
  participant,
  group: z.strictObject({ row: z.int(), name: text, tier: text.nullable(), members: z.array(member) }).optional(),
};
const issue = z.looseObject({ code: text, message: text });
const notes = z.array(text);
const files = z.array(z.strictObject({ path: text, instead_of: text.nullable(), failed: text.nullable() }));

const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/);
const spent = {
  cost: usd.nullable(),
  byok_cost: usd,
  requests: z.int().nullable(),
  tokens_prompt: z.int(),
  tokens_completion: z.int(),
  tokens_reasoning: z.int(),
};
const modelUsage = z.strictObject({ model: text, ...spent });
const dayUsage = z.strictObject({
  day,
  cost: usd.nullable(),
  requests: z.int().nullable(),
  models: z.array(z.strictObject({ model: text, cost: usd, requests: z.nullable(z.number()) })),
});
const usageCode = z.enum(['unusual_class', 'unusual_own']);

const accountKey = {
  participant,
  name: text,
  hash,
  label: label.nullable(),
  disabled: z.boolean().nullable(),
  // The one field that is absent where it is not told: null means unlimited.
  limit: limit.optional(),
  limit_remaining: limit,
  limit_reset,
  include_byok_in_limit: z.boolean().nullable(),
  usage: usd.nullable(),
  usage_daily: usd.nullable(),
  usage_weekly: usd.nullable(),
  usage_monthly: usd.nullable(),
  byok_usage: usd.nullable(),
  created_at: time.nullable(),
  updated_at: time.nullable(),
  expires_at: time.nullable(),
  last_used_at: time.nullable(),
  creator_user_id: text.nullable(),
  workspace_id: text.nullable(),
};
const status = z.enum(['active', 'disabled', 'expired']);

const madeKey = {
  name: text.nullable(),
  hash: hash.nullable(),
  label: label.nullable(),
  limit,
  limit_reset,
  include_byok_in_limit: z.boolean().nullable(),
  expires_at: time.nullable(),
  created_at: time.nullable(),
  workspace_id: text.nullable(),
};
const notDone = ['planned', 'refused', 'unresolved', 'not_started'] as const;

const CHANGES = [
  ...(['update', 'rotate', 'delete', 'retire', 'remove_orphan'] as const),
  ...(['record_absent', 'record_gone', 'record_changed', 'locate'] as const),
  ...([
    'make_guardrail',
    'adopt_guardrail',
    'forget_guardrail',
    'set_models',
    'bind',
    'unbind',
    'delete_guardrail',
  ] as const),
] as const;

const change = z.strictObject({
  participant,
  name: text,
  hash: hash.nullable(),
  change: z.enum(CHANGES),
  old: z
    .strictObject({
      limit,
      limit_reset,
      disabled: z.boolean().nullable(),
      include_byok_in_limit: z.boolean().nullable(),
      usage: usd.nullable(),
      expires_at: time.nullable(),
    })
    .nullable(),
  new: z
    .union([
      z.strictObject(madeKey),
      z.strictObject({
        name: text.optional(),
        disabled: z.boolean().optional(),
        limit: limit.optional(),
        limit_reset: limit_reset.optional(),
        include_byok_in_limit: z.boolean().optional(),
      }),
    ])
    .nullable(),
  result: z.enum([...notDone, 'done', 'gone']),
  reason: text.nullable(),
});

const head = <C extends string>(command: C) => ({ version: z.literal(1), command: z.literal(command) });
const onService = <C extends string>(command: C) => ({ ...head(command), sandbox: z.boolean() });
const changing = <C extends string>(command: C) => ({ ...onService(command), dry_run: z.boolean() });
/** where secrets are */
const store = z.enum(['secret-service', 'keychain', 'dpapi']);
const ending = {
  stopped: z.strictObject({ code: text, message: text }).nullable(),
  interrupted: z.boolean(),
};

const id = text.nullable();
const tiers = z.array(
  z.strictObject({
    name: text,
    models: z.array(text).nullable(),
    guardrails: z.array(z.strictObject({ name: text, id, workspace_id: id })),
    people: z.int(),
    keys: z.int(),
    bound: z.int(),
    drift: z.array(
      z.strictObject({
        code: text,
        participant,
        key: z.strictObject({ name: text, hash: text }).nullable(),
        guardrail: text.nullable(),
        more: z.array(text),
        missing: z.array(text),
      }),
    ),
  }),
);
const unused = z.array(z.strictObject({ name: text, id: text }));

const provision = {
  prefix: text,
  folder: text,
  file: text,
  sheet: text,
  header_row: z.int().nullable(),
  columns: z.record(text, z.array(text)),
  keys: z.array(
    z.strictObject({
      participant,
      ...madeKey,
      tier: text.nullable(),
      bound: z.boolean().nullable(),
      result: z.enum([...notDone, 'created', 'has_key', 'has_key_elsewhere']),
      reason: text.nullable(),
    }),
  ),
  changes: z.array(change),
  tiers: tiers.nullable(),
  totals: z.strictObject({
    count: z.int(),
    planned: z.int(),
    created: z.int(),
    has_key: z.int(),
    has_key_elsewhere: z.int(),
    refused: z.int(),
    unresolved: z.int(),
    not_started: z.int(),
    limit: usd,
    unlimited: z.int(),
  }),
  credit_left: usd.nullable(),
  problems: z.array(issue),
  notices: z.array(issue),
  notes,
  files,
  ...ending,
  next: z.array(text),
};

const changes = <C extends string>(command: C) =>
  z.strictObject({
    ...changing(command),
    changes: z.array(change),
    unchanged: z.int(),
    notes,
    files,
    ...ending,
    next: z.array(text),
  });

const mended = <C extends string>(command: C) =>
  z.strictObject({
    ...changing(command),
    prefix: text,
    folder: text,
    path: text,
    changed: z.boolean(),
    backup: text.nullable(),
    lines_kept: z.int(),
    lines_skipped: z.array(z.int()),
    keys_restored: z.int(),
    tags_to_resolve: z.array(text),
    logs: z.array(
      z.strictObject({ path: text, backup: text.nullable(), lines_kept: z.int(), lines_skipped: z.array(z.int()) }),
    ),
  });

/** What each command prints with `--json`, by the command's words. */
function handedOut(command: string) {
  return z.strictObject({
    ...onService(command),
    dry_run: z.boolean(),
    prefix: text,
    folder: text,
    people: z.array(
      z.strictObject({
        participant,
        name: text.nullable(),
        hash: hash.nullable(),
        label: label.nullable(),
        disabled: z.boolean().nullable(),
        files: z.array(text),
        left_out: text.nullable(),
      }),
    ),
    totals: z.strictObject({ count: z.int(), made: z.int(), left_out: z.int() }),
    files,
  });
}

function watched(...events: string[]) {
  return { ...changing('watch'), prefix: text, at: time, event: z.enum(events) };
}

const workspace = z.strictObject({ id: text, slug: id, name: id });
const budgetPeriod = z.enum(['daily', 'weekly', 'monthly', 'lifetime']);

const changedBudgets = <C extends string>(command: C) =>
  z.strictObject({
    ...changing(command),
    workspace,
    include_byok: z.boolean().nullable(),
    changes: z.array(
      z.strictObject({
        period: budgetPeriod,
        old: usd.nullable(),
        new: usd.nullable(),
        result: z.enum([...notDone, 'done']),
        reason: id,
      }),
    ),
    ...ending,
    next: notes,
  });

function shared(command: string) {
  return { ...head(command), sandbox: z.boolean(), prefix: text, folder: text };
}

function changedPasswords(command: string) {
  const fields = { dry_run: z.boolean(), database: text, member: text, passwords: z.array(text) };
  return z.strictObject({ ...shared(command), ...fields, password: text.nullable() });
}

const sharedLogs = {
  database: text,
  member: text,
  lines: z.strictObject({ journal: z.int(), usage: z.int(), handouts: z.int() }),
};

/** What the JSON of every mail command begins with. */
function mailing<C extends string>(command: C) {
  return { version: z.literal(1), command: z.literal(command), sandbox: z.boolean(), prefix: text };
}

const mailRows = z.array(
  z.strictObject({
    participant: participant.nullable(),
    name: text.nullable(),
    hash: text.nullable(),
    label: text.nullable(),
    to: z.array(text),
    message_id: text.nullable(),
    result: z.enum(['planned', 'accepted', 'had_it', 'refused', 'unknown', 'left_out', 'not_started', 'stale']),
    status: z.int().nullable(),
    reason: text.nullable(),
    refused_addresses: z.array(z.strictObject({ address: text, status: z.int(), reply: text })),
    earlier_key_mailed: z.boolean(),
    new_address: z.nullable(z.string()),
  }),
);
const mailTotals = z.strictObject({
  count: z.int(),
  planned: z.int(),
  accepted: z.int(),
  had_it: z.int(),
  refused: z.int(),
  unknown: z.int(),
  left_out: z.int(),
  not_started: z.int(),
});

export const JSON_SHAPES = {
  provision: z.strictObject({ ...changing('provision'), ...provision }),
  /** what it runs */
  start: z.strictObject({ ...changing('provision'), ...provision }),
  usage: z.strictObject({
    ...onService('usage'),
    prefix: text.nullable(),
    as_of: time,
    source: z.enum(['analytics', 'activity', 'keys', 'history']),
    complete: z.boolean(),
    period: z.strictObject({ since: day, until: day, time_zone: z.literal('UTC'), over: z.boolean() }),
    people: z.array(
      z.strictObject({
        participant,
        keys: z.array(z.strictObject({ name: text, hash, label: label.nullable(), deleted: z.boolean() })),
        ...spent,
        limit: limit.optional(),
        limit_reset,
        limit_remaining: limit,
        daily_limit: limit,
        last_used_at: time.nullable(),
        disabled: z.boolean(),
        status: z.enum(['active', 'disabled', 'deleted', 'no_key']),
        tier: text.nullable(),
        models: z.array(modelUsage),
        days: z.array(dayUsage),
        notices: z.array(usageCode),
      }),
    ),
    models: z.array(modelUsage),
    days: z.array(dayUsage),
    groups: z.array(z.strictObject({ group: text.nullable(), count: z.int(), active: z.int(), ...spent })),
    others: z.strictObject(spent).nullable(),
    unmatched: z.array(text),
    totals: z.strictObject({
      ...spent,
      count: z.int(),
      active: z.int(),
      limit: usd,
      limit_remaining: usd,
      unlimited: z.int(),
      credit_left: usd.nullable(),
      reported_by_keys: usd.nullable(),
    }),
    notices: z.array(z.strictObject({ code: usageCode, participant, cost: usd, compared_with: usd, count: z.int() })),
    notes,
    files,
  }),
  list: z.strictObject({
    ...onService('list'),
    complete: z.boolean(),
    keys: z.array(z.strictObject({ ...accountKey, prefix: text.nullable(), status })),
    totals: z.strictObject({
      ...{ count: z.int(), limit: usd, unlimited: z.int(), usage: usd, limit_remaining: usd },
      ...{ usage_daily: usd.nullable(), usage_weekly: usd.nullable(), usage_monthly: usd.nullable() },
      credit_left: usd.nullable(),
    }),
    notes,
  }),
  show: z.strictObject({
    ...onService('show'),
    key: z.strictObject({
      ...accountKey,
      status: z.enum([...status.options, 'gone']),
      prefix: text.nullable(),
      saved_in: text.nullable(),
    }),
    notes,
  }),
  verify: z.strictObject({
    ...onService('verify'),
    keys: z.array(
      z.strictObject({
        participant,
        name: text,
        hash: hash.nullable(),
        label,
        prefix: text,
        verdict: z.enum([
          'works',
          'changed',
          'limit_reached',
          'disabled',
          'expired',
          'gone',
          'refused',
          'too_new',
          'foreign',
          'not_tested',
        ]),
        reason: text.nullable(),
        limit,
        limit_remaining: limit,
        limit_reset,
        usage: usd.nullable(),
        expires_at: time.nullable(),
        planned: z.strictObject({ limit, limit_reset, expires_at: time.nullable() }),
        models: z.array(text).nullable().optional(),
      }),
    ),
    totals: z.strictObject({ count: z.int(), works: z.int(), failed: z.int() }),
    notes,
  }),
  update: changes('update'),
  rotate: changes('rotate'),
  revoke: changes('revoke'),
  sync: z.strictObject({
    ...changing('sync'),
    ...provision,
    missing: z.array(z.strictObject({ participant, name: text, hash })),
    other_expiry: z.int(),
  }),
  create: z.strictObject({
    ...changing('create'),
    prefix: text,
    folder: text,
    key: z.strictObject({ ...madeKey, result: z.enum([...notDone, 'created']), reason: text.nullable() }),
    notes,
    files,
    ...ending,
  }),
  import: z.strictObject({
    ...changing('import'),
    prefix: text,
    folder: text,
    file: text,
    keys: z.array(
      z.strictObject({
        row: z.int(),
        ...owner,
        label: text,
        key: z.strictObject(accountKey).omit({ participant: true }).nullable(),
        result: z.enum(['planned', 'imported', 'had_it', 'left', 'not_started']),
        code: z
          .enum([
            'nobody',
            'not_in_roster',
            'twice',
            'several_keys',
            'refused',
            'management_key',
            'not_on_account',
            'ambiguous',
            'has_key',
            'elsewhere',
          ])
          .nullable(),
        reason: text.nullable(),
      }),
    ),
    totals: z.strictObject({ keys: z.int(), imported: z.int(), had_it: z.int(), left: z.int(), not_started: z.int() }),
    notes,
    files,
    ...ending,
  }),
  'tiers check': z.strictObject({
    ...onService('tiers check'),
    file: text,
    default: text.nullable(),
    tiers: z.array(
      z.strictObject({
        name: text,
        limit: limit.optional(),
        limit_reset: limit_reset.optional(),
        models: z
          .array(
            z.strictObject({
              id: text,
              canonical: text,
              prompt_price: z.number().nullable(),
              completion_price: z.number().nullable(),
              expiration_date: text.nullable(),
            }),
          )
          .nullable(),
      }),
    ),
    notices: z.array(issue),
  }),
  'tiers apply': z.strictObject({
    ...changing('tiers apply'),
    prefix: text,
    tiers,
    unused,
    changes: z.array(
      z.strictObject({
        change: text,
        name: text.nullable(),
        tier: text.nullable(),
        models: z.array(text).nullable(),
        keys: z.int().nullable(),
        result: z.enum([...notDone, 'done', 'gone']),
        reason: text.nullable(),
      }),
    ),
    notices: z.array(issue),
    notes,
    files,
    ...ending,
    next: notes,
  }),
  'tiers show': z.strictObject({
    ...onService('tiers show'),
    prefix: text,
    tiers,
    unused,
    without_tier: z.int(),
  }),
  'budget show': z.strictObject({
    ...onService('budget show'),
    workspace,
    include_byok: z.boolean().nullable(),
    budgets: z.array(z.strictObject({ period: budgetPeriod, limit: usd, keys_spent: usd.nullable() })),
  }),
  'budget set': changedBudgets('budget set'),
  'budget clear': changedBudgets('budget clear'),
  'roster check': z.strictObject({
    version: z.literal(1),
    file: text,
    sheet: text,
    header_row: z.int().nullable(),
    columns: z.record(text, z.array(text)),
    participants: z.array(
      z.strictObject({
        row: z.int(),
        rows: z.array(z.int()),
        emails: z.array(text),
        name: text,
        surname: text,
        limit: limit.optional(),
        expires: time.optional(),
        tier: text.optional(),
      }),
    ),
    totals: z.strictObject({ participants: z.int(), rows_without_key: z.record(text, z.int()) }),
    problems: z.array(issue),
    notices: z.array(issue),
  }),
  init: z.strictObject({
    ...changing('init'),
    files: z.array(z.strictObject({ name: text, action: z.enum(['written', 'added', 'kept', 'skipped']), note: text })),
    next: text,
  }),
  login: z.strictObject({
    ...changing('login'),
    profile: text.nullable(),
    label: label.nullable(),
    account: text.nullable(),
    base_url: text.nullable(),
    default: z.boolean(),
    replaces: label.nullable(),
    server: text.nullable(),
    store,
    notes,
  }),
  logout: z.strictObject({
    ...changing('logout'),
    profile: text.nullable(),
    server: text.nullable(),
    store,
    default: text.nullable(),
    profiles: z.array(text),
  }),
  profiles: z.strictObject({
    ...changing('profiles'),
    file: text,
    default: text.nullable(),
    profiles: z.array(
      z.strictObject({ name: text, label, account: text.nullable(), base_url: text, store, added_at: time }),
    ),
    mail: z.array(z.strictObject({ server: text, store, added_at: time })),
  }),
  whoami: z.strictObject({
    ...onService('whoami'),
    kind: z.enum(['management', 'regular']),
    base_url: text,
    variable: text.nullable(),
    variable_from: z.enum(['environment', '.env']).nullable(),
    profile: z
      .strictObject({ name: text, selected_by: z.enum(['--profile', 'ORKEYS_PROFILE', 'default']), store })
      .nullable(),
    key: z.strictObject({
      label: label.nullable(),
      is_management_key: z.boolean().nullable(),
      is_free_tier: z.boolean().nullable(),
      limit: limit.optional(),
      limit_remaining: limit,
      limit_reset,
      usage: usd.nullable(),
      expires_at: time.nullable(),
      creator_user_id: text.nullable(),
      organization_id: text.nullable(),
      workspace_id: text.nullable(),
    }),
    workspace: z.strictObject({ id: text, slug: text.nullable(), name: text.nullable() }).nullable(),
    credits: z.strictObject({ total_credits: usd, total_usage: usd }).nullable(),
    credit_left: usd.nullable(),
  }),
  doctor: z.strictObject({
    ...changing('doctor'),
    exit_code: z.int(),
    checks: z.array(
      z.strictObject({
        id: text,
        title: text,
        verdict: z.enum(['ok', 'warning', 'problem', 'skipped']),
        says: text,
        next: text.nullable(),
      }),
    ),
  }),
  'handout slips': handedOut('handout slips'),
  'handout files': handedOut('handout files'),
  'handout table': handedOut('handout table'),
  'handout drafts': handedOut('handout drafts'),
  'handout moodle': handedOut('handout moodle'),
  'handout sealed': handedOut('handout sealed').extend({ password: text.nullable() }),
  'handout template': z.strictObject({
    version: z.literal(1),
    command: z.literal('handout template'),
    template: text,
    placeholders: z.array(text),
  }),
  'mail send': z.strictObject({
    ...mailing('mail send'),
    dry_run: z.boolean(),
    server: text,
    from: text,
    mails: mailRows,
    totals: mailTotals,
    ...ending,
    outbox: text.nullable(),
    next: z.array(text),
  }),
  'mail status': z.strictObject({
    ...mailing('mail status'),
    mails: mailRows,
    totals: mailTotals,
    next: z.array(text),
  }),
  'mail preview': z.strictObject({
    ...mailing('mail preview'),
    participant: participant.nullable(),
    from: text.nullable(),
    to: z.array(text),
    subject: text,
    text,
    attachments: z.array(text),
  }),
  'mail test': z.strictObject({
    ...mailing('mail test'),
    dry_run: z.boolean(),
    to: text,
    server: text,
    message_id: text,
    accepted: z.boolean(),
  }),
  'mail settle': z.strictObject({
    ...mailing('mail settle'),
    dry_run: z.boolean(),
    mails: z.array(z.strictObject({ address: text, message_id: text, how: z.enum(['arrived', 'missing']) })),
  }),
  'mail template': z.strictObject({
    version: z.literal(1),
    command: z.literal('mail template'),
    subject: text,
    template: text,
    placeholders: z.array(text),
  }),
  export: z.strictObject({
    ...onService('export'),
    prefix: text,
    folder: text,
    totals: z.strictObject({ count: z.int() }),
    left_out: z.array(text),
    notes: z.array(text),
    files,
  }),
  'journal verify': z.strictObject({
    ...onService('journal verify'),
    prefix: text,
    folder: text,
    path: text,
    totals: z.strictObject({ count: z.int(), entries: z.int() }),
    logs: z.array(z.strictObject({ path: text, entries: z.int(), torn_bytes: z.int() })),
    torn_bytes: z.int(),
    purged_at: time.nullable(),
  }),
  'journal repair': mended('journal repair'),
  'journal rebuild': mended('journal rebuild'),
  'sandbox spend': z.strictObject({
    ...changing('sandbox spend'),
    prefix: text.nullable(),
    days: z.int(),
    totals: z.strictObject({ count: z.int(), active: z.int(), cost: usd, requests: z.int() }),
    models: z.array(text),
    next: notes,
  }),
  'share start': z.strictObject({
    ...shared('share start'),
    dry_run: z.boolean(),
    ...sharedLogs,
    backups: z.array(text),
    password: text.nullable(),
  }),
  'share join': z.strictObject({ ...shared('share join'), dry_run: z.boolean(), ...sharedLogs, passwords: z.int() }),
  'share status': z.strictObject({
    ...shared('share status'),
    database: text,
    member: text,
    server_version: text,
    read_only: z.boolean(),
    latency_ms: z.int(),
    passwords: z.array(text),
    logs: z.array(z.strictObject({ name: text, lines: z.int(), mirrored: z.int() })),
    in_use: z.array(
      z.strictObject({ lock: text, member: text, host: text, command: text, since: time, until: time.nullable() }),
    ),
  }),
  'share leave': z.strictObject({
    ...shared('share leave'),
    dry_run: z.boolean(),
    what: z.enum(['undo', 'to_file', 'forget']),
    lines: sharedLogs.lines.nullable(),
  }),
  'share restore': z.strictObject({
    ...shared('share restore'),
    dry_run: z.boolean(),
    database: text,
    deleted: z.boolean(),
    restored: z.boolean(),
    logs: z.array(
      z.strictObject({
        name: z.enum(['journal', 'usage', 'handouts']),
        state: z.enum(['same', 'behind', 'changed']),
        ...{ stored: z.int(), seen: z.int(), put_back: z.int(), unreadable: z.int() },
      }),
    ),
    password: text.nullable(),
  }),
  'share password list': z.strictObject({ ...shared('share password list'), database: text, passwords: z.array(text) }),
  'share password add': changedPasswords('share password add'),
  'share password remove': changedPasswords('share password remove'),
  'share sql': z.strictObject({ ...head('share sql'), sql: text }),
  purge: z.strictObject({
    ...head('purge'),
    dry_run: z.boolean(),
    sandbox: z.boolean(),
    prefix: text,
    folder: text,
    people: z.boolean(),
    working: z.array(text),
    removed: z.array(text),
    files,
    found: z.array(text),
    unread: z.array(text),
    totals: z.strictObject({ count: z.int(), files: z.int(), found: z.int(), unread: z.int() }),
  }),
  watch: z.union([
    z.strictObject({ ...watched('reading'), keys: z.int(), spent: usd, last_hour: usd, credit_left: usd.nullable() }),
    z.strictObject({
      ...watched('seen', 'notice', 'cleared', 'off_already', 'disabled', 'would_disable'),
      participant,
      key: z.strictObject({ name: text, hash: text, label: text.nullable() }).nullable(),
      rule: text,
      value: usd,
      threshold: usd.nullable(),
      undo: text.optional(),
    }),
    z.strictObject({ ...watched('withheld'), count: z.int(), at_most: z.int() }),
    z.strictObject({ ...watched('not_known'), hashes: z.array(text) }),
    z.strictObject({ ...watched('trouble', 'stopped'), message: text }),
  ]),
  sandbox: z.strictObject({ ...head('sandbox'), base_url: z.url(), management_key: text }),
  completion: z.strictObject({
    ...head('completion'),
    shell: z.enum(['bash', 'zsh', 'fish', 'powershell']),
    script: text,
  }),
  error: z.strictObject({
    error: z.strictObject({ code: text, message: text, hint: text.nullable(), issues: z.array(issue).optional() }),
  }),
} as const;
