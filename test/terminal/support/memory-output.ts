import type { Output } from '../../../src/context.ts';

/** An output that remembers what was written. */
export interface MemoryOutput extends Output {
  text(): string;
}

export function memoryOutput({ isTTY = false, columns = 80 } = {}): MemoryOutput {
  const written: string[] = [];
  return { isTTY, columns, write: (text) => void written.push(text), text: () => written.join('') };
}
