import * as z from 'zod/mini';

const text = z.string();
const addresses = z.array(text);
/** who got it, and which key of theirs */
const whose = { message_id: text, person: text, tag: text, to: addresses };
/** addresses of the same person that the server did not take */
const refused = z.array(z.object({ address: text, status: z.number(), reply: text }));

/** The lines of mails. `message_id` ties the lines of one mail together. Replies are words of a server, with keys masked. */
export const mailEntries = [
  /** a run begins */
  z.object({
    type: z.literal('mail_batch'),
    at: text,
    id: text,
    server: text,
    from: text,
    /** hash of subject and text before anything is put in */
    template: text,
    count: z.number(),
  }),
  /** on disk before the first byte of the text leaves; without a later line it is not known whether the mail arrived */
  z.object({
    type: z.literal('mailing'),
    at: text,
    batch: text,
    ...whose,
    hash: z.nullable(text),
    /** hash of subject and text without the key */
    content: text,
  }),
  z.object({ type: z.literal('mailed'), at: text, message_id: text, status: z.number(), reply: text, refused }),
  /** certainly not sent; `status` is null where the connection was lost */
  z.object({
    type: z.literal('not_mailed'),
    at: text,
    batch: text,
    ...whose,
    status: z.nullable(z.number()),
    reply: text,
    permanent: z.boolean(),
  }),
  z.object({ type: z.literal('mail_unknown'), at: text, message_id: text, reason: text }),
  /** somebody found out */
  z.object({
    type: z.literal('mail_settled'),
    at: text,
    message_id: text,
    how: z.enum(['arrived', 'missing']),
  }),
] as const;
