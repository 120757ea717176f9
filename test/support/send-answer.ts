import type { ServerResponse } from 'node:http';
import type { Sending } from './faults.ts';

export interface WireAnswer {
  status: number;
  headers: Readonly<Record<string, string>>;
  text: string;
  /** a whole body as it goes over the wire */
  bytes?: Buffer | undefined;
}

/** Sends an answer well or badly. Resolves when all that will be sent was handed to the system, or the client has gone. */
export async function sendAnswer(response: ServerResponse, answer: WireAnswer, sending: Sending): Promise<void> {
  const { status, headers, text, bytes = text } = answer;
  // An ended response lets go of its socket.
  const { socket } = response;
  switch (sending.how) {
    case 'reset':
      socket?.resetAndDestroy();
      return;
    case 'close':
      socket?.destroy();
      return;
    case 'hang':
      return;
    case 'whole':
    case 'whole_then_close': {
      const length = Buffer.byteLength(bytes);
      response.writeHead(status, status === 204 ? headers : { ...headers, 'content-length': length });
      await ended(response, bytes);
      if (sending.how === 'whole_then_close') socket?.destroySoon();
      return;
    }
    case 'cut': {
      const part = cutText(text, sending.at);
      if (sending.framing === 'close') {
        response.removeHeader('transfer-encoding');
        response.writeHead(status, { ...headers, connection: 'close' });
        await ended(response, part);
        return;
      }
      const framing =
        sending.framing === 'length'
          ? { 'content-length': Buffer.byteLength(text) }
          : { 'transfer-encoding': 'chunked' };
      response.writeHead(status, { ...headers, ...framing });
      response.flushHeaders();
      if (part !== '') await written(response, part);
      socket?.destroySoon();
      return;
    }
    case 'drip':
      response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(text) });
      for (const byte of Buffer.from(text)) {
        if (response.destroyed) return;
        await written(response, Buffer.of(byte));
        await new Promise((resolve) => setTimeout(resolve, sending.everyMs).unref());
      }
      response.end();
      return;
    case 'endless':
      response.writeHead(status, headers);
      await written(response, text.slice(0, -1));
      while (!response.destroyed) await written(response, BLANKS);
  }
}

const BLANKS = Buffer.alloc(65_536, ' ');

function cutText(text: string, at: 'headers' | 'before' | 'inside' | 'after'): string {
  const secret = /sk-or-[\w-]+(?=")/.exec(text);
  const start = secret?.index ?? Math.floor(text.length / 2);
  const length = secret?.[0].length ?? 0;
  const end = { headers: 0, before: start, inside: start + Math.floor(length / 2), after: start + length + 1 }[at];
  return text.slice(0, end);
}

function ended(response: ServerResponse, text: string | Buffer): Promise<void> {
  return new Promise((resolve) => {
    response.once('close', resolve);
    response.end(text, () => resolve());
  });
}

/** Resolves when the system took the bytes, or the client has gone. */
function written(response: ServerResponse, bytes: string | Buffer): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      response.off('close', done);
      resolve();
    };
    response.once('close', done);
    response.write(bytes, done);
  });
}
