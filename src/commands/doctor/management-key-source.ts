import { chooseKeySource, hasKeyOf, type KeySource, placeOf, profileText } from '../../connection/key-source.ts';
import { readProfiles } from '../../connection/profiles.ts';
import { keyStoreOf, readProfileKey } from '../../connection/stored-secrets.ts';
import type { Context } from '../../context.ts';
import { CliError } from '../../errors.ts';
import { MANAGEMENT_KEY_VARIABLES, managementKey, type Settings } from '../../settings.ts';
import { type Finding, ok, problemOf, warning } from './checks.ts';

/** Which management key is used, and what else is set. */
export async function lookAtKeySource(typed: string | undefined, settings: Settings, ctx: Context): Promise<Finding> {
  const chosen = await chooseKeySource(typed, settings, ctx);
  if (chosen === undefined) return ok(managementKey(settings).variable);
  const { source, note } = chosen;
  const finding = source.kind === 'variable' ? await lookAtVariables(source, settings, ctx) : ok(profileText(source));
  return note === undefined ? finding : warning(note, 'Remove what you do not need.');
}

/** Whether saved management keys can be read. Starts the program of the key store only if there are some. */
export async function lookAtKeyStore(typed: string | undefined, settings: Settings, ctx: Context): Promise<Finding> {
  const { profiles } = await readProfiles(ctx);
  if (profiles.size === 0) return ok('not used: no management key is saved on this computer');
  const names = [...profiles.keys()].join(', ');
  const store = keyStoreOf(ctx);
  const source = await sourceIfKnown(typed, settings, ctx);
  try {
    if (source?.kind === 'profile') {
      await readProfileKey(source.name, source.profile, ctx);
      return ok(`${store.title}; the management key of profile ${source.name} can be read; saved: ${names}`);
    }
    await store.check();
    return ok(`${store.title}; saved: ${names}`);
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    return source?.kind === 'profile' ? problemOf(error) : warning(error.message, error.hint);
  }
}

async function lookAtVariables(
  source: Extract<KeySource, { kind: 'variable' }>,
  settings: Settings,
  ctx: Context,
): Promise<Finding> {
  const { variable, key } = managementKey(settings);
  const others = MANAGEMENT_KEY_VARIABLES.filter((name) => name !== variable && settings.get(name) !== undefined);
  const says = `${variable} from ${placeOf(source)}`;
  if (others.length > 0) {
    const differ = others.some((name) => settings.get(name) !== key.reveal());
    const also = `${says} is used; ${others.join(', ')} ${others.length === 1 ? 'is' : 'are'} also set`;
    return differ
      ? warning(`${also}, to a different value`, `Unset ${others.join(' and ')}.`)
      : ok(`${also}, to the same value`);
  }
  const profiles = await readProfiles(ctx);
  const name = profiles.default;
  const profile = name === undefined ? undefined : profiles.profiles.get(name);
  if (profile === undefined || hasKeyOf(profile, source, settings)) return ok(says);
  return ok(`${says}; it comes before the default profile ${name}, which has another management key`);
}

/** What is wrong with it is told by its own check. */
async function sourceIfKnown(typed: string | undefined, settings: Settings, ctx: Context) {
  try {
    return (await chooseKeySource(typed, settings, ctx))?.source;
  } catch (error) {
    if (error instanceof CliError) return undefined;
    throw error;
  }
}
