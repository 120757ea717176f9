import { pickFields } from '../../terminal/fields.ts';
import type { PersonUsage } from '../../usage/usage-report.ts';
import type { UserUsage } from '../../usage/user-usage.ts';
import { filesJson, memberJson, ownerJson } from '../../views/key-json.ts';
import { groupsOf } from './groups.ts';
import type { UsageView } from './view.ts';

/** The values of `--fields`: the fields of a person in the JSON output. */
export const USAGE_FIELDS: readonly string[] = [
  ...['participant', 'keys', 'cost', 'byok_cost', 'requests', 'tokens_prompt', 'tokens_completion', 'tokens_reasoning'],
  ...['limit', 'limit_reset', 'limit_remaining', 'daily_limit', 'last_used_at', 'disabled', 'status', 'tier'],
  ...['models', 'days', 'notices'],
];

/** Format: docs/json.md. */
export function usageJson({ report, fields, top, files, users }: UsageView) {
  const { prefix, sandbox, as_of, source, complete, period, people, others, unmatched, totals } = report;
  return {
    version: 1,
    command: 'usage',
    sandbox,
    prefix,
    as_of,
    source,
    complete,
    period,
    people: people.slice(0, top).map((person) => pickFields(personJson(person), fields)),
    models: report.models,
    days: report.days,
    groups: groupsOf(people).map(({ models: _, ...group }) => group),
    ...(users ? { users: users.map(userJson) } : {}),
    others,
    unmatched,
    totals,
    notices: report.notices.map(({ participant, ...notice }) => ({
      ...notice,
      ...ownerJson(participant),
    })),
    notes: report.notes,
    files: filesJson(files),
  };
}

function userJson({ group, user, member, left, ...spent }: UserUsage) {
  return { group, user, member: member && memberJson(member), left, ...spent };
}

/** Only a limit that is not known is omitted, because null would mean unlimited. */
export function personJson(person: PersonUsage) {
  return { ...person, ...ownerJson(person.participant) };
}
