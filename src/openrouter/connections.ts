import { Socket } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import type { buildConnector, Dispatcher } from 'undici';
import buildDirect from 'undici/lib/core/connect.js';
import Agent from 'undici/lib/dispatcher/agent.js';

export interface Connections {
  /** for requests that may be repeated: sockets are kept and reused */
  reused: Dispatcher;
  /**
   * For creates: a new socket for each. A server may close an idle socket in the same instant in which a request is written to it;
   * for a create this leaves the doubt whether a key was made. A fresh socket cannot be idle. It costs two round trips to
   * the nearest edge, which the pace hides: 8 in flight at 10 starts a second.
   */
  fresh: Dispatcher;
  /** Drops every socket at once. */
  close(): Promise<void>;
}

/** No socket is opened before the first request. */
export function openConnections(proxy: URL | undefined, timeoutMs: number): Connections {
  optimiseLater();
  const closing = new AbortController();
  const sockets = new Set<Socket>();
  const open = buildDirect({
    timeout: Math.min(timeoutMs, 10_000),
    // Certificates are checked even if the process was told not to.
    rejectUnauthorized: true,
    // Probes begin after a minute, when every exchange has ended. Wine's Node fails when they are set before a connection stands.
    keepAlive: false,
  });
  const direct = trackSockets(open, sockets);
  const connect = proxy === undefined ? direct : lazyTunnel(proxy, direct, timeoutMs, closing.signal);
  // The deadline of the whole exchange is kept in exchange.ts; undici's own, looser ones are only a second net.
  const shared = { connect, headersTimeout: timeoutMs + 1000, bodyTimeout: timeoutMs + 1000 };
  const reused = new Agent({ ...shared, pipelining: 1 });
  const fresh = new Agent({ ...shared, pipelining: 0 });
  return {
    reused,
    fresh,
    async close() {
      closing.abort();
      for (const socket of sockets) socket.destroy(new Error('dropped'));
      await Promise.all([reused.destroy(), fresh.destroy()]);
    },
  };
}

/**
 * undici knows no socket that is still connecting, so it cannot end it either. A signal could, but Node leaves a listener on it for each
 * socket, for ever: every further socket then takes longer, most of the time of a run with 10,000 creates (Node 20.20).
 */
function trackSockets(open: buildConnector.connector, sockets: Set<Socket>): buildConnector.connector {
  return (options, callback) => {
    const socket: unknown = open(options, callback);
    if (!(socket instanceof Socket)) throw new Error('undici opened no socket');
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  };
}

/** Few have a proxy; for all others HTTP and HTTPS of Node itself need not be loaded. */
function lazyTunnel(
  proxy: URL,
  direct: buildConnector.connector,
  timeoutMs: number,
  closing: AbortSignal,
): buildConnector.connector {
  return (options, callback) => {
    import('./proxy-tunnel.ts').then(
      ({ throughProxy }) => throughProxy(proxy, direct, timeoutMs, closing)(options, callback),
      (error: unknown) => callback(error instanceof Error ? error : new Error(String(error)), null),
    );
  };
}

/**
 * undici reads answers with WebAssembly, which V8 starts to optimise at the first answer already; Node waits for that before it exits,
 * 45 ms of a short command's 145 (Node 20.20). A long run makes up for the later start: the default is 1.8 or 13 million, in bytes of code run.
 */
function optimiseLater(): void {
  // A flag that V8 does not know would print an error; newer versions of Node may have another.
  if (Number.parseInt(process.versions.node, 10) <= 26) setFlagsFromString('--wasm-tiering-budget=100000000');
}
