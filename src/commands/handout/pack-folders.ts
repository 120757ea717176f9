import type { Context } from '../../context.ts';
import { passwordTable } from '../../handout/password-table.ts';
import type { Recipient } from '../../handout/recipients.ts';
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

/** An archive for each person that opens with a password of its own, and a workbook with all the passwords. */
export async function sealFolders(parcels: readonly Parcel[], { random, now }: Context): Promise<MadeFile[]> {
  const sealed = parcels.map((parcel) => {
    const password = spokenPassword(random);
    return { ...parcel, password, file: archive(parcel, sealedZip(contentsOf(parcel), { password, random })) };
  });
  const { writeResultsWorkbook } = await import('../../workbook/write-results.ts');
  const table = passwordTable(
    sealed.map(({ recipient, file, password }) => ({ recipient, file: file.name, password })),
  );
  const passwords = await writeResultsWorkbook({ ...table, at: now() });
  return [...sealed.map(({ file }) => file), { name: PASSWORDS, bytes: passwords, hasKeys: true }];
}

export const PASSWORDS = 'passwords.xlsx';

function archive({ label }: Parcel, bytes: Uint8Array): MadeFile {
  return { name: archiveName(label), bytes, hasKeys: false };
}

function contentsOf({ label, files }: Parcel): ZipContent[] {
  return files.map(({ name, bytes }) => ({ name: `${label}/${name}`, bytes }));
}
