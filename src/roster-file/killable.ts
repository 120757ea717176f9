import { Worker } from 'node:worker_threads';

/** What a thread may use at most. */
export interface ThreadLimits {
  ms: number;
  /** of its JavaScript objects; buffers are not counted */
  mb: number;
  /** stops the thread at once */
  signal: AbortSignal;
  /** resolves after `ms`, or early when the signal aborts */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export type ThreadResult<T> =
  | { kind: 'answer'; answer: T }
  | { kind: 'out_of_time' }
  | { kind: 'out_of_memory' }
  | { kind: 'interrupted' };

/**
 * Runs a script in a thread of its own until it posts its first message. A thread, unlike a promise, can be stopped in the middle of a loop that never ends, and
 * when it runs out of memory it ends alone. Rejects with what the script itself threw.
 * @param script where it lies; as text, the script itself
 */
export async function runKillable<T>(
  script: URL | string,
  data: unknown,
  limits: ThreadLimits,
): Promise<ThreadResult<T>> {
  const worker = new Worker(script, {
    eval: typeof script === 'string',
    workerData: data,
    // It needs no environment: code that reads strangers' files sees no key in it, and Node takes no setting from it.
    env: {},
    resourceLimits: { maxOldGenerationSizeMb: limits.mb },
  });
  const done = new AbortController();
  const answer = new Promise<ThreadResult<T>>((resolve, reject) => {
    worker.once('message', (message: T) => resolve({ kind: 'answer', answer: message }));
    worker.once('error', (error) => (ranOutOfMemory(error) ? resolve({ kind: 'out_of_memory' }) : reject(error)));
    worker.once('exit', (code) => reject(new Error(`The thread ended without an answer (${code}).`)));
  });
  const either = AbortSignal.any([done.signal, limits.signal]);
  const time = limits
    .sleep(limits.ms, either)
    .then((): ThreadResult<T> => ({ kind: limits.signal.aborted ? 'interrupted' : 'out_of_time' }));
  try {
    return await Promise.race([answer, time]);
  } finally {
    done.abort();
    // Not waited for: its memory is released while its answer is used.
    void worker.terminate();
  }
}

function ranOutOfMemory(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
}
