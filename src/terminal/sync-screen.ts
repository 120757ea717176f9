import type { Context, Output } from '../context.ts';
import { type Change, isBookkeeping, type Outcome } from '../plan/change.ts';
import type { Left, SyncPlan } from '../plan/plan-sync.ts';
import type { Participant } from '../roster/participant.ts';
import { type ChangesView, type ChangeWords, changesJson, renderChanged, renderChanges } from './change-screen.ts';
import { participantJson } from './key-table.ts';
import { count, type PlanView, planJson, renderPlan } from './provision-plan.ts';
import { renderSummary, type SummaryView, summaryJson } from './provision-summary.ts';
import { createStyle } from './style.ts';
import { visibleText } from './visible-text.ts';

export interface SyncView {
  provision: PlanView;
  sync: SyncPlan;
  /** deletions of the keys of people who left; empty when they stay */
  deletes: readonly Change[];
}

export interface SyncedView extends Omit<SyncView, 'provision'> {
  provision: SummaryView;
  outcomes: readonly Outcome[];
}

const CHANGE: ChangeWords = { command: 'sync', to: 'change', doing: 'Changing keys', done: 'changed' };
const DELETE: ChangeWords = { command: 'sync', to: 'delete', doing: 'Deleting keys', done: 'deleted' };

export function renderSyncPlan(view: SyncView, ctx: Pick<Context, 'env'>, output: Output): string {
  const { provision, sync, deletes } = view;
  const { bold } = createStyle(ctx.env, output);
  let text = renderPlan({ ...provision, dryRun: false }, ctx, output);
  const line = (title: string, what: string) => `${bold(title.padEnd(9))} ${visibleText(what)}\n`;
  if (sync.otherExpiry > 0) {
    text += line(
      'Note',
      `${count(sync.otherExpiry, 'key')} with another expiry than the roster says; orkeys rotate --expires`,
    );
  }
  if (sync.patches.length > 0) text += `\n${renderChanges(changesOf(CHANGE, sync.patches, sync.left), output, ctx)}`;
  if (deletes.length > 0) text += `\n${renderChanges(changesOf(DELETE, deletes, sync.left), output, ctx)}`;
  else if (sync.left.length > 0) text += line('Left', leftText(sync.left));
  return provision.dryRun ? `${text}\nThis was a dry run: nothing was changed.\n` : text;
}

export function renderSynced(view: SyncedView, ctx: Pick<Context, 'env' | 'stdout' | 'platform'>): string {
  const { provision, sync, outcomes } = view;
  const part = (words: ChangeWords, reason: 'update' | 'revoke') => {
    const some = outcomes.filter(
      ({ change }) => 'reason' in change && change.reason === reason && !isBookkeeping(change),
    );
    if (some.length === 0) return '';
    const base = changesOf(words, [], sync.left);
    return `${renderChanged({ ...base, outcomes: some, files: [], next: [], interrupted: false }, ctx)}\n`;
  };
  return part(CHANGE, 'update') + part(DELETE, 'revoke') + renderSummary(provision, ctx);
}

/** Shape: docs/json.md. `missing` are people with keys who are not in the roster. */
export function syncJson(view: SyncView | SyncedView) {
  const { sync, deletes } = view;
  const done = 'outcomes' in view ? view : undefined;
  const rows = (words: ChangeWords, changes: readonly Change[], reason: 'update' | 'revoke') => {
    const base = changesOf(words, changes, sync.left);
    if (!done) return changesJson(base).keys;
    const outcomes = done.outcomes.filter(({ change }) => 'reason' in change && change.reason === reason);
    return changesJson({ ...base, outcomes, files: [], next: [], interrupted: false }).keys;
  };
  return {
    version: 1,
    command: 'sync',
    dry_run: done === undefined,
    provision: done ? summaryJson(done.provision) : planJson(view.provision),
    changed: rows(CHANGE, sync.patches, 'update'),
    missing: sync.left.map(({ key, participant }) => ({
      name: key.name,
      hash: key.hash,
      participant: participantJson(participant),
    })),
    revoked: rows(DELETE, deletes, 'revoke'),
    other_expiry: sync.otherExpiry,
  };
}

function changesOf(
  words: ChangeWords,
  changes: readonly Change[],
  left: readonly Left[],
): ChangesView & { dryRun: boolean } {
  const participants = new Map<string, Participant>(left.map(({ key, participant }) => [key.hash, participant]));
  return {
    words,
    sandbox: false,
    changes,
    participantOf: (change) => ('hash' in change ? (participants.get(change.hash) ?? null) : null),
    untouched: 0,
    notes: [],
    dryRun: false,
  };
}

function leftText(left: readonly Left[]): string {
  const names = left.slice(0, 5).map(({ key }) => key.name);
  const more = left.length > names.length ? ', …' : '';
  const who = count(left.length, 'person', 'people');
  return `${who} not in the roster any more, whose keys stay: ${names.join(', ')}${more}; --revoke-missing deletes them`;
}
