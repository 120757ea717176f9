import type { KeyObject } from 'node:crypto';
import type { Context } from '../context.ts';
import { type CliError, usageError } from '../errors.ts';
import type { Database } from '../postgres/database.ts';
import { isPassing } from '../postgres/database-error.ts';
import { type Lease, lookAtLeases } from '../postgres/lease.ts';
import { readStoredLog, replaceBodies, type StoredLog } from '../postgres/line-store.ts';
import {
  type ChainEnd,
  type ChainOf,
  openChain,
  type SealedBody,
  sealLines,
  startOf,
} from '../sealed-log/sealed-chain.ts';
import { hashOfBody } from '../sealed-log/sealed-line.ts';
import type { LogName, OpenLog } from './log-keeper.ts';
import { SealedSink } from './sealed-sink.ts';
import type { SharedMarker } from './shared-marker.ts';
import { type Mirror, MirrorWriter, mirrorPath, readMirror, rewriteMirror } from './shared-mirror.ts';

interface LogParts {
  folder: string;
  marker: SharedMarker;
  database: Database;
  key: KeyObject;
}

/** One log of a shared workshop: what is stored, checked line by line against what this computer saw before. */
export class SharedLog {
  readonly #name: LogName;
  readonly #parts: LogParts;
  readonly #chain: ChainOf;
  readonly #ctx: Context;
  readonly #path: string;
  #mirror: Mirror | undefined;
  /** lines with their line breaks */
  #lines: Buffer[] = [];
  #end: ChainEnd = startOf(0);
  /** bodies that the mirror does not have yet */
  #fresh: SealedBody[] = [];

  constructor(name: LogName, parts: LogParts, ctx: Context) {
    this.#name = name;
    this.#parts = parts;
    this.#chain = { key: parts.key, workshop: parts.marker.workshop, log: name };
    this.#ctx = ctx;
    this.#path = mirrorPath(parts.folder, name);
  }

