import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type MailMoment, startMailServer } from '../../src/sandbox/mail-server.ts';
import { type BuiltProgram, buildProgram, type RunningBuilt, startBuilt } from '../support/built-program.ts';
import { findLeaks } from '../support/canary.ts';
import { LONG } from './support/form.ts';
import { strace, straceRefusal } from './support/strace.ts';
import { openWorld, PREFIX, type WorkshopWorld } from './support/workshop-world.ts';

const STEPS = ['greeting', 'EHLO', 'MAIL', 'RCPT', 'DATA', 'body', 'end', 'delivered'] as const;
type Step = (typeof STEPS)[number];
/** from here on the server had answered 354 */
const AFTER_354: readonly Step[] = ['body', 'end', 'delivered'];
const PEOPLE = 54;
const SEND = ['mail', 'send', PREFIX, '--yes', '--rate', '60000', '--quiet'];

/** as the sandbox mints them, so much of one that masking cannot have left it */
const KEY = /sk-or-v1-sandbox-[0-9a-f]{4}/;

let program: BuiltProgram;
let world: WorkshopWorld;
/** as it is after provision, before any mail */
let provisioned: string;
beforeAll(async () => {
  program = buildProgram();
  world = await openWorld({ people: PEOPLE });
  expect((await world.run([...world.provision, '--limit', '1', '--expires', '7d'])).code).toBe(0);
  provisioned = mkdtempSync(join(tmpdir(), 'orkeys-provisioned-'));
  cpSync(world.folder, provisioned, { recursive: true });
});
afterAll(async () => {
  program.remove();
  rmSync(provisioned, { recursive: true, force: true });
  await world.close();
});

interface Room {
  /** of each address, how many mails came */
  received: Map<string, number>;
  /** whose mail has a key in a header, or none in its text */
  misplaced: string[];
  /** whom the server was asked to ask for a text of */
  asked: Set<string>;
  faultAt: (moment: MailMoment) => Promise<'drop' | undefined>;
  start(under?: readonly string[]): RunningBuilt;
}

/** A mail server, and the workshop as it was before any mail. Afterwards no key shows anywhere but in a mail. */
async function inRoom(where: string, body: (room: Room) => Promise<void>): Promise<void> {
  rmSync(world.folder, { recursive: true, force: true });
  cpSync(provisioned, world.folder, { recursive: true });
  const addressOf = new Map<number, string>();
  const room: Room = {
    received: new Map(),
    asked: new Set(),
    misplaced: [],
    faultAt: async () => undefined,
    start: (under = []) => startBuilt(program, SEND, { cwd: world.cwd, env: { ...world.env, ...mailEnv }, under }),
  };
  const server = await startMailServer({
    deliver: ({ to: [address = ''], source }) => {
      room.received.set(address, (room.received.get(address) ?? 0) + 1);
      const [head = '', text = ''] = Buffer.from(source)
        .toString('latin1')
        .split(/\r\n\r\n([\s\S]*)/);
      if (KEY.test(head) || !KEY.test(text)) room.misplaced.push(address);
    },
    faultAt: async (moment) => {
      if (moment.address !== undefined) addressOf.set(moment.mail, moment.address);
      const fault = await room.faultAt(moment);
      if (moment.step === 'DATA' && fault === undefined) room.asked.add(addressOf.get(moment.mail) ?? '');
      return fault;
    },
  });
  const mailEnv = {
    ORKEYS_SMTP_URL: `smtp://127.0.0.1:${server.port}`,
    ORKEYS_MAIL_FROM: 'Zane Liepa <zane@example.org>',
    UV_THREADPOOL_SIZE: '1',
  };
  try {
    await body(room);
    expect(
      await findLeaks(
        world.server.liveKeys().map(({ secret }) => secret ?? 'none'),
        {},
        world.folder,
      ),
    ).toEqual([]);
  } catch (error) {
    throw new Error(where, { cause: error });
  } finally {
    await server.close();
  }
}

function addressOfMail(mail: number): string {
  return `p${mail - 1}@example.org`;
}

