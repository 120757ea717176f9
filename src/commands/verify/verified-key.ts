import type { RememberedKey } from '../../journal/attempt.ts';
import type { KeyVerdict, PlannedKey } from '../../keys/key-verdict.ts';
import type { Candidate } from '../../keys/select-keys.ts';
import type { Secret } from '../../secret.ts';

/** A saved key and the result of its test. */
export interface VerifiedKey extends Candidate<RememberedKey> {
  secret: Secret;
  /** of its workshop */
  prefix: string;
  planned: PlannedKey;
  /** by orkeys */
  disabled: boolean;
  verdict: KeyVerdict;
  reason: string | undefined;
  /** IDs of the models that it may use; absent = not asked, undefined = not told */
  models?: readonly string[] | undefined;
}
