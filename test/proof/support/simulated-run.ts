import { applyPlan } from '../../../src/apply/apply-plan.ts';
import { applyUntilResolved } from '../../../src/apply/apply-until-resolved.ts';
import type { ApplyDeps } from '../../../src/apply/step.ts';
import { surveyAccount } from '../../../src/apply/survey.ts';
import type { CliError } from '../../../src/errors.ts';
import { decodeJournal } from '../../../src/journal/codec.ts';
import { foldJournal, type JournalState } from '../../../src/journal/fold.ts';
import { createJournal, type Journal, type LineSink } from '../../../src/journal/journal.ts';
import { adoptRescued, rescuedLines } from '../../../src/journal/rescue.ts';
import type { KeysApi } from '../../../src/keys/account-key.ts';
import { hasPrefix } from '../../../src/keys/key-name.ts';
import type { Change } from '../../../src/plan/change.ts';
import { planProvision } from '../../../src/plan/plan-provision.ts';
import { planRevoke } from '../../../src/plan/plan-revoke.ts';
import type { Participant } from '../../../src/roster/participant.ts';
import type { Chance } from './chance.ts';
import type { Process } from './scheduler.ts';
import type { SimulatedService } from './simulated-service.ts';

export const PREFIX = 'W';

export interface Simulation {
  chance: Chance;
  service: SimulatedService;
  disk: JournalPlace;
}

/** Where the journal is, and the home of its user as last resort. */
export interface JournalPlace {
  read(): Uint8Array;
  truncateTo(bytes: number): void;
  /** `failShare`: how often an append fails */
  open(process: Process, failShare: number): LineSink;
  /** rescued lines by tag */
  readonly home: Map<string, string>;
  /** Whether the workshop is still this run's; the error that ends it if not. Always when absent. */
  stillHeld?(): Promise<CliError | undefined>;
}

export interface RunOptions {
  participants: readonly Participant[];
  /** 0 = all goes well */
  trouble: number;
  /** how often an append to the journal fails */
  diskFails: number;
  interrupt: AbortSignal;
}

const DEFAULTS = { limit: 1, limit_reset: null, expires_at: null, include_byok_in_limit: false } as const;

/** What `provision` does between its locks and its screens, on the simulated disk and service. */
export async function simulateProvision(sim: Simulation, process: Process, options: RunOptions): Promise<Change[]> {
  const { journal, deps } = openSimulated(sim, process, options);
  await startJournal(journal, sim);
  const survey = {
    api: deps.api,
    sleep: deps.sleep,
    stop: options.interrupt,
    recheckMs: 3000,
    workspaces: [undefined],
  };
  const planFor = (state: JournalState, found: Awaited<ReturnType<typeof surveyAccount>>) =>
    planProvision({
      prefix: PREFIX,
      participants: options.participants,
      state,
      ...found,
      defaults: DEFAULTS,
      createDuplicates: true,
      decisions: { same: [], fresh: [] },
    }).changes;
  const plan = planFor(journal.state, await surveyAccount(journal.state, survey));
  await applyUntilResolved(plan, {
    ...deps,
    survey,
    replan: (state, found) => planFor(state, found).filter((change) => change.kind === 'create'),
  });
  return plan;
}

/** What `revoke` does between its locks and its screens. */
export async function simulateRevoke(sim: Simulation, process: Process, options: RunOptions): Promise<Change[]> {
  const { journal, deps } = openSimulated(sim, process, options);
  const listing = await deps.api.listKeys();
  if (!listing.complete) return [];
  const plan = planRevoke(
    listing.keys.filter(({ name }) => hasPrefix(name, PREFIX)),
    journal.state,
    false,
  );
  await startJournal(journal, sim);
  await applyPlan(plan, deps);
  return plan;
}

/** What the journal says now. Fails where a line is damaged: crashes tear only the last one. */
export function readState({ disk }: Simulation): JournalState {
  const text = decodeJournal(disk.read());
  if (text.damaged.length > 0) throw new Error(`damaged: ${JSON.stringify(text.damaged)}`);
  return foldJournal(text.entries);
}

function openSimulated(sim: Simulation, process: Process, options: RunOptions) {
  const { service, disk, chance } = sim;
  const text = decodeJournal(disk.read());
  disk.truncateTo(text.completeBytes);
  const now = () => new Date(1_700_000_000_000 + service.clock);
  const sink = disk.open(process, options.diskFails);
  const kept = createJournal({ state: readState(sim), sink, now });
  const journal: Journal = {
    ...kept,
    append: async (entry) => {
      await kept.append(entry);
      if (entry.type === 'created' && entry.key !== undefined) service.acknowledged.add(entry.key);
    },
  };
  const deps: ApplyDeps & { sleep(ms: number): Promise<void> } = {
    api: whileHeld(service.api(process, options.trouble), disk),
    journal,
    random: (bytes) => chance.bytes(bytes),
    concurrency: 1 + chance.below(4),
    stop: options.interrupt,
    rescue: async ({ tag, secret, line }) => {
      await process.step('rescue');
      if (chance.happens(0.3)) return undefined;
      disk.home.set(tag, rescuedLines(journal.state, tag, line));
      service.acknowledged.add(secret.reveal());
      return `/home/.orkeys/${tag}`;
    },
    sleep: async (ms) => {
      service.clock += ms;
      await process.step('slept');
    },
  };
  return { journal, deps };
}

/** As the client of the service asks before each change that it sends. */
function whileHeld(api: KeysApi, { stillHeld = async () => undefined }: JournalPlace): KeysApi {
  const unless = async <T>(send: () => Promise<T>) => {
    const stop = await stillHeld();
    return stop ? ({ result: 'not_started', reason: stop.message, stop } as const) : send();
  };
  return {
    ...api,
    createKey: (wanted) => unless(() => api.createKey(wanted)),
    updateKey: (hash, patch) => unless(() => api.updateKey(hash, patch)),
    deleteKey: (hash, how) => (how?.always ? api.deleteKey(hash) : unless(() => api.deleteKey(hash))),
  };
}

async function startJournal(journal: Journal, { disk }: Simulation): Promise<void> {
  if (!journal.state.header) {
    await journal.append({ type: 'journal', version: 1, prefix: PREFIX, base_url: 'sandbox', account: undefined });
  }
  for (const [tag, text] of [...disk.home]) {
    await adoptRescued(journal, decodeJournal(Buffer.from(text)).entries);
    disk.home.delete(tag);
  }
}
