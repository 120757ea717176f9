import type { Context, Output } from '../../context.ts';
import type { CliError } from '../../errors.ts';
import { attemptName, type HeldAttempt } from '../../journal/attempt.ts';
import type { NewKey } from '../../keys/account-key.ts';
import { formatUsd } from '../../money.ts';
import type { Outcome } from '../../plan/change.ts';
import { createStyle } from '../../terminal/style.ts';
import { formatInstant } from '../../terminal/time.ts';
import { visibleText } from '../../terminal/visible-text.ts';
import { filesJson, heldJson, keyJson, stoppedJson } from '../../views/key-json.ts';
import { type Service, serviceLine } from '../../views/service-line.ts';
import type { ShownFile } from '../../views/shown-file.ts';

export interface CreatedView {
  service: Service;
  prefix: string;
  /** absolute path of the results */
  folder: string;
  stem: string;
  wanted: Omit<NewKey, 'name'>;
  notes: readonly string[];
  dryRun: boolean;
  /** absent before the run */
  files?: readonly ShownFile[];
  /** the key that was created */
  held?: HeldAttempt | undefined;
  /** of the create request */
  outcome?: Outcome | undefined;
  stopped?: CliError | undefined;
  interrupted?: boolean;
  /** show the secret itself */
  reveal?: boolean;
}

export function renderCreatePlan(view: CreatedView, output: Output, ctx: Pick<Context, 'env'>): string {
  const { bold } = createStyle(ctx.env, output);
  const { limit, limit_reset, expires_at } = view.wanted;
  let text = serviceLine(view.service, output, ctx);
  for (const note of view.notes) text += `${bold('Note')}      ${visibleText(note)}\n`;
  const reset = limit_reset === null ? '' : `, resets ${limit_reset}`;
  const expires = expires_at === null ? 'no expiration' : `expires ${formatInstant(expires_at)}`;
  text += `${bold('Create')}    ${visibleText(view.stem)}_…: ${formatUsd(limit)}${reset}, ${expires}\n`;
  return view.dryRun ? `${text}Dry run: nothing was changed.\n` : text;
}

export function renderCreated(view: CreatedView, ctx: Pick<Context, 'env' | 'stdout'>): string {
  const { held, files = [], outcome, reveal } = view;
  const { bold } = createStyle(ctx.env, ctx.stdout);
  if (!held)
    return `No key was created: ${visibleText(outcome?.reason ?? 'not started')}\nRun the same command again.\n`;
  const line = (title: string, value: string) => `${bold(title.padEnd(9))} ${visibleText(value)}\n`;
  let text = line('Name', attemptName(held));
  text += line('Hash', held.facts.hash ?? 'unknown');
  if (held.secret) text += line('Secret', reveal ? held.secret.reveal() : held.secret.toString());
  for (const { path, failed } of files) {
    text += failed === undefined ? line('Saved in', path) : line('Failed', `${path}: ${failed}`);
  }
  return text;
}

/** The plan, or the created key with its secret masked; keys.json has the secret. Format: docs/json.md. */
export function createdJson(view: CreatedView) {
  const { held, outcome, stem, wanted, dryRun } = view;
  return {
    version: 1,
    command: 'create',
    dry_run: dryRun,
    sandbox: view.service.sandbox,
    prefix: view.prefix,
    folder: view.folder,
    key: {
      ...(held ? heldJson(held) : keyJson(`${stem}_…`, wanted)),
      result: held ? 'created' : dryRun ? 'planned' : (outcome?.result ?? 'not_started'),
      reason: held ? null : (outcome?.reason ?? null),
    },
    notes: view.notes,
    files: filesJson(view.files ?? []),
    stopped: stoppedJson(view.stopped),
    interrupted: view.interrupted ?? false,
  };
}
