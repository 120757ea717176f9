import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import yauzl from 'yauzl';

/** Files that are meant to hold secrets; every other one must not. */
const MAY_HOLD =
  /^(?:journal(?:-before-\w+)?\.jsonl|keys(?:-\d+)?\.(?:json|xlsx)|rescued-[\w-]+\.jsonl|roster\.(?:csv|xlsx))$/;

/** Where secrets show that should not: in texts, in names of files, in files below a folder. Empty when nowhere. */
export async function findLeaks(
  secrets: readonly string[],
  texts: Readonly<Record<string, string>>,
  folder: string,
): Promise<string[]> {
  const leaks: string[] = [];
  const look = (where: string, text: string) => {
    if (secrets.some((secret) => text.includes(secret))) leaks.push(where);
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
