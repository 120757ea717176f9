import type { Dispatcher } from 'undici';
import Agent from 'undici/lib/dispatcher/agent.js';
import ProxyAgent from 'undici/lib/dispatcher/proxy-agent.js';

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
  const reused = createDispatcher(proxy, timeoutMs, 1);
  const fresh = createDispatcher(proxy, timeoutMs, 0);
  return {
    reused,
    fresh,
    async close() {
      await Promise.all([reused.destroy(), fresh.destroy()]);
    },
  };
}

/** @param pipelining undici's word: 1 = one request at a time on a kept socket, 0 = one request per socket */
function createDispatcher(proxy: URL | undefined, timeoutMs: number, pipelining: 0 | 1): Dispatcher {
  // The deadline of the whole exchange is kept in exchange.ts; undici's own, looser ones are only a second net.
  const connectTimeout = Math.min(timeoutMs, 10_000);
  const shared = { pipelining, headersTimeout: timeoutMs + 1000, bodyTimeout: timeoutMs + 1000, allowH2: false };
  // Certificates are checked even if the process was told not to.
  const tls = { timeout: connectTimeout, rejectUnauthorized: true };
  return proxy === undefined
    ? new Agent({ ...shared, connect: tls })
    : new ProxyAgent({ ...shared, uri: proxy.href, requestTls: tls, proxyTls: tls });
}
