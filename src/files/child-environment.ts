/** Variables that programs need to find themselves, their settings and room for temporary files; none of them holds a key. */
const HARMLESS = new Set([
  'PATH',
  'PATHEXT',
  'HOME',
  'USERPROFILE',
  'HOMEDRIVE',
  'HOMEPATH',
  'XDG_CONFIG_HOME',
  'APPDATA',
  'LOCALAPPDATA',
  'PROGRAMDATA',
  'PROGRAMFILES',
  'SYSTEMROOT',
  'WINDIR',
  'COMSPEC',
  'TEMP',
  'TMP',
  'TMPDIR',
]);

/**
 * The part of our environment that another program may see. Windows spells names in any case.
 *
 * @param also further names, in capitals
 */
export function harmlessEnvironment(
  env: Readonly<Record<string, string | undefined>>,
  also: readonly string[] = [],
): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => HARMLESS.has(name.toUpperCase()) || also.includes(name)),
  );
}
