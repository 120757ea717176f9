import { hasManagementKey } from '../connection/key-source.ts';
import { accountOf, checkManagementKey, openSession, type Session } from '../connection/session.ts';
import { listWholeAccount } from '../connection/whole-account.ts';
import type { Context } from '../context.ts';
import { CliError } from '../errors.ts';
import { isLiving } from '../journal/attempt.ts';
import { heldKeys, type JournalState } from '../journal/fold.ts';
import { unprovenTags } from '../plan/unproven-keys.ts';
import type { LocalFlags } from '../workshop/local-workshop.ts';

/** What the account says of the keys in a journal. */
export interface Compared {
  /** tags of keys that the account does not have: their secrets are handed to nobody */
  unproven: ReadonlySet<string>;
  /** what the user should know */
  notes: readonly string[];
}

const NOTHING: Compared = { unproven: new Set(), notes: [] };

/**
 * Compares the keys in a journal with the account, where a management key of it is at hand and the account answers. Commands that
 * hand out keys need neither, so whatever is in the way is a note.
 */
export async function compareWithAccount(state: JournalState, flags: LocalFlags, ctx: Context): Promise<Compared> {
  if (!heldKeys(state).some(isLiving)) return NOTHING;
  try {
    return await compare(state, flags, ctx);
  } catch (error) {
    if (!(error instanceof CliError) || ctx.interrupts.stop.aborted) throw error;
    return notCompared(error.message);
  }
}

/** Patience for a computer without a network: seconds. */
const TIMEOUT = 10;

async function compare(state: JournalState, local: LocalFlags, ctx: Context): Promise<Compared> {
  const { sandbox, out, quiet, json } = local;
  const flags = { sandbox, out, concurrency: 4, rate: Number.POSITIVE_INFINITY, timeout: TIMEOUT, retries: 0 };
  const session = await openSession(flags, ctx, { key: 'optional', dryRun: true });
  try {
    if (!hasManagementKey(session)) return NOTHING;
    // Where the management key goes stands before it is sent.
    for (const warning of quiet || json ? [] : session.warnings) ctx.stderr.write(`Note: ${warning}\n`);
    const { base_url, account } = state.header ?? {};
    if (base_url !== session.baseUrl) return notCompared(`They were created at ${base_url}.`);
    const current = accountOf(await checkManagementKey(session));
    if (account !== undefined && current !== undefined && account !== current) {
      return notCompared('They belong to a different account than this management key.');
    }
    return await compareListed(state, session.api);
  } finally {
    await session.close();
  }
}

/** A list may lag behind, so a missing key is not proof: only a request for the key itself is. */
async function compareListed(state: JournalState, api: Session['api']): Promise<Compared> {
  const listing = await listWholeAccount(api, undefined);
  if (!listing.complete) return notCompared('The key list is incomplete.');
  const listed = new Set(listing.keys.map(({ hash }) => hash));
  const missing = heldKeys(state).flatMap((held) => {
    const { hash } = held.facts;
    return isLiving(held) && hash !== undefined && !listed.has(hash) ? [hash] : [];
  });
  const found = await Promise.all(missing.map((hash) => api.getKey(hash)));
  return { unproven: unprovenTags(state, [...listing.keys, ...found.flatMap((key) => key ?? [])]), notes: [] };
}

function notCompared(why: string): Compared {
  return { ...NOTHING, notes: [`The keys are not compared with the account. ${why}`] };
}
