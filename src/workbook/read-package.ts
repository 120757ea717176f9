import { posix } from 'node:path';
import type { Zip } from './open-zip.ts';
import { attribute, parseWholeXml } from './read-xml.ts';
import { corrupt, notXlsx } from './refusals.ts';

/** What the workbook part says about its sheets. Part names are as in the zip, letter case aside. */
export interface WorkbookParts {
  /** dates count from 1904 instead of 1900 */
  date1904: boolean;
  sheets: { name: string; hidden: boolean; part: string }[];
  sharedStrings: string | undefined;
  styles: string | undefined;
}

/** Finds the workbook and its sheets through the relationships, as Excel does: names of parts are free. */
export async function readPackage(file: string, zip: Zip): Promise<WorkbookParts> {
  refuseOtherKinds(file, zip);
  const root = zip.has('_rels/.rels') ? await readRelationships(file, zip, '') : [];
  const named = root.find((one) => one.type === 'officeDocument')?.target;
  const part = [named, 'xl/workbook.xml'].find((name) => name !== undefined && zip.has(name));
  if (part === undefined) throw notWorkbook(file, zip, named);
  const relationships = await readRelationships(file, zip, part);
  const { date1904, sheets } = await readSheetList(file, zip, part);
  const target = (type: string) => relationships.find((one) => one.type === type && zip.has(one.target))?.target;
  const folder = posix.dirname(part);
  const fallback = (name: string) => (zip.has(`${folder}/${name}`) ? `${folder}/${name}` : undefined);
  return {
    date1904,
    sheets: sheets.flatMap((sheet, index) => {
      const found = relationships.find((one) => one.id === sheet.id);
      if (found && found.type !== 'worksheet') return []; // chart sheets, macro sheets
      const name = found && zip.has(found.target) ? found.target : fallback(`worksheets/sheet${index + 1}.xml`);
      if (name === undefined) throw corrupt(file, 'one of its sheets is missing');
      return [{ name: sheet.name, hidden: sheet.hidden, part: name }];
    }),
    sharedStrings: target('sharedStrings') ?? fallback('sharedStrings.xml'),
    styles: target('styles') ?? fallback('styles.xml'),
  };
}

export interface Relationship {
  id: string;
  /** last word of the relationship's type: `worksheet`, `hyperlink` … */
  type: string;
  /** a part's name without leading slash, or an outside address when external */
  target: string;
}

/** The relationships of a part; none when it has no such file. `''` = the package's own. */
export async function readRelationships(file: string, zip: Zip, part: string): Promise<Relationship[]> {
  const folder = posix.dirname(part);
  const name = part === '' ? '_rels/.rels' : posix.join(folder, '_rels', `${posix.basename(part)}.rels`);
  if (!zip.has(name)) return [];
  const found: Relationship[] = [];
  await parseWholeXml(file, zip.read(name), {
    open(element, attributes) {
      const target = attribute(attributes, 'Target');
      if (element !== 'Relationship' || target === undefined) return;
      const external = attribute(attributes, 'TargetMode') === 'External';
      const type = (attribute(attributes, 'Type') ?? '').split('/').at(-1) ?? '';
      const id = attribute(attributes, 'Id') ?? '';
      found.push({
        id,
        type,
        target: external || type === 'hyperlink' ? target : resolve(part === '' ? '' : folder, target),
      });
    },
  });
  return found;
}

function resolve(folder: string, target: string): string {
  const path = target.replaceAll('\\', '/');
  return (path.startsWith('/') ? posix.normalize(path) : posix.join(folder, path)).replace(/^\/+/, '');
}

async function readSheetList(file: string, zip: Zip, part: string) {
  const sheets: { name: string; hidden: boolean; id: string }[] = [];
  let date1904 = false;
  await parseWholeXml(file, zip.read(part), {
    open(element, attributes) {
      if (element === 'workbookPr') date1904 = /^(1|true)$/.test(attribute(attributes, 'date1904') ?? '');
      if (element !== 'sheet') return;
      const id = Object.entries(attributes).find(([name]) => name.endsWith(':id'))?.[1] ?? '';
      const hidden = /hidden/i.test(attribute(attributes, 'state') ?? '');
      sheets.push({ name: attribute(attributes, 'name') ?? '', hidden, id });
    },
  });
  if (sheets.length === 0) throw corrupt(file, 'its workbook has no sheets');
  return { date1904, sheets };
}

function refuseOtherKinds(file: string, zip: Zip): void {
  const other = OTHER_KINDS.find(({ part }) => zip.names.some((name) => part.test(name)));
  if (other) throw notXlsx(file, other.what, 'Open it in a spreadsheet program and save it as .xlsx.');
}

const OTHER_KINDS = [
  { part: /^word\//i, what: 'a Word document (.docx)' },
  { part: /^ppt\//i, what: 'a PowerPoint presentation (.pptx)' },
  { part: /^xl\/workbook\.bin$/i, what: 'a binary Excel workbook (.xlsb)' },
  { part: /^Index\/.*\.iwa$|^Index\.zip$/i, what: 'a document of Apple Numbers or Pages' },
  { part: /^content\.xml$/i, what: 'an OpenDocument file (.ods or .odt)' },
];

function notWorkbook(file: string, zip: Zip, named: string | undefined): Error {
  if (named !== undefined || zip.has('[Content_Types].xml')) return corrupt(file, 'its workbook is missing');
  const inside = zip.names.find((name) => /\.(xlsx|csv)$/i.test(name));
  if (zip.names.length === 0) return notXlsx(file, 'an empty zip archive', 'Download the file or save it again.');
  return notXlsx(
    file,
    'a zip archive',
    inside ? 'Extract it and use the file inside.' : 'Save the roster as .xlsx from Excel.',
  );
}
