/** The few lines beside the program. */
export function readMe({ version, platform }) {
  const isWindows = platform.startsWith('win-');
  const orkeys = isWindows ? '.\\orkeys' : './orkeys';
  const clicked = ['Double-click orkeys.exe to be asked what it needs, or drop your spreadsheet on it.'];
  const lines = [
    `orkeys ${version}: one OpenRouter API key per participant, from a spreadsheet, each with a spending limit.`,
    '',
    ...(isWindows ? clicked : []),
    `Open a terminal in this folder${isWindows ? ' (in Explorer, type powershell in the address bar)' : ''}, and type:`,
    `  ${orkeys} start`,
    `  ${orkeys} --help`,
    'The first one asks what it needs, and practices with simulated keys: it needs no account and costs nothing.',
    `To type just orkeys, in any folder: move ${isWindows ? 'orkeys.exe' : 'orkeys'} to a folder of your ${isWindows ? 'Path' : 'PATH, such as ~/.local/bin'}.`,
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
