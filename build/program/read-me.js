/** The few lines beside the program. */
export function readMe({ version, platform }) {
  const isWindows = platform.startsWith('win-');
  const lines = [
    `orkeys ${version}: one OpenRouter API key per participant, from a spreadsheet, each with a spending limit.`,
    '',
    isWindows
      ? 'Move orkeys.exe to a folder of your own, open a terminal there (PowerShell, cmd), and type:'
      : 'Move orkeys to a folder of your PATH, such as ~/.local/bin, open a terminal, and type:',
    isWindows ? '  .\\orkeys --help' : '  orkeys --help',
    isWindows ? '  .\\orkeys roster check participants.xlsx' : '  orkeys roster check participants.xlsx',
    isWindows
      ? '  .\\orkeys provision participants.xlsx --limit 1 --sandbox'
      : '  orkeys provision participants.xlsx --limit 1 --sandbox',
    'The last one practices with simulated keys: it needs no account and costs nothing.',
    NOTE[platform.split('-')[0]],
    'It is complete: Node.js is inside, nothing is installed. To remove it, delete the file.',
    'License: MIT (LICENSE.txt); Node.js and the packages inside have their own (THIRD-PARTY-LICENSES.txt).',
  ];
  return `${lines.join('\n')}\n`.replaceAll('\n', isWindows ? '\r\n' : '\n');
}

const NOTE = {
  win: 'If Windows says that it protected your PC: More info, Run anyway. The file is not signed by a company.',
  darwin: 'If macOS refuses to open it: xattr -d com.apple.quarantine orkeys. The file is not signed by a company.',
  linux: 'It needs glibc 2.28 or newer: Debian 10, Ubuntu 20.04, Fedora 29 or newer; not Alpine.',
};
