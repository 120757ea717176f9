import { usageError } from '../../errors.ts';

/** Parsers of options whose value is a number. Each knows its option, for the error. */
export function positive(flag: string): (text: string) => number {
  return (text) => {
    const value = numberIn(text);
    if (value > 0 && Number.isFinite(value)) return value;
    throw badNumber(flag, text, 'a number above 0');
  };
}

export function atLeastOne(flag: string): (text: string) => number {
  return (text) => {
    const value = numberIn(text);
    if (Number.isSafeInteger(value) && value >= 1) return value;
    throw badNumber(flag, text, 'a whole number, 1 or more');
  };
}

export function wholeNumber(flag: string): (text: string) => number {
  return (text) => {
    const value = numberIn(text);
    if (Number.isSafeInteger(value) && value >= 0) return value;
    throw badNumber(flag, text, 'a whole number, 0 or more');
  };
}

function numberIn(text: string): number {
  return /^\s*\d+(?:[.,]\d+)?\s*$/.test(text) ? Number(text.replace(',', '.')) : Number.NaN;
}

function badNumber(flag: string, text: string, expected: string): Error {
  const typed = text === '' ? '""' : text;
  return usageError('bad_flag', `Invalid ${flag} ${typed}: expected ${expected}.`, { hint: `For example: ${flag} 5` });
}
