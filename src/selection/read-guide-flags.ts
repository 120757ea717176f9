import { resolve } from 'node:path';
import type { Context } from '../context.ts';
import { CliError, EXIT, usageError } from '../errors.ts';
import { CLIENTS, type Client, USUAL_CLIENTS } from '../handout/clients.ts';
import { plural } from '../plural.ts';
import { readTypedText } from '../roster-file/typed-text.ts';

/** The clients of `--client`; the usual ones if it was not given. */
export function readClients(typed: string | undefined): Client[] {
  const ids = typed === undefined ? USUAL_CLIENTS : [...new Set(typed.split(',').map((id) => id.trim().toLowerCase()))];
  const all = CLIENTS.map(({ id }) => id);
  const unknown = typed === 'all' ? undefined : ids.find((id) => !all.includes(id));
  if (unknown !== undefined) {
    throw usageError('unknown_client', `Unknown client ${unknown === '' ? '""' : unknown} in --client ${typed}.`, {
      hint: `Available clients: ${all.join(', ')}, or all`,
    });
  }
  return typed === 'all' ? [...CLIENTS] : CLIENTS.filter(({ id }) => ids.includes(id));
}

/** The model of `--model`. It stands in code: what could end a text there is refused. */
export function readModel(typed: string): string {
  if (/^[\w.-]+\/[\w.:@-]+$/.test(typed)) return typed;
  throw usageError('bad_model', `Invalid --model ${typed}: expected the slug of a model.`, {
    hint: 'For example: --model openrouter/auto (all slugs: https://openrouter.ai/models)',
  });
}

/** A template as it is. `usual`: the command that writes the usual one. */
export async function readTemplateFile(
  typed: string,
  usual: string,
  ctx: Context,
): Promise<{ path: string; text: string }> {
  try {
    return { path: resolve(ctx.cwd, typed), text: await readTypedText(typed, ctx) };
  } catch (error) {
    if (!(error instanceof CliError) || error.exitCode !== EXIT.USAGE) throw error;
    throw usageError(error.code, error.message, {
      hint: `Check --template. To write the usual one: ${usual}`,
      cause: error,
    });
  }
}

/** Refuses placeholders that do not exist, all at once. */
export function refusePlaceholders(path: string, problems: readonly string[], known: readonly string[]): void {
  if (problems.length === 0) return;
  throw usageError('bad_template', `${path} has ${plural(problems.length, 'unknown placeholder')}.`, {
    issues: problems.map((message) => ({ code: 'unknown_placeholder', message })),
    hint: `Available placeholders: ${known.map((name) => `{{${name}}}`).join(', ')}`,
  });
}
