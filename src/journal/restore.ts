import { tagOf } from '../keys/key-name.ts';
import type { Participant } from '../roster/participant.ts';
import type { JournalEntry } from './entry.ts';
import { heldKeys, type JournalState } from './fold.ts';
import type { SavedKey } from './saved-keys.ts';

/**
 * Journal entries for keys that are in keys.json but not in the journal. No key is created: each existing key becomes an intent
 * and its secret, as if this journal had recorded it. A key that the journal records as deleted is skipped.
 *
 * @param at ISO 8601, for keys without a creation time
 * @param newTag for keys without a tag in their name
 */
export function restoreKeys(
  saved: readonly SavedKey[],
  state: JournalState,
  at: string,
  newTag: () => string,
): JournalEntry[] {
  const held = new Set(heldKeys(state).map(({ secret }) => secret?.reveal()));
  const entries: JournalEntry[] = [];
  for (const key of saved) {
    const tag = tagOf(key.name) ?? newTag();
    const known = state.attempts.get(tag);
    const isHeld = held.has(key.key) || (typeof key.hash === 'string' && state.tagByHash.has(key.hash));
    if (isHeld || (known !== undefined && known.status !== 'pending')) continue;
    held.add(key.key);
    const time = key.created_at ?? at;
    if (!known?.intent) entries.push(intentFor(key, tag, time));
    entries.push({ type: 'created', at: time, tag, key: key.key, facts: factsOf(key) });
    const isOver = key.status === 'revoked' || key.status === 'gone';
    if (isOver && key.hash) entries.push({ type: 'gone', at: time, hash: key.hash });
  }
  return entries;
}

function intentFor(key: SavedKey, tag: string, at: string): JournalEntry {
  return {
    type: 'intent',
    at,
    tag,
    person: tag,
    participant: participantOf(key),
    wanted: {
      name: key.name,
      limit: key.limit ?? null,
      limit_reset: key.limit_reset ?? null,
      expires_at: key.expires_at ?? null,
      include_byok_in_limit: false,
    },
  };
}

/** Whose a saved key is. */
export function participantOf({ participant, group }: SavedKey): Participant | null {
  if (group) {
    const { row, name } = group;
    const members = group.members.map((member) => ({ ...member, rows: [member.row] }));
    return { row, rows: members.map((member) => member.row), name, surname: '', emails: [], group: name, members };
  }
  return participant ? { ...participant, rows: [participant.row] } : null;
}

function factsOf(key: SavedKey) {
  return {
    name: key.name,
    limit: key.limit ?? null,
    limit_reset: key.limit_reset ?? null,
    expires_at: key.expires_at ?? null,
    ...(key.hash ? { hash: key.hash } : {}),
    ...(key.created_at === undefined ? {} : { created_at: key.created_at }),
    ...(key.status === 'disabled' ? { disabled: true } : {}),
  };
}
