import { readFileSync } from 'node:fs';
import { embeddedText } from './embedded.ts';

/** The tool's version, from package.json: its one home. The same relative path holds in src and in the bundle. */
export function readVersion(): string {
  const text = embeddedText('package.json') ?? readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  const manifest: unknown = JSON.parse(text);
  return typeof manifest === 'object' && manifest && 'version' in manifest ? String(manifest.version) : 'unknown';
}
