import type { Context, Output } from '../../context.ts';
import { type Change, isBookkeeping, type Outcome } from '../../plan/change.ts';
import type { Missing, SyncPlan } from '../../plan/plan-sync.ts';
import { plural } from '../../plural.ts';
import { createStyle } from '../../terminal/style.ts';
import { visibleText } from '../../terminal/visible-text.ts';
import { titledLine } from '../../terminal/wrap.ts';
import { plannedJson } from '../../views/change-json.ts';
import { type ChangesView, type ChangeWords, renderChanges } from '../../views/change-plan.ts';
import { renderChanged } from '../../views/change-result.ts';
import { ownerJson } from '../../views/key-json.ts';
import { provisionJson } from '../../views/provision-json.ts';
import { type PlanView, renderPlan } from '../../views/provision-plan.ts';
import { renderSummary, type SummaryView } from '../../views/provision-summary.ts';

export interface SyncView {
  provision: PlanView;
  sync: SyncPlan;
  /** deletions of the keys of participants no longer in the roster; empty if they are kept */
  deletes: readonly Change[];
}

export interface SyncedView extends Omit<SyncView, 'provision'> {
  provision: SummaryView;
  outcomes: readonly Outcome[];
}

const CHANGE: ChangeWords = { command: 'sync', to: 'change', doing: 'Changing keys', done: 'Changed' };
const DELETE: ChangeWords = { command: 'sync', to: 'delete', doing: 'Deleting keys', done: 'Deleted' };

export function renderSyncPlan(view: SyncView, ctx: Pick<Context, 'env'>, output: Output): string {
  const { provision, sync, deletes } = view;
  const { bold } = createStyle(ctx.env, output);
  let text = renderPlan({ ...provision, dryRun: false }, ctx, output);
  const line = (title: string, text: string) => titledLine(title, visibleText(text), output, bold);
  if (sync.otherExpiry > 0) {
    text += line(
      'Note',
      `${plural(sync.otherExpiry, 'key')} ${sync.otherExpiry === 1 ? 'does' : 'do'} not expire when the roster says; to fix, use orkeys rotate --expires`,
    );
  }
  if (sync.patches.length > 0) text += `\n${renderChanges(changesOf(CHANGE, sync.patches, provision), output, ctx)}`;
  if (deletes.length > 0) text += `\n${renderChanges(changesOf(DELETE, deletes, provision), output, ctx)}`;
  else if (sync.missing.length > 0) text += line('Missing', missingText(sync.missing));
  return provision.dryRun ? `${text}\nDry run: nothing was changed.\n` : text;
}

export function renderSynced(view: SyncedView, ctx: Pick<Context, 'env' | 'stdout' | 'platform'>): string {
  const { provision, outcomes } = view;
  const part = (words: ChangeWords, reason: 'update' | 'revoke') => {
    const some = outcomes.filter(
      ({ change }) => 'reason' in change && change.reason === reason && !isBookkeeping(change),
    );
    if (some.length === 0) return '';
    const base = changesOf(
      words,
      some.map(({ change }) => change),
      provision,
    );
    return `${renderChanged({ ...base, outcomes: some, attemptOf: () => undefined, files: [], next: [], stopped: undefined, interrupted: false }, ctx)}\n`;
  };
  return part(CHANGE, 'update') + part(DELETE, 'revoke') + renderSummary(provision, ctx);
}

/** The same as for `provision`, plus changes of existing keys; `missing` are participants with keys who are not in the roster. */
export function syncJson(view: SyncView | SyncedView, env: Context['env']) {
  const { sync, deletes, provision } = view;
  const { changes, ...base } = provisionJson(provision, env, 'sync');
  const planned = 'outcomes' in view ? [] : [...sync.patches, ...deletes];
  return {
    ...base,
    changes: [...changes, ...planned.map((change) => plannedJson(change, provision))],
    missing: sync.missing.map(({ key, participant }) => ({
      ...ownerJson(participant),
      name: key.name,
      hash: key.hash,
    })),
    other_expiry: sync.otherExpiry,
  };
}

function changesOf(words: ChangeWords, changes: readonly Change[], { dryRun, allRows }: PlanView): ChangesView {
  return {
    words,
    service: { sandbox: false, customUrl: undefined },
    changes,
    participantOf: () => null,
    unchanged: 0,
    notes: [],
    dryRun: false,
    allRows: allRows || dryRun,
  };
}

function missingText(missing: readonly Missing[]): string {
  const names = missing.slice(0, 5).map(({ key }) => key.name);
  const more = missing.length > names.length ? ', …' : '';
  const who = plural(missing.length, 'participant');
  const keep = missing.length === 1 ? 'keeps a key' : 'keep their keys';
  return `${who} no longer in the roster ${keep}: ${names.join(', ')}${more}; add --revoke-missing to delete them`;
}
