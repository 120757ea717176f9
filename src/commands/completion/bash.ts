import { allNodes, type CommandNode, type FlagNode, spellings, type ValueNode } from './command-tree.ts';

/** Works in bash 3.2 too, which macOS has, and without the bash-completion package. */
export function renderBash(root: CommandNode): string {
  const nodes = allNodes(root);
  const valued = nodes.flatMap((node) => patterns(node, (flag) => flag.value !== undefined));
  return `# Tab completion of ${root.name} for bash. Put this line into ~/.bashrc:
#   source <(${root.name} completion bash)
_${root.name}() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} path=${root.name} skip= word i
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    if [[ -n $skip ]]; then
      skip=
      continue
    fi
    case "$path $word" in
      ${alternatives(nodes.slice(1).map(({ path }) => path))}) path="$path $word" ;;
      ${alternatives(valued)}) skip=1 ;;
    esac
  done
  COMPREPLY=()
  case "$path $prev" in
${nodes.flatMap(flagValues).join('')}  esac
  case "$path" in
${nodes.map(nodeCase).join('')}  esac
}
complete -F _${root.name} ${root.name}
`;
}

function flagValues(node: CommandNode): string[] {
  return node.flags.flatMap((flag) => {
    if (flag.value === undefined) return [];
    return [`    ${alternatives(spellingsAt(node, flag))}) ${complete(flag.value)}return ;;\n`];
  });
}

function nodeCase(node: CommandNode): string {
  const flags = node.flags.flatMap(spellings).join(' ');
  const words = node.commands.map(({ name }) => name);
  const other = words.length > 0 ? replyWith(words) : node.argument === undefined ? ': ' : complete(node.argument);
  return `    '${node.path}')
      if [[ $cur == -* ]]; then COMPREPLY=($(compgen -W '${flags}' -- "$cur"))
      else ${other.replace(/; $/, '')}
      fi ;;
`;
}

/** Shell commands that fill COMPREPLY, ended by `; `. */
function complete(value: ValueNode): string {
  if (value.kind === 'choices') return replyWith(value.choices);
  if (value.kind === 'text') return ': ; ';
  const what = value.kind === 'files' ? '-f' : '-d';
  // Names with spaces stay whole; bash 3.2 has no compopt.
  return `local IFS=$'\\n'; COMPREPLY=($(compgen ${what} -- "$cur")); compopt -o filenames 2>/dev/null; `;
}

function replyWith(words: readonly string[]): string {
  return `COMPREPLY=($(compgen -W '${words.join(' ')}' -- "$cur")); `;
}

function patterns(node: CommandNode, wanted: (flag: FlagNode) => boolean): string[] {
  return node.flags.filter(wanted).flatMap((flag) => spellingsAt(node, flag));
}

function spellingsAt(node: CommandNode, flag: FlagNode): string[] {
  return spellings(flag).map((spelling) => `${node.path} ${spelling}`);
}

function alternatives(texts: readonly string[]): string {
  return texts.map((text) => `'${text}'`).join('|');
}
