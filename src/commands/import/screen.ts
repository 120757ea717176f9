import type { Context, Output } from '../../context.ts';
import type { CliError } from '../../errors.ts';
import type { ImportRow } from '../../plan/plan-import.ts';
import { plural } from '../../plural.ts';
import { contactOf, participantName } from '../../roster/participant-name.ts';
import { createStyle } from '../../terminal/style.ts';
import { foldRows, renderTable, tableWidth } from '../../terminal/table.ts';
import { visibleText } from '../../terminal/visible-text.ts';
import { titledLine } from '../../terminal/wrap.ts';
import { accountKeyJson, filesJson, ownerJson, stoppedJson } from '../../views/key-json.ts';
import { type Service, serviceLine } from '../../views/service-line.ts';
import type { ShownFile } from '../../views/shown-file.ts';
import { commandFor, type WorkshopId } from '../../workshop/workshop-id.ts';

export interface ImportView {
  service: Service;
  id: WorkshopId;
  /** absolute path of the results */
  folder: string;
  /** as typed */
  file: string;
  dryRun: boolean;
  allRows: boolean;
  notes: readonly string[];
  /** hashes of the keys that were imported; absent before the run */
  done?: ReadonlySet<string>;
  files?: readonly ShownFile[];
  stopped?: CliError | undefined;
  interrupted?: boolean;
}

/** What would be imported, and what stays as it is and why. */
export function renderImportPlan(
  rows: readonly ImportRow[],
  view: ImportView,
  output: Output,
  ctx: Pick<Context, 'env'>,
): string {
  const { bold } = createStyle(ctx.env, output);
  const line = (title: string, text: string) => titledLine(title, visibleText(text), output, bold);
  const imports = rows.filter(({ result }) => result === 'import');
  const had = rows.filter(({ result }) => result === 'had_it').length;
  let text = serviceLine(view.service, output, ctx);
  text += line('Workshop', `${view.id.prefix} → ${view.folder}`);
  text += line('File', `${view.file}: ${plural(rows.length, 'key')}`);
  for (const note of view.notes) text += line('Note', note);
  if (imports.length > 0) text += `\n${importTable(imports, view, output, bold)}\n`;
  text += leftTable(rows, output, bold);
  if (had > 0) text += line('Skip', `${plural(had, 'key')} ${had === 1 ? 'is' : 'are'} in this workshop already`);
  text += line('Import', `${plural(imports.length, 'key')}; nothing changes on the account`);
  return view.dryRun ? `${text}Dry run: nothing was changed.\n` : text;
}

/** What became of it. */
export function renderImported(rows: readonly ImportRow[], view: ImportView, ctx: Pick<Context, 'env' | 'stdout'>) {
  const { bold } = createStyle(ctx.env, ctx.stdout);
  const { id, done = new Set(), files = [] } = view;
  const had = rows.filter(({ result }) => result === 'had_it').length;
  const already = had === 0 ? '' : `; ${had} ${had === 1 ? 'was' : 'were'} in this workshop already`;
  // Without anything to import, no plan was shown.
  let text = done.size === 0 ? serviceLine(view.service, ctx.stdout, ctx) : '';
  if (done.size === 0) text += leftTable(rows, ctx.stdout, bold);
  text += `Imported ${plural(done.size, 'key')}${already}.\n`;
  const left = rows.filter(({ result }) => result === 'left').length;
  if (left > 0) text += `Left ${plural(left, 'key')} as ${left === 1 ? 'it is' : 'they are'}, see above.\n`;
  if (done.size === 0) return text;
  for (const { path, failed, insteadOf } of files) {
    if (failed !== undefined) text += `${visibleText(path)}: ${visibleText(failed)}\n`;
    else text += `Saved in ${visibleText(path)}${insteadOf === undefined ? '' : ' (the usual file is open)'}\n`;
  }
  text += titledLine('Next', `to test every key: ${commandFor(id, 'verify')}`, ctx.stdout, bold);
  if (left === 0) text += titledLine('Then', `delete ${view.file}, which contains secrets`, ctx.stdout, bold);
  return text;
}

function importTable(
  rows: readonly ImportRow[],
  { allRows, dryRun }: ImportView,
  output: Output,
  bold: (text: string) => string,
): string {
  const isLong = allRows || dryRun;
  const { shown, folded } = isLong ? { shown: rows, folded: 0 } : foldRows(rows, () => false, output);
  const cells = shown.map((row) => [
    ...who(row),
    row.result === 'import' ? row.key.name : '',
    row.found.secret.toString(),
  ]);
  const table = renderTable({ columns: IMPORT_COLUMNS, rows: cells }, tableWidth(output), bold);
  return `${table}${folded > 0 ? `… and ${folded} more; --all-rows lists them\n` : ''}`;
}

/** Never folded: each needs a decision. */
function leftTable(rows: readonly ImportRow[], output: Output, bold: (text: string) => string): string {
  const cells = rows.flatMap((row) =>
    row.result === 'left' ? [[...who(row), row.found.secret.toString(), row.reason]] : [],
  );
  if (cells.length === 0) return '';
  return `${renderTable({ columns: LEFT_COLUMNS, rows: cells }, tableWidth(output), bold)}\n`;
}

function who({ found: { row, participant } }: ImportRow): string[] {
  return [String(row), participant ? participantName(participant) : '', contactOf(participant)];
}

const WHO = [
  { title: 'ROW', align: 'right' },
  { title: 'NAME', flexible: true, minWidth: 10 },
  { title: 'EMAIL', flexible: true, minWidth: 10, dropOrder: 1 },
] as const;

const IMPORT_COLUMNS = [
  ...WHO,
  { title: 'KEY NAME', flexible: true, minWidth: 16, cut: 'middle' },
  { title: 'SECRET' },
] as const;

const LEFT_COLUMNS = [
  ...WHO,
  { title: 'SECRET' },
  { title: 'NOT IMPORTED, BECAUSE', flexible: true, minWidth: 24 },
] as const;

/** Format: docs/json.md. Secrets are masked. */
export function importJson(rows: readonly ImportRow[], view: ImportView) {
  const { service, id, folder, dryRun, notes, done, files = [], stopped, interrupted = false } = view;
  const results = rows.map((row) => rowJson(row, done));
  const count = (...wanted: string[]) => results.filter(({ result }) => wanted.includes(result)).length;
  return {
    ...{ version: 1, command: 'import', dry_run: dryRun, sandbox: service.sandbox, prefix: id.prefix, folder },
    file: view.file,
    keys: results,
    totals: {
      keys: results.length,
      imported: count('imported', 'planned'),
      had_it: count('had_it'),
      left: count('left'),
      not_started: count('not_started'),
    },
    ...{ notes, files: filesJson(files), stopped: stoppedJson(stopped), interrupted },
  };
}

function rowJson(row: ImportRow, done: ReadonlySet<string> | undefined) {
  const { found } = row;
  const isDone = row.result === 'import' && done?.has(row.key.hash);
  const imported = done === undefined ? 'planned' : isDone ? 'imported' : 'not_started';
  return {
    row: found.row,
    ...ownerJson(found.participant),
    label: found.secret.toString(),
    key: row.result === 'import' ? accountKeyJson(row.key) : null,
    result: row.result === 'import' ? imported : row.result,
    code: row.result === 'left' ? row.code : null,
    reason: row.result === 'left' ? row.reason : null,
  };
}
