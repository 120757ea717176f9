import { readFileSync } from 'node:fs';

/** The tool's version, from package.json: its one home. The same relative path holds in src and in the bundle. */
export function readVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  return typeof manifest === 'object' && manifest && 'version' in manifest ? String(manifest.version) : 'unknown';
}
