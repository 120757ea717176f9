import type { Context, Output } from '../../context.ts';
import type { CliError } from '../../errors.ts';
import type { TagRecord } from '../../journal/fold.ts';
import type { NewKey } from '../../keys/account-key.ts';
import { formatUsd } from '../../money.ts';
import type { Outcome } from '../../plan/change.ts';
import { createStyle } from '../../terminal/style.ts';
import { formatInstant } from '../../terminal/time.ts';
import { visibleText } from '../../terminal/visible-text.ts';
import { filesJson, keyJson, recordJson, stoppedJson } from '../../views/key-json.ts';
import type { ShownFile } from '../../views/provision-summary.ts';

export interface CreatedView {
  sandbox: boolean;
  prefix: string;
  /** absolute; where the results are or will be */
  folder: string;
  stem: string;
  wanted: Omit<NewKey, 'name'>;
  notes: readonly string[];
  dryRun: boolean;
  /** absent before it was tried */
  files?: readonly ShownFile[];
  /** the key that was made */
  record?: TagRecord | undefined;
  /** what became of the try */
  outcome?: Outcome | undefined;
  stopped?: CliError | undefined;
  interrupted?: boolean;
  /** show the secret itself */
  reveal?: boolean;
}

export function renderCreatePlan(view: CreatedView, output: Output, ctx: Pick<Context, 'env'>): string {
  const { bold, yellow } = createStyle(ctx.env, output);
  const { limit, limit_reset, expires_at } = view.wanted;
  let text = view.sandbox ? `${yellow('Sandbox')}   nothing here is real\n` : '';
  for (const note of view.notes) text += `${bold('Note')}      ${visibleText(note)}\n`;
  const reset = limit_reset === null ? '' : `, again ${limit_reset}`;
  const expires = expires_at === null ? 'without an expiry' : `expiring ${formatInstant(expires_at)}`;
  text += `${bold('Create')}    ${visibleText(view.stem)}_…: ${formatUsd(limit)}${reset}, ${expires}\n`;
  return view.dryRun ? `${text}This was a dry run: nothing was changed.\n` : text;
}

export function renderCreated(view: CreatedView, ctx: Pick<Context, 'env' | 'stdout'>): string {
  const { record, files = [], outcome, reveal } = view;
  const { bold } = createStyle(ctx.env, ctx.stdout);
  if (!record)
    return `No key was created: ${visibleText(outcome?.reason ?? 'it was not tried')}\nRun the same command again.\n`;
  const line = (title: string, value: string) => `${bold(title.padEnd(9))} ${visibleText(value)}\n`;
  let text = line('Name', record.facts.name ?? record.wanted?.name ?? '');
  text += line('Hash', record.facts.hash ?? 'not known yet');
  text += line('Secret', (reveal ? record.secret?.reveal() : record.secret?.toString()) ?? '');
  for (const { path, failed } of files) {
    text += failed === undefined ? line('Saved in', path) : line('Failed', `${path}: ${failed}`);
  }
  return text;
}

/** The plan, or the key that was made; its secret masked, it is in keys.json. Shape: docs/json.md. */
export function createdJson(view: CreatedView) {
  const { record, outcome, stem, wanted, dryRun } = view;
  const result = outcome?.result === 'unknown' ? 'unsettled' : (outcome?.result ?? 'not_started');
  return {
    version: 1,
    command: 'create',
    dry_run: dryRun,
    sandbox: view.sandbox,
    prefix: view.prefix,
    folder: view.folder,
    key: {
      ...(record ? recordJson(record) : keyJson(`${stem}_…`, wanted)),
      result: record ? 'created' : dryRun ? 'planned' : result,
      reason: record ? null : (outcome?.reason ?? null),
    },
    notes: view.notes,
    files: filesJson(view.files ?? []),
    stopped: stoppedJson(view.stopped),
    interrupted: view.interrupted ?? false,
  };
}
