import { isAbsolute, relative } from 'node:path';
import type { Context } from '../context.ts';
import type { Settings } from '../settings.ts';
import type { ChosenSource, KeySource } from './key-source.ts';

/**
 * Which management key is set and not used, and what a `.env` file, which may come with somebody else's folder, decides about a
 * management key and results that do not come from there.
 */
export function sessionWarnings(
  { sandbox, out }: { sandbox: boolean; out: string | undefined },
  settings: Settings,
  outRoot: string,
  { cwd }: Pick<Context, 'cwd'>,
  chosen: ChosenSource | undefined,
): string[] {
  const warnings = chosen?.note === undefined ? [] : [chosen.note];
  const url = sandbox ? undefined : baseUrlOfAnother(chosen?.source, settings);
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

/** The base URL of a `.env` file, if the management key is from the environment. That of a profile is sent nowhere else anyway. */
export function baseUrlOfAnother(source: KeySource | undefined, settings: Settings): string | undefined {
  if (source?.kind !== 'variable' || source.from !== 'environment') return undefined;
  return settings.sourceOf('ORKEYS_BASE_URL') === '.env' ? settings.get('ORKEYS_BASE_URL') : undefined;
}

function isOutside(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return isAbsolute(way) || /^\.\.(?:[/\\]|$)/.test(way);
}
