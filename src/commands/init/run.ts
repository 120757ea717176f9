import { appendFile, lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { chooseKeySource, sourceText } from '../../connection/key-source.ts';
import type { Context } from '../../context.ts';
import { CliError, EXIT, type ExitCode } from '../../errors.ts';
import { writeNewFile } from '../../files/new-file.ts';
import { readTextSafely } from '../../files/safe-read.ts';
import { saveError } from '../../files/save-error.ts';
import { askForManagementKey } from '../../first-run/ask-key.ts';
import { SAMPLE_ROSTER, SAMPLE_TEXT, sampleRoster } from '../../first-run/sample-roster.ts';
import { spreadsheetsIn } from '../../roster-file/spreadsheets.ts';
import { Secret } from '../../secret.ts';
import { findKeyVariable, MANAGEMENT_KEY_VARIABLES, readSettings } from '../../settings.ts';
import { canAsk } from '../../terminal/confirm.ts';
import { printJson } from '../../terminal/json.ts';
import { explain } from '../../terminal/question.ts';
import {
  type FolderFacts,
  type InitFile,
  initEnvFile,
  initIgnoreFile,
  initRosterFile,
  missingLines,
  needsKey,
  type TypedKey,
} from './plan-files.ts';
import { initJson, renderInit } from './screen.ts';

export interface InitFlags {
  dryRun: boolean;
  json: boolean;
}

/** Looks at the folder, asks for what is missing, and only then writes: Ctrl-C at the question leaves nothing behind. */
export async function runInit({ dryRun, json }: InitFlags, ctx: Context): Promise<ExitCode> {
  const facts = await lookAtFolder(ctx);
  const key = needsKey(facts) ? await keyFor(dryRun, ctx) : undefined;
  const files = [
    // First, so that git never sees the management key.
    initIgnoreFile(facts),
    initEnvFile(facts, key),
    initRosterFile(facts, { name: SAMPLE_ROSTER, text: SAMPLE_TEXT }),
  ];
  const done: InitFile[] = [];
  for (const file of files) done.push(dryRun ? file : await carryOutFile(file, facts, key, ctx));
  const view = { files: done, dryRun, roster: facts.spreadsheets[0] ?? SAMPLE_ROSTER };
  if (json) printJson(ctx, initJson(view));
  else ctx.stdout.write(renderInit(view, ctx));
  return EXIT.OK;
}

async function lookAtFolder(ctx: Context): Promise<FolderFacts> {
  const settings = readSettings(ctx);
  const chosen = await chooseKeySource(undefined, settings, ctx);
  const variable = findKeyVariable(settings);
  const source = chosen?.source;
  return {
    hasEnv: await isThere(join(ctx.cwd, '.env')),
    misnamed: settings.misnamedEnvFile !== undefined,
    keyInEnv: variable?.from === '.env',
    keyElsewhere: variable?.from === '.env' ? undefined : source && sourceText(source),
    ...(await readIgnored(join(ctx.cwd, '.gitignore'))),
    spreadsheets: await spreadsheetsIn(ctx.cwd),
  };
}

async function readIgnored(path: string): Promise<Pick<FolderFacts, 'gitignore' | 'unreadable'>> {
  try {
    return { gitignore: await readTextSafely(path), unreadable: undefined };
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    return { gitignore: undefined, unreadable: error.message };
  }
}

/** Links count too: what they point to is not overwritten either. */
async function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

async function keyFor(dryRun: boolean, ctx: Context): Promise<TypedKey> {
  if (!canAsk(ctx)) return 'unasked';
  if (dryRun) return 'later';
  explain('The management key will be saved in .env, in this folder.', ctx);
  return askForManagementKey('skips this', ctx);
}

/** Does what was planned. What has come into being since then is kept. */
async function carryOutFile(file: InitFile, facts: FolderFacts, key: TypedKey, ctx: Context): Promise<InitFile> {
  const path = join(ctx.cwd, file.name);
  if (file.action === 'added') {
    const lines = missingLines(facts);
    const before = facts.gitignore === '' || facts.gitignore?.endsWith('\n') ? '' : '\n';
    await appendFile(path, `${before}${lines.join('\n')}\n`).catch((error: unknown) => {
      throw saveError(error, path);
    });
    return file;
  }
  if (file.action !== 'written') return file;
  const isPrivate = file.name !== '.gitignore';
  const written = await writeNewFile(path, await bytesOf(file, facts, key, ctx), { isPrivate }, ctx);
  return written ? file : { ...file, action: 'kept', note: 'it is there already' };
}

async function bytesOf({ name }: InitFile, facts: FolderFacts, key: TypedKey, ctx: Context) {
  if (name === '.gitignore') return Buffer.from(`${missingLines(facts).join('\n')}\n`);
  if (name === SAMPLE_ROSTER) return sampleRoster(ctx.now());
  if (!(key instanceof Secret)) throw new Error('There is no management key to write.');
  return Buffer.from(`${MANAGEMENT_KEY_VARIABLES[0]}=${key.reveal()}\n`);
}
