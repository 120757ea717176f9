import { join } from 'node:path';
import type { Context } from '../../context.ts';
import type { ExitCode } from '../../errors.ts';
import { ENV_IGNORE, envFile } from '../../handout/env-file.ts';
import { folderLabels } from '../../handout/folder-label.ts';
import { keyPage } from '../../handout/key-page.ts';
import type { Recipient } from '../../handout/recipients.ts';
import { type GuideOptions, START_FIELDS, START_TEMPLATE, startGuide } from '../../handout/start-guide.ts';
import { templateProblems } from '../../handout/template.ts';
import { plural } from '../../plural.ts';
import { gather, type HandoutFlags } from '../../selection/gather-recipients.ts';
import { readClients, readModel, readTemplateFile, refusePlaceholders } from '../../selection/read-guide-flags.ts';
import { HANDOUT_FOLDER } from '../../workshop/folder-keeper.ts';
import type { ZipContent } from '../../zip/plain-zip.ts';
import { handOut } from './hand-out.ts';
import { archiveName, PASSWORDS, type Parcel, packFolders, sealFolders } from './pack-folders.ts';
import type { MadeFile } from './save-handout.ts';

export interface FilesFlags extends HandoutFlags {
  client?: string | undefined;
  model: string;
  template?: string | undefined;
  /** an archive for each person instead of a folder */
  zip: boolean;
  /** the archives have passwords */
  sealed: boolean;
}

/** Writes a folder for each person, with the key and how to use it. */
export async function runFiles(prefix: string | undefined, flags: FilesFlags, ctx: Context): Promise<ExitCode> {
  const clients = readClients(flags.client);
  const model = readModel(flags.model);
  const template = flags.template === undefined ? START_TEMPLATE : await readTemplate(flags.template, ctx);
  const gathered = await gather('files', prefix, flags, ctx);
  const { recipients, id } = gathered;
  const labels = folderLabels(recipients);
  const options = { prefix: id.prefix, clients, model };
  const isPacked = flags.zip || flags.sealed;
  const parcels = recipients.map((recipient): Parcel => {
    const label = labels.get(recipient) ?? recipient.tag;
    return { recipient, label, files: filesOf(recipient, template, options) };
  });
  const place = (label: string) => (isPacked ? archiveName(label) : `people/${label}`);
  return handOut(
    {
      what: 'files',
      line: `${plural(recipients.length, 'participant')}, ${eachWhat(flags)} each: .env, .gitignore, key.html, START.md`,
      gathered,
      flags,
      folders: new Map(parcels.map(({ recipient, label }) => [recipient, place(label)])),
      make: async () => {
        if (flags.sealed) return sealFolders(parcels, join(gathered.folder, HANDOUT_FOLDER), ctx);
        return isPacked ? packFolders(parcels) : parcels.flatMap(inFolder);
      },
      next: nextOf(flags),
    },
    ctx,
  );
}

function eachWhat({ zip, sealed }: FilesFlags): string {
  if (sealed) return 'a ZIP archive with its own password';
  return zip ? 'a ZIP archive' : 'a folder';
}

function nextOf({ zip, sealed }: FilesFlags): [title: string, text: string][] {
  if (sealed) {
    return [
      ['Send', 'the archive, and its password another way; macOS and Windows need 7-Zip or The Unarchiver to open it'],
      ['Passwords', `are in ${PASSWORDS}, a new one for each archive of this run; keep it apart from the archives`],
    ];
  }
  if (zip) return [['Send', 'each person their own archive; whoever has it can use the key']];
  return [['Give', 'each person their own folder, for example on a USB stick or in their home on a server']];
}

function inFolder({ label, files }: Parcel): MadeFile[] {
  return files.map(({ name, bytes }) => ({ name: `people/${label}/${name}`, bytes, hasKeys: false }));
}

function filesOf(recipient: Recipient, template: string, options: GuideOptions): ZipContent[] {
  const file = (name: string, text: string): ZipContent => ({ name, bytes: new TextEncoder().encode(text) });
  return [
    file('.gitignore', ENV_IGNORE),
    file('.env', envFile(recipient)),
    file('key.html', keyPage(recipient, options, 'folder')),
    file('START.md', startGuide(template, recipient, options)),
  ];
}

async function readTemplate(typed: string, ctx: Context): Promise<string> {
  const { path, text } = await readTemplateFile(typed, USUAL, ctx);
  const problems = templateProblems(text, START_FIELDS).map(({ line, name }) => `line ${line}: {{${name}}}`);
  refusePlaceholders(path, problems, START_FIELDS);
  return text;
}

const USUAL = 'orkeys handout template > START.template.md';
