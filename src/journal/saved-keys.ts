import * as z from 'zod/mini';
import { parseJson } from '../parse-json.ts';
import type { ResultKey } from './results.ts';

const optionalText = z.optional(z.nullable(z.string()));

const person = z.object({ row: z.number(), name: z.string(), surname: z.string(), emails: z.array(z.string()) });

/** Only the secret and the name are required: other damaged or missing fields must not cost a key. */
const savedKey = z.object({
  key: z.string(),
  name: z.string(),
  hash: z.catch(optionalText, null),
  limit: z.catch(z.optional(z.nullable(z.number())), null),
  limit_reset: z.catch(z.optional(z.nullable(z.enum(['daily', 'weekly', 'monthly']))), null),
  expires_at: z.catch(optionalText, null),
  created_at: z.catch(z.optional(z.string()), undefined),
  status: z.catch(z.optional(z.string()), undefined),
  participant: z.catch(z.optional(z.nullable(person)), null),
  group: z.catch(z.optional(z.object({ row: z.number(), name: z.string(), members: z.array(person) })), undefined),
});

/** A key in keys.json, as far as it could be read. */
export type SavedKey = Pick<ResultKey, 'key' | 'name'> & z.infer<typeof savedKey>;

const savedResults = z.object({ keys: z.array(z.unknown()) });

/** The keys in keys.json; undefined if the file is not valid. Entries without a secret or name are skipped. */
export function readSavedKeys(bytes: Uint8Array): SavedKey[] | undefined {
  const results = savedResults.safeParse(parseJson(new TextDecoder().decode(bytes)));
  if (!results.success) return undefined;
  return results.data.keys.flatMap((entry) => {
    const parsed = savedKey.safeParse(entry);
    return parsed.success && parsed.data.key !== '' ? [parsed.data] : [];
  });
}