/** One more run: nobody has two, everybody has one except who is in doubt, and those are who the server had been told to ask for. */
async function checkAfterOneMore(room: Room, inDoubt: readonly string[]): Promise<void> {
  room.faultAt = async () => undefined;
  const run = room.start();
  const { code } = await run.ended;
  expect([code, run.stderr(), run.stdout()]).toEqual([
    inDoubt.length > 0 ? 3 : 0,
    expect.any(String),
    expect.any(String),
  ]);
  expect([run.stdout(), run.stderr()].filter((text) => KEY.test(text))).toEqual([]);
  expect(room.misplaced).toEqual([]);
  expect(doubtsIn(readFileSync(join(world.folder, 'handouts.jsonl'), 'utf8'))).toEqual(inDoubt);
  for (let mail = 1; mail <= PEOPLE; mail++) {
    const who = addressOfMail(mail);
    const count = room.received.get(who) ?? 0;
    expect([who, count]).toEqual([who, inDoubt.includes(who) ? Math.min(count, 1) : 1]);
  }
}

/** Whose last mail began and did not end in a certain yes or no. */
function doubtsIn(log: string): string[] {
  const open = new Map<string, string>();
  for (const line of log.split('\n').filter(Boolean)) {
    const { type, message_id, to } = JSON.parse(line);
    if (type === 'mailing') open.set(message_id, to[0]);
    if (type === 'mailed' || type === 'not_mailed') open.delete(message_id);
  }
  return [...open.values()];
}

/** `short`: the steps of the short form, at mail 30. The greeting and EHLO come once, unless the connection is new. */
function points(short: readonly Step[]): [step: Step, mail: number][] {
  const [steps, mails] = LONG ? [STEPS, [1, 30, 54]] : [short, [30]];
  const all = steps.flatMap((step) => mails.map((mail): [Step, number] => [step, mail]));
  return all.filter(([step, mail]) => (step !== 'greeting' && step !== 'EHLO') || mail === mails[0]);
}

const isAt = (moment: MailMoment, step: Step, mail: number) =>
  moment.step === step && (moment.mail === mail || step === 'greeting' || step === 'EHLO');

test('orkeys mail send, cut off at every step: one more run, and nobody has two', async () => {
  for (const [step, mail] of points(['greeting', 'RCPT', 'body', 'delivered'])) {
    await inRoom(`dropped at ${step} of mail ${mail}`, async (room) => {
      let done = false;
      room.faultAt = async (moment) => {
        if (done || !isAt(moment, step, mail)) return undefined;
        done = true;
        return 'drop';
      };
      const { code } = await room.start().ended;
      expect(done).toBe(true);
      expect(code).toBe(step === 'greeting' || step === 'EHLO' ? 5 : AFTER_354.includes(step) ? 3 : 0);
      await checkAfterOneMore(room, AFTER_354.includes(step) ? [addressOfMail(mail)] : []);
    });
  }
}, 1_200_000);

test('orkeys mail send, killed at every step: one more run, and in doubt is who the server had answered 354 for', async () => {
  for (const [step, mail] of points(['MAIL', 'DATA', 'body', 'end'])) {
    await inRoom(`killed at ${step} of mail ${mail}`, async (room) => {
      let killed = false;
      const run = room.start();
      room.faultAt = async (moment) => {
        if (killed || !isAt(moment, step, mail)) return undefined;
        killed = true;
        run.child.kill('SIGKILL');
        await run.ended;
        return undefined;
      };
      expect((await run.ended).signal).toBe('SIGKILL');
      await checkAfterOneMore(room, AFTER_354.includes(step) ? [addressOfMail(mail)] : []);
    });
  }
}, 1_200_000);

const refusal = straceRefusal();
test.skipIf(refusal !== undefined)(
  `orkeys mail send, killed at a sync${refusal ?? ''}: one more run, and at most that one mail is in doubt`,
  async () => {
    const counted = LONG ? Array.from({ length: 112 }, (_, at) => at + 1) : [2, 60, 61];
    for (const nth of counted) {
      await inRoom(`killed at sync ${nth}`, async (room) => {
        const { code, signal } = await room.start(strace('fdatasync', `signal=KILL:when=${nth}`)).ended;
        expect(signal === 'SIGKILL' || code === 137 || code === 0).toBe(true);
        const log = join(world.folder, 'handouts.jsonl');
        const inDoubt = existsSync(log) ? doubtsIn(wholeLines(readFileSync(log, 'utf8'))) : [];
        expect(inDoubt.length).toBeLessThanOrEqual(1);
        for (const who of inDoubt) expect(room.asked.has(who)).toBe(true);
        await checkAfterOneMore(room, inDoubt);
      });
    }
  },
  1_200_000,
);

function wholeLines(text: string): string {
  return text.slice(0, text.lastIndexOf('\n') + 1);
}
