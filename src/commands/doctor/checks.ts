import { CliError } from '../../errors.ts';
import type { Check } from './check.ts';

/** Looks at one thing; an error that is the user's business becomes its problem, so that the other checks go on. */
export async function check(id: string, title: string, look: () => Promise<Finding> | Finding): Promise<Check> {
  try {
    return { id, title, ...(await look()) };
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    return { id, title, ...problemOf(error) };
  }
}

/** What a look found: a sentence alone is good news. */
export type Finding = Omit<Check, 'id' | 'title'>;

export function ok(says: string): Finding {
  return { verdict: 'ok', says };
}

export function warning(says: string, next?: string): Finding {
  return { verdict: 'warning', says, ...(next === undefined ? {} : { next }) };
}

export function skipped(says: string): Finding {
  return { verdict: 'skipped', says };
}

export function problemOf(error: CliError): Finding {
  const { message, hint, exitCode } = error;
  return { verdict: 'problem', says: message, exit: exitCode, ...(hint === undefined ? {} : { next: hint }) };
}
