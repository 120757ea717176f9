import { allNodes, type CommandNode, type FlagNode, type ValueNode } from './command-tree.ts';

export function renderFish(root: CommandNode): string {
  const nodes = allNodes(root);
  const known = nodes.slice(1).map((node) => quote(pathBelow(node)));
  return `# Tab completion of ${root.name} for fish. Save it once:
#   ${root.name} completion fish > ~/.config/fish/completions/${root.name}.fish
function __${root.name}_at
    set -l known ${known.join(' ')}
    set -l path ''
    set -l words (commandline -opc)
    for word in $words[2..-1]
        set -l longer (string trim -- "$path $word")
        contains -- $longer $known; and set path $longer
    end
    test "$path" = "$argv"
end
complete -c ${root.name} -f
${nodes.flatMap((node) => renderNode(root, node)).join('\n')}
`;
}

function renderNode(root: CommandNode, node: CommandNode): string[] {
  const start = `complete -c ${root.name} -n ${quote(`__${root.name}_at ${pathBelow(node)}`.trim())}`;
  return [
    ...node.commands.map(({ name, summary }) => `${start} -a ${name} -d ${quote(summary)}`),
    ...node.flags.map((flag) => `${start} ${renderFlag(flag)} -d ${quote(flag.description)}`),
    ...(node.argument === undefined ? [] : renderValue(node.argument).map((value) => `${start} ${value}`)),
  ];
}

function renderFlag({ long, short, value }: FlagNode): string {
  const names = [`-l ${long.slice(2)}`, ...(short === undefined ? [] : [`-s ${short.slice(1)}`])];
  return [...names, ...(value === undefined ? [] : [value.kind === 'files' ? '-r' : '-x', ...renderValue(value)])].join(
    ' ',
  );
}

function renderValue({ kind, choices }: ValueNode): string[] {
  if (kind === 'choices') return [`-a ${quote(choices.join(' '))}`];
  if (kind === 'files') return ['-F'];
  return kind === 'folders' ? ["-a '(__fish_complete_directories)'"] : [];
}

/** `journal verify`; empty for the program itself */
function pathBelow({ path }: CommandNode): string {
  return path.replace(/^\S+ ?/, '');
}

function quote(text: string): string {
  return `'${text.replaceAll(/['\\]/g, (found) => `\\${found}`)}'`;
}
