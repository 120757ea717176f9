import { usageError } from '../errors.ts';
import { isReservedOnWindows } from './folder-name.ts';

/**
 * Throws (exit 2) for a path that Windows cannot mean. In cmd and PowerShell, `--out "my dir\" --sandbox` arrives as the one value
 * `my dir" --sandbox`, so that an option is lost; and folders named `aux` or `x.` can be made that no other program opens.
 */
export function checkTypedPath(path: string, what: string, platform: NodeJS.Platform): void {
  if (platform !== 'win32') return;
  if (path.includes('"')) {
    throw usageError('bad_path', `${what} contains a quotation mark: ${path}`, {
      hint: 'A backslash before a closing quote hides the options after it. Omit that backslash, for example: "my folder"',
    });
  }
  const bad = path
    .split(/[/\\]/)
    .find((name) => isReservedOnWindows(name) || (/[. ]$/.test(name) && !/^\.\.?$/.test(name)));
  if (bad === undefined) return;
  const why = isReservedOnWindows(bad) ? 'Windows reserves this name' : 'Windows removes a dot or a space at the end';
  throw usageError('bad_path', `${what} contains the name "${bad}": ${why}.`, {
    hint: `Use another name for ${what}.`,
  });
}
