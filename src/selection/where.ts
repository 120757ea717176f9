import { usageError } from '../errors.ts';

/** `--where "Group=Table 3"` */
export interface Condition {
  heading: string;
  operator: '=' | '!=' | '~';
  value: string;
}

/** Throws `bad_where` for a text that is no condition. */
export function checkWhere(text: string): string {
  if (readings(text).length > 0) return text;
  throw usageError('bad_where', `Invalid --where ${text}: expected a column heading, then =, != or ~, then a value.`, {
    hint: 'For example: --where "Group=Table 3"',
  });
}

/** A heading may contain an operator itself, so a text can have several readings; the first is the usual one. */
export function readings(text: string): Condition[] {
  return [...text.matchAll(/!=|=|~/g)].flatMap((found) => {
    const heading = text.slice(0, found.index).trim();
    const value = text.slice(found.index + found[0].length).trim();
    const operator = found[0] === '=' || found[0] === '~' ? found[0] : '!=';
    return heading === '' || (operator === '~' && value === '') ? [] : [{ heading, operator, value }];
  });
}
