export type ParsedLimit = { limit: number | null; note?: string } | { problem: string };

const UNLIMITED =
  /^(?:none|unlimited|no limit|infinite|∞|bez ierobežojuma|neierobežots|unbegrenzt|illimité|sin límite|без ограничений)$/iu;
/** more than any workshop spends on a person; most often cents or a wrong column */
const MOST = 1_000_000;

/** A spending limit as people type it: `5`, `2.50`, `0,5` (with a note), `$2`, `2 USD`, `none`. USD; null = unlimited. */
export function parseLimit(text: string): ParsedLimit {
  const trimmed = text
    .normalize('NFKC')
    .replaceAll(/[\s\u200b\ufeff]+/g, ' ')
    .trim();
  if (UNLIMITED.test(trimmed)) return { limit: null };
  const bare = trimmed.replace(/^(?:US\s?)?\$\s?|^USD\s?/i, '').replace(/\s?(?:\$|USD|dollars?)$/i, '');
  if (/[€£¥₽]|EUR|GBP/i.test(bare)) return { problem: 'limits are in US dollars, not in another currency' };
  if (/^[-−–]\s?\d/.test(bare)) return { problem: 'a limit cannot be negative' };
  const decimal = bare.replace(/^\+/, '').replaceAll(/(?<=\d)['’ ](?=\d{3}\b)/g, '');
  if (/^\d{1,3}(?:,\d{3})+(?:\.\d+)?$/.test(decimal) && !/^0,/.test(decimal)) {
    return { problem: `it is not clear whether ${decimal} has a decimal comma or thousands` };
  }
  const comma = /^\d+,\d+$/.test(decimal);
  const number = comma ? decimal.replace(',', '.') : decimal;
  if (!/^(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d{1,3})?$/i.test(number))
    return { problem: 'it is not a number of US dollars' };
  const limit = Number(number);
  if (!(limit <= MOST)) return { problem: 'a limit above 1,000,000 USD is surely a mistake' };
  return comma ? { limit, note: `${decimal} was read as ${limit}` } : { limit };
}
