// Records the terminal session that README.md shows: runs the built program in a real terminal (tmux) on a sandbox, and draws
// what is on the screen as docs/provision.svg. Usage: npm run build && node docs/record.js
import { execFile } from 'node:child_process';
import { chmodSync, copyFileSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const COLUMNS = 104;
const ROWS = 60;
const COMMAND = 'orkeys provision participants.xlsx --limit 1 --expires 7d --sandbox';
const SHOWN_FOLDER = '/home/zane/workshop';
/** class names by SGR code */
const STYLES = { 1: 'bold', 2: 'dim', 31: 'red', 32: 'green', 33: 'yellow' };

const run = promisify(execFile);
const root = fileURLToPath(new URL('..', import.meta.url));

const screen = await record();
writeFileSync(join(root, 'docs/provision.svg'), drawScreen(screen));

/** What the terminal shows after the command: lines of text with SGR codes. */
async function record() {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'orkeys-record-')));
  const tmux = async (...args) =>
    (await run('tmux', ['-S', join(folder, 'tmux.sock'), '-f', '/dev/null', '-u', ...args])).stdout;
  const work = mkdtempSync(join(folder, 'work-'));
  copyFileSync(join(root, 'examples/participants.xlsx'), join(work, 'participants.xlsx'));
  const program = join(folder, 'orkeys');
  writeFileSync(program, `#!/bin/sh\nexec "${process.execPath}" "${join(root, 'bin/orkeys.js')}" "$@"\n`);
  chmodSync(program, 0o755);
  // Without a history file, bash writes nothing when it ends.
  const settings = ['LANG=C.UTF-8', 'TZ=Europe/Riga', 'TERM=tmux-256color', 'HISTFILE=/dev/null', 'PS1=$ '];
  const env = [`PATH=${folder}:/usr/bin:/bin`, `HOME=${folder}`, ...settings];
  try {
    const size = ['-x', String(COLUMNS), '-y', String(ROWS)];
    await tmux('new-session', '-d', ...size, '-c', work, 'env', '-i', ...env, 'bash', '--norc', '--noprofile');
    await shows(tmux, '$');
    await tmux('send-keys', COMMAND, 'Enter');
    await shows(tmux, '[y/N]');
    await tmux('send-keys', 'y', 'Enter');
    await shows(tmux, 'orkeys handout slips participants --sandbox\n$');
    const text = await tmux('capture-pane', '-e', '-p');
    return text.replaceAll(work, SHOWN_FOLDER).trimEnd().split('\n').slice(0, -1);
  } finally {
    await tmux('kill-server').catch(() => undefined);
    rmSync(folder, { recursive: true, force: true });
  }
}

async function shows(tmux, text) {
  for (let tries = 0; tries < 300; tries += 1) {
    if ((await tmux('capture-pane', '-p')).includes(text)) return;
    await wait(100);
  }
  throw new Error(`The terminal does not show ${text}:\n${await tmux('capture-pane', '-p')}`);
}

/** An SVG of a terminal window. Every run of characters gets its exact width, so that columns line up in any monospace font. */
function drawScreen(lines) {
  const cell = { width: 8, height: 18 };
  const margin = { side: 18, top: 46, bottom: 16 };
  const width = COLUMNS * cell.width + 2 * margin.side;
  const height = lines.length * cell.height + margin.top + margin.bottom;
  const texts = lines.flatMap((line, row) =>
    runsOf(line).map(({ text, at, style }) => {
      const x = margin.side + at * cell.width;
      const y = margin.top + row * cell.height + 13;
      const length = [...text].length * cell.width;
      const className = style === '' ? '' : ` class="${style}"`;
      return `<text x="${x}" y="${y}" textLength="${length}"${className}>${escapeXml(text)}</text>`;
    }),
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">
<title>${escapeXml(COMMAND)}</title>
<style>
text { font: 13px ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; fill: #d7dae0 }
.bold { font-weight: 700; fill: #ffffff }
.dim { fill: #8b93a1 }
.red { fill: #ff7b72 }
.green { fill: #7ee787 }
.yellow { fill: #f2cc60 }
</style>
<rect width="${width}" height="${height}" rx="8" fill="#1b1f27"/>
<circle cx="22" cy="20" r="6" fill="#ff5f57"/><circle cx="42" cy="20" r="6" fill="#febc2e"/><circle cx="62" cy="20" r="6" fill="#28c840"/>
${texts.join('\n')}
</svg>
`;
}

/** A line as runs of one style, with the column of each; runs are split at wide gaps, which need no drawing. */
function runsOf(line) {
  const runs = [];
  let style = '';
  let at = 0;
  for (const part of line.split(/(\u001b\[[0-9;]*m)/)) {
    const code = /^\u001b\[([0-9;]*)m$/.exec(part)?.[1];
    if (code !== undefined) {
      style = code.split(';').flatMap((each) => STYLES[each] ?? [])[0] ?? '';
      continue;
    }
    for (const text of part.split(/( {2,})/)) {
      const indent = text.length - text.trimStart().length;
      if (text.trim() !== '') runs.push({ text: text.trim(), at: at + indent, style });
      at += [...text].length;
    }
  }
  return runs;
}

function escapeXml(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
