import type { Issue } from '../errors.ts';
import {
  answerOf,
  attendanceOf,
  isAboutPast,
  isCourseStaff,
  isOtherStatus,
  isPlainRole,
  isRoleHeading,
  noMeansOut,
  roleKind,
  statusHeading,
} from './attendance-words.ts';
import { cellText, cleanText, plainWords } from './clean-text.ts';
import { columnFacts } from './column-facts.ts';
import { isPlaceholder } from './email-cell.ts';
import type { FoundTable } from './find-table.ts';
import { createIssues } from './issues.ts';
import { safeText } from './safe-text.ts';
import { cellAt, type SheetRow } from './sheet.ts';
import type { TallMerges } from './tall-merges.ts';

/** What the user says about rows that are left out. */
export interface AttendanceChoice {
  includeStatus: readonly string[];
  excludeRole: readonly string[];
}

/** False when the row is left out. Either way, what its status or role says is told. */
export type AttendanceCheck = (row: SheetRow, notices: Issue[]) => boolean;

type Verdict = { code: 'status_left_out' | 'status_unclear' | 'role_left_out' | 'role_staff'; message: string };

interface JudgedColumn {
  column: number;
  /** what a value of the column says; undefined when there is nothing to tell */
  judge(value: string): Verdict | undefined;
}

/**
 * Judges the rows of a table by its columns of status and role; columns that hold people, limits and the like are not looked at. `isPart`: further columns
 * are another list's.
 */
export function attendanceCheck(
  table: FoundTable,
  choice: AttendanceChoice,
  merges: TallMerges,
  isPart = false,
): AttendanceCheck {
  const columns = judgedColumns(table, choice, isPart);
  return (row, notices) => {
    let stays = true;
    for (const { column, judge } of columns) {
      const value = cleanText(cellText(merges.cell(row, column)?.value));
      const verdict = value === '' ? undefined : judge(value);
      if (!verdict) continue;
      notices.push(createIssues(table.sheet.name, row.number)(verdict.code, column, verdict.message, value));
      if (verdict.code === 'status_left_out' || verdict.code === 'role_left_out') stays = false;
    }
    return stays;
  };
}

function judgedColumns(table: FoundTable, choice: AttendanceChoice, isPart: boolean): JudgedColumn[] {
  const taken = new Set([
    ...Object.values(table.columns.roles).flat(),
    ...table.ownColumns,
    ...table.columns.othersEmails,
  ]);
  const included = new Set(choice.includeStatus.map(plainWords));
  const excluded = new Set(choice.excludeRole.map(plainWords));
  const headed = new Map(table.headings.map(({ column, text }) => [column, text]));
  const all = new Set([...headed.keys(), ...(isPart ? [] : columnFacts(table.rows).keys())]);
  return [...all].flatMap((column): JudgedColumn[] => {
    if (taken.has(column)) return [];
    const text = headed.get(column) ?? '';
    const values = valuesOf(table, column);
    const role = isRoleHeading(text) ? roleJudge(text, values, excluded) : undefined;
    const status = statusJudge(text, values.keys(), included);
    // Statuses repeat in thousands of rows; each is read once.
    const known = new Map<string, Verdict | undefined>();
    const judge = (value: string) => {
      if (known.has(value)) return known.get(value);
      const verdict = status?.(value) ?? role?.(value);
      if (known.size < MOST_VALUES) known.set(value, verdict);
      return verdict;
    };
    return status || role ? [{ column, judge }] : [];
  });
}

/** more kinds of values than this is no status */
const MOST_VALUES = 400;

/** The values of a column, and in how many rows each stands. */
function valuesOf(table: FoundTable, column: number): Map<string, number> {
  const values = new Map<string, number>();
  for (const row of table.rows) {
    const value = cleanText(cellText(cellAt(row, column)?.value));
    if (value !== '') values.set(value, (values.get(value) ?? 0) + 1);
    if (values.size > MOST_VALUES) break;
  }
  return values;
}

