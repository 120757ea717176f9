import { CliError, EXIT } from '../errors.ts';

/** The error of a run that may already have changed something: a usage error would mean that nothing was changed. */
export function midRun(error: CliError, who = 'OpenRouter'): CliError {
  if (error.exitCode !== EXIT.USAGE) return error;
  return new CliError(error.code, EXIT.UNREACHABLE, error.message, {
    hint: `${who} responded a moment ago. Run the same command again to resume.`,
    issues: error.issues,
    cause: error,
  });
}
