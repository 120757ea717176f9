import { checkAddress } from './email-address.ts';

export interface FoundAddress {
  /** as it shall be shown and kept */
  address: string;
  /** what addresses are compared by */
  key: string;
}

export interface EmailProblem {
  code: 'invalid_email' | 'lookalike_letters';
  value: string;
  why: string;
}

/** The addresses of a cell in their order, each once, and everything in it that is neither address nor known trimmings. */
export interface EmailCell {
  found: FoundAddress[];
  problems: EmailProblem[];
}

/** Words that people put between two addresses. */
const BETWEEN = new Set(
  'un vai and or und oder y e o u et ou en of ir arba bei ja või voi i lub oraz та і й або чи и или och eller og eller tai a nebo ili & + ; un/vai and/or'.split(
    ' ',
  ),
);
/** What people write where an address is missing. */
const PLACEHOLDER =
  /^(?:[-–—_.?*/\\]+|n\/?a|n\.\s?a\.|none|nav|nē|no|nil|null|undefined|anonymous|keine?r?|kein|нет|немає|brak|нема|nėra|puudub|tbd|unknown|x+)$/iu;

export function isPlaceholder(text: string): boolean {
  return PLACEHOLDER.test(text.trim());
}

/** Takes a cell's text apart: lists with any separator, `Name <a@b>`, `mailto:`, remarks in parentheses, quotes, full-width letters. */
export function parseEmailCell(text: string): EmailCell {
  const plain = withoutTrimmings(text);
  const tokens = plain.split(/[\s,;|/\\、，；،؛·•]+/u).filter((token) => token !== '');
  const cell: EmailCell = { found: [], problems: [] };
  const isAddress = (token: string | undefined) => token?.includes('@') === true;
  tokens.forEach((raw, index) => {
    const between = isAddress(tokens[index - 1]) && isAddress(tokens[index + 1]);
    if (between && BETWEEN.has(raw.toLowerCase())) return;
    if (/^[\p{L}-]+\.?:$/u.test(raw) && isAddress(tokens[index + 1])) return; // "work: a@b"
    addToken(cell, raw);
  });
  return cell;
}

/** Unfolds width and compatibility forms, drops invisible marks, display names, remarks and quotes. */
function withoutTrimmings(text: string): string {
  return text
    .normalize('NFKC')
    .replaceAll(/[\p{Cf}]/gu, '')
    .replaceAll(/\p{Zs}/gu, ' ')
    .replaceAll(/(?:"[^"]*"|'[^']*'|[^<>,;"\n@]*)\s*<\s*([^<>]*?)\s*>/gu, ' $1 ')
    .replaceAll(/\((?![^)]*\bat\b)[^()@]*\)/giu, ' ')
    .replaceAll(/[“”„«»"]/gu, ' ');
}

function addToken(cell: EmailCell, raw: string): void {
  const token = bareAddress(raw);
  if (token === '' && /^\p{P}*$/u.test(raw)) return;
  const checked = checkAddress(token);
  if ('problem' in checked) cell.problems.push({ code: checked.problem, value: raw, why: checked.why });
  else if (!cell.found.some(({ key }) => key === checked.key)) cell.found.push(checked);
}

function bareAddress(token: string): string {
  const bare = token
    .replace(/^[<[({'’‘`]+|[>\])}'’‘`]+$/gu, '')
    .replace(/^(?:mailto|e-?mail|e-?pasts):/iu, '')
    .replace(/\?[^@]*(?:@.*)?$/u, (query) => (/[=]/.test(query) ? '' : query));
  return decoded(bare).replace(/[.:!]+$/u, (tail) => (tail === '.' || tail === ':' ? '' : tail));
}

function decoded(token: string): string {
  if (!/%[0-9a-f]{2}/i.test(token)) return token;
  try {
    return decodeURIComponent(token);
  } catch {
    return token;
  }
}
