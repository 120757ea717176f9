import { connect, createServer, type Socket } from 'node:net';

export interface CuttingProxy {
  port: number;
  /**
   * Cuts the next connection that carries a statement with this text: `before`, so that the server never gets it; `after`, when the server
   * has answered, so that the client never gets the answer; or `silent`, keeps both open and passes nothing on any more.
   */
  cut(text: string, how: 'before' | 'after' | 'silent', times?: number): void;
  /** Counts the statements with this text from now on. */
  count(text: string): () => number;
  /** Cuts the N-th statement with this text from now on, and tells it at the same moment. */
  cutNth(text: string, nth: number, how: 'before' | 'after', onCut: () => void): void;
  /** how many statements were cut */
  cuts(): number;
  close(): Promise<void>;
}

/** Stands between a client and a server that speak in clear text. */
export async function startCuttingProxy(target: number): Promise<CuttingProxy> {
  const plan: { text: string; how: 'before' | 'after' | 'silent'; skip?: number; onCut?: () => void }[] = [];
  const counters: { text: string; count: number }[] = [];
  const open = new Set<Socket>();
  let done = 0;
  const proxy = createServer((client) => {
    const server = connect(target, '127.0.0.1');
    let cutting: 'after' | 'silent' | undefined;
    let onCut: (() => void) | undefined;
    for (const socket of [client, server]) {
      open.add(socket);
      socket
        .on('error', () => undefined)
        .on('close', () => {
          open.delete(socket);
          if (cutting !== 'silent') for (const each of [client, server]) each.destroy();
        });
    }
    client.on('data', (chunk: Buffer) => {
      const [next] = plan;
      for (const counter of counters) if (chunk.includes(counter.text)) counter.count += 1;
      if (cutting === undefined && next && chunk.includes(next.text) && (next.skip ?? 0) > 0) {
        next.skip = (next.skip ?? 0) - 1;
      } else if (cutting === undefined && next && chunk.includes(next.text)) {
        plan.shift();
        done += 1;
        onCut = next.onCut;
        if (next.how === 'before') {
          onCut?.();
          client.destroy();
          server.destroy();
          return;
        }
        cutting = next.how;
      }
      if (cutting !== 'silent') server.write(chunk);
    });
    server.on('data', (chunk: Buffer) => {
      if (cutting === 'silent') return;
      if (cutting !== 'after') client.write(chunk);
      else {
        onCut?.();
        client.destroy();
      }
    });
  });
  const port = await new Promise<number>((resolve) => {
    proxy.listen(0, '127.0.0.1', () => {
      const address = proxy.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
  return {
    port,
    cut: (text, how, times = 1) => plan.push(...Array.from({ length: times }, () => ({ text, how }))),
    count: (text) => {
      const counter = { text, count: 0 };
      counters.push(counter);
      return () => counter.count;
    },
    cutNth: (text, nth, how, onCut) => plan.push({ text, how, skip: nth - 1, onCut }),
    cuts: () => done,
    close: () => {
      for (const socket of open) socket.destroy();
      return new Promise((resolve) => proxy.close(() => resolve()));
    },
  };
}
