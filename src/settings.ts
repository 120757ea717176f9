import { closeSync, constants, existsSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parse } from 'dotenv';
import type { Context } from './context.ts';
import { CliError, EXIT, usageError } from './errors.ts';
import { Secret } from './secret.ts';

/** Where OpenRouter is, unless ORKEYS_BASE_URL says otherwise. */
export const DEFAULT_BASE_URL = 'https://openrouter.ai/api/v1';

/** The management key's variables; the later names are older and still in use. */
export const MANAGEMENT_KEY_VARIABLES = [
  'OPENROUTER_MANAGEMENT_KEY',
  'OPENROUTER_PROVISIONING_KEY',
  'OPENROUTER_MGMT_KEY',
] as const;

/** Environment before `.env` in the working folder; empty values count as unset. */
export interface Settings {
  get(name: string): string | undefined;
  /** where a value came from, for people: `the environment` or `.env` */
  sourceOf(name: string): 'environment' | '.env' | undefined;
  /** whether `.env` names it without a value */
  emptyInEnvFile(name: string): boolean;
  /** absolute path of the `.env` that was read */
  readonly envFile: string | undefined;
  /** what Windows' Notepad makes of `.env` unless told otherwise: there, and never read */
  readonly misnamedEnvFile: string | undefined;
}

export function readSettings(ctx: Pick<Context, 'env' | 'cwd'>): Settings {
  const path = resolve(ctx.cwd, '.env');
  const file = readEnvFile(path);
  const fromEnv = (name: string) => ctx.env[name]?.trim() || undefined;
  const fromFile = (name: string) => file?.[name]?.trim() || undefined;
  return {
    get: (name) => fromEnv(name) ?? fromFile(name),
    sourceOf: (name) => (fromEnv(name) ? 'environment' : fromFile(name) ? '.env' : undefined),
    emptyInEnvFile: (name) => file?.[name] !== undefined && file[name].trim() === '',
    envFile: file ? path : undefined,
    misnamedEnvFile: !file && existsSync(`${path}.txt`) ? `${path}.txt` : undefined,
  };
}

/** A variable that holds a management key, and where it is set. */
export interface KeyVariable {
  variable: string;
  from: 'environment' | '.env';
}

/** The variable whose management key is used; its value may be no key at all. */
export function findKeyVariable(settings: Settings): KeyVariable | undefined {
  for (const variable of MANAGEMENT_KEY_VARIABLES) {
    const from = settings.sourceOf(variable);
    if (from !== undefined) return { variable, from };
  }
  return undefined;
}

/** Which variable holds the management key, and the key. Throws with exit 4 when none does. */
export function managementKey(settings: Settings): { variable: string; key: Secret } {
  const { variable } = findKeyVariable(settings) ?? {};
  const value = variable === undefined ? undefined : settings.get(variable);
  if (variable !== undefined && value !== undefined) return { variable, key: checkedKey(value, variable) };
  const looked = MANAGEMENT_KEY_VARIABLES.join(', ');
  const { misnamedEnvFile } = settings;
  if (misnamedEnvFile !== undefined) {
    throw new CliError('no_management_key', EXIT.NOT_AUTHORIZED, 'No management key: this folder has no .env file.', {
      hint: `Rename ${misnamedEnvFile} to .env. Windows may hide the .txt extension.`,
    });
  }
  const empty = MANAGEMENT_KEY_VARIABLES.find((name) => settings.emptyInEnvFile(name));
  if (empty !== undefined) {
    throw new CliError(
      'no_management_key',
      EXIT.NOT_AUTHORIZED,
      `No management key: ${empty} is empty in ${settings.envFile}.`,
      {
        hint: `Copy the management key from https://openrouter.ai/settings/management-keys into that file, after ${empty}=`,
      },
    );
  }
  throw new CliError('no_management_key', EXIT.NOT_AUTHORIZED, `No management key: none of ${looked} is set.`, {
    hint:
      'Create one at https://openrouter.ai/settings/management-keys and save it with orkeys login, or add the line ' +
      `${MANAGEMENT_KEY_VARIABLES[0]}=… to a .env file in this folder. To try orkeys without a management key, add --sandbox.`,
  });
}

/**
 * A management key as it was set or typed. Throws `bad_management_key` for what can be none.
 *
 * @param variable that it was set in; undefined = typed
 */
export function checkedKey(value: string, variable?: string): Secret {
  const name = variable ?? 'The management key';
  if (/^["'].*["']$/.test(value)) {
    throw usageError('bad_management_key', `${name} has quotes around its value.`, {
      hint: variable ? `Set ${variable} without the quotes; in cmd: set ${variable}=…` : 'Leave out the quotes.',
    });
  }
  if (/[^\x21-\x7e]/.test(value)) {
    const into = variable ? ` into ${variable}` : '';
    throw usageError(
      'bad_management_key',
      `${name} contains spaces, line breaks or characters that are not allowed in a key.`,
      { hint: `Copy the management key again from https://openrouter.ai/settings/management-keys${into}.` },
    );
  }
  return new Secret(value);
}

function readEnvFile(path: string): Record<string, string> | undefined {
  let file: number | undefined;
  try {
    // Without waiting: a named pipe that nobody writes to would block even the signals.
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const found = fstatSync(file);
    if (found.isDirectory()) return undefined;
    if (!found.isFile()) throw unreadable(path, 'it is not a regular file');
    if (found.size > MOST_BYTES) throw unreadable(path, 'it is larger than 1 MB');
    return parse(textOf(readFileSync(file), path));
  } catch (error) {
    if (error instanceof CliError) throw error;
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' || code === 'EISDIR') return undefined;
    throw unreadable(path, error instanceof Error ? error.message : 'unknown reason');
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

const MOST_BYTES = 1_000_000;

function unreadable(path: string, why: string): CliError {
  return usageError('env_file', `Cannot read ${path}: ${why}.`, {
    hint: 'Change its permissions, or move it.',
  });
}

/** PowerShell 5, which Windows has, writes UTF-16 when it is told `> .env`, and mixes it in after `>> .env`. */
function textOf(bytes: Buffer, path: string): string {
  const isUtf16 = bytes[0] === 0xff && bytes[1] === 0xfe;
  const text = bytes.toString(isUtf16 ? 'utf16le' : 'utf8').replace(/^\uFEFF/, '');
  if (!text.includes('\0') && !(bytes[0] === 0xfe && bytes[1] === 0xff)) return text;
  throw usageError('env_file', `${path} is not a UTF-8 text file.`, {
    hint: 'Save it as UTF-8: in Notepad, File > Save As > Encoding: UTF-8.',
  });
}
