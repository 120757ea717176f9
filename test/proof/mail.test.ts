import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type MailMoment, type RunningMailServer, startMailServer } from '../../src/sandbox/mail-server.ts';
import { LONG } from './support/form.ts';

const PEOPLE = Array.from({ length: 54 }, (_, at) => `person${at + 1}@example.org`);
const STEPS = ['greeting', 'EHLO', 'MAIL', 'RCPT', 'DATA', 'body', 'end', 'delivered'] as const;
type Step = (typeof STEPS)[number];
/** from here on the server had answered 354 */
const AFTER_354: readonly Step[] = ['body', 'end', 'delivered'];
const MAILS = [1, 30, 54];

const folder = mkdtempSync(join(tmpdir(), 'orkeys-mail-proof-'));
const program = join(folder, 'mail-run.mjs');
beforeAll(() =>
  build({
    entryPoints: ['test/proof/support/mail-run.ts'],
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'warning',
  }),
);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface World {
  server: RunningMailServer;
  log: string;
  /** how often each address got its mail */
  received: Map<string, number>;
  /** whom the server had asked for the text of, and heard no more */
  asked: Set<string>;
  fault: (moment: MailMoment & { of: string | undefined }) => Promise<'drop' | 'silence' | undefined> | undefined;
  run(killAt?: string): Run;
}

interface Run {
  child: ChildProcess;
  ended: Promise<{ code: number | null; signal: string | null }>;
}

let worlds = 0;

async function inWorld(where: string, body: (world: World) => Promise<void>): Promise<void> {
  worlds += 1;
  const log = join(folder, `log-${worlds}`);
  const received = new Map<string, number>();
  const asked = new Set<string>();
  const addressOf = new Map<number, string>();
  const server = await startMailServer({
    deliver: ({ to: [address = ''] }) => void received.set(address, (received.get(address) ?? 0) + 1),
    faultAt: async (moment) => {
      if (moment.address !== undefined) addressOf.set(moment.mail, moment.address);
      const of = addressOf.get(moment.mail);
      const fault = await world.fault({ ...moment, of });
      if (moment.step === 'DATA' && fault === undefined) asked.add(of ?? '');
      return fault;
    },
  });
  const run = (killAt = '') => {
    const child = spawn(process.execPath, [program, String(server.port), log, PEOPLE.join(), killAt], {
      stdio: 'inherit',
    });
    return { child, ended: once(child, 'exit').then(([code, signal]) => ({ code, signal })) };
  };
  const world: World = { server, log, received, asked, fault: () => undefined, run };
  try {
    await body(world);
  } catch (error) {
    throw new Error(where, { cause: error });
  } finally {
    await server.close();
  }
}

/** One more run; then nobody has two, everybody has one except who is in doubt, and in doubt is who the server had asked for the text of. */
async function checkAfterOneMore(world: World, inDoubt: readonly string[]): Promise<void> {
  world.fault = () => undefined;
  expect((await world.run().ended).code).toBe(0);
  const lines = readFileSync(world.log, 'utf8').split('\n');
  const doubts = PEOPLE.filter((who) => lines.includes(`mailing ${who}`) && !lines.includes(`mailed ${who}`));
  expect(doubts).toEqual(inDoubt);
  for (const who of PEOPLE) {
    const count = world.received.get(who) ?? 0;
    expect([who, count]).toEqual([who, inDoubt.includes(who) ? Math.min(count, 1) : 1]);
    expect(world.asked.has(who)).toBe(true);
  }
}

/** The greeting and EHLO come once, unless the connection is new. */
function points(): [step: Step, mail: number][] {
  const all = STEPS.flatMap((step) => MAILS.map((mail): [Step, number] => [step, mail]));
  return all.filter(([step, mail]) => (step === 'greeting' || step === 'EHLO' ? mail === 1 : LONG || mail === 30));
}

describe('54 mails and one more run: nobody gets two, and in doubt is exactly who the server had asked for the text of', () => {
  test.each(['drop', 'silence'] as const)(
    'the connection: %s, at every step of mail 1, 30 and 54',
    async (how) => {
      for (const [step, mail] of points().filter((_, at) => how === 'drop' || LONG || at % 3 === 0)) {
        await inWorld(`${how} at ${step} of mail ${mail}`, async (world) => {
          let done = false;
          world.fault = async (moment) => {
            if (done || moment.step !== step || (moment.mail !== mail && moment.mail !== 0)) return undefined;
            done = true;
            return how;
          };
          const { code } = await world.run().ended;
          expect(done).toBe(true);
          // A connection that is not had at all stops the run; one that is lost is opened again, once.
          expect(code).toBe(step === 'greeting' || step === 'EHLO' ? 5 : 0);
          await checkAfterOneMore(world, AFTER_354.includes(step) ? [PEOPLE[mail - 1] ?? ''] : []);
        });
      }
    },
    1_200_000,
  );

  test('killed at every step of mail 1, 30 and 54', async () => {
    for (const [step, mail] of points()) {
      await inWorld(`killed at ${step} of mail ${mail}`, async (world) => {
        let run: Run | undefined;
        let killed = false;
        world.fault = async (moment) => {
          if (killed || !run || moment.step !== step || (moment.mail !== mail && moment.mail !== 0)) return undefined;
          killed = true;
          run.child.kill('SIGKILL');
          await run.ended;
          return undefined;
        };
        run = world.run();
        expect((await run.ended).signal).toBe('SIGKILL');
        // At DATA it is killed before the 354 leaves.
        await checkAfterOneMore(world, AFTER_354.includes(step) ? [PEOPLE[mail - 1] ?? ''] : []);
      });
    }
  }, 1_200_000);

  test('killed before and after each sync of mail 1, 30 and 54: a line that is there counts, whether it was synced or not', async () => {
    const syncs = MAILS.flatMap((mail) => [2 * mail - 1, 2 * mail]);
    for (const [at, nth] of syncs.entries()) {
      for (const when of LONG ? ['before', 'after'] : [at % 2 === 0 ? 'before' : 'after']) {
        await inWorld(`killed ${when} sync ${nth}`, async (world) => {
          expect((await world.run(`${when} ${nth}`).ended).signal).toBe('SIGKILL');
          // Odd ones are of `mailing`; at an even one `mailed` is written already, and a kill of the process alone keeps it.
          await checkAfterOneMore(world, nth % 2 === 1 ? [PEOPLE[(nth - 1) / 2] ?? ''] : []);
        });
      }
    }
  }, 1_200_000);
});

test('the log has no line of a mail whose text the server never asked for', async () => {
  await inWorld('refused at RCPT', async (world) => {
    world.fault = async ({ step }) => (step === 'RCPT' ? 'drop' : undefined);
    expect((await world.run().ended).code).toBe(5);
    expect(existsSync(world.log) && readFileSync(world.log, 'utf8')).toBe('');
    expect([world.received.size, world.asked.size]).toEqual([0, 0]);
  });
});
