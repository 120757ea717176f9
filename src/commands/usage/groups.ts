import { isActive } from '../../usage/build-report.ts';
import { atLeast } from '../../usage/spent.ts';
import type { ModelUsage, PersonUsage, Spent } from '../../usage/usage-report.ts';

/** The people with the same value in the roster's column of groups; null = without one. */
export interface GroupUsage extends Spent {
  group: string | null;
  count: number;
  active: number;
  models: ModelUsage[];
}

/** Who spent most comes first. */
export function groupsOf(people: readonly PersonUsage[]): GroupUsage[] {
  const groups = new Map<string | null, PersonUsage[]>();
  for (const person of people) {
    const group = person.participant?.group ?? null;
    const same = groups.get(group);
    if (same) same.push(person);
    else groups.set(group, [person]);
  }
  return [...groups]
    .map(([group, members]) => ({
      group,
      count: members.length,
      active: members.filter(isActive).length,
      ...atLeast(members),
      models: mergedModels(members),
    }))
    .sort((a, b) => (b.cost ?? 0) - (a.cost ?? 0));
}

function mergedModels(members: readonly PersonUsage[]): ModelUsage[] {
  const models = new Map<string, ModelUsage[]>();
  for (const usage of members.flatMap((member) => member.models)) {
    models.set(usage.model, [...(models.get(usage.model) ?? []), usage]);
  }
  return [...models]
    .map(([model, usages]) => ({ model, ...atLeast(usages) }))
    .sort((a, b) => (b.cost ?? 0) - (a.cost ?? 0));
}
