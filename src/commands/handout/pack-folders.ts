import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Context } from '../../context.ts';
import { readSafely } from '../../files/safe-read.ts';
import { type PasswordRow, passwordTable, readPasswordRows } from '../../handout/password-table.ts';
import type { Recipient } from '../../handout/recipients.ts';
import { readSheets } from '../../roster-file/read-roster.ts';
import { spokenPassword } from '../../seal/proquint.ts';
import { sealedZip } from '../../seal/sealed-zip.ts';
import { plainZip, type ZipContent } from '../../zip/plain-zip.ts';
import type { MadeFile } from './save-handout.ts';

/** Somebody and the files that are theirs alone. */
export interface Parcel {
  recipient: Recipient;
  /** name of the folder that the files are in once unpacked */
  label: string;
  /** names without a folder */
  files: readonly ZipContent[];
}

/** Name of somebody's archive in the folder `handout`. */
export function archiveName(label: string): string {
  return `zip/${label}.zip`;
}

/** An archive for each person, to send as it is. */
export function packFolders(parcels: readonly Parcel[]): MadeFile[] {
  return parcels.map((parcel) => archive(parcel, plainZip(contentsOf(parcel))));
}

/**
 * An archive for each person that opens with a password of its own, and a workbook with all the passwords: those of archives that an
 * earlier run made, and that are still there, too. `folder`: where they are.
 */
export async function sealFolders(parcels: readonly Parcel[], folder: string, ctx: Context): Promise<MadeFile[]> {
  const { random, now } = ctx;
  const sealed = parcels.map((parcel) => {
    const password = spokenPassword(random);
    return { ...parcel, password, file: archive(parcel, sealedZip(contentsOf(parcel), { password, random })) };
  });
  const { writeResultsWorkbook } = await import('../../workbook/write-results.ts');
  const made = sealed.map(({ recipient, file, password }) => ({ recipient, file: file.name, password }));
  const table = passwordTable(made, await earlierPasswords(folder, new Set(made.map(({ file }) => file)), ctx));
  const passwords = await writeResultsWorkbook({ ...table, at: now() });
  return [...sealed.map(({ file }) => file), { name: PASSWORDS, bytes: passwords, hasKeys: false }];
}

export const PASSWORDS = 'passwords.xlsx';

/** The rows of the workbook that is there, without those of archives that are replaced now or gone. */
async function earlierPasswords(folder: string, replaced: ReadonlySet<string>, ctx: Context): Promise<PasswordRow[]> {
  const path = join(folder, PASSWORDS);
  const bytes = await readSafely(path);
  if (bytes === undefined) return [];
  const [sheet] = await readSheets(path, ctx, bytes);
  return readPasswordRows(sheet?.rows ?? []).filter(
    ({ file }) => !replaced.has(file) && /^zip\/[\w-]+\.zip$/.test(file) && existsSync(join(folder, file)),
  );
}

function archive({ label }: Parcel, bytes: Uint8Array): MadeFile {
  return { name: archiveName(label), bytes, hasKeys: false };
}

function contentsOf({ label, files }: Parcel): ZipContent[] {
  return files.map(({ name, bytes }) => ({ name: `${label}/${name}`, bytes }));
}
