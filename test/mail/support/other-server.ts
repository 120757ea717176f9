import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { onTestFinished } from 'vitest';
import type { Certificate } from './certificates.ts';

export interface Seen {
  port: number;
  /** passwords and tokens */
  logins: string[];
  senders: string[];
  mails: string[];
}

/** A server written by others. What it saw is all that an onlooker behind it could have seen. */
export async function useOtherServer(
  certificate: Certificate | undefined,
  options: SMTPServerOptions = {},
  refusal?: { responseCode: number; message: string },
): Promise<Seen> {
  const seen: Seen = { port: 0, logins: [], senders: [], mails: [] };
  const server = new SMTPServer({
    ...certificate,
    authMethods: ['PLAIN', 'LOGIN', 'CRAM-MD5', 'XOAUTH2'],
    logger: false,
    disableReverseLookup: true,
    closeTimeout: 100,
    onAuth(auth, _session, callback) {
      seen.logins.push(String(auth.password ?? auth.accessToken ?? auth.challengeResponse));
      if (refusal) return callback(Object.assign(new Error(refusal.message), { responseCode: refusal.responseCode }));
      return callback(null, { user: auth.username });
    },
    onMailFrom({ address }, _session, callback) {
      seen.senders.push(address);
      callback();
    },
    onData(stream, _session, callback) {
      let text = '';
      stream.on('data', (piece: Buffer) => {
        text += piece.toString();
      });
      stream.on('end', () => {
        seen.mails.push(text);
        callback();
      });
    },
    ...options,
  });
  server.on('error', () => undefined);
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  seen.port = (server.server.address() as AddressInfo).port;
  onTestFinished(() => new Promise((resolve) => server.close(() => resolve())));
  return seen;
}
