import type { Context } from '../context.ts';
import { CliError, EXIT, type Issue, usageError } from '../errors.ts';
import { checkTypedPath } from '../files/typed-path.ts';
import type { GuardrailsApi } from '../keys/guardrails-api.ts';
import type { Model } from '../keys/model.ts';
import { resolveTiers } from '../plan/model-ids.ts';
import { type TierSet, unknownTiers } from '../plan/tier-people.ts';
import { parseTiersFile } from '../plan/tiers-file.ts';
import { plural } from '../plural.ts';
import type { Participant } from '../roster/participant.ts';
import { readTypedText } from '../roster-file/typed-text.ts';

/** A tiers file whose models OpenRouter knows. */
export interface LoadedTiers extends TierSet {
  file: string;
  notices: Issue[];
  /** all that OpenRouter offers */
  models: readonly Model[];
}

/** Reads a tiers file and finds its models, without any key. Throws `bad_tiers` with all that is wrong. */
export async function readTiers(
  file: string,
  api: Pick<GuardrailsApi, 'listModels'>,
  ctx: Context,
): Promise<LoadedTiers> {
  checkTypedPath(file, 'the tiers file', ctx.platform);
  const parsed = parseTiersFile(await textOf(file, ctx));
  if ('problems' in parsed) throw badTiers(file, parsed.problems);
  const models = await api.listModels();
  const { tiers, problems, notices } = resolveTiers(parsed.tiers, models);
  if (problems.length > 0) throw badTiers(file, problems);
  return { file, tiers, default: parsed.default, notices, models };
}

/** Throws with every row whose tier is not there; nothing was changed. */
export function refuseUnknownTiers(participants: readonly Participant[], set: TierSet, file: string): void {
  const issues = unknownTiers(participants, set);
  if (issues.length === 0) return;
  const rows = `${plural(issues.length, 'participant')} ${issues.length === 1 ? 'has' : 'have'}`;
  throw usageError('unknown_tier', `${rows} no tier of ${file}. Nothing was changed.`, {
    issues,
    hint: `Available tiers: ${set.tiers.map(({ name }) => name).join(', ')}. Correct the column Tier of the roster, or set "default".`,
  });
}

async function textOf(file: string, ctx: Context): Promise<string> {
  try {
    return await readTypedText(file, ctx);
  } catch (error) {
    if (!(error instanceof CliError) || error.exitCode !== EXIT.USAGE) throw error;
    throw usageError(error.code, error.message, { hint: 'See examples/tiers.json, or docs/tiers.md.', cause: error });
  }
}

function badTiers(file: string, issues: readonly Issue[]): Error {
  return usageError('bad_tiers', `${file} has ${plural(issues.length, 'problem')}. Nothing was changed.`, {
    issues,
    hint: `Correct the file, then run: orkeys tiers check ${file}`,
  });
}
