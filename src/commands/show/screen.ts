import type { MemberUser } from '../../journal/member-user.ts';
import type { AccountKey } from '../../keys/account-key.ts';
import { keyStatus } from '../../keys/key-status.ts';
import { formatUsd } from '../../money.ts';
import { plural } from '../../plural.ts';
import { isGroup, isSameMember } from '../../roster/group.ts';
import type { Participant } from '../../roster/participant.ts';
import { participantName } from '../../roster/participant-name.ts';
import type { Secret } from '../../secret.ts';
import { renderDetails } from '../../terminal/details.ts';
import { pickFields, plainValue } from '../../terminal/fields.ts';
import { formatInstant } from '../../terminal/time.ts';
import { accountKeyJson, memberJson, ownerJson } from '../../views/key-json.ts';
import { KEY_FIELDS } from '../../views/key-table.ts';

export interface ShownKey {
  key: AccountKey;
  /** no longer on the account; `key` is from the journal */
  gone: boolean;
  participant: Participant | null;
  /** of a group: what the requests of its members are called */
  users?: readonly MemberUser[];
  /** of the workshop whose journal has it */
  prefix: string | undefined;
  /** path of the file with its secret */
  savedIn: string | undefined;
}

export const SHOWN_FIELDS = [...KEY_FIELDS, 'saved_in'];

/** `secret`: shown in full if given; otherwise as the account masks it. */
export function renderShown(
  shown: ShownKey,
  now: Date,
  fields: readonly string[] | undefined,
  secret?: Secret,
): string {
  if (fields) {
    return renderDetails(
      Object.entries(pickFields(dataOf(shown, now), fields)).map(([name, value]) => [
        name,
        name === 'label' && secret ? secret.reveal() : plainValue(value),
      ]),
    );
  }
  const { key, gone, prefix, savedIn } = shown;
  return renderDetails([
    ['Name', key.name],
    ['Hash', key.hash],
    ['Secret', secret?.reveal() ?? `${key.label ?? 'unknown'}${savedIn ? '' : ', not saved on this computer'}`],
    ['Saved in', savedIn],
    ['Status', gone ? 'gone: no longer on the account; these details are from the journal' : keyStatus(key, now)],
    ...ownerDetails(shown),
    ['Workshop', prefix],
    ['Limit', key.limit === undefined ? undefined : limitText(key)],
    ['Spent', spentText(key)],
    ['Expires', key.expires_at ? formatInstant(key.expires_at) : 'never'],
    ['Created', key.created_at && formatInstant(key.created_at)],
    ['Last used', key.last_used_at ? formatInstant(key.last_used_at) : undefined],
    ['Workspace', key.workspace_id],
    ['Created by', key.creator_user_id ?? undefined],
  ]);
}

export interface ShownView {
  sandbox: boolean;
  notes: readonly string[];
  fields: readonly string[] | undefined;
}

export function shownJson(shown: ShownKey, now: Date, { sandbox, notes, fields }: ShownView) {
  return { version: 1, command: 'show', sandbox, key: pickFields(dataOf(shown, now), fields), notes };
}

function dataOf({ key, gone, participant, prefix, savedIn, users = [] }: ShownKey, now: Date) {
  const { name, hash, label, ...rest } = accountKeyJson(key);
  return {
    ...withUsers(ownerJson(participant), users),
    name,
    hash,
    label,
    status: gone ? 'gone' : keyStatus(key, now),
    ...rest,
    prefix: prefix ?? null,
    saved_in: savedIn ?? null,
  };
}

/** In the JSON of one key, members come with what their requests are called. */
function withUsers(owner: ReturnType<typeof ownerJson>, users: readonly MemberUser[]) {
  if (!owner.group) return owner;
  const named = users.map(({ user, member, left }) => ({ ...memberJson(member), user, left }));
  return { ...owner, group: { ...owner.group, users: named } };
}

function ownerDetails({ participant, users = [] }: ShownKey): [string, string][] {
  if (!isGroup(participant)) {
    return [['Participant', participant ? participantDetails(participant) : 'unknown on this computer']];
  }
  const { name, members, tier } = participant;
  return [
    ['Group', [name, plural(members.length, 'member'), tier && `tier ${tier}`].filter(Boolean).join(' · ')],
    ...members.map((member): [string, string] => {
      const user = users.find((each) => !each.left && isSameMember(each.member, member))?.user;
      return [
        '',
        [participantName(member), member.emails[0], user && `requests as ${user}`].filter(Boolean).join(' · '),
      ];
    }),
    ...users
      .filter(({ left }) => left)
      .map(({ member, user }): [string, string] => ['', `${participantName(member)} · left · requests as ${user}`]),
  ];
}

function participantDetails({ name, surname, emails, group, tier, id }: Participant): string {
  const person = `${name} ${surname}`.trim();
  return [person, emails.join(', '), group && `group ${group}`, tier && `tier ${tier}`, id && `id ${id}`]
    .filter(Boolean)
    .join(' · ');
}

function limitText({ limit, limit_remaining, limit_reset, include_byok_in_limit }: AccountKey): string {
  const remaining =
    typeof limit === 'number' && typeof limit_remaining === 'number' ? `, ${formatUsd(limit_remaining)} remaining` : '';
  const byok = include_byok_in_limit ? ', including BYOK usage' : '';
  return `${formatUsd(limit)}${limit_reset ? ` ${limit_reset}` : ''}${remaining}${byok}`;
}

function spentText({ usage, usage_daily, usage_weekly, usage_monthly, byok_usage }: AccountKey): string | undefined {
  if (usage === undefined) return undefined;
  const spans = [
    ['today', usage_daily],
    ['this week', usage_weekly],
    ['this month', usage_monthly],
  ] as const;
  const amounts = spans.flatMap(([span, usd]) => (usd === undefined ? [] : [`${formatUsd(usd)} ${span}`]));
  const byok = byok_usage ? `; ${formatUsd(byok_usage)} BYOK` : '';
  return `${formatUsd(usage)}${amounts.length > 0 ? ` (${amounts.join(', ')})` : ''}${byok}`;
}
