import type { Output } from '../context.ts';
import type { Issue } from '../errors.ts';
import { truncateCells } from './cell-width.ts';
import { tableWidth } from './table.ts';
import { visibleText } from './visible-text.ts';
import { wrapText } from './wrap.ts';

/** Issues grouped by message, in their original order; no line break at the end. A terminal shows at most 20 per group. */
export function renderIssues(issues: readonly Issue[], output: Output): string {
  return [...groupByMessage(issues)].map(([message, group]) => renderGroup(message, group, output)).join('\n');
}

const MAX_ON_A_TERMINAL = 20;
const VALUE_CELLS = 60;

function groupByMessage(issues: readonly Issue[]): Map<string, Issue[]> {
  const groups = new Map<string, Issue[]>();
  for (const issue of issues) {
    const group = groups.get(issue.message);
    if (group) group.push(issue);
    else groups.set(issue.message, [issue]);
  }
  return groups;
}

function renderGroup(message: string, group: readonly Issue[], output: Output): string {
  const locations = group.map(renderLocation).filter((location) => location !== '');
  const shown = output.isTTY ? locations.slice(0, MAX_ON_A_TERMINAL) : locations;
  const text = wrapText(visibleText(message), tableWidth(output) - 2).map((line) => `  ${line}`);
  const lines = [...text, ...shown.map((location) => `    ${location}`)];
  const rest = locations.length - shown.length;
  if (rest > 0) lines.push(`    … and ${rest} more (--json shows all)`);
  return lines.join('\n');
}

/** `sheet "Group A", row 4, column C: "anna@"`; any part may be missing. */
function renderLocation(issue: Issue): string {
  const where = [
    issue.sheet === undefined ? '' : `sheet ${quote(issue.sheet)}`,
    issue.row === undefined ? '' : `row ${issue.row}`,
    issue.column === undefined ? '' : `column ${visibleText(issue.column)}`,
  ].filter((part) => part !== '');
  const value = issue.value === undefined ? '' : quote(issue.value);
  return [where.join(', '), value].filter((part) => part !== '').join(': ');
}

function quote(text: string): string {
  return `"${truncateCells(visibleText(text), VALUE_CELLS)}"`;
}
