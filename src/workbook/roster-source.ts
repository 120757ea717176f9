/** Where a roster comes from: a file, or bytes that were read already (standard input, a pipe). */
export type RosterSource = { file: string; path: string } | { file: string; bytes: Uint8Array };

/** in bytes; 100,000 people take about 5 MB */
export const MAX_ROSTER_BYTES = 150 * 2 ** 20;