function statusJudge(heading: string, values: Iterable<string>, included: ReadonlySet<string>) {
  const list = [...values];
  const kind = statusHeading(heading) ?? (holdsOnlyStatuses(heading, list) ? 'status' : undefined);
  // Before anybody has come, a list of who has says nothing.
  if (kind === 'status' && isAboutPast(heading) && list.every((value) => answerOf(value) === 'no')) return undefined;
  const isOutByNo = kind === 'status' && noMeansOut(heading) && !isAmbiguousState(heading);
  const isOut = (value: string): boolean => {
    if (kind === 'out_flag') return answerOf(value) === 'yes' || attendanceOf(value) === 'out' || /\d{4}/.test(value);
    return kind === 'status' && (attendanceOf(value) === 'out' || (isOutByNo && answerOf(value) === 'no'));
  };
  if (kind === undefined || kind === 'comment') {
    // A free text or a heading that nobody knows: what it says is told, the person stays.
    return (value: string) => (value.length <= 80 && attendanceOf(value) === 'out' ? unclear(value) : undefined);
  }
  const answers = !isAmbiguousState(heading);
  const speaks = list.some((value) => attendanceOf(value) !== 'unknown' || (answers && answerOf(value) !== undefined));
  if (kind === 'status' && !speaks) return undefined;
  return (value: string): Verdict | undefined => {
    if (isOut(value)) return included.has(plainWords(value)) ? undefined : leftOut(value);
    if (kind === 'out_flag') return answerOf(value) === 'no' || /^[-–—0.,]+$/.test(value) ? undefined : unclear(value);
    const says = attendanceOf(value);
    if (says === 'in' || answerOf(value) === 'yes' || roleKind(value) !== undefined) return undefined;
    return unclear(value);
  };
}

/** "State" may be Oregon or Norte; there, a plain no is no answer. */
function isAmbiguousState(heading: string): boolean {
  return /^(?:state|estado|stato|état)$/iu.test(heading.trim());
}

/** more kinds of values than this is no status */
const MOST_STATUSES = 8;

/** Under a heading that nobody knows, or none: several statuses and nothing else. */
function holdsOnlyStatuses(heading: string, values: readonly string[]): boolean {
  const told = values.filter((value) => !isPlaceholder(value));
  return (
    told.length > 1 &&
    told.length <= MOST_STATUSES &&
    !isOtherStatus(heading) &&
    told.every((value) => attendanceOf(value) !== 'unknown') &&
    told.some((value) => attendanceOf(value) === 'in')
  );
}

function leftOut(value: string): Verdict {
  const message = `Left out: the status says "${safeText(value)}". To include such rows, add --include-status "${safeText(value)}"`;
  return { code: 'status_left_out', message };
}

function unclear(value: string): Verdict {
  const message = `Kept, but a cell says "${safeText(value)}". If this participant does not take part, delete the row.`;
  return { code: 'status_unclear', message };
}

function roleJudge(heading: string, values: ReadonlyMap<string, number>, excluded: ReadonlySet<string>) {
  const hasLearners = [...values.keys()].some((value) => roleKind(value) === 'learner');
  const [all, staff] = [...values].reduce(
    ([sum, courseStaff], [value, rows]) => [sum + rows, courseStaff + (isCourseStaff(value) ? rows : 0)],
    [0, 0],
  );
  const isStaff = (value: string): boolean => {
    if (!hasLearners) return isCourseStaff(value) && staff * 2 < all;
    return isPlainRole(heading) ? roleKind(value) !== 'learner' : roleKind(value) === 'staff';
  };
  return (value: string): Verdict | undefined => {
    const role = safeText(value);
    if (excluded.has(plainWords(value)))
      return { code: 'role_left_out', message: `Left out: the role is "${role}" (--exclude-role).` };
    if (!isStaff(value)) return undefined;
    const message = `Gets a key although the role is "${role}". To leave out such rows, add --exclude-role "${role}"`;
    return { code: 'role_staff', message };
  };
}
