import { allNodes, type CommandNode, type FlagNode, type ValueNode } from './command-tree.ts';

/** Works as a file `_orkeys` in `fpath` and when it is sourced. */
export function renderZsh(root: CommandNode): string {
  const name = functionOf(root);
  return `#compdef ${root.name}
# Tab completion of ${root.name} for zsh. Put this line into ~/.zshrc, after compinit:
#   source <(${root.name} completion zsh)
${allNodes(root).map(renderFunction).join('\n')}
if [[ $funcstack[1] == ${name} ]]; then
  ${name} "$@"
else
  compdef ${name} ${root.name}
fi
`;
}

function renderFunction(node: CommandNode): string {
  const flags = node.flags.map(renderFlag);
  if (node.commands.length === 0) {
    const argument =
      node.argument === undefined ? [] : [quote(`1:${escapeSpec(node.argument.name)}:${action(node.argument)}`)];
    return `${functionOf(node)}() {\n  _arguments -s ${[...flags, ...argument].join(' \\\n    ')}\n}\n`;
  }
  const commands = node.commands.map(({ name, summary }) => quote(`${name}:${summary.replaceAll(':', '\\:')}`));
  const cases = node.commands.map((child) => `    ${child.name}) ${functionOf(child)} ;;\n`);
  return `${functionOf(node)}() {
  local curcontext=$curcontext state line
  local -A opt_args
  local -a commands=(
    ${commands.join('\n    ')}
  )
  _arguments -C -s ${flags.join(' \\\n    ')} \\
    '1: :->command' '*:: :->rest'
  case $state in
    command) _describe -t commands command commands ;;
    rest) case $line[1] in
${cases.join('')}    esac ;;
  esac
}
`;
}

function renderFlag({ long, short, description, value }: FlagNode): string {
  const rest = `[${escapeSpec(description)}]${value === undefined ? '' : `:${escapeSpec(value.name)}:${action(value)}`}`;
  return short === undefined
    ? quote(`${long}${rest}`)
    : `${quote(`(${short} ${long})`)}{${short},${long}}${quote(rest)}`;
}

function action({ kind, choices }: ValueNode): string {
  if (kind === 'choices') return `(${choices.join(' ')})`;
  if (kind === 'text') return ' ';
  return kind === 'files' ? '_files' : '_files -/';
}

function functionOf({ path }: CommandNode): string {
  return `_${path.replaceAll(/[ -]/g, '_')}`;
}

function escapeSpec(text: string): string {
  return text.replaceAll(/[[\]:\\]/g, (found) => `\\${found}`);
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
