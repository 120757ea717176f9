import { CliError, EXIT } from '../errors.ts';
import type { KeyListing } from '../keys/account-key.ts';

export function incompleteListing(listing: KeyListing, hint: string): CliError {
  const why = listing.incomplete_because ?? 'OpenRouter did not return the full list';
  return new CliError('incomplete_listing', EXIT.UNREACHABLE, `The key list is incomplete: ${why}`, { hint });
}
