import type { CliError } from '../errors.ts';
import type { Redactor, Secret } from '../secret.ts';
import { type Answer, type Failure, isHtml, isSuccess } from './answer.ts';
import type { Connections } from './connections.ts';
import { exchange, type Method } from './exchange.ts';
import type { Gate } from './pace-gate.ts';
import { type Decision, decideRetry, isOverload } from './retry.ts';

/** One call of the API, as a method, a path below the base URL and a body. */
interface Call {
  method: Method;
  /** `/keys?offset=0` */
  path: string;
  body?: object;
  /** a POST that only asks: it may be repeated like a GET, and has a pace of its own besides */
  query?: true;
  /** asks in this key's name instead of the management key's */
  as?: Secret;
  /** without any key: what it asks for is public */
  anonymous?: true;
  /** nobody waits for the answer any more: only for reads */
  dropped?: AbortSignal;
  /** nice to have: asked once, for so many milliseconds at most, and no other call waits because of its answer; only for reads */
  withinMs?: number;
  /** a change that is right whoever has the workshop: only our own new key, which cannot be saved */
  always?: true;
}

/** How a call ended, after all its attempts. */
export interface Sent {
  method: Method;
  /** a read changes nothing, whatever became of it */
  kind: 'read' | 'change';
  outcome: Answer | Failure;
  /** host and path without the query, for messages */
  where: string;
  origin: string;
  attempts: number;
  /** since the first attempt began, milliseconds */
  elapsedMs: number;
  /** the service asked to wait for longer than a run should, milliseconds */
  askedMs?: number | undefined;
  /** the management key was accepted earlier by this client */
  keyWorked: boolean;
  /** why the change was not sent, although its turn had come */
  forbidden?: CliError | undefined;
  /** what is wrong with the file that NODE_EXTRA_CA_CERTS names; looked at only when a certificate is not trusted */
  authorityFile?: string | undefined;
}

export type Send = (call: Call) => Promise<Sent>;

export interface SendOptions {
  baseUrl: string;
  /** undefined = calls without a key of their own go without any */
  managementKey: Secret | undefined;
  headers: Readonly<Record<string, string>>;
  timeoutMs: number;
  retries: number;
  gate: Gate;
  /** for queries: leads through `gate` */
  queryGate: Gate;
  connections: Connections;
  now(): Date;
  random(): number;
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** knows the secrets that go out, so that nothing that comes back shows them */
  redactor: Redactor;
  /** what is wrong with the file of more certificate authorities, if anything */
  checkAuthorityFile(): string | undefined;
  /** asked right before a change leaves; an error keeps it back */
  mayChange(): Promise<CliError | undefined>;
  stop: AbortSignal;
  stopNow: AbortSignal;
  onWait(ms: number, because: string): void;
  onDate(header: string): void;
}

/** No honest answer is larger: a page of 100 keys has about 100 kB. */
const MAX_BYTES = 16 * 1024 * 1024;

const NOT_STARTED: Failure = { kind: 'failure', written: false, reason: 'stopped' };

// Each call listens to a signal of its own: Node warns of a leak when more than ten listen to one.

