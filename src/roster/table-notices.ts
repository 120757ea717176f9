import type { Issue } from '../errors.ts';
import type { FoundTable } from './find-table.ts';
import { createIssues } from './issues.ts';
import { hasAddress } from './lists.ts';
import { safeText } from './safe-text.ts';
import { type Book, columnLetter, type Sheet } from './sheet.ts';

/** What the user should know about how the table as a whole was understood. */
export function tableNotices(book: Book, table: FoundTable, sheetChosen: boolean): Issue[] {
  const make = createIssues(table.sheet.name, undefined);
  const { columns, headerRow, headings, sheet } = table;
  const notices = book.remarks.map(({ code, message }) => make(code, undefined, message));
  const hidden = book.sheets.filter((other) => other.hidden && other !== sheet && other.rows.length > 0);
  if (hidden.length > 0) {
    const names = hidden.map(({ name }) => `"${safeText(name)}"`).join(', ');
    notices.push(make('hidden_sheet', undefined, `Skipped hidden sheets: ${names}. Use --sheet to read one.`));
  }
  if (!sheetChosen) notices.push(...unreadSheets(book, sheet));
  const hiddenRows = table.rows.filter((row) => row.hidden).map(({ number }) => number);
  if (hiddenRows.length > 0) {
    const listed = `${hiddenRows.slice(0, 10).join(', ')}${hiddenRows.length > 10 ? ' …' : ''}`;
    notices.push(
      make(
        'hidden_rows',
        undefined,
        `${hiddenRows.length} hidden rows were used too: ${listed}. Delete them if they should get no key.`,
      ),
    );
  }
  const [email] = columns.roles.email ?? [];
  if (!headerRow)
    notices.push(
      make(
        'no_header',
        undefined,
        'The table has no header; columns were recognised by what is in them. Check the names.',
      ),
    );
  else if (columns.emailByContent && email !== undefined) {
    const title = headings.find(({ column }) => column === email)?.text ?? '';
    notices.push(
      make(
        'email_by_content',
        email,
        `Column ${columnLetter(email)} is used as the email column because it contains email addresses.`,
        title,
      ),
    );
  }
  const { name, surname, full_name } = columns.roles;
  const names = [full_name, name, surname].flatMap((found) => found ?? []).map(columnLetter);
  if (columns.namesByContent) {
    const message = `${names.length > 1 ? `Columns ${names.join(' and ')} are` : `Column ${names.join('')} is`} used for names because of the content.`;
    notices.push(make('name_by_content', undefined, `${message} Check the names.`));
  }
  if ((name ?? surname ?? full_name) === undefined) {
    notices.push(
      make(
        'no_name_column',
        undefined,
        'No column of names was found; keys are named without a name, or by the name beside the address.',
      ),
    );
  }
  const own = headings.find(({ column }) => column === email);
  if (own?.role?.role === 'email' && own.role.whose === 'other' && email !== undefined) {
    notices.push(
      make(
        'other_email_used',
        email,
        `Column ${columnLetter(email)} seems to hold somebody else's addresses; it is used because there is no other.`,
        own.text,
      ),
    );
  }
  for (const column of columns.othersEmails) {
    const title = headings.find((heading) => heading.column === column)?.text ?? '';
    notices.push(
      make(
        'other_email_column',
        column,
        `Skipped column ${columnLetter(column)}: its email addresses seem to be other people's, or additional ones. To use it, add --column email=${columnLetter(column)}`,
        title,
      ),
    );
  }
  for (const { role, column } of columns.unlikely) {
    const letter = columnLetter(column);
    const title = headings.find((heading) => heading.column === column)?.text ?? '';
    const message =
      role === 'limit'
        ? `Column ${letter} sets no limits: its amounts are high for keys. To use it, add --column limit=${letter}`
        : `Column ${letter} sets no expirations: its dates seem to be about something else, such as a document. To use it, add --column expires=${letter}`;
    notices.push(make(role === 'limit' ? 'unlikely_limits' : 'unlikely_expirations', column, message, title));
  }
  if (table.columns.roles.api_key)
    notices.push(
      make(
        'has_api_keys',
        table.columns.roles.api_key[0],
        'The roster has a column of keys from an earlier run; it is left as it is.',
      ),
    );
  return notices;
}

/** Sheets beside the roster that hold addresses too: a list without a header, or one under headings that nobody knows. */
function unreadSheets(book: Book, used: Sheet): Issue[] {
  return book.sheets.flatMap((sheet) => {
    const rows = sheet === used || sheet.hidden ? 0 : sheet.rows.filter(hasAddress).length;
    if (rows === 0) return [];
    const name = safeText(sheet.name);
    const message = `Sheet "${name}" was not read, but ${rows === 1 ? '1 row has' : `${rows} rows have`} an email address. To read it instead, add --sheet "${name}"`;
    return [createIssues(sheet.name, undefined)('unread_sheet', undefined, message)];
  });
}
