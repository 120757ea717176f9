import { connect, createServer, type Socket } from 'node:net';

/** Before the server gets a statement; before the client gets its answer. */
export type Phase = 'before' | 'after';
type Verdict = 'cut' | 'silent' | undefined;

export interface CuttingProxy {
  port: number;
  /**
   * Cuts the next connection that carries a statement with this text: `before`, so that the server never gets it; `after`, when the server
   * has answered, so that the client never gets the answer; or `silent`, keeps both open and passes nothing on any more.
   */
  cut(text: string, how: Phase | 'silent', times?: number): void;
  /** Counts the statements with this text from now on. */
  count(text: string): () => number;
  /** Cuts the N-th statement with this text from now on, and tells it at the same moment. */
  cutNth(text: string, nth: number, how: Phase, onCut: () => void): void;
  /** Awaited in both phases of each statement with this text from now on. */
  watch(text: string, at: (phase: Phase) => unknown): void;
  /** how many statements were cut */
  cuts(): number;
  close(): Promise<void>;
}

interface Cut {
  text: string;
  how: Phase | 'silent';
  /** so many statements pass before it */
  skip: number;
  onCut?: () => void;
}

/** Stands between a client and a server that speak in clear text. */
export async function startCuttingProxy(target: number): Promise<CuttingProxy> {
  const plan: Cut[] = [];
  const watchers: { text: string; at: (phase: Phase) => unknown }[] = [];
  const open = new Set<Socket>();
  let done = 0;

  /** What is asked at both phases of a statement. */
  function asksFor(chunk: Buffer): ((phase: Phase) => Promise<Verdict>)[] {
    const asks: ((phase: Phase) => Promise<Verdict>)[] = watchers
      .filter(({ text }) => chunk.includes(text))
      .map(({ at }) => async (phase) => {
        await at(phase);
        return undefined;
      });
    const [next] = plan;
    if (!next || !chunk.includes(next.text)) return asks;
    if (next.skip > 0) {
      next.skip -= 1;
      return asks;
    }
    plan.shift();
    asks.push(async (phase) => {
      if (next.how !== 'silent' && next.how !== phase) return undefined;
      done += 1;
      next.onCut?.();
      return next.how === 'silent' ? 'silent' : 'cut';
    });
    return asks;
  }

  const proxy = createServer((client) => {
    const server = connect(target, '127.0.0.1');
    let isSilent = false;
    let asks: ReturnType<typeof asksFor> = [];
    const destroyBoth = () => {
      for (const each of [client, server]) each.destroy();
    };
    for (const socket of [client, server]) {
      open.add(socket);
      socket
        .on('error', () => undefined)
        .on('close', () => {
          open.delete(socket);
          if (!isSilent) destroyBoth();
        });
    }
    const pass = async (phase: Phase, chunk: Buffer, to: Socket, asked = asks) => {
      for (const ask of isSilent ? [] : asked) {
        const verdict = await ask(phase);
        if (verdict === 'cut') return destroyBoth();
        if (verdict === 'silent') isSilent = true;
      }
      if (!isSilent) to.write(chunk);
    };
    const [fromClient, fromServer] = [inTurn(), inTurn()];
    client.on('data', (chunk: Buffer) =>
      fromClient(async () => {
        const more = asksFor(chunk);
        asks = [...asks, ...more];
        await pass('before', chunk, server, more);
      }),
    );
    server.on('data', (chunk: Buffer) =>
      fromServer(async () => {
        await pass('after', chunk, client);
        asks = [];
      }),
    );
  });
  const port = await new Promise<number>((resolve) => {
    proxy.listen(0, '127.0.0.1', () => {
      const address = proxy.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
  return {
    port,
    cut: (text, how, times = 1) => plan.push(...Array.from({ length: times }, () => ({ text, how, skip: 0 }))),
    count: (text) => {
      let count = 0;
      const at = (phase: Phase) => {
        if (phase === 'before') count += 1;
      };
      watchers.push({ text, at });
      return () => count;
    },
    cutNth: (text, nth, how, onCut) => plan.push({ text, how, skip: nth - 1, onCut }),
    watch: (text, at) => watchers.push({ text, at }),
    cuts: () => done,
    close: () => {
      for (const socket of open) socket.destroy();
      return new Promise((resolve) => proxy.close(() => resolve()));
    },
  };
}

/** Runs one thing after another. */
function inTurn(): (work: () => Promise<void>) => void {
  let last: Promise<void> = Promise.resolve();
  return (work) => {
    last = last.then(work);
  };
}
