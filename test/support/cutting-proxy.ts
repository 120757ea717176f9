import { connect, createServer, type Socket } from 'node:net';

export interface CuttingProxy {
  port: number;
  /**
   * Cuts the next connection that carries a statement with this text: `before`, so that the server never gets it; `after`, when the server
   * has answered, so that the client never gets the answer; or `silent`, keeps both open and passes nothing on any more.
   */
  cut(text: string, how: 'before' | 'after' | 'silent', times?: number): void;
  /** how many statements were cut */
  cuts(): number;
  close(): Promise<void>;
}

/** Stands between a client and a server that speak in clear text. */
export async function startCuttingProxy(target: number): Promise<CuttingProxy> {
  const plan: { text: string; how: 'before' | 'after' | 'silent' }[] = [];
  const open = new Set<Socket>();
  let done = 0;
  const proxy = createServer((client) => {
    const server = connect(target, '127.0.0.1');
    let cutting: 'after' | 'silent' | undefined;
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
      if (cutting === undefined && next && chunk.includes(next.text)) {
        plan.shift();
        done += 1;
        if (next.how === 'before') {
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
      if (cutting === 'after') client.destroy();
      else client.write(chunk);
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
    cuts: () => done,
    close: () => {
      for (const socket of open) socket.destroy();
      return new Promise((resolve) => proxy.close(() => resolve()));
    },
  };
}
