import { existsSync, readFileSync } from 'node:fs';
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
    envFile: file ? path : undefined,
    misnamedEnvFile: !file && existsSync(`${path}.txt`) ? `${path}.txt` : undefined,
  };
}

/** Which variable holds the management key, and the key. Throws with exit 4 when none does. */
export function managementKey(settings: Settings): { variable: string; key: Secret } {
  for (const variable of MANAGEMENT_KEY_VARIABLES) {
    const value = settings.get(variable);
    if (value === undefined) continue;
    if (/[^\x21-\x7e]/.test(value)) {
      throw usageError('bad_management_key', `${variable} holds spaces, line breaks or letters that no key has.`, {
        hint: `Copy the key again from https://openrouter.ai/settings/management-keys into ${variable}.`,
      });
    }
    return { variable, key: new Secret(value) };
  }
  const looked = MANAGEMENT_KEY_VARIABLES.join(', ');
  const { misnamedEnvFile } = settings;
  if (misnamedEnvFile !== undefined) {
    throw new CliError('no_management_key', EXIT.NOT_AUTHORISED, 'No management key: there is no file .env here.', {
      hint: `Rename ${misnamedEnvFile} to .env: it ends in .txt, which Windows may hide.`,
    });
  }
  throw new CliError('no_management_key', EXIT.NOT_AUTHORISED, `No management key: ${looked} are not set.`, {
    hint:
      'Create a management key at https://openrouter.ai/settings/management-keys and put it into a file .env here as ' +
      `${MANAGEMENT_KEY_VARIABLES[0]}=…, or try everything without one by adding --sandbox.`,
  });
}

function readEnvFile(path: string): Record<string, string> | undefined {
  try {
    return parse(textOf(readFileSync(path)));
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'EISDIR'))
      return undefined;
    throw usageError(
      'env_file',
      `${path} cannot be read: ${error instanceof Error ? error.message : 'unknown reason'}.`,
      {
        hint: 'Make the file readable or move it away.',
      },
    );
  }
}

/** PowerShell 5, which Windows has, writes UTF-16 when it is told `> .env`. */
function textOf(bytes: Buffer): string {
  const isUtf16 = bytes[0] === 0xff && bytes[1] === 0xfe;
  return bytes.toString(isUtf16 ? 'utf16le' : 'utf8').replace(/^\uFEFF/, '');
}
