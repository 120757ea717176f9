import type { Context } from '../context.ts';
import { usageError } from '../errors.ts';
import type { Profile, Profiles } from '../keychain/profiles.ts';
import { maskSecret, type Secret } from '../secret.ts';
import { findKeyVariable, type KeyVariable, managementKey, type Settings } from '../settings.ts';
import { checkProfileName, findProfile, readProfiles } from './profiles.ts';
import { readProfileKey } from './stored-secrets.ts';

/** What made a profile the one in use; `default`: nothing else selects a management key. */
export type ProfileSelection = '--profile' | 'ORKEYS_PROFILE' | 'default';

/** Where the management key of a session comes from. */
export type KeySource =
  | ({ kind: 'variable' } & KeyVariable)
  | { kind: 'profile'; name: string; selectedBy: ProfileSelection; profile: Profile };

export interface ChosenSource {
  source: KeySource;
  /** another management key that is set as well, and not used, in a sentence */
  note: string | undefined;
}

/**
 * Which management key is used, the nearest place first: `--profile`, the environment, `.env`, the default profile. In the same place,
 * ORKEYS_PROFILE comes before a key. Undefined where there is none. Reads names only, no key store.
 */
export async function chooseKeySource(
  typed: string | undefined,
  settings: Settings,
  ctx: Context,
): Promise<ChosenSource | undefined> {
  const variable = findKeyVariable(settings);
  const named = typed ?? settings.get('ORKEYS_PROFILE');
  if (named === undefined && variable) return { source: { kind: 'variable', ...variable }, note: undefined };
  const profiles = await readProfiles(ctx);
  if (named === undefined) return defaultSource(profiles);
  if (typed === undefined && variable && isNearer(variable, settings)) {
    const profile = profiles.profiles.get(named);
    const ignored = `ORKEYS_PROFILE in .env is ignored: ${variable.variable} in the environment comes first.`;
    const note = profile && !hasKeyOf(profile, variable, settings) ? ignored : undefined;
    return { source: { kind: 'variable', ...variable }, note };
  }
  const selectedBy = typed === undefined ? 'ORKEYS_PROFILE' : '--profile';
  const profile = findProfile(profiles, checkProfileName(named));
  const note =
    variable && !hasKeyOf(profile, variable, settings)
      ? `Using profile ${named} (${selectedBy}). ${variable.variable} in ${placeOf(variable)} contains another management key, which is ignored.`
      : undefined;
  return { source: { kind: 'profile', name: named, selectedBy, profile }, note };
}

/** The management key of a session: one that is at hand, or that of the chosen source. Throws `no_management_key` if one is required. */
export async function readSessionKey(
  need: 'required' | 'optional' | Secret,
  typed: string | undefined,
  settings: Settings,
  baseUrl: string,
  ctx: Context,
): Promise<{ key: Secret | undefined; chosen: ChosenSource | undefined }> {
  if (typeof need !== 'string') return { key: need, chosen: undefined };
  const chosen = await chooseKeySource(typed, settings, ctx);
  if (chosen) return { key: await readSourceKey(chosen.source, settings, baseUrl, ctx), chosen };
  return { key: need === 'optional' ? undefined : managementKey(settings).key, chosen };
}

/** The management key of a source. Starts the program of the key store, if it is a profile. */
export async function readSourceKey(
  source: KeySource,
  settings: Settings,
  baseUrl: string,
  ctx: Context,
): Promise<Secret> {
  if (source.kind === 'variable') return managementKey(settings).key;
  const { name, profile } = source;
  if (profile.base_url === baseUrl) return readProfileKey(name, profile, ctx);
  throw usageError(
    'profile_of_another',
    `The management key of profile ${name} was saved for ${profile.base_url}, but would be sent to ${baseUrl}.`,
    { hint: 'Unset ORKEYS_BASE_URL, or use another profile.' },
  );
}

/** Whether a session can ask for more than single keys can. */
export function hasManagementKey({
  sandbox,
  keySource,
}: {
  sandbox: boolean;
  keySource: KeySource | undefined;
}): boolean {
  return sandbox || keySource !== undefined;
}

/** Whether a variable has the key of a profile, judged by what is shown of it, so that no key store has to be asked. */
export function hasKeyOf({ label }: Pick<Profile, 'label'>, { variable }: KeyVariable, settings: Settings): boolean {
  const value = settings.get(variable);
  return value !== undefined && maskSecret(value) === label;
}

/** For people. */
export function placeOf({ from }: KeyVariable): string {
  return from === '.env' ? '.env' : 'the environment';
}

/** For people: `OPENROUTER_MANAGEMENT_KEY in .env`, `profile work (--profile)`. */
export function sourceText(source: KeySource): string {
  return source.kind === 'variable' ? `${source.variable} in ${placeOf(source)}` : profileText(source);
}

/** For people: `profile work (--profile)`. */
export function profileText({ name, selectedBy }: Extract<KeySource, { kind: 'profile' }>): string {
  return selectedBy === 'default' ? `profile ${name}, the default profile` : `profile ${name} (${selectedBy})`;
}

function defaultSource(profiles: Profiles): ChosenSource | undefined {
  const name = profiles.default;
  const profile = name === undefined ? undefined : profiles.profiles.get(name);
  if (name === undefined || profile === undefined) return undefined;
  return { source: { kind: 'profile', name, selectedBy: 'default', profile }, note: undefined };
}

/** Whether the environment has the key, while only `.env` names a profile. */
function isNearer(variable: KeyVariable, settings: Settings): boolean {
  return variable.from === 'environment' && settings.sourceOf('ORKEYS_PROFILE') === '.env';
}
