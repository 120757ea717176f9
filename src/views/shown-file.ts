/** One file of the results, as far as a screen needs it. */
export interface ShownFile {
  path: string;
  /** set when another program held the wanted file */
  insteadOf?: string;
  /** why it could not be written */
  failed?: string | undefined;
  private?: boolean;
}

/** The last part of a path, on any system. */
export function fileName(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
}
