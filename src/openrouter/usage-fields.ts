import * as z from 'zod/mini';

// Answers about usage write costs as numbers and counts often as strings. null, and what is no number, is unknown: it is not zero.
const numericText = z.string().check(z.regex(/^\s*-?\d+(\.\d+)?(e[+-]?\d+)?\s*$/i));

/** undefined = not told */
export const reportedNumber = () =>
  z.catch(z.optional(z.pipe(z.union([z.number(), numericText]), z.transform(Number))), undefined);

/** A name or slug; undefined = not told. */
export const reportedText = () => z.catch(z.optional(z.string().check(z.minLength(1))), undefined);

/** A date, or the moment a UTC day begins, as `YYYY-MM-DD`. */
export const reportedDay = () =>
  z.pipe(
    z.string().check(z.regex(/^\d{4}-\d\d-\d\d(?![\d-])/)),
    z.transform((text) => text.slice(0, 10)),
  );

/** A row without a model or a key is counted all the same, under this word. */
export const UNNAMED = '(not named)';
