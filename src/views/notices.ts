import type { Output } from '../context.ts';
import type { Issue } from '../errors.ts';
import { tableWidth } from '../terminal/table.ts';
import { visibleText } from '../terminal/visible-text.ts';
import { wrapText } from '../terminal/wrap.ts';

/**
 * The notices of a roster, one line a kind: the count and the first rows. `seeAll` is the command that shows them all.
 */
export function renderNotices(notices: readonly Issue[], seeAll: string, output: Output): string {
  const kinds = new Map<string, Issue[]>();
  for (const notice of notices) kinds.set(notice.code, [...(kinds.get(notice.code) ?? []), notice]);
  const groups = [...kinds.values()];
  const lines = groups.map(groupText).flatMap((text) => wrapped(text, output));
  if (groups.some((group) => group.length > FEW)) lines.push('  To see all:', `    ${seeAll}`);
  return `${lines.join('\n')}\n`;
}

/** How many rows of a kind are named. */
const FEW = 5;

function groupText(group: readonly Issue[]): string {
  const [first] = group;
  if (!first) return '';
  const text = visibleText(first.message);
  if (group.length === 1) {
    const place = placeOf(first);
    return place === '' ? text : `${text} (${place})`;
  }
  const same = group.every(({ message }) => message === first.message);
  return counted(group, same ? text : (KINDS[first.code] ?? `${text} And similar`));
}

/** Notices of one kind with messages of their own, as one line; undefined where the kind has no name. */
export function kindText(group: readonly Issue[]): string | undefined {
  const [first] = group;
  const kind = first && KINDS[first.code];
  return kind && counted(group, kind);
}

function counted(group: readonly Issue[], text: string): string {
  const rows = [...new Set(group.flatMap(({ row }) => (row === undefined ? [] : [row])))];
  const more = rows.length > FEW ? ', …' : '';
  const where = rows.length === 0 ? '' : ` (rows ${rows.slice(0, FEW).join(', ')}${more})`;
  return `${group.length} × ${text}${where}`;
}

/** Kinds whose messages name a row, an address or a value of their own. */
const KINDS: Readonly<Record<string, string>> = {
  duplicate: 'The same participant is in several rows and gets one key.',
  duplicate_similar_name: 'Rows share an address and nearly the same name, and count as one participant.',
  link_differs: 'A cell shows one address and links to another; the one that is shown counts.',
  link_used: 'A cell shows no address; the one that it links to counts.',
  labeled_address: 'An address with a label such as "cc:" is not used.',
  limit_read: 'The limit was read as US dollars.',
  same_name: 'Participants have the same name.',
  status_left_out: 'Skipped because of the status.',
  status_unclear: 'The status is pending or unclear; the row gets a key.',
  several_names: 'Rows may hold several people; each row gets one key.',
  role_left_out: 'Skipped because of the role.',
  role_staff: 'May be a teacher or assistant; the row gets a key.',
  struck_out: 'The row or a cell is crossed out; the row gets a key.',
  remark: 'There is a remark beside a name or an address.',
};

function placeOf({ sheet, row, column, value }: Issue): string {
  const where = [
    ...(sheet === undefined || row !== undefined ? [] : [`sheet "${visibleText(sheet)}"`]),
    ...(row === undefined ? [] : [`row ${row}`]),
    ...(column === undefined ? [] : [`column ${visibleText(column)}`]),
  ].join(', ');
  if (value === undefined) return row === undefined ? '' : where;
  return `${where}${where === '' ? '' : ': '}"${visibleText(value).slice(0, VALUE_CHARACTERS)}"`;
}

const VALUE_CHARACTERS = 60;

function wrapped(text: string, output: Output): string[] {
  return wrapText(text, tableWidth(output) - INDENT.length * 2).map(
    (line, at) => `${at === 0 ? '' : INDENT}${INDENT}${line}`,
  );
}

const INDENT = '  ';

/** The options that decide how a roster is read, as typed. */
export interface RosterCheckFlags {
  sheet?: string | undefined;
  column?: readonly string[] | undefined;
  namesOnly?: true | undefined;
  sharedEmails?: true | undefined;
  includeStatus?: readonly string[] | undefined;
  excludeRole?: readonly string[] | undefined;
}

/** The command that shows all notices of a roster. */
export function rosterCheckArgs(file: string, flags: RosterCheckFlags): string[] {
  const { sheet, column = [], namesOnly, sharedEmails, includeStatus = [], excludeRole = [] } = flags;
  return [
    ...['roster', 'check', file, '--all'],
    ...(sheet === undefined ? [] : ['--sheet', sheet]),
    ...column.flatMap((each) => ['--column', each]),
    ...(namesOnly ? ['--names-only'] : []),
    ...(sharedEmails ? ['--shared-emails'] : []),
    ...includeStatus.flatMap((each) => ['--include-status', each]),
    ...excludeRole.flatMap((each) => ['--exclude-role', each]),
  ];
}
