import type { Session } from '../../connection/session.ts';
import type { Context } from '../../context.ts';
import { CliError } from '../../errors.ts';
import { fitOfLabel } from '../../journal/ownership.ts';
import type { KeyListing } from '../../keys/account-key.ts';
import { judgeAccepted, judgeRefused } from '../../keys/key-verdict.ts';
import { DEFAULT_BASE_URL } from '../../settings.ts';
import type { Progress } from '../../terminal/progress-types.ts';
import { mayBeSentTo, type SavedSecret } from '../../workshop/saved-secrets.ts';
import { isMarkedShared } from '../../workshop/shared-marker.ts';
import { workshopFolder } from '../../workshop/shelf.ts';
import { commandFor } from '../../workshop/workshop-id.ts';
import type { VerifiedKey } from './verified-key.ts';

/** The account, to check the keys against. */
export interface Account {
  session: Session;
  /** whether there is a management key */
  canManage: boolean;
  /** all keys on the account; undefined if they could not be listed */
  listing: KeyListing | undefined;
}

/** The pauses before new keys are tested again: one minute in total, in milliseconds. */
const PAUSES_MS = [2_000, 4_000, 8_000, 16_000, 30_000];

/** Tests every key, and new keys that are not accepted yet several times. An error that would affect every key stops it. */
export async function testKeys(chosen: readonly SavedSecret[], account: Account, ctx: Context, progress: Progress) {
  const { session } = account;
  const asked: VerifiedKey[] = chosen.map((saved) => ({ ...saved, verdict: 'not_tested', reason: undefined }));
  const { stop } = ctx.interrupts;
  let stopped = await askSome(chosen.keys(), () => progress.step());
  for (const pause of PAUSES_MS) {
    const tooNew = [...asked.keys()].filter((at) => asked[at]?.verdict === 'too_new');
    if (tooNew.length === 0 || stopped || stop.aborted) break;
    progress.note(
      `${tooNew.length} new ${tooNew.length === 1 ? 'key is' : 'keys are'} not accepted yet, testing again`,
    );
    await ctx.sleep(pause, stop);
    stopped = await askSome(tooNew.values(), () => undefined);
  }
  return { asked, stopped };

  /** Tests several keys at the same time, within the rate limit of the client. */
  async function askSome(indexes: Iterator<number>, onAnswer: () => void): Promise<CliError | undefined> {
    let failed: CliError | undefined;
    const worker = async () => {
      while (!failed && !stop.aborted) {
        const at = indexes.next().value;
        const saved = at === undefined ? undefined : chosen[at];
        if (at === undefined || !saved) return;
        try {
          asked[at] = await ask(saved, account, ctx.now());
          onAnswer();
        } catch (error) {
          if (!(error instanceof CliError)) throw error;
          failed ??= error;
        }
      }
    };
    await Promise.all(Array.from({ length: Math.min(session.concurrency, chosen.length) }, worker));
    return failed;
  }
}

/** The journal of a shared workshop is not rebuilt from what one computer has. */
function howToKnow({ prefix }: SavedSecret, { outRoot, locationArgs }: Session): string {
  const words = isMarkedShared(workshopFolder(outRoot, prefix)) ? ['share', 'status'] : ['journal', 'rebuild'];
  return commandFor({ prefix, locationArgs }, ...words);
}

async function ask(saved: SavedSecret, account: Account, now: Date): Promise<VerifiedKey> {
  const { session } = account;
  if (!mayBeSentTo(session.baseUrl, saved)) {
    const reason =
      saved.baseUrl === undefined
        ? `no journal records where it was created, so it is tested only at ${DEFAULT_BASE_URL}; to fix, run: ${howToKnow(saved, session)}`
        : `created at ${saved.baseUrl}, so it is not sent anywhere else`;
    return { ...saved, verdict: 'not_tested', reason };
  }
  const answer = await session.api.checkKey(saved.secret);
  if (answer.accepted && !(await isOnAccount(saved, account))) {
    return { ...saved, verdict: 'foreign', reason: 'works, but is not on this account' };
  }
  if (answer.accepted) {
    return { ...saved, key: { ...saved.key, ...answer.key }, ...judgeAccepted(answer.key, saved.planned) };
  }
  const { planned, disabled } = saved;
  const known = { planned, disabled, created_at: saved.key.created_at, status: answer.status };
  return { ...saved, ...judgeRefused(known, await lookUp(saved, account), now) };
}

/** With a management key, the account shows why a key is rejected; without one, the reason is unknown. */
async function lookUp({ key }: SavedSecret, { session, canManage }: Account) {
  if (key.hash === undefined || !canManage) return undefined;
  try {
    return (await session.api.getKey(key.hash)) ?? null;
  } catch (error) {
    if (error instanceof CliError) return undefined;
    throw error;
  }
}

/** A planted journal may contain the working secret of someone else, so the key must be on the account, by hash or name and by label. */
async function isOnAccount({ key, secret }: SavedSecret, { session, listing }: Account): Promise<boolean> {
  if (!listing) return true;
  const { hash, name } = key;
  const listed = listing.keys.find((each) => (hash === undefined ? each.name === name : each.hash === hash));
  // A new key may be missing from the list for a moment; a request for the key itself finds it immediately.
  const found = listed ?? (hash === undefined ? undefined : await session.api.getKey(hash));
  return found !== undefined && fitOfLabel(found.label, secret) !== 'contradicts';
}
