import { CliError, EXIT } from '../../../src/errors.ts';
import type {
  AccountKey,
  ChangeOutcome,
  CreateOutcome,
  KeyListing,
  KeysApi,
  NewKey,
} from '../../../src/keys/account-key.ts';
import { tagOf } from '../../../src/keys/key-name.ts';
import { Secret } from '../../../src/secret.ts';
import type { Chance } from './chance.ts';
import type { Process } from './scheduler.ts';

interface StoredKey extends AccountKey {
  secret: string;
  /** listings show it from this moment on, ms */
  visibleAt: number;
}

/** An account with a clock of its own, whose answers get lost and whose lists lag. It knows what it made. */
export class SimulatedService {
  readonly keys = new Map<string, StoredKey>();
  readonly postsPerTag = new Map<string, number>();
  /** hashes that were patched or deleted, with the name that they had */
  readonly touched = new Map<string, string>();
  /** secrets whose journal line or rescue was acknowledged to a run */
  readonly acknowledged = new Set<string>();
  /** requests that change something and that arrived */
  changes = 0;
  clock = 0;
  readonly #chance: Chance;
  #late: { at: number; land(): void }[] = [];
  #made = 0;

  constructor(chance: Chance) {
    this.#chance = chance;
  }

  /** Somebody else's key. */
  addForeign(name: string): void {
    this.#store({ name, limit: 1, limit_reset: null, expires_at: null, include_byok_in_limit: false });
  }

  /** What was put off until then happens. */
  landDue(now: number): void {
    const due = this.#late.filter(({ at }) => at <= now);
    this.#late = this.#late.filter(({ at }) => at > now);
    for (const { land } of due) land();
  }

  /** `trouble` 0 = all goes well, 1 = hardly anything does. */
  api(process: Process, trouble: number): KeysApi {
    const chance = this.#chance;
    const goesWrong = (share = 1) => chance.happens(trouble * share);
    const read = async <T>(label: string, value: () => T): Promise<T> => {
      await process.step(`${label} sent`);
      if (goesWrong(0.2)) throw new CliError('unreachable', EXIT.UNREACHABLE, 'The service cannot be reached.');
      const answer = value();
      await process.step(`${label} answered`);
      return answer;
    };
    const change = async (label: string, hash: string, act: (key: StoredKey) => void): Promise<ChangeOutcome> => {
      await process.step(`${label} sent`);
      if (goesWrong(0.3)) return { result: 'not_started', reason: 'not reached' };
      if (goesWrong(0.3)) return { result: 'unresolved', reason: 'lost before commit' };
      this.changes += 1;
      const key = this.keys.get(hash);
      if (key) {
        this.touched.set(hash, key.name);
        act(key);
      }
      await process.step(`${label} committed`);
      if (goesWrong(0.4)) return { result: 'unresolved', reason: 'answer lost' };
      return key ? { result: 'done' } : { result: 'gone' };
    };
    return {
      getCurrentKey: () => read('GET /key', () => ({ is_management_key: true })),
      getCredits: () => read('GET /credits', () => ({ total_credits: 100, total_usage: 0 })),
      listWorkspaces: () => read('GET /workspaces', () => []),
      getKey: (hash) => read('GET /keys/hash', () => this.keys.get(hash)),
      listKeys: () => read('GET /keys', () => this.#list(goesWrong)),
      createKey: (wanted) => this.#create(wanted, process, goesWrong),
      updateKey: (hash, patch) => change('PATCH', hash, (key) => Object.assign(key, patch)),
      deleteKey: (hash) => change('DELETE', hash, () => void this.keys.delete(hash)),
    };
  }

  #list(goesWrong: (share: number) => boolean): KeyListing {
    const visible = [...this.keys.values()].filter((key) => key.visibleAt <= this.clock).reverse();
    const keys = visible.map(({ secret: _, visibleAt: __, ...key }) => key);
    if (!goesWrong(0.3)) return { keys, complete: true };
    const some = keys.filter(() => this.#chance.happens(0.7));
    return { keys: some, complete: false, incomplete_because: 'pages shifted' };
  }

  async #create(wanted: NewKey, process: Process, goesWrong: (share: number) => boolean): Promise<CreateOutcome> {
    await process.step('POST sent');
    if (goesWrong(0.15)) return { result: 'not_started', reason: 'not reached' };
    if (goesWrong(0.05)) {
      const stop = new CliError('unauthorized', EXIT.NOT_AUTHORIZED, 'The key was revoked.');
      return { result: 'not_started', reason: '401', status: 401, stop };
    }
    const tag = tagOf(wanted.name) ?? '';
    this.postsPerTag.set(tag, (this.postsPerTag.get(tag) ?? 0) + 1);
    this.changes += 1;
    if (goesWrong(0.1)) return { result: 'refused', reason: 'no such name', status: 400 };
    if (goesWrong(0.15)) return { result: 'unresolved', reason: 'lost before commit' };
    if (goesWrong(0.15)) {
      // Lands while this run still works, or long after it.
      const delay = this.#chance.happens(0.5) ? this.#chance.below(4000) : 60_000;
      this.#late.push({ at: this.clock + delay, land: () => this.#store(wanted) });
      return { result: 'unresolved', reason: 'timeout' };
    }
    const lag = goesWrong(0.3) ? this.#chance.pick([500, 2000, 30_000]) : 0;
    const key = this.#store(wanted, lag);
    await process.step('POST committed');
    if (goesWrong(0.2)) return { result: 'unresolved', reason: 'answer lost' };
    const { secret, visibleAt: _, ...facts } = key;
    if (goesWrong(0.05)) {
      const others = [...this.acknowledged];
      if (others.length > 0) return { result: 'done', secret: new Secret(this.#chance.pick(others)), facts };
    }
    return { result: 'done', secret: new Secret(secret), facts: goesWrong(0.1) ? {} : facts };
  }

  #store(wanted: NewKey, lag = 0): StoredKey {
    this.#made += 1;
    const number = String(this.#made).padStart(6, '0');
    const key: StoredKey = {
      ...wanted,
      hash: `hash-${number}`,
      label: `sk-or-v1-tes...${number.slice(2)}`,
      disabled: false,
      // Whoever got hold of a lost key may have used it.
      usage: this.#chance.happens(0.1) ? 0.25 : 0,
      secret: `sk-or-v1-test-secret-${number}`,
      visibleAt: this.clock + lag,
    };
    this.keys.set(key.hash, key);
    return key;
  }
}
