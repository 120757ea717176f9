import type { KeyObject } from 'node:crypto';
import { hashOfBody, NOTHING_BEFORE, openLine, sealLine } from './sealed-line.ts';

/** A body as it is stored, with its number. */
export interface SealedBody {
  seq: number;
  body: Uint8Array;
}

/** How far a log is known. */
export interface ChainEnd {
  generation: number;
  /** of the last body; -1 = none */
  seq: number;
  /** SHA-256 of the last body */
  hash: Uint8Array;
}

export interface ChainOf {
  key: KeyObject;
  workshop: string;
  log: string;
}

export function startOf(generation: number): ChainEnd {
  return { generation, seq: -1, hash: NOTHING_BEFORE };
}

/** Bodies for lines that follow `end`; the first of a generation is a mark, so that an empty log differs from a missing one. */
export function sealLines(
  chain: ChainOf,
  end: ChainEnd,
  lines: readonly string[],
  random: (bytes: number) => Uint8Array,
): { bodies: SealedBody[]; end: ChainEnd } {
  const bodies: SealedBody[] = [];
  let { seq, hash } = end;
  for (const line of end.seq < 0 ? [MARK, ...lines] : lines) {
    seq += 1;
    const body = sealLine(chain.key, { ...placeIn(chain, end.generation), seq, before: hash }, line, random);
    hash = hashOfBody(body);
    bodies.push({ seq, body });
  }
  return { bodies, end: { generation: end.generation, seq, hash } };
}

/** What begins every generation of a log. */
const MARK = 'orkeys';

export type OpenedChain = { lines: Buffer[]; end: ChainEnd; wrong?: undefined } | { wrong: number };

/** The lines of bodies that follow `end`; or the number of the first that is not what a member wrote there. */
export function openChain(chain: ChainOf, end: ChainEnd, bodies: readonly SealedBody[]): OpenedChain {
  const lines: Buffer[] = [];
  let { seq, hash } = end;
  for (const { seq: found, body } of bodies) {
    seq += 1;
    const place = { ...placeIn(chain, end.generation), seq, before: hash };
    const line = found === seq ? openLine(chain.key, place, body) : undefined;
    if (line === undefined) return { wrong: seq };
    hash = hashOfBody(body);
    if (seq > 0) lines.push(line);
  }
  return { lines, end: { generation: end.generation, seq, hash } };
}

function placeIn({ workshop, log }: ChainOf, generation: number) {
  return { workshop, log, generation };
}
