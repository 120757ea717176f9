import { isAbsolute, relative } from 'node:path';
import type { Context } from '../context.ts';
import { MANAGEMENT_KEY_VARIABLES, type Settings } from '../settings.ts';

/**
 * What a `.env` file, which may come with somebody else's folder, decides about a management key and results that do not come
 * from there.
 */
export function sessionWarnings(
  { sandbox, out }: { sandbox: boolean; out: string | undefined },
  settings: Settings,
  outRoot: string,
  { cwd }: Pick<Context, 'cwd'>,
): string[] {
  const warnings: string[] = [];
  const url = sandbox ? undefined : baseUrlOfAnother(settings);
  if (url !== undefined) {
    warnings.push(
      `The management key comes from the environment, but is sent to ${url}, which ORKEYS_BASE_URL in ${settings.envFile} selects.`,
    );
  }
  if (out === undefined && settings.sourceOf('ORKEYS_OUT') === '.env' && isOutside(outRoot, cwd)) {
    warnings.push(`ORKEYS_OUT in ${settings.envFile} puts the results outside this folder, in ${outRoot}.`);
  }
  return warnings;
}

/** The base URL of a `.env` file, if the management key is not from there. */
export function baseUrlOfAnother(settings: Settings): string | undefined {
  const variable = MANAGEMENT_KEY_VARIABLES.find((name) => settings.get(name) !== undefined);
  if (variable === undefined || settings.sourceOf(variable) !== 'environment') return undefined;
  return settings.sourceOf('ORKEYS_BASE_URL') === '.env' ? settings.get('ORKEYS_BASE_URL') : undefined;
}

function isOutside(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return isAbsolute(way) || /^\.\.(?:[/\\]|$)/.test(way);
}
