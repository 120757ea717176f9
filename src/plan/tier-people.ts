import type { Issue } from '../errors.ts';
import { type HeldAttempt, isLiving, rememberedKey } from '../journal/attempt.ts';
import { heldKeys, type JournalState } from '../journal/fold.ts';
import { judgeOwnership } from '../journal/ownership.ts';
import { assignPeople } from '../journal/people.ts';
import type { AccountKey } from '../keys/account-key.ts';
import { nearMisses } from '../near-misses.ts';
import type { Participant } from '../roster/participant.ts';
import type { Tier } from './model-ids.ts';
import { foldTier } from './tiers-file.ts';

/** Tiers, and the one of participants whose roster names none. */
export interface TierSet {
  tiers: readonly Tier[];
  default: string | undefined;
}

/** What the hash of a key begins with that is still to be created. */
export const PLANNED_KEY = 'planned ';

/** A key, and the tier that it belongs to. */
export interface TierKey {
  participant: Participant;
  tier: Tier;
  hash: string;
  name: string;
  /** absent = the default one */
  workspace_id: string | undefined;
  /** somebody gave it another name outside orkeys, so it is only named */
  renamed?: true;
}

export function tierOf({ tier }: Pick<Participant, 'tier'>, set: TierSet): Tier | undefined {
  const name = tier ?? set.default;
  return name === undefined ? undefined : set.tiers.find((each) => foldTier(each.name) === foldTier(name));
}

/** The settings that a tier gives to its keys, where the row has none of its own. */
export type TierTermsOf = (participant: Participant) => Pick<Tier, 'limit' | 'limit_reset'> | undefined;

/** Everybody whose tier is none of these, all at once. */
export function unknownTiers(participants: readonly Participant[], set: TierSet): Issue[] {
  const names = set.tiers.map(({ name }) => name);
  return participants.flatMap((participant): Issue[] => {
    if (tierOf(participant, set)) return [];
    const { row, tier } = participant;
    if (tier === undefined) {
      return [{ code: 'no_tier', row, message: 'This row names no tier, and the tiers have no default.' }];
    }
    const near = nearMisses(tier, names, 1)[0];
    const message = `There is no such tier.${near === undefined ? '' : ` Did you mean ${near}?`}`;
    return [{ code: 'unknown_tier', row, message, value: tier }];
  });
}

/** The working keys of these people. */
export function tierKeys(
  state: JournalState,
  participants: readonly Participant[] | undefined,
  set: TierSet,
  listed: readonly AccountKey[],
  gone: ReadonlySet<string>,
): TierKey[] {
  const byHash = new Map(listed.map((key) => [key.hash, key]));
  const keys = keysOfPeople(state, participants).flatMap(({ participant, held }): TierKey[] => {
    const tier = tierOf(participant, set);
    const { hash } = held.facts;
    if (!tier || hash === undefined || gone.has(hash)) return [];
    const key = byHash.get(hash);
    // A journal line alone does not say whose a key is. A key that was just created may be missing from the list.
    const ownership = key ? judgeOwnership(held, key) : 'ours';
    if (ownership === 'foreign') return [];
    const { name, workspace_id = held.facts.workspace_id } = key ?? rememberedKey(held);
    return [{ participant, tier, hash, name, workspace_id, ...(ownership === 'renamed' ? { renamed: true } : {}) }];
  });
  // A response may lack the workspace: then it is the one in which the others are.
  const home = keys.find(({ workspace_id }) => workspace_id !== undefined)?.workspace_id;
  return keys.map((key) => ({ ...key, workspace_id: key.workspace_id ?? home }));
}

/** Whose keys a workshop has: the participants of the remembered roster, or else those that keys were created for. */
export function tierParticipants(state: JournalState): Participant[] {
  return state.roster?.participants ?? keysOfPeople(state, undefined).map(({ participant }) => participant);
}

function keysOfPeople(
  state: JournalState,
  participants: readonly Participant[] | undefined,
): { participant: Participant; held: HeldAttempt }[] {
  if (!participants) {
    return heldKeys(state)
      .filter(isLiving)
      .flatMap((held) => (held.participant ? [{ participant: held.participant, held }] : []));
  }
  const known = assignPeople(state, participants);
  return participants.flatMap((participant) =>
    known(participant)
      .flatMap(({ attempts }) => attempts.filter(isLiving))
      .map((held) => ({ participant, held })),
  );
}
