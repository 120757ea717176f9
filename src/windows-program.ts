/**
 * A program of Windows itself by its full path, such as `System32\clip.exe`. Windows looks for a bare name in the working folder first, which may be
 * anybody's, and what gets a secret is named in full.
 */
export function windowsProgram(path: string, env: Readonly<Record<string, string | undefined>>): string {
  const root = Object.entries(env).find(([name]) => name.toUpperCase() === 'SYSTEMROOT')?.[1];
  return `${root ?? 'C:\\Windows'}\\${path}`;
}
