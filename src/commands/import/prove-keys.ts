import type { Session } from '../../connection/session.ts';
import type { Context } from '../../context.ts';
import { fitOfLabel } from '../../journal/ownership.ts';
import type { KeyListing } from '../../keys/account-key.ts';
import type { FoundKey, KeyProof } from '../../plan/plan-import.ts';
import type { Secret } from '../../secret.ts';
import { createProgress } from '../../terminal/progress.ts';

export interface Proofs {
  proofOf(found: FoundKey): KeyProof;
  isManagementKey(found: FoundKey): boolean;
}

interface Tools {
  session: Session;
  listing: KeyListing;
  quiet: boolean;
}

/** Asks every key whether it works; it spends nothing. Throws CliError where the service gives no verdict. */
export async function proveKeys(found: readonly FoundKey[], tools: Tools, ctx: Context): Promise<Proofs> {
  const { session, listing, quiet } = tools;
  const secrets = new Map(found.map(({ secret }) => [secret.reveal(), secret]));
  const proofs = new Map<string, KeyProof>();
  const management = new Set<string>();
  const progress = await createProgress({ ctx, total: secrets.size, label: 'Testing keys', quiet });
  session.listenToWaits((text) => progress.note(text));
  const waiting = secrets.entries();
  const worker = async () => {
    for (const [text, secret] of waiting) {
      const answer = await session.api.checkKey(secret);
      if (answer.accepted && answer.key.is_management_key) management.add(text);
      proofs.set(text, answer.accepted ? { works: true } : { works: false, reason: whyNot(secret, answer, listing) });
      progress.step();
    }
  };
  await Promise.all(Array.from({ length: session.concurrency }, worker)).finally(() => progress.stop());
  return {
    proofOf: ({ secret }) => proofs.get(secret.reveal()) ?? { works: false, reason: 'it was not tested' },
    isManagementKey: ({ secret }) => management.has(secret.reveal()),
  };
}

function whyNot(secret: Secret, { reason }: { reason: string }, { keys }: KeyListing): string {
  const key = keys.find(({ label }) => fitOfLabel(label, secret) === 'fits');
  if (key?.disabled) return `it is disabled; enable ${key.name} first`;
  return key ? `it does not work: ${reason}` : `it does not work, and no key of this account fits it: ${reason}`;
}
