import type { Context } from '../context.ts';
import { CliError, cannotSaveError } from '../errors.ts';
import type { Database } from '../postgres/database.ts';
import { isPassing } from '../postgres/database-error.ts';
import type { Lease } from '../postgres/lease.ts';
import { appendBodies, type FencedLog, lookAtBodies } from '../postgres/line-store.ts';
import { type ChainEnd, type ChainOf, type SealedBody, sealLines } from '../sealed-log/sealed-chain.ts';

export interface SinkTools {
  database: Database;
  chain: ChainOf;
  lease: Lease;
  /** how far the log is known, while the lease is held */
  end: ChainEnd;
  /** told what is stored, in order */
  onStored(lines: readonly string[], bodies: readonly SealedBody[], end: ChainEnd): Promise<void>;
  random: Context['random'];
  sleep: Context['sleep'];
}

interface Pending {
  line: string;
  resolve(): void;
  reject(error: Error): void;
}

/** ms before each further try; together less than 20 s */
const PAUSES = [200, 1000, 3000, 6000];
/** ms; whatever the statements take */
const LONGEST_DOUBT = 20_000;
/** of one statement */
const MOST_LINES = 500;
const MOST_CHARACTERS = 4_000_000;

/**
 * Appends lines to a log in a database; each is durable when its promise resolves. Lines that come while a statement is under way share the
 * next one. A lost answer is settled by looking: the same bytes under the same numbers are sent again, which adds nothing twice.
 */
export class SealedSink {
  readonly #tools: SinkTools;
  #end: ChainEnd;
  #waiting: Pending[] = [];
  #work: Promise<void> = Promise.resolve();
  #broken: Error | undefined;

  constructor(tools: SinkTools) {
    this.#tools = tools;
    this.#end = tools.end;
  }

  append(line: string): Promise<void> {
    if (/[\n\r]/.test(line)) return Promise.reject(new Error('A line to append must not contain line breaks.'));
    return new Promise((resolve, reject) => {
      this.#waiting.push({ line, resolve, reject });
      if (this.#waiting.length === 1) this.#work = this.#work.then(() => this.#storeWaiting());
    });
  }

  /** Waits for what was appended; afterwards every append is refused. */
  async close(): Promise<void> {
    await this.#work;
    this.#broken ??= new Error('The log is closed.');
  }

  /** Never rejects. */
  async #storeWaiting(): Promise<void> {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (let at = 0; at < waiting.length; ) {
      const some = waiting.slice(at, at + countOf(waiting, at));
      at += some.length;
      try {
        if (this.#broken) throw this.#broken;
        await this.#store(some.map(({ line }) => line));
        for (const line of some) line.resolve();
      } catch (error) {
        // What follows a line that may be missing would break the chain.
        const failure = error instanceof Error ? error : new Error(String(error));
        this.#broken ??= failure;
        for (const line of some) line.reject(failure);
      }
    }
  }

  async #store(lines: readonly string[]): Promise<void> {
    const { chain, random, onStored } = this.#tools;
    const { bodies, end } = sealLines(chain, this.#end, lines, random);
    await this.#send(bodies);
    this.#end = end;
    await onStored(lines, bodies, end);
  }

  async #send(bodies: readonly SealedBody[]): Promise<void> {
    const { database, sleep } = this.#tools;
    const began = performance.now();
    for (let attempt = 0; ; attempt += 1) {
      try {
        if ((await appendBodies(database, this.#fenced(), bodies, this.#end.hash)) === bodies.length) return;
        return await this.#settle(bodies);
      } catch (error) {
        const pause = PAUSES[attempt];
        if (error instanceof CliError) throw error;
        if (!isPassing(error) || pause === undefined || performance.now() - began > LONGEST_DOUBT) {
          throw database.explain(error);
        }
        await sleep(pause);
      }
    }
  }

  /** Nothing was added: because it is there already, because the lock is another run's, or because the database lost lines. */
  async #settle(bodies: readonly SealedBody[]): Promise<void> {
    const { database, lease, chain } = this.#tools;
    const stored = await lookAtBodies(
      database,
      this.#fenced(),
      bodies.map(({ seq }) => seq),
    );
    const bySeq = new Map(stored.map(({ seq, body }) => [seq, body]));
    if (bodies.every(({ seq, body }) => Buffer.compare(bySeq.get(seq) ?? Buffer.of(), body) === 0)) return;
    const state = await lease.look();
    if (state.epoch !== lease.epoch || state.generation !== lease.generation) throw await lease.noteLost();
    throw cannotSaveError('share_behind', `${database.where} lost lines of the ${chain.log} that were saved there.`, {
      hint: 'Another server may have taken over from it. See what is missing: orkeys share status',
    });
  }

  #fenced(): FencedLog {
    const { chain, lease } = this.#tools;
    return { workshop: chain.workshop, log: chain.log, generation: lease.generation, epoch: lease.epoch };
  }
}

/** How many lines from here on one statement takes: at least one. */
function countOf(waiting: readonly Pending[], from: number): number {
  let characters = 0;
  let count = 0;
  for (const { line } of waiting.slice(from, from + MOST_LINES)) {
    characters += line.length;
    if (count > 0 && characters > MOST_CHARACTERS) break;
    count += 1;
  }
  return count;
}
