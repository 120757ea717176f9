import { CliError, EXIT } from '../errors.ts';

/** What stops a run that may have changed something already: it is no error of usage, which means that nothing was changed. */
export function midRun(error: CliError): CliError {
  if (error.exitCode !== EXIT.USAGE) return error;
  return new CliError(error.code, EXIT.UNREACHABLE, error.message, {
    hint: 'A moment ago the service answered. Run the same command again; it goes on where it stopped.',
    issues: error.issues,
    cause: error,
  });
}