  /** All lines, as a file of them would be. Writes nothing. Throws CliError, exit 2 or 6. */
  async read(): Promise<Uint8Array> {
    await this.#refresh();
    return Buffer.concat(this.#lines);
  }

  /** As the database has it, whatever is known here. */
  async readAnew(): Promise<Uint8Array> {
    this.#mirror = { generation: 0, bodies: [], last: undefined, isUntidy: true };
    this.#end = startOf(0);
    return this.read();
  }

  /** The number of the last line; 0 = empty. Known after a read. */
  get length(): number {
    return Math.max(0, this.#end.seq);
  }

  /** Opens the log for appending, under its lock. */
  async open(lease: Lease): Promise<OpenLog & { close(): Promise<void> }> {
    await this.#refresh();
    await this.#saveMirror();
    const { database } = this.#parts;
    const writer = new MirrorWriter(this.#path, this.#end.generation);
    const sink = new SealedSink({
      ...{ database, lease, chain: this.#chain, end: this.#end, random: this.#ctx.random, sleep: this.#ctx.sleep },
      onStored: async (lines, bodies, end) => {
        this.#lines.push(...lines.map((line) => Buffer.from(`${line}\n`)));
        this.#end = end;
        await writer.add(bodies).catch(() => undefined);
      },
    });
    return {
      append: (line) => sink.append(line),
      readWhole: async () => Buffer.concat(this.#lines),
      // A statement adds whole lines or none.
      truncateTo: async () => undefined,
      close: async () => {
        await sink.close();
        await writer.close();
      },
    };
  }

  /** Puts other lines in the place of all, in one statement. Nothing of the old ones stays, here neither. */
  async replace(bytes: Uint8Array, lease: Lease): Promise<void> {
    await this.#refresh();
    await this.fill(bytes, lease);
  }

  /** The same without looking at what was there: for a log that is copied into the database. */
  async fill(bytes: Uint8Array, lease: Lease): Promise<void> {
    const { database } = this.#parts;
    const { workshop, log } = this.#chain;
    const lines = Buffer.from(bytes).toString('utf8').split('\n').slice(0, -1);
    const start = startOf(lease.generation + 1);
    const { bodies, end } = sealLines(this.#chain, start, lines, this.#ctx.random);
    const fenced = { workshop, log, generation: lease.generation, epoch: lease.epoch };
    const written = await replaceBodies(database, fenced, bodies).catch((error: unknown) => {
      if (!isPassing(error)) throw database.explain(error);
      return 0;
    });
    if (written !== bodies.length && !(await this.#isReplaced(end))) throw await lease.noteLost();
    this.#mirror = undefined;
    this.#end = end;
    this.#lines = lines.map((line) => Buffer.from(`${line}\n`));
    this.#fresh = [];
    await rewriteMirror(this.#path, end.generation, bodies, this.#ctx);
  }

  /** What this computer saw of the log, whatever the database has now. */
  async mirrored(): Promise<Mirror> {
    return readMirror(this.#path);
  }

  /** Saves what was read, so that the next opening is fast and a database that forgets is noticed. */
  async save(): Promise<void> {
    await this.#saveMirror();
  }

  async #isReplaced(end: ChainEnd): Promise<boolean> {
    const { database, marker } = this.#parts;
    try {
      const state = (await lookAtLeases(database, marker.workshop)).get(
        this.#name === 'journal' ? 'journal' : this.#name,
      );
      if (state?.generation !== end.generation) return false;
      const stored = await readStoredLog(database, this.#chain, { generation: end.generation, seq: end.seq });
      const last = stored?.bodies.at(-1);
      return last !== undefined && Buffer.compare(hashOfBody(last.body), end.hash) === 0;
    } catch (error) {
      throw database.explain(error);
    }
  }

  async #refresh(): Promise<void> {
    const { database } = this.#parts;
    this.#mirror ??= await this.#load();
    const from = { generation: this.#end.generation, seq: Math.max(0, this.#end.seq) };
    const stored = await readStoredLog(database, this.#chain, from).catch((error: unknown) => {
      throw database.explain(error);
    });
    if (!stored) throw this.#damaged(0);
    this.#take(stored, this.#mirror);
  }

  async #load(): Promise<Mirror> {
    const mirror = await readMirror(this.#path);
    const opened = openChain(this.#chain, startOf(mirror.generation), mirror.bodies);
    // What is wrong in the mirror is fetched again.
    if (opened.wrong !== undefined) return { ...mirror, bodies: [], isUntidy: true };
    this.#lines = opened.lines.map(withBreak);
    this.#end = opened.end;
    return mirror;
  }

  #take({ generation, bodies }: StoredLog, mirror: Mirror): void {
    if (generation < Math.max(this.#end.generation, mirror.generation)) throw this.#behind(bodies, 'an older copy');
    let more = bodies;
    if (generation > this.#end.generation || this.#end.seq < 0) {
      this.#end = startOf(generation);
      this.#lines = [];
      this.#fresh = [];
    } else {
      // It overlaps by one line: the last that is known here.
      const [known] = more;
      if (known?.seq !== this.#end.seq || Buffer.compare(hashOfBody(known.body), this.#end.hash) !== 0) {
        throw this.#behind(bodies, 'an older copy');
      }
      more = more.slice(1);
    }
    const opened = openChain(this.#chain, this.#end, more);
    if (opened.wrong !== undefined) throw this.#damaged(opened.wrong);
    if (opened.end.seq < 0) throw this.#damaged(0);
    const { last } = mirror;
    if (mirror.generation === generation && last && last.seq > opened.end.seq)
      throw this.#behind(bodies, 'an older copy');
    for (const line of opened.lines) this.#lines.push(withBreak(line));
    this.#end = opened.end;
    this.#fresh.push(...more);
  }

  async #saveMirror(): Promise<void> {
    const mirror = this.#mirror;
    if (!mirror || (this.#fresh.length === 0 && !mirror.isUntidy)) return;
    const { generation } = this.#end;
    const known = mirror.generation === generation ? mirror.bodies : [];
    const bodies = [...known, ...this.#fresh];
    if (known.length === 0 || mirror.isUntidy) await rewriteMirror(this.#path, generation, bodies, this.#ctx);
    else {
      const writer = new MirrorWriter(this.#path, generation);
      await writer.add(this.#fresh).finally(() => writer.close());
    }
    this.#mirror = { generation, bodies, last: bodies.at(-1), isUntidy: false };
    this.#fresh = [];
  }

  #behind(bodies: readonly SealedBody[], what: string): CliError {
    const { database } = this.#parts;
    const ends = bodies.at(-1)?.seq;
    const seen = Math.max(this.#end.seq, this.#mirror?.last?.seq ?? 0);
    const facts =
      ends === undefined
        ? `lacks line ${seen}, which this computer saw`
        : `ends at line ${ends}, and this computer saw ${seen}`;
    return usageError(
      'share_behind',
      `The ${this.#name} in ${database.where} ${facts}: it is ${what}. Nothing was changed.`,
      {
        hint: `To put back what this computer saw, run: orkeys share restore ${this.#parts.marker.prefix}`,
      },
    );
  }

  #damaged(line: number): CliError {
    const { database, marker } = this.#parts;
    return usageError(
      'share_damaged',
      `Line ${line} of the ${this.#name} in ${database.where} is not what a member of ${marker.prefix} wrote. Nothing was changed.`,
      {
        hint: `Somebody changed it in the database. To put back what this computer saw, run: orkeys share restore ${marker.prefix}`,
      },
    );
  }
}

const BREAK = Buffer.from('\n');

function withBreak(line: Buffer): Buffer {
  return Buffer.concat([line, BREAK]);
}
