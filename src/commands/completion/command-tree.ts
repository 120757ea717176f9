/** What can be typed, as plain data. */
export interface CommandNode {
  /** the words before its flags: `orkeys journal verify` */
  path: string;
  /** the last of these words */
  name: string;
  summary: string;
  flags: readonly FlagNode[];
  /** of the first argument; undefined = none is taken */
  argument: ValueNode | undefined;
  commands: readonly CommandNode[];
}

export interface FlagNode {
  /** with hyphens: `--yes` */
  long: string;
  /** `-y` */
  short: string | undefined;
  description: string;
  /** undefined = the flag stands alone */
  value: ValueNode | undefined;
}

export interface ValueNode {
  /** what the help calls it: `file` */
  name: string;
  kind: 'files' | 'folders' | 'choices' | 'text';
  choices: readonly string[];
}

/** The command and all below it, top first. */
export function allNodes(node: CommandNode): CommandNode[] {
  return [node, ...node.commands.flatMap(allNodes)];
}

/** `--yes` and `-y` */
export function spellings({ long, short }: FlagNode): string[] {
  return short === undefined ? [long] : [long, short];
}
