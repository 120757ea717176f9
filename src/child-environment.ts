import { delimiter, isAbsolute } from 'node:path';

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

/** How programs find the desktop's session: where the keyring and the clipboard are, and where a window can ask. */
export const DESKTOP = ['DBUS_SESSION_BUS_ADDRESS', 'XDG_RUNTIME_DIR', 'DISPLAY', 'WAYLAND_DISPLAY', 'XAUTHORITY'];

/**
 * The part of our environment that another program may see. Windows spells names in any case. A program is looked for in the PATH that it
 * is given, so that has no folder that depends on the working folder: anybody may have put a program of the same name there.
 *
 * @param also further names, in capitals
 */
export function harmlessEnvironment(
  env: Readonly<Record<string, string | undefined>>,
  also: readonly string[] = [],
): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(env)
      .filter(([name]) => HARMLESS.has(name.toUpperCase()) || also.includes(name))
      .map(([name, value]) => [name, name.toUpperCase() === 'PATH' ? absoluteFolders(value) : value]),
  );
}

/** Undefined where none is left, which means the usual folders of the system; an empty PATH would mean the working folder. */
function absoluteFolders(path: string | undefined): string | undefined {
  const folders = path?.split(delimiter).filter((folder) => isAbsolute(folder.replace(/^"/, '')));
  return folders?.join(delimiter) || undefined;
}
