import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP, Socket } from 'node:net';
import type { buildConnector } from 'undici';
import { ProxyError } from './failure-reason.ts';

/**
 * Connects by asking a proxy for a tunnel (CONNECT), then shakes hands with the service itself through it: the proxy learns the
 * service's name and nothing more.
 *
 * @param timeoutMs how long the proxy may take to open the tunnel
 * @param closing aborted when no tunnel is wanted any more
 */
export function throughProxy(
  proxy: URL,
  shakeHands: buildConnector.connector,
  timeoutMs: number,
  closing: AbortSignal,
): buildConnector.connector {
  const request = proxy.protocol === 'https:' ? requestHttps : requestHttp;
  const authorization = basicAuthorization(proxy);

  const host = proxy.hostname.replace(/^\[|\]$/g, '');

  return (options, callback) => {
    const authority = `${options.hostname}:${options.port || '443'}`;
    const asking = request({
      host,
      // Else Node would check the proxy's certificate for the name in the Host header, which is the service's.
      servername: isIP(host) === 0 ? host : '',
      port: proxy.port || (proxy.protocol === 'https:' ? 443 : 80),
      method: 'CONNECT',
      path: authority,
      headers: { host: authority, ...(authorization === undefined ? {} : { 'proxy-authorization': authorization }) },
      agent: false,
      rejectUnauthorized: true,
      signal: closing,
    });
    const deadline = setTimeout(() => asking.destroy(), timeoutMs);
    asking.on('close', () => clearTimeout(deadline));
    asking.on('error', (error) => {
      callback(new ProxyError(error), null);
    });
    asking.on('connect', (response, socket) => {
      clearTimeout(deadline);
      // The layer above learns of it by its own error.
      socket.on('error', () => {});
      if (response.statusCode === 200 && socket instanceof Socket) {
        shakeHands({ ...options, httpSocket: socket }, callback);
      } else {
        socket.destroy();
        callback(new ProxyError(), null);
      }
    });
    asking.end();
  };
}

function basicAuthorization({ username, password }: URL): string | undefined {
  if (username === '') {
    return undefined;
  }
  const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return `Basic ${Buffer.from(credentials).toString('base64')}`;
}
