import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

interface Received {
  method: string;
  url: string;
  headers: IncomingMessage['headers'];
  body: string;
}

export type Reply = (response: ServerResponse, request: Received) => void;

/** A server on loopback that answers each request with the next reply of the script, and the last one from then on. */
export async function serve(...script: Reply[]) {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('error', () => {});
    request.on('end', () => {
      const seen = {
        method: request.method ?? '',
        url: request.url ?? '',
        headers: request.headers,
        body: Buffer.concat(chunks).toString(),
      };
      received.push(seen);
      script[Math.min(received.length, script.length) - 1]?.(response, seen);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { baseUrl: `http://127.0.0.1:${port}/api/v1`, port, received, server };
}

export function json(status: number, body: unknown, headers: Record<string, string> = {}): Reply {
  return (response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify(body));
  };
}

export function raw(status: number, body: string, headers: Record<string, string> = {}): Reply {
  return (response) => {
    response.writeHead(status, headers);
    response.end(body);
  };
}

export function html(status: number, title = 'Log in'): Reply {
  return raw(status, `<!DOCTYPE html><html><title>${title}</title></html>`, { 'content-type': 'text/html' });
}

export function apiError(status: number, message: string, headers: Record<string, string> = {}): Reply {
  return json(status, { error: { code: status, message, metadata: null }, user_id: null }, headers);
}

/** The request was read, then the connection goes without an answer. */
export const reset: Reply = (response) => {
  response.socket?.resetAndDestroy();
};

export const silence: Reply = () => {};