/** Sends calls: each waits its turn, and is sent again where that is safe. Never throws. */
export function createSend(options: SendOptions): Send {
  const base = new URL(options.baseUrl);
  // All calls share one patience with a service that turns them away: else each would try that out anew, one after the other.
  let refusedSince: number | undefined;
  let gaveUp = false;
  let keyWorked = false;

  return async function send(call) {
    const path = `${base.pathname === '/' ? '' : base.pathname}${call.path}`;
    const where = `${base.host}${path.replace(/\?.*/s, '')}`;
    const kind = call.method === 'GET' || call.query ? 'read' : 'change';
    const fixed = { method: call.method, kind, where, origin: base.origin } as const;
    const gate = call.query ? options.queryGate : options.gate;
    let began: number | undefined;

    for (let attempt = 1; ; attempt++) {
      const turn = await gate.enter({ kind, again: attempt > 1, dropped: call.dropped });
      if (turn === undefined) {
        return { ...fixed, outcome: NOT_STARTED, attempts: attempt - 1, elapsedMs: 0, keyWorked };
      }
      began ??= options.now().getTime();
      const forbidden = kind === 'change' && !call.always ? await options.mayChange() : undefined;
      if (forbidden) {
        turn.ended();
        return { ...fixed, outcome: NOT_STARTED, forbidden, attempts: attempt - 1, elapsedMs: 0, keyWorked };
      }
      const outcome = await attemptOnce(call, kind, path);
      if (outcome.kind === 'answer' && outcome.headers.date !== undefined) options.onDate(outcome.headers.date);
      keyWorked ||=
        call.as === undefined && !call.anonymous && outcome.kind === 'answer' && isSuccess(outcome) && !isHtml(outcome);
      const now = options.now();
      const elapsedMs = now.getTime() - began;
      const refused = isOverload(outcome) && call.withinMs === undefined;
      if (refused) refusedSince ??= now.getTime();
      const overloadedMs = refused && refusedSince !== undefined ? now.getTime() - refusedSince : 0;
      const decision: Decision =
        (refused && gaveUp) || call.withinMs !== undefined
          ? { retry: false }
          : decideRetry({
              method: call.method,
              query: call.query,
              outcome,
              attempt,
              retries: options.retries,
              elapsedMs: Math.max(elapsedMs, overloadedMs),
              now,
              random: options.random(),
            });
      if (refused) {
        gaveUp ||= !decision.retry && attempt > 1;
        turn.turnedAway(decision.retry ? decision.afterMs : 0);
      } else if (outcome.kind === 'answer' && outcome.status < 500) {
        refusedSince = undefined;
        gaveUp = false;
        turn.succeeded();
      } else {
        turn.ended();
      }
      if (!decision.retry) {
        return {
          ...fixed,
          outcome,
          attempts: attempt,
          elapsedMs,
          askedMs: decision.askedMs,
          keyWorked,
          authorityFile: isUntrusted(outcome) ? options.checkAuthorityFile() : undefined,
        };
      }
      if (!decision.everyone) {
        options.onWait(
          decision.afterMs,
          `${outcome.kind === 'answer' ? `${where} failed (${outcome.status})` : `cannot reach ${where}`}, retrying`,
        );
        await options.sleep(decision.afterMs, AbortSignal.any([options.stop]));
      }
    }
  };

  async function attemptOnce(call: Call, kind: Sent['kind'], path: string): Promise<Answer | Failure> {
    // Not AbortSignal.timeout: Node 20 may forget one that only AbortSignal.any knows, and the request then takes its whole time.
    const late = new AbortController();
    const timer = call.withinMs === undefined ? undefined : setTimeout(() => late.abort(), call.withinMs);
    const stopNow = AbortSignal.any([
      options.stopNow,
      // Nobody needs what a run that stops has only asked for; a change that was sent is waited for.
      ...(kind === 'read' ? [options.stop] : []),
      ...(call.dropped === undefined ? [] : [call.dropped]),
      ...(timer === undefined ? [] : [late.signal]),
    ]);
    const body = call.body === undefined ? undefined : JSON.stringify(call.body);
    const key = call.anonymous ? undefined : (call.as ?? options.managementKey);
    return exchange(
      call.method === 'POST' && !call.query ? options.connections.fresh : options.connections.reused,
      {
        method: call.method,
        origin: base.origin,
        path,
        headers: {
          ...options.headers,
          accept: 'application/json',
          'accept-encoding': 'identity',
          ...(key === undefined ? {} : { authorization: `Bearer ${key.reveal()}` }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body }),
      },
      { timeoutMs: options.timeoutMs, maxBytes: MAX_BYTES, stopNow, redact: (text) => options.redactor.redact(text) },
    ).finally(() => clearTimeout(timer));
  }
}

function isUntrusted(outcome: Answer | Failure): boolean {
  return outcome.kind === 'failure' && outcome.reason === 'certificate';
}
