import type { Context } from '../../context.ts';
import { canonicalId, type Model } from '../../keys/model.ts';
import { formatUsd } from '../../money.ts';
import type { Tier } from '../../plan/model-ids.ts';
import type { TierPlan } from '../../plan/plan-tiers.ts';
import { plural } from '../../plural.ts';
import { createStyle } from '../../terminal/style.ts';
import { renderTable, tableWidth } from '../../terminal/table.ts';
import { visibleText } from '../../terminal/visible-text.ts';
import { type Service, serviceLine } from '../../views/service-line.ts';
import { tiersJson } from '../../views/tiers-json.ts';
import { renderTiers } from '../../views/tiers-text.ts';

interface Checked {
  file: string;
  tiers: readonly Tier[];
  default: string | undefined;
  models: readonly Model[];
  notices: readonly { code: string; message: string }[];
}

/** Every model of every tier with its price, per million tokens. */
export function renderChecked(
  { file, tiers, notices, models, ...set }: Checked,
  ctx: Pick<Context, 'env' | 'stdout'>,
): string {
  const { bold, yellow } = createStyle(ctx.env, ctx.stdout);
  const byId = new Map(models.map((model) => [canonicalId(model), model]));
  const rows = tiers.flatMap((tier) =>
    (tier.models ?? [undefined]).map((id, at) => {
      const model = id === undefined ? undefined : byId.get(id);
      return [
        at === 0 ? tier.name : '',
        at === 0 ? termsOf(tier) : '',
        id === undefined ? 'every model' : (model?.id ?? id),
        id === undefined ? '' : priceOf(model?.prompt_price),
        id === undefined ? '' : priceOf(model?.completion_price),
      ];
    }),
  );
  const table = renderTable({ columns: CHECKED, rows }, tableWidth(ctx.stdout), bold);
  const told = notices.map(({ message }) => `${yellow('Note')}  ${visibleText(message)}\n`).join('');
  const fallback = set.default === undefined ? 'no default' : `default ${set.default}`;
  return `${table}\nPrices are per million tokens, in US dollars.\n${told}${visibleText(file)}: ${plural(tiers.length, 'tier')}, ${visibleText(fallback)}, no problems.\n`;
}

const CHECKED = [
  { title: 'TIER' },
  { title: 'LIMIT' },
  { title: 'MODEL', flexible: true, minWidth: 20 },
  { title: 'INPUT', align: 'right' },
  { title: 'OUTPUT', align: 'right' },
] as const;

/** The same for scripts; `models` null = every model. Format: docs/json.md. */
export function checkedJson({ file, tiers, notices, models, ...set }: Checked, { sandbox }: Pick<Service, 'sandbox'>) {
  const byId = new Map(models.map((model) => [canonicalId(model), model]));
  return {
    version: 1,
    command: 'tiers check',
    sandbox,
    file,
    default: set.default ?? null,
    tiers: tiers.map(({ name, models: list, limit, limit_reset }) => ({
      name,
      ...(limit === undefined ? {} : { limit }),
      ...(limit_reset === undefined ? {} : { limit_reset }),
      models:
        list?.map((canonical) => {
          const model = byId.get(canonical);
          return {
            id: model?.id ?? canonical,
            canonical,
            prompt_price: model?.prompt_price ?? null,
            completion_price: model?.completion_price ?? null,
            expiration_date: model?.expiration_date ?? null,
          };
        }) ?? null,
    })),
    notices,
  };
}

export interface ShownTiers {
  prefix: string;
  service: Service;
  plan: TierPlan;
  models: readonly Model[];
  /** participants without a tier */
  without: number;
}

export function renderTierState(view: ShownTiers, ctx: Pick<Context, 'env' | 'stdout'>): string {
  const { plan, models, without } = view;
  const lost = without > 0 ? `${plural(without, 'participant')} without a tier\n` : '';
  return `${serviceLine(view.service, ctx.stdout, ctx)}${renderTiers(plan, models, ctx, ctx.stdout)}${lost}`;
}

export function tierStateJson({ prefix, service, plan, without }: ShownTiers) {
  return {
    version: 1,
    command: 'tiers show',
    sandbox: service.sandbox,
    prefix,
    ...tiersJson(plan),
    without_tier: without,
  };
}

function termsOf({ limit, limit_reset }: Tier): string {
  if (limit === undefined) return limit_reset ?? '';
  return `${formatUsd(limit)}${limit_reset ? ` ${limit_reset}` : ''}`;
}

/** A price per token, as one per million. */
function priceOf(price: number | undefined): string {
  if (price === undefined) return '?';
  return price === 0 ? 'free' : `$${Number((price * 1_000_000).toPrecision(6))}`;
}
