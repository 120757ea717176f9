import { allNodes, type CommandNode, spellings } from './command-tree.ts';

export function renderPowerShell(root: CommandNode): string {
  const nodes = allNodes(root);
  const flagChoices = nodes.flatMap((node) =>
    node.flags.flatMap((flag) =>
      flag.value?.kind === 'choices'
        ? spellings(flag).map((spelling) =>
            entry(
              `${node.path} ${spelling}`,
              flag.value?.choices.map((word) => [word, word]),
            ),
          )
        : [],
    ),
  );
  return `# Tab completion of ${root.name} for PowerShell. Put this line into the file that $PROFILE names:
#   ${root.name} completion powershell | Out-String | Invoke-Expression
Register-ArgumentCompleter -Native -CommandName ${INSTALLED.map((ending) => quote(`${root.name}${ending}`)).join(', ')} -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  $words = @{
${nodes.map((node) => entry(node.path, wordsAt(node))).join('\n')}
  }
  $values = @{
${flagChoices.join('\n')}
  }
  $path = ${quote(root.name)}
  $previous = ''
  foreach ($element in ($commandAst.CommandElements | Select-Object -Skip 1)) {
    if ($element.Extent.EndOffset -ge $cursorPosition -and $wordToComplete) { break }
    $previous = "$element"
    if ($words.ContainsKey("$path $previous")) { $path = "$path $previous" }
  }
  $found = @(if ($values.ContainsKey("$path $previous")) { $values["$path $previous"] } else { $words[$path] })
  $found | Where-Object { $_[0] -like "$wordToComplete*" } | ForEach-Object {
    [System.Management.Automation.CompletionResult]::new($_[0], $_[0], 'ParameterValue', $_[1])
  }
}
`;
}

/** npm installs a script for each shell, and a completer works for the names it was registered for. */
const INSTALLED = ['', '.cmd', '.ps1'];

function wordsAt(node: CommandNode): (readonly [word: string, tip: string])[] {
  const choices = node.argument?.choices.map((word) => [word, word] as const) ?? [];
  return [
    ...node.commands.map(({ name, summary }) => [name, summary] as const),
    ...choices,
    ...node.flags.flatMap((flag) => spellings(flag).map((spelling) => [spelling, flag.description] as const)),
  ];
}

/** A list of one pair would be taken apart without the comma before it, and without the `@( … )` where it is looked up. */
function entry(path: string, pairs: readonly (readonly [string, string])[] = []): string {
  return `    ${quote(path)} = @(${pairs.map(([word, tip]) => `,@(${quote(word)}, ${quote(tip || word)})`).join('; ')})`;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
