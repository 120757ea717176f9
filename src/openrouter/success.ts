import { CliError, EXIT } from '../errors.ts';
import { type Answer, isSuccess } from './answer.ts';
import type { Sent } from './send.ts';
import { serviceError, unreadable } from './service-error.ts';

/** undefined: the answer lacks what is required */
export type Parse<T> = (json: unknown, answer: Answer) => T | undefined;

/** What a call's success says. Throws what else came of it. */
export function parsed<T>(sent: Sent, parse: Parse<T>): T {
  const { outcome, where } = sent;
  if (outcome.kind === 'failure' || !isSuccess(outcome)) {
    throw serviceError(sent);
  }
  const value = parse(outcome.json, outcome);
  if (value === undefined) {
    throw outcome.json === undefined
      ? unreadable(sent)
      : new CliError('unexpected_answer', EXIT.FAILED, `Unexpected response from ${where}.`, {
          hint: 'Check the base URL. If it is correct, the API has changed: report it.',
        });
  }
  return value;
}
