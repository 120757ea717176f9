import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type MailMoment, startMailServer } from '../../src/sandbox/mail-server.ts';
import { type BuiltProgram, buildProgram, type RunningBuilt, startBuilt } from '../support/built-program.ts';
import { usePostgres, WITHOUT_POSTGRES } from '../support/postgres.ts';
import { LONG } from './support/form.ts';
import { joinedWorld, openSharedWorld } from './support/shared-world.ts';
import { PREFIX } from './support/workshop-world.ts';

const server = usePostgres();
let program: BuiltProgram;
beforeAll(() => {
  program = buildProgram();
});
afterAll(() => program.remove());

const PEOPLE = 6;
const SEND = ['mail', 'send', PREFIX, '--yes', '--rate', '60000'];
const STEPS: readonly MailMoment['step'][] = LONG
  ? ['MAIL', 'RCPT', 'DATA', 'body', 'end', 'delivered']
  : ['DATA', 'delivered'];

describe.skipIf(WITHOUT_POSTGRES)(`two assistants who mail at the same time${WITHOUT_POSTGRES}`, () => {
  test.each(STEPS)(
    'the first is killed at %s of its third email, the second waited: nobody gets two, and at most one is in doubt',
    async (step) => {
      const world = await openSharedWorld(server, { people: PEOPLE });
      const other = await joinedWorld(world, 'Anna');
      expect((await world.run(world.provision)).code).toBe(0);
      const received: string[] = [];
      let onThird: (() => Promise<void>) | undefined;
      const mail = await startMailServer({
        deliver: ({ to }) => void received.push(...to),
        faultAt: async (moment) => {
          if (moment.step !== step || moment.mail < 3) return undefined;
          const kill = onThird;
          onThird = undefined;
          await kill?.();
          return kill && 'drop';
        },
      });
      const env = { ORKEYS_SMTP_URL: `smtp://127.0.0.1:${mail.port}`, ORKEYS_MAIL_FROM: 'Zane <zane@example.org>' };
      let second: RunningBuilt | undefined;
      const first = startBuilt(program, SEND, { ...world, env: { ...world.env, ...env } });
      onThird = async () => {
        second = startBuilt(program, [...SEND, '--wait', '60'], { ...other, env: { ...other.env, ...env } });
        await expect.poll(() => second?.stderr(), { timeout: 30_000 }).toContain('Waiting 1 min');
        first.child.kill('SIGKILL');
        await first.ended;
      };
      expect((await first.ended).signal).toBe('SIGKILL');
      const { code } = (await second?.ended) ?? {};
      // From the server's request for the text on, nobody knows.
      const isInDoubt = ['body', 'end', 'delivered'].includes(step);
      expect(code, second?.stderr()).toBe(isInDoubt ? 3 : 0);
      expect(received).toHaveLength(isInDoubt && step !== 'delivered' ? PEOPLE - 1 : PEOPLE);
      expect(new Set(received).size).toBe(received.length);
      const again = await world.run([...SEND, '--json'], env);
      const { totals } = JSON.parse(again.stdout);
      expect([again.code, totals]).toMatchObject([isInDoubt ? 3 : 0, { accepted: 0, unknown: isInDoubt ? 1 : 0 }]);
      expect(new Set(received).size).toBe(received.length);
      await mail.close();
      await other.close();
      await world.close();
    },
    120_000,
  );
});
