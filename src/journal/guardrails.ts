import type { JournalEntry } from './entry.ts';

/** What the journal records about one guardrail that orkeys asked for. */
export interface KnownGuardrail {
  /** of its intent */
  tag: string;
  tier: string;
  name: string;
  workspace_id: string | undefined;
  /** what it was last told to allow */
  models: readonly string[];
  /** time of its intent, ISO 8601 */
  issuedAt: string;
  /** pending: it may or may not exist; only the list of guardrails can tell */
  status: 'pending' | 'made' | 'not_made' | 'deleted';
  id: string | undefined;
}

/** The tiers that were last applied. */
export type TiersEntry = Extract<JournalEntry, { type: 'tiers' }>;
export type GuardrailEntry = Extract<
  JournalEntry,
  { type: 'guardrail' | 'guardrail_made' | 'guardrail_not_made' | 'guardrail_change' | 'guardrail_changed' }
>;

/** Entries about models, which result files do not tell of. */
export function isTierEntry(entry: JournalEntry): entry is GuardrailEntry | TiersEntry {
  return entry.type === 'tiers' || entry.type.startsWith('guardrail');
}

export function foldTierEntry(
  state: { tiers: TiersEntry | undefined; guardrails: Map<string, KnownGuardrail> },
  entry: GuardrailEntry | TiersEntry,
): void {
  const known = state.guardrails;
  switch (entry.type) {
    case 'tiers':
      state.tiers = entry;
      return;
    case 'guardrail': {
      const { tag, tier, name, workspace_id, models, at } = entry;
      known.set(tag, { tag, tier, name, workspace_id, models, issuedAt: at, status: 'pending', id: undefined });
      return;
    }
    case 'guardrail_made':
      update(known, entry.tag, { status: 'made', id: entry.id });
      return;
    case 'guardrail_not_made':
      update(known, entry.tag, { status: 'not_made' });
      return;
    case 'guardrail_change':
      return;
    case 'guardrail_changed': {
      const tag = [...known.values()].find(({ id }) => id === entry.id)?.tag;
      const isOver = entry.result === 'done' || entry.result === 'gone';
      if (tag === undefined || !isOver) return;
      if (entry.action === 'delete' || entry.result === 'gone') update(known, tag, { status: 'deleted' });
      else if (entry.models) update(known, tag, { models: entry.models });
    }
  }
}

function update(known: Map<string, KnownGuardrail>, tag: string, changes: Partial<KnownGuardrail>): void {
  const guardrail = known.get(tag);
  if (guardrail) known.set(tag, { ...guardrail, ...changes });
}
