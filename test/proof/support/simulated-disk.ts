import { cannotSaveError } from '../../../src/errors.ts';
import type { LineSink } from '../../../src/journal/journal.ts';
import type { Chance } from './chance.ts';
import type { Process } from './scheduler.ts';

/** One journal file whose bytes may be written and not yet synced, and the user's home as last resort. */
export class SimulatedDisk {
  /** what a power cut leaves for sure */
  #durable = new Uint8Array();
  #unsynced = new Uint8Array();
  /** rescued lines by tag */
  readonly home = new Map<string, string>();
  readonly #chance: Chance;

  constructor(chance: Chance) {
    this.#chance = chance;
  }

  /** After a crash: what was synced, and any part of the rest. A torn line is a real one. */
  crash(): void {
    const kept = this.#unsynced.subarray(0, this.#chance.below(this.#unsynced.length + 1));
    this.#durable = Buffer.concat([this.#durable, kept]);
    this.#unsynced = new Uint8Array();
  }

  read(): Uint8Array {
    return Buffer.concat([this.#durable, this.#unsynced]);
  }

  truncateTo(bytes: number): void {
    this.#durable = Uint8Array.from(this.read().subarray(0, bytes));
    this.#unsynced = new Uint8Array();
  }

  /** `failShare`: how often an append fails; after the first failure all do. Lines end in the order in which they began. */
  open(process: Process, failShare: number): LineSink {
    let broken: Error | undefined;
    let last: Promise<void> = Promise.resolve();
    const put = async (line: string) => {
      if (!broken && this.#chance.happens(failShare)) {
        broken = cannotSaveError('disk_full', 'Cannot save journal.jsonl: the disk is full.');
        this.#unsynced = new Uint8Array();
      }
      if (broken) throw broken;
      this.#unsynced = Buffer.concat([this.#unsynced, Buffer.from(`${line}\n`)]);
      await process.step('journal write');
      if (broken) throw broken;
      this.#durable = Buffer.concat([this.#durable, this.#unsynced]);
      this.#unsynced = new Uint8Array();
      await process.step('journal sync');
    };
    return {
      append: async (line) => {
        const before = last;
        let done = () => {};
        last = new Promise((resolve) => {
          done = resolve;
        });
        try {
          await before;
          await put(line);
        } finally {
          done();
        }
      },
    };
  }
}
