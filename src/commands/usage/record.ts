import type { Session } from '../../connection/session.ts';
import type { Context } from '../../context.ts';
import { CliError, EXIT } from '../../errors.ts';
import type { AccountKey } from '../../keys/account-key.ts';
import { dayEntries, keysEntry, readingEntry } from '../../usage/record-usage.ts';
import { appendUsage } from '../../workshop/usage-log.ts';
import type { Answers } from './ask.ts';
import type { CountedWorkshop } from './subjects.ts';

/** Adds answers to usage.jsonl of each workshop. Where that fails, nothing is lost but the record: a sentence about each. */
export async function recordAnswers(
  workshops: readonly CountedWorkshop[],
  { days }: Answers,
  listed: readonly AccountKey[],
  session: Session,
  ctx: Context,
): Promise<string[]> {
  const notes: string[] = [];
  for (const { prefix, spenders, history } of workshops) {
    const keys = spenders.flatMap(({ keys, person }) => keys.map(({ hash, name }) => ({ hash, name, person })));
    const hashes = new Set(keys.map(({ hash }) => hash));
    const id = { outRoot: session.outRoot, prefix, baseUrl: session.baseUrl, account: undefined };
    const counts = new Map([...days].filter(([hash]) => hashes.has(hash)));
    const present = listed.filter(({ hash }) => hashes.has(hash));
    try {
      const steps = [
        (now: CountedWorkshop['history']) => keysEntry(now, keys),
        (now: CountedWorkshop['history']) => dayEntries(now, counts),
        (now: CountedWorkshop['history']) => readingEntry(now, present),
      ];
      notes.push(...(await appendUsage(id, history, steps, ctx)));
    } catch (error) {
      if (!(error instanceof CliError) || error.exitCode === EXIT.USAGE) throw error;
      notes.push(`usage.jsonl of ${prefix} was not updated: ${error.message} The next orkeys usage asks again`);
    }
  }
  return notes;
}
