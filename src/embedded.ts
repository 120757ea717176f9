import { getAsset, isSea } from 'node:sea';

// The single executable carries the files that otherwise lie beside the bundle. There, none is read from the disk: the executable may lie in a folder of
// downloads, where anything can lie beside it.

/** A file inside the single executable; undefined when Node runs the program. */
export function embeddedBytes(name: string): Uint8Array | undefined {
  return isSea() ? new Uint8Array(getAsset(name)) : undefined;
}

/** The same as text. */
export function embeddedText(name: string): string | undefined {
  return isSea() ? getAsset(name, 'utf8') : undefined;
}
