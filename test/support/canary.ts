import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import yauzl from 'yauzl';

/** Files that are meant to hold secrets; every other one must not. */
const MAY_HOLD =
  /^(?:journal(?:-before-\w+)?\.jsonl|keys(?:-\d+)?\.(?:json|xlsx)|rescued-[\w-]+\.jsonl|roster\.(?:csv|xlsx)|slips\.html|key\.html|\.env|mail-merge\.(?:csv|xlsx)|moodle-feedback\.zip|\d{3}-[\w-]*\.eml|\d{4}-[\w@.+-]+\.eml|hub-keys\.json|\d{3}-[\w-]*\.zip)$/;

/** A key that a sandbox minted, or so much of one that masking cannot have left it. Its management key is not meant. */
const MINTED = /sk-or-v1-sandbox-[0-9a-f]{4}/;

/** Throws when a command shows a key; only `--reveal` may, and only on standard output. */
export function refuseLeaks(args: readonly string[], screen: { stdout: string; stderr: string }): void {
  const reveals = (args.includes('create') || args.includes('show')) && args.includes('--reveal');
  for (const [stream, text] of [
    ['stdout', reveals ? '' : screen.stdout] as const,
    ['stderr', screen.stderr] as const,
  ]) {
    if (MINTED.test(text)) throw new Error(`A key shows on ${stream} of ${args.join(' ')}: ${text}`);
  }
}

/** Throws when a file below a folder, or its name, shows a key that a sandbox minted and is not meant to. */
export async function refuseLeakyFiles(folder: string): Promise<void> {
  const leaks = await findLeaks(MINTED, {}, folder);
  if (leaks.length > 0) throw new Error(`Keys show in ${leaks.join(', ')}`);
}

/** Where secrets show that should not: in texts, in names of files, in files below a folder. Empty when nowhere. */
export async function findLeaks(
  secrets: readonly string[] | RegExp,
  texts: Readonly<Record<string, string>>,
  folder: string,
): Promise<string[]> {
  const leaks: string[] = [];
  const look = (where: string, text: string) => {
    const shows = secrets instanceof RegExp ? secrets.test(text) : secrets.some((secret) => text.includes(secret));
    if (shows) leaks.push(where);
  };
  for (const [where, text] of Object.entries(texts)) look(where, text);
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    look(`the name ${name}`, name);
    const path = join(folder, name);
    const base = name.split(/[/\\]/).at(-1) ?? '';
    if (!lstatSync(path).isFile() || MAY_HOLD.test(base)) continue;
    const bytes = readFileSync(path);
    look(name, bytes.toString('latin1'));
    if (bytes.subarray(0, 2).toString() === 'PK') look(name, await unzipped(bytes));
  }
  return leaks;
}

function unzipped(bytes: Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    yauzl.fromBuffer(bytes, { lazyEntries: true }, (error, zip) => {
      if (error) return reject(error);
      zip.on('end', () => resolve(text));
      zip.on('entry', (entry) =>
        zip.openReadStream(entry, (failed, stream) => {
          if (failed) return reject(failed);
          stream.on('data', (chunk: Buffer) => {
            text += chunk.toString('latin1');
          });
          stream.on('end', () => zip.readEntry());
        }),
      );
      zip.readEntry();
    });
  });
}
