/**
 * Wraps the long lines of a help text: prose between words, lists of exit codes at their dots. Example commands are not wrapped. Our own
 * texts contain no wide characters, so counting letters is enough, and help does not have to load string-width.
 */
export function fitHelp(text: string, columns: number): string {
  return text
    .split('\n')
    .flatMap((line) => (line.length <= columns || line.startsWith('  orkeys ') ? [line] : breakLine(line, columns)))
    .join('\n');
}

function breakLine(line: string, columns: number): string[] {
  const indent = /^ */.exec(line)?.[0] ?? '';
  const separator = line.includes(DOT) ? DOT : ' ';
  const lines: string[] = [];
  for (const part of line.trim().split(separator)) {
    const last = lines.at(-1);
    const longer = `${last}${separator}${part}`;
    if (last !== undefined && longer.length <= columns) lines[lines.length - 1] = longer;
    else lines.push(indent + part);
  }
  return lines;
}

const DOT = ' · ';
