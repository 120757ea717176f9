import { type FoundTable, findFurtherTable } from './find-table.ts';
import { hasAddress, isListOfPeople, isTitledForOthers } from './lists.ts';
import type { SheetRow } from './sheet.ts';
import { tableSections } from './table-sections.ts';

/** What stands above a table: lists of their own, and rows with an address that belong to none. */
export interface Above {
  sections: FoundTable[];
  strays: SheetRow[];
  /** rows of a list that its title or its headings give to somebody else: `Host Details` */
  others: SheetRow[];
}

/** nobody puts more lists above each other; it bounds what a hostile file can ask for */
const DEEPEST = 20;

/** The best header of a sheet may stand below other lists; they are read by their own header, or by content. */
export function tablesAbove(table: FoundTable, depth = 0): Above {
  const first = table.headerRow?.number ?? table.rows[0]?.number ?? 0;
  const end = table.sheet.rows.findIndex(({ number }) => number >= first);
  const rows = table.sheet.rows.slice(0, Math.max(0, end));
  const withAddress = rows.filter(hasAddress);
  if (withAddress.length === 0) return { sections: [], strays: [], others: [] };
  const found = depth < DEEPEST ? findFurtherTable({ ...table.sheet, rows }, table.columnMap) : undefined;
  if (!found || !isListOfPeople(found)) return { sections: [], strays: withAddress, others: [] };
  const above = tablesAbove(found, depth + 1);
  if (isTitledForOthers(found)) return { ...above, others: [...above.others, ...found.rows.filter(hasAddress)] };
  return { sections: [...above.sections, ...tableSections(found)], strays: above.strays, others: above.others };
}
