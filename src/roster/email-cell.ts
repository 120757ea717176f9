import { plainWords } from './clean-text.ts';
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
  /** addresses behind a label such as `cc:` or `mother:`: somebody else's */
  asides: string[];
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

/** longer texts are no list of addresses; it also bounds the work that a hostile cell can ask for */
const LONGEST_CELL = 5_000;
const LONGEST_TOKEN = 400;
/** What nearly every cell holds; it needs none of the taking apart, which takes most of the time of a large file. */
const JUST_AN_ADDRESS = /^[a-z0-9_+]+(?:[.-][a-z0-9_+]+)*@(?:[a-z0-9]+(?:-[a-z0-9]+)*\.)+[a-z]{2,}$/i;

/** Takes a cell's text apart: lists with any separator, `Name <a@b>`, `mailto:`, remarks in parentheses, quotes, full-width letters. */
export function parseEmailCell(text: string): EmailCell {
  const cell: EmailCell = { found: [], problems: [], asides: [] };
  if (text.length > LONGEST_CELL) {
    cell.problems.push({ code: 'invalid_email', value: text, why: 'it has more than 5,000 characters' });
    return cell;
  }
  if (JUST_AN_ADDRESS.test(text)) {
    addToken(cell, text);
    return cell;
  }
  const tokens = withoutTrimmings(text)
    .split(/[\s,;|/\\、，；،؛·•]+/u)
    .filter((token) => token !== '');
  const isAddress = (token: string | undefined) => token?.includes('@') === true;
  tokens.forEach((raw, index) => {
    if (isAddress(tokens[index - 1]) && isAddress(tokens[index + 1]) && BETWEEN.has(raw.toLowerCase())) return;
    if (isLabel(raw) && isAddress(tokens[index + 1])) return; // "work: a@b"
    const before = tokens[index - 1];
    if (before !== undefined && isLabel(before) && isAddress(raw) && !OWN_LABEL.test(plainWords(before))) {
      cell.asides.push(raw);
      return;
    }
    addToken(cell, raw);
  });
  return cell;
}

function isLabel(token: string): boolean {
  return token.length < 40 && /^[\p{L}-]+\.?:$/u.test(token);
}

/** Labels of the participant's own addresses; any other names somebody else. */
const OWN_LABEL =
  /^(?:work|home|private|personal|e ?mail|mail|e ?pasts|main|primary|secondary|alt|alternative|alternate|backup|new|office|uni|university|school|student|study|gmail|google|outlook|business|darba|darbs|majas|privats|privatais|personigais|studenta|arbeit|dienst\p{L}*|privat\p{L}*|prive|pro|perso\p{L}*|travail|trabajo|correo|courriel|рабоч\p{L}*|личн\p{L}*|почта|робоч\p{L}*|особист\p{L}*|too|arbete|jobb|arbejde|sluzbow\p{L}*|prywatn\p{L}*|or|also|and|vai|un)$/u;

/** The name before the only `<address>` of a cell: `Anna Bērziņa` of `"Anna Bērziņa" <a@b>`; empty when there is none. */
export function displayName(text: string): string {
  const name = /^\s*["']?([^"'<>@]{2,100})["']?\s*<[^<>]*>\s*$/.exec(text.slice(0, LONGEST_TOKEN))?.[1];
  return name?.trim() ?? '';
}

/** Each `Name <address>` of a cell: `Ada Lind <ada@…>, Bo Krag <bo@…>`. */
export function displayNames(text: string): { name: string; address: string }[] {
  const pairs = text
    .slice(0, LONGEST_CELL)
    .matchAll(/(?:^|[,;\n])\s*["']?([^"'<>@,;\n]{2,100}?)["']?\s*<\s*(?:mailto:)?([^<>\s]{3,320})\s*>/gu);
  return [...pairs].map(([, name = '', address = '']) => ({ name: name.trim(), address }));
}

/** An address and nothing else, as in `Anna [a@b]`, `Anna (a@b)` and `[a@b](mailto:a@b)`. */
const IN_BRACKETS = /[[(]\s*(?:mailto:)?([^\s()[\]<>,;]+@[^\s()[\]<>,;]+)\s*[\])]/giu;

/** A label and an address, as in `(mother: a@b)`. */
const LABELED_IN_BRACKETS = /[[(]\s*([\p{L}-]{1,40}:\s*[^\s()[\]<>,;]+@[^\s()[\]<>,;]+)\s*[\])]/gu;

/** Unfolds width and compatibility forms, drops invisible marks, display names, remarks and quotes. */
function withoutTrimmings(text: string): string {
  const plain = text
    .normalize('NFKC')
    .replaceAll(/\p{Cf}/gu, '')
    .replaceAll(/[\p{Zs}\u0085]/gu, ' ')
    .replaceAll(/<br\s*\/?>/giu, '\n')
    .replaceAll(LABELED_IN_BRACKETS, ' $1 ')
    .replaceAll(IN_BRACKETS, ' <$1>');
  return withoutDisplayNames(plain)
    .replaceAll(/\(([^()@]*)\)/gu, (remark, inside: string) => (/^\s*at\s*$/i.test(inside) ? remark : ' '))
    .replaceAll(/[“”„«»"]/gu, ' ');
}

/** Of the text before each `<address>` only what stands before the last `;` or line break, or has an @ itself, is kept. */
function withoutDisplayNames(text: string): string {
  const parts = text.split('<');
  return parts
    .map((part, index) => {
      const end = index === 0 ? -1 : part.indexOf('>');
      const address = part.slice(0, end + 1).replace('>', ' ');
      const after = part.slice(end + 1);
      if (index === parts.length - 1) return ` ${address}${after}`;
      const cut = Math.max(after.lastIndexOf(';'), after.lastIndexOf('\n')) + 1;
      const name = after
        .slice(cut)
        .split(/[\s,]+/)
        .filter((word) => word.includes('@'));
      return ` ${address}${after.slice(0, cut)} ${name.join(' ')}`;
    })
    .join(' ');
}

function addToken(cell: EmailCell, raw: string): void {
  if (/^\p{P}*$/u.test(raw) && !raw.includes('@')) return;
  const token = raw.length > LONGEST_TOKEN ? raw : bareAddress(raw);
  const checked = checkAddress(token);
  if ('problem' in checked) cell.problems.push({ code: checked.problem, value: raw, why: checked.why });
  else if (!cell.found.some(({ key }) => key === checked.key)) cell.found.push(checked);
}

function bareAddress(token: string): string {
  const bare = token.replace(/^[<[({'’‘`]+|[>\])}'’‘`]+$/gu, '').replace(/^(?:mailto|e-?mail|e-?pasts):/iu, '');
  const query = bare.indexOf('?');
  const address = query > 0 && bare.includes('=', query) ? bare.slice(0, query) : bare;
  return decoded(address).replace(/[.:]$/u, '');
}

function decoded(token: string): string {
  if (!/%[0-9a-f]{2}/i.test(token)) return token;
  try {
    return decodeURIComponent(token);
  } catch {
    return token;
  }
}
