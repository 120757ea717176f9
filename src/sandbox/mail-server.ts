import { createServer, type Socket } from 'node:net';
import { LineReader } from './mail-lines.ts';

export interface DeliveredMail {
  /** bare addresses of the envelope */
  from: string;
  to: readonly string[];
  /** as it came, with CRLF, without the dots that the protocol adds */
  source: Uint8Array;
}

/** A moment of a mail: before the reply to a command is sent. `body`: some of the text has come. `end`: all of it has. */
export interface MailMoment {
  step: 'greeting' | 'EHLO' | 'MAIL' | 'RCPT' | 'DATA' | 'body' | 'end' | 'delivered' | 'QUIT';
  /** counts the MAIL commands of all connections: 1, 2, … */
  mail: number;
  /** of RCPT */
  address: string | undefined;
}

/** What goes wrong: the connection is dropped, nothing is said any more, or another reply is sent. */
export type MailFault = 'drop' | 'silence' | { reply: string };

export interface MailServerOptions {
  /** Takes a mail; the sender hears of it when this is done. */
  deliver(mail: DeliveredMail): void | Promise<void>;
  /** whether commands may come before the replies to earlier ones; true unless said */
  pipelining?: boolean | undefined;
  /** for tests */
  faultAt?(moment: MailMoment): MailFault | undefined | Promise<MailFault | undefined>;
}

export interface RunningMailServer {
  port: number;
  close(): Promise<void>;
}

/** A mail server on this computer that delivers to nobody: written from RFC 5321, for practice. */
export async function startMailServer(options: MailServerOptions): Promise<RunningMailServer> {
  const sockets = new Set<Socket>();
  const count = { mails: 0 };
  const server = createServer((socket) => {
    // Replies are small and several in a row: each would wait 40 ms for the last one to be acknowledged.
    socket.setNoDelay(true);
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
    converse(socket, options, count).catch(() => socket.destroy());
  });
  const port = await new Promise<number>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      if (address !== null && typeof address === 'object') resolve(address.port);
    });
  });
  return {
    port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

/** Ends a conversation. */
class Ended extends Error {}

async function converse(socket: Socket, options: MailServerOptions, count: { mails: number }): Promise<void> {
  const lines = new LineReader(socket);
  let from: string | undefined;
  let to: string[] = [];
  const pipelining = options.pipelining === false ? '' : '250-PIPELINING\r\n';

  /** Says the reply of this moment, or does what is to go wrong. False when the reply was no yes. */
  async function say(step: MailMoment['step'], reply: string, address?: string): Promise<boolean> {
    const fault = await options.faultAt?.({ step, mail: count.mails, address });
    if (fault === 'drop') {
      socket.destroy();
      throw new Ended();
    }
    if (fault === 'silence') return new Promise(() => undefined);
    const said = fault?.reply ?? reply;
    if (said !== '') socket.write(`${said}\r\n`);
    return /^[23]/.test(said);
  }

  async function takeText(sender: string): Promise<void> {
    if (!(await say('DATA', '354 End data with <CR><LF>.<CR><LF>'))) return;
    const source = await lines.readText(async () => {
      await say('body', '');
    });
    const taken = { from: sender, to, source };
    from = undefined;
    to = [];
    if (source.length > LARGEST) {
      socket.write('552 5.3.4 Message too big\r\n');
      return;
    }
    // Delivered before it is said: a connection lost in between is the doubt that senders have to live with.
    const fault = await options.faultAt?.({ step: 'end', mail: count.mails, address: undefined });
    if (typeof fault === 'object') {
      socket.write(`${fault.reply}\r\n`);
      return;
    }
    if (fault === 'silence') return new Promise(() => undefined);
    if (fault === 'drop') {
      socket.destroy();
      throw new Ended();
    }
    await options.deliver(taken);
    await say('delivered', '250 2.0.0 Accepted by the sandbox, delivered to nobody');
  }

  await say('greeting', '220 sandbox ESMTP');
  for (;;) {
    const line = await lines.readLine();
    if (line === undefined) return;
    const [, verb = '', rest = ''] = /^(\w+)\s*(.*)$/.exec(line) ?? [];
    switch (verb.toUpperCase()) {
      case 'EHLO':
      case 'HELO':
        await say('EHLO', `250-sandbox\r\n${pipelining}250-8BITMIME\r\n250-SMTPUTF8\r\n250 SIZE ${LARGEST}`);
        break;
      case 'MAIL': {
        count.mails += 1;
        const address = /^FROM:\s*<([^<>]*)>/i.exec(rest)?.[1];
        if (from !== undefined) socket.write('503 5.5.1 One mail at a time\r\n');
        else if (address === undefined) socket.write('501 5.5.4 Syntax: MAIL FROM:<address>\r\n');
        else if (await say('MAIL', '250 2.1.0 OK')) from = address;
        break;
      }
      case 'RCPT': {
        const address = /^TO:\s*<([^<>@]+@[^<>@]+)>/i.exec(rest)?.[1];
        if (from === undefined) socket.write('503 5.5.1 MAIL comes first\r\n');
        else if (address === undefined) socket.write('501 5.5.4 Syntax: RCPT TO:<address>\r\n');
        else if (await say('RCPT', '250 2.1.5 OK', address)) to.push(address);
        break;
      }
      case 'DATA':
        if (from === undefined || to.length === 0) socket.write('503 5.5.1 RCPT comes first\r\n');
        else await takeText(from);
        break;
      case 'RSET':
        from = undefined;
        to = [];
        socket.write('250 2.0.0 OK\r\n');
        break;
      case 'NOOP':
        socket.write('250 2.0.0 OK\r\n');
        break;
      case 'QUIT':
        await say('QUIT', '221 2.0.0 Bye');
        socket.end();
        return;
      default:
        socket.write('502 5.5.1 Unknown command\r\n');
    }
  }
}

/** bytes of a mail */
const LARGEST = 20_000_000;
