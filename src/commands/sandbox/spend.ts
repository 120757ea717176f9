import { openSandboxAccount } from '../../connection/local-sandbox.ts';
import { locationArgsOf, outRootOf } from '../../connection/session.ts';
import type { Context } from '../../context.ts';
import { cannotSaveError, EXIT, type ExitCode, usageError } from '../../errors.ts';
import { hasPrefix, withoutTag } from '../../keys/key-name.ts';
import { sumUsd } from '../../money.ts';
import type { SandboxAccount } from '../../sandbox/account.ts';
import { commandLine } from '../../terminal/command-line.ts';
import { printJson } from '../../terminal/json.ts';
import { type DemoKey, type DemoUse, planDemoSpending } from './demo-spending.ts';
import { renderSpent, type SpentView, spentJson } from './spend-screen.ts';

export interface SandboxSpendOptions {
  /** undefined = all keys */
  prefix: string | undefined;
  days: number;
  /** output folder as typed */
  out: string | undefined;
  json: boolean;
  quiet: boolean;
  dryRun: boolean;
}

/** Lets the keys of the sandbox in an output folder spend. Opens no connection, so it can touch no other account. */
export async function runSandboxSpend(options: SandboxSpendOptions, ctx: Context): Promise<ExitCode> {
  const { prefix, days, out, json, dryRun } = options;
  const location = { sandbox: true, out };
  const root = outRootOf(location, ctx);
  const file = openSandboxAccount(root, ctx);
  try {
    const keys = file === undefined ? [] : demoKeys(file.account, prefix);
    if (file === undefined || keys.length === 0) throw noKeys(prefix, root, location, ctx);
    const uses = planDemoSpending(keys, { days, now: ctx.now(), hasUsage: usageOf(file.account) });
    if (!dryRun) save(uses, file.account, root);
    const shown = [
      ...(prefix === undefined ? [] : ['--prefix', prefix]),
      ...(days > USUAL_DAYS ? ['--days', String(days)] : []),
    ];
    const next = commandLine(['usage', ...shown, ...locationArgsOf(location)], ctx.env);
    const view = { ...totalsOf(uses), keys: keys.length, prefix, days, dryRun, next };
    if (json) printJson(ctx, spentJson(view));
    else ctx.stdout.write(renderSpent(view, ctx.stdout));
    return EXIT.OK;
  } finally {
    file?.close();
  }
}

/** What `usage` shows if nothing else is asked for. */
const USUAL_DAYS = 7;

/** Keys that work. */
function demoKeys(account: SandboxAccount, prefix: string | undefined): DemoKey[] {
  return account.toJSON().keys.flatMap(({ hash, name, disabled }) => {
    const { limit_remaining: remaining } = account.getKey(hash).data;
    const isSelected = !disabled && remaining !== 0 && (prefix === undefined || hasPrefix(name, prefix));
    return isSelected ? [{ hash, person: withoutTag(name), remaining }] : [];
  });
}

/** Whether a person spent anything on a day, with whichever key, also one that was deleted since. */
function usageOf(account: SandboxAccount): (person: string, day: string) => boolean {
  const { keys, deleted = [], usage = [] } = account.toJSON();
  const people = new Map([...deleted, ...keys].map(({ hash, name }) => [hash, withoutTag(name)]));
  const known = new Set(usage.map(({ hash, day }) => `${day} ${people.get(hash)}`));
  return (person, day) => known.has(`${day} ${person}`);
}

function save(uses: readonly DemoUse[], account: SandboxAccount, root: string): void {
  try {
    for (const { hash, usd, ...details } of uses) account.spend(hash, usd, details);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw cannotSaveError('sandbox_state', `Cannot save the sandbox account in ${root}: ${reason}`, {
      hint: 'Make room, or make the file writable. Then run the same command again: it adds what is missing.',
      cause,
    });
  }
}

function totalsOf(uses: readonly DemoUse[]): Pick<SpentView, 'cost' | 'requests' | 'active' | 'models'> {
  return {
    cost: sumUsd(uses.map(({ usd }) => usd)),
    requests: uses.reduce((sum, { requests }) => sum + requests, 0),
    active: new Set(uses.map(({ hash }) => hash)).size,
    models: [...new Set(uses.map(({ model }) => model))].sort(),
  };
}

function noKeys(
  prefix: string | undefined,
  root: string,
  location: { sandbox: boolean; out: string | undefined },
  { env }: Context,
) {
  const which = prefix === undefined ? 'No simulated key' : `No simulated key with the prefix ${prefix}`;
  const example = commandLine(['provision', 'participants.xlsx', '--limit', '1', ...locationArgsOf(location)], env);
  return usageError('nothing_selected', `${which} can spend in ${root}.`, {
    hint: `Create simulated keys first: ${example}`,
  });
}
