import { mergeTable } from '../../handout/merge-table.ts';
import type { GatheredPeople } from '../../selection/gather-recipients.ts';

/** Everybody's key as a workbook, one row a person. */
export async function mergeWorkbook(
  { recipients, id }: Pick<GatheredPeople, 'recipients' | 'id'>,
  at: Date,
): Promise<Uint8Array> {
  const { header, rows } = mergeTable(recipients);
  const { writeResultsWorkbook } = await import('../../workbook/write-results.ts');
  return writeResultsWorkbook({
    sheetName: id.prefix,
    header: [],
    rows: rows.map(() => ({ cells: [] })),
    resultHeader: header,
    resultRows: rows,
    at,
  });
}
