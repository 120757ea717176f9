import type { Context, Output } from '../context.ts';
import { canonicalId, type Model } from '../keys/model.ts';
import type { Change } from '../plan/change.ts';
import { typedIds } from '../plan/model-ids.ts';
import type { Drift, TierPlan, TierState } from '../plan/plan-tiers.ts';
import type { TierKey } from '../plan/tier-people.ts';
import { plural } from '../plural.ts';
import { participantName } from '../roster/participant-name.ts';
import { createStyle } from '../terminal/style.ts';
import { renderTable, tableWidth } from '../terminal/table.ts';
import { visibleText } from '../terminal/visible-text.ts';

/** One line a tier: its guardrail, its people, and what is not as it should be. */
export function renderTiers(
  plan: TierPlan,
  models: readonly Model[],
  ctx: Pick<Context, 'env'>,
  output: Output,
): string {
  const { bold } = createStyle(ctx.env, output);
  const rows = plan.tiers.map((state) => [
    state.tier.name,
    guardrailText(state),
    state.tier.models === null ? 'any' : String(state.tier.models.length),
    String(new Set(state.keys.map(({ participant }) => participant)).size),
    String(state.right.size),
    state.drift.length === 0 ? '' : driftTexts(state.drift, models).join('; '),
  ]);
  const table = renderTable({ columns: COLUMNS, rows }, tableWidth(output), bold);
  return `${table}${foreignLines(plan)
    .map((line) => `${visibleText(line)}\n`)
    .join('')}`;
}

const COLUMNS = [
  { title: 'TIER' },
  { title: 'GUARDRAIL', flexible: true, minWidth: 12 },
  { title: 'MODELS', align: 'right' },
  { title: 'PEOPLE', align: 'right' },
  { title: 'BOUND', align: 'right' },
  { title: 'DRIFT', flexible: true, minWidth: 20 },
] as const;

/** `make 2 guardrails, assign 43 keys`; empty without changes */
export function tierChangesText(changes: readonly Change[], verbs: Verbs = TO_DO): string {
  const count = (kind: Change['kind']) => changes.filter((change) => change.kind === kind).length;
  const keys = (kind: 'bind' | 'unbind') =>
    changes.reduce((sum, change) => sum + (change.kind === kind ? change.hashes.length : 0), 0);
  const part = (verb: string, number: number, what: string) => (number > 0 ? [`${verb} ${plural(number, what)}`] : []);
  return [
    ...part(verbs.adopt, count('adopt_guardrail'), 'guardrail'),
    ...part(verbs.make, count('make_guardrail'), 'guardrail'),
    ...part(verbs.change, count('set_models'), 'list'),
    ...part(verbs.bind, keys('bind'), 'key'),
    ...part(verbs.unbind, keys('unbind'), 'key'),
    ...part(verbs.remove, count('delete_guardrail'), 'guardrail'),
  ].join(', ');
}

type Verbs = Record<'adopt' | 'make' | 'change' | 'bind' | 'unbind' | 'remove', string>;
const TO_DO: Verbs = {
  adopt: 'use',
  make: 'create',
  change: 'change',
  bind: 'assign',
  unbind: 'unassign',
  remove: 'delete',
};
export const TIER_CHANGES_DONE: Verbs = {
  adopt: 'found',
  make: 'created',
  change: 'changed',
  bind: 'assigned',
  unbind: 'unassigned',
  remove: 'deleted',
};

/** One sentence for each kind of drift. */
export function driftTexts(drift: readonly Drift[], models: readonly Model[]): string[] {
  const of = (code: 'unbound' | 'bound_elsewhere' | 'other_workspace' | 'foreign' | 'renamed') =>
    drift.flatMap((each) => (each.code === code ? [each.key] : []));
  const keys = (found: readonly TierKey[], is: string) =>
    found.length === 0 ? [] : [`${plural(found.length, 'key')} ${is}: ${namesOf(found)}`];
  const ids = (list: readonly string[]) => typedIds(list, models);
  const others = drift.flatMap((each): string[] => {
    switch (each.code) {
      case 'guardrail_gone':
        return ['the guardrail is gone'];
      case 'unresolved':
        return ['an earlier create is unresolved'];
      case 'foreign_name':
        return ['a guardrail of this name was not made by orkeys'];
      case 'list_differs':
        return [
          `list differs: ${[...ids(each.more).map((id) => `+ ${id}`), ...ids(each.missing).map((id) => `- ${id}`)].join(', ') || 'every model'}`,
        ];
      case 'default_narrower':
        return [`the default guardrail leaves out ${ids(each.missing).join(', ') || 'models'}`];
      case 'model_gone':
        return [`no longer offered: ${each.models.join(', ')}`];
      default:
        return [];
    }
  });
  return [
    ...others,
    ...keys(of('unbound'), 'unbound, every model allowed'),
    ...keys(of('bound_elsewhere'), 'bound by another tier'),
    ...keys(of('other_workspace'), 'in another workspace'),
    ...keys(of('foreign'), 'bound by others'),
    ...keys(of('renamed'), 'renamed outside orkeys, left alone'),
  ];
}

/** Models of a tier that OpenRouter offers no more. */
export function goneModels(list: readonly string[] | null, models: readonly Model[]): string[] {
  const offered = new Set(models.map(canonicalId));
  return (list ?? []).filter((model) => !offered.has(model));
}

function guardrailText({ tier, guardrails }: TierState): string {
  if (tier.models === null) return '(none needed)';
  if (guardrails.length === 0) return '(nobody yet)';
  return [...new Set(guardrails.map(({ name, id }) => (id === undefined ? `${name} (new)` : name)))].join(', ');
}

/** Everybody by name, as far as a line holds them. */
function namesOf(keys: readonly TierKey[]): string {
  const names = keys.slice(0, MOST_NAMES).map(({ participant, name }) => participantName(participant) || name);
  return `${names.join(', ')}${keys.length > MOST_NAMES ? ', …' : ''}`;
}

const MOST_NAMES = 3;

function foreignLines({ tiers, unused }: TierPlan): string[] {
  const foreign = tiers.flatMap(({ drift }) => drift.flatMap((each) => (each.code === 'foreign' ? [each] : [])));
  const names = [...new Set(foreign.map(({ guardrail }) => `"${guardrail}"`))].join(', ');
  const lines: string[] = [];
  if (foreign.length > 0) {
    const keys = foreign.length === 1 ? '1 key is bound' : `${foreign.length} keys are bound`;
    lines.push(`${keys} by a guardrail that orkeys did not make (${names}): left alone; --take-over assigns ours.`);
  }
  if (unused.length > 0) {
    const list = unused.map(({ name }) => `"${name}"`).join(', ');
    lines.push(
      `${plural(unused.length, 'guardrail')} without keys: ${list}; --delete-unused deletes ${unused.length === 1 ? 'it' : 'them'}.`,
    );
  }
  return lines;
}
