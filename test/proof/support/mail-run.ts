// A program that sends mails as the contract in handout/mail-api.ts wants it, to be killed: one line, synced, between the server's request
// for a text and its first byte; one more for what became of it. Arguments: port, log, addresses, and where it kills itself.
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import { composeMail } from '../../../src/mail/compose-mail.ts';
import { openMailSession } from '../../../src/mail/smtp-session.ts';

const [port = '', log = '', addresses = '', killAt = ''] = process.argv.slice(2);
const from = 'zane@example.org';
const earlier = existsSync(log) ? readFileSync(log, 'utf8').split('\n') : [];
const file = openSync(log, 'a', 0o600);
let synced = 0;

/** `before 3`: in the place of the third sync; `after 3`: once it is done. */
function append(line: string): void {
  writeSync(file, `${line}\n`);
  synced += 1;
  if (killAt === `before ${synced}`) process.kill(process.pid, 'SIGKILL');
  fsyncSync(file);
  if (killAt === `after ${synced}`) process.kill(process.pid, 'SIGKILL');
}

const session = openMailSession({
  host: '127.0.0.1',
  port: Number(port),
  tls: 'none-loopback',
  from: { address: from },
  stop: new AbortController().signal,
  stopNow: new AbortController().signal,
  timeouts: { connect: 500, envelope: 500, text: 500 },
});
let lost = 0;
for (const address of addresses.split(',')) {
  if (earlier.includes(`mailing ${address}`)) continue;
  const source = await composeMail({
    from: { address: from },
    to: [{ name: '', address }],
    subject: 'Your key',
    text: `The key of ${address}\n`,
    date: new Date(0),
  });
  const send = () => session.send({ from, to: [address], source }, async () => append(`mailing ${address}`));
  try {
    let outcome = await send();
    if (outcome.kind === 'not_sent') outcome = await send();
    if (outcome.kind === 'accepted') append(`mailed ${address}`);
    if (outcome.kind === 'unknown') append(`unknown ${address}`);
    if (outcome.kind === 'not_sent') lost += 1;
  } catch {
    lost += 1;
  }
  if (lost > 0) break;
}
await session.close();
closeSync(file);
process.exitCode = lost > 0 ? 5 : 0;
