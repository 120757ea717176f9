import * as z from 'zod/mini';
import { mailEntries } from './mail-entry.ts';

/** The newest format of handouts.jsonl that this version reads and writes. */
export const HANDOUTS_VERSION = 2;
/** The first format, which knows no mails. A log without mails stays in it, so that an older orkeys reads it. */
export const WITHOUT_MAILS = 1;

const text = z.string();

/** What was handed out to whom, without secrets. Paths are relative to the folder of the workshop, with `/`. */
const handoutEntry = z.discriminatedUnion('type', [
  z.object({ type: z.literal('handouts'), version: z.number(), at: text, prefix: text }),
  z.object({
    type: z.literal('handed'),
    at: text,
    /** `slips`, `files`, `table`, …: each way of handing out counts by itself */
    what: text,
    /** of the keys */
    tags: z.array(text),
    /** files that hold all of these keys */
    files: z.array(text),
    /** by tag: the folder that holds this key alone; of a key that a group shares, one for each member */
    folders: z.exactOptional(z.record(text, z.union([text, z.array(text)]))),
    /** by tag of a key that a group shares: which members had it */
    members: z.exactOptional(z.record(text, z.array(text))),
  }),
  ...mailEntries,
]);

export type HandoutEntry = z.infer<typeof handoutEntry>;

export function parseHandoutEntry(value: unknown): HandoutEntry | undefined {
  const parsed = handoutEntry.safeParse(value);
  return parsed.success ? parsed.data : undefined;
}
