/** One result file, for display. */
export interface ShownFile {
  path: string;
  /** the usual path, if that file is open in another program */
  insteadOf?: string;
  /** why it could not be written */
  failed?: string | undefined;
  private?: boolean;
}

/** The last part of a path, on any operating system. */
export function fileName(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
}
