import type SMTPConnection from 'nodemailer/lib/smtp-connection';

/** Why a step came to no end. */
export interface StepFailure {
  /**
   * - reply: the server said no; `reply` is what it said
   * - closed: the connection broke, or what came was no SMTP
   * - silent: no answer in time
   * - stopped: the user stopped it
   */
  how: 'reply' | 'closed' | 'silent' | 'stopped';
  /** as it came; secrets may be in it */
  reply: string | undefined;
  /** the error of Node or of the library: `ECONNREFUSED`, `CERT_HAS_EXPIRED`, `EENVELOPE` */
  codes: readonly string[];
  /** the command that was answered: `MAIL FROM`, `RCPT TO`, `DATA`, `AUTH PLAIN` */
  command: string | undefined;
}

export type StepResult<T> = { done: T } | { failed: StepFailure };

export interface StepOptions {
  /** ms */
  timeout: number;
  stop: AbortSignal;
}

type Callback<T> = (error: unknown, value?: T) => void;

/**
 * One step on a connection, which always comes to an end: the library calls back, or the connection breaks without that, or nothing
 * comes in time. Of the library's error only words are kept, because it refers to the connection and so to the password.
 * @param begin gets what to call at the end, and what gives the step more time from now on
 */
export function takeStep<T>(
  connection: SMTPConnection,
  { timeout, stop }: StepOptions,
  begin: (done: Callback<T>, extend: (ms: number) => void) => void,
): Promise<StepResult<T>> {
  return new Promise((resolve) => {
    const settle = (result: StepResult<T>) => {
      clearTimeout(timer);
      stop.removeEventListener('abort', onStop);
      connection.removeListener('error', onError);
      connection.removeListener('end', onEnd);
      resolve(result);
    };
    const giveUp = (how: StepFailure['how']) => {
      settle({ failed: { how, reply: undefined, codes: [], command: undefined } });
      connection.close();
    };
    const onStop = () => giveUp('stopped');
    const onError = (error: unknown) => settle({ failed: failureOf(error) });
    // The library closes first and calls back right after that.
    const onEnd = () => setImmediate(() => giveUp('closed'));
    let timer = setTimeout(() => giveUp('silent'), timeout);
    const extend = (ms: number) => {
      clearTimeout(timer);
      timer = setTimeout(() => giveUp('silent'), ms);
    };
    connection.on('error', onError);
    connection.on('end', onEnd);
    stop.addEventListener('abort', onStop);
    if (stop.aborted) return onStop();
    begin((error, value) => {
      if (error !== null && error !== undefined) onError(error);
      else if (value !== undefined) settle({ done: value });
      else settle({ failed: failureOf(undefined) });
    }, extend);
  });
}

function failureOf(error: unknown): StepFailure {
  const field = (name: string): string | undefined => {
    const value: unknown = error instanceof Error ? Reflect.get(error, name) : undefined;
    return typeof value === 'string' ? value : undefined;
  };
  const codes = ['originalCode', 'code', 'timeoutType'].flatMap((name) => field(name) ?? []);
  const reply = field('response');
  // A reply that came by itself, or that broke off, answers nothing.
  const isAnswer = reply !== undefined && !['EPROTOCOL', 'ECONNECTION'].some((code) => codes.includes(code));
  const isClosing = reply !== undefined && /^421[ -]/.test(reply);
  const how = isAnswer || isClosing ? 'reply' : codes.includes('ETIMEDOUT') ? 'silent' : 'closed';
  return { how, reply, codes, command: field('command') };
}
