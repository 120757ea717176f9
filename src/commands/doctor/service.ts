import { hasManagementKey } from '../../connection/key-source.ts';
import { checkManagementKey, type Session } from '../../connection/session.ts';
import { listWholeAccount } from '../../connection/whole-account.ts';
import type { Context } from '../../context.ts';
import { CliError, EXIT } from '../../errors.ts';
import type { CurrentKey } from '../../keys/account-key.ts';
import { exposureOf } from '../../keys/exposure.ts';
import { formatUsd, subtractUsd } from '../../money.ts';
import { plural } from '../../plural.ts';
import { commandLine } from '../../terminal/command-line.ts';
import { formatDuration } from '../../terminal/time.ts';
import { type Check, clockAheadMs } from './check.ts';
import { check, type Finding, ok, skipped, warning } from './checks.ts';

export interface ServiceChecks {
  checks: Check[];
  /** undefined when the key does not manage keys or could not be asked */
  current: CurrentKey | undefined;
}

/** Who has a clock that is wrong by so much gets expiries that are wrong by as much; ms */
const NOTICEABLE_SKEW = 120_000;
const WRONG_CLOCK = 3_600_000;
const MOST_NAMES = 5;

/** What only the service can tell. `dateOf` gives the Date header of its latest answer. */
export async function checkService(
  session: Session | CliError,
  dateOf: () => string | undefined,
  ctx: Context,
): Promise<ServiceChecks> {
  if (session instanceof CliError) {
    const skip = (id: string, title: string) => check(id, title, () => skipped('not checked: see above'));
    return { checks: await Promise.all(TITLES.map(([id, title]) => skip(id, title))), current: undefined };
  }
  const answer = await session.api.getCurrentKey().catch(expected);
  const reached = !(answer instanceof CliError) || answer.exitCode === EXIT.NOT_AUTHORIZED;
  let current: CurrentKey | undefined;
  const checks = [
    await check('network', 'Network', () => {
      if (answer instanceof CliError && !reached) throw answer;
      return ok(session.sandbox ? 'the sandbox is reachable' : `${new URL(session.baseUrl).host} is reachable`);
    }),
    await check('clock', 'Clock', () => lookAtClock(dateOf(), ctx.now())),
    await check('management_key', 'Management key', async () => {
      if (!reached) return skipped('not checked: OpenRouter is unreachable');
      if (!hasManagementKey(session)) return skipped('not checked: no management key is set');
      if (answer instanceof CliError) throw answer;
      current = await checkManagementKey({ ...session, api: { ...session.api, getCurrentKey: async () => answer } });
      return ok(`${answer.label ?? 'accepted'}, can manage keys`);
    }),
  ];
  const allowed = current !== undefined;
  checks.push(
    await check('credit', 'Credit', () =>
      allowed ? lookAtCredit(session, ctx) : skipped('not checked: needs a management key'),
    ),
  );
  return { checks, current };
}

const TITLES = [
  ['network', 'Network'],
  ['clock', 'Clock'],
  ['management_key', 'Management key'],
  ['credit', 'Credit'],
] as const;

function lookAtClock(header: string | undefined, now: Date): Finding {
  const ahead = header === undefined ? undefined : clockAheadMs(header, now);
  if (ahead === undefined) return skipped('not checked: no response with a time');
  const size = Math.abs(ahead);
  if (size < NOTICEABLE_SKEW) return ok("matches OpenRouter's clock");
  const says = `this computer's clock is ${formatDuration(size)} ${ahead > 0 ? 'ahead of' : 'behind'} OpenRouter's; expiration times would be off by as much`;
  const next = "Correct this computer's clock, ideally by turning on automatic network time.";
  return size < WRONG_CLOCK ? warning(says, next) : { verdict: 'problem', says, next, exit: EXIT.PARTIAL };
}

async function lookAtCredit(session: Session, ctx: Context): Promise<Finding> {
  const [credits, listing] = await Promise.all([session.api.getCredits(), listWholeAccount(session.api, undefined)]);
  if (!listing.complete) return warning(`the key list is incomplete: ${listing.incomplete_because}`);
  const left = subtractUsd(credits.total_credits, credits.total_usage);
  const { living, spendable, unlimited, resetting } = exposureOf(listing.keys, ctx.now());
  const renewed = resetting > 0 ? ` (${resetting} reset regularly)` : '';
  const says = `${formatUsd(left)} remaining; ${plural(living, 'active key')} can still spend ${formatUsd(spendable)}${renewed}`;
  const more = 'Add credit at https://openrouter.ai/settings/credits';
  if (left <= 0 && living > 0)
    return { verdict: 'problem', says: `${says}: no key works without credit`, next: more, exit: EXIT.PARTIAL };
  const [first] = unlimited;
  if (first) {
    const names = unlimited.slice(0, MOST_NAMES).map(({ name }) => name);
    const rest = unlimited.length > MOST_NAMES ? ` and ${unlimited.length - MOST_NAMES} more` : '';
    return warning(
      `${says}; ${unlimited.length} without a limit: ${names.join(', ')}${rest}`,
      `Set a limit with: ${commandLine(['update', '--hash', first.hash.slice(0, 12), '--limit', '1', ...session.locationArgs])}`,
    );
  }
  return spendable > left ? warning(`${says}, more than the remaining credit`, more) : ok(says);
}

function expected(error: unknown): CliError {
  if (error instanceof CliError) return error;
  throw error;
}
