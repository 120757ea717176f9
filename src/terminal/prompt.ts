import { closeSync, openSync } from 'node:fs';
import { isatty, WriteStream } from 'node:tty';
import type { Input, Output } from '../context.ts';
import { createOutput } from './output.ts';

export interface PromptStreams {
  stdin: Input;
  stdout: Output;
  stderr: Output;
  platform: NodeJS.Platform;
  redact(text: string): string;
}

/**
 * Where questions are asked: standard error, standard output if only that is a terminal (`2>err.txt`), or else the terminal of this
 * process. Answers come from standard input, so nobody can be asked where that is a file or a pipe.
 */
export function createPrompt({ stdin, stdout, stderr, platform, redact }: PromptStreams): Output {
  let chosen: Output | undefined;
  const choose = (): Output => {
    if (!stdin.isTTY || stderr.isTTY) return stderr;
    if (stdout.isTTY) return { isTTY: true, columns: stdout.columns, write: (text) => stdout.write(redact(text)) };
    return openTerminal(platform, redact) ?? stderr;
  };
  const output = (): Output => {
    chosen ??= choose();
    return chosen;
  };
  return {
    get isTTY() {
      return stdin.isTTY && output().isTTY;
    },
    get columns() {
      return output().columns;
    },
    write: (text) => output().write(text),
  };
}

/** The terminal of this process, wherever its streams go. Undefined if it has none. */
function openTerminal(platform: NodeJS.Platform, redact: (text: string) => string): Output | undefined {
  let descriptor: number | undefined;
  try {
    // Windows tells the size of a console only to those who may read it.
    descriptor = openSync(platform === 'win32' ? String.raw`\\.\CONOUT$` : '/dev/tty', 'r+');
    if (isatty(descriptor)) return createOutput(new WriteStream(descriptor), redact);
  } catch {
    // A process without a terminal, such as a service, cannot open it.
  }
  if (descriptor !== undefined) closeSync(descriptor);
  return undefined;
}
