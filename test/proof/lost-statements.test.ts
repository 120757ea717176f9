import { describe, expect, test } from 'vitest';
import { type CuttingProxy, type Phase, startCuttingProxy } from '../support/cutting-proxy.ts';
import { usePostgres, WITHOUT_POSTGRES } from '../support/postgres.ts';
import { LONG } from './support/form.ts';
import { inWorld, KILLED, type Killed, rerun } from './support/killed-commands.ts';
import { openSharedWorld } from './support/shared-world.ts';

const server = usePostgres();

const COMMANDS = KILLED.filter(({ name }) => LONG || ['provision', 'rotate', 'revoke'].includes(name));
const APPEND = 'INSERT INTO orkeys.line';
/** The short form leaves some statements out. */
const stepOf = ({ name }: Killed) => (LONG ? 1 : name === 'provision' ? 5 : 11);

/** Does something to the N-th statement with this text. Returns whether it was done. */
type Trouble = (proxy: CuttingProxy, nth: number) => () => boolean;

const cut =
  (how: Phase): Trouble =>
  (proxy, nth) => {
    let isCut = false;
    proxy.cutNth('orkeys.', nth, how, () => {
      isCut = true;
    });
    return () => isCut;
  };

/** As when its machine loses power; it is there again before the next statement. */
const killServer =
  (when: Phase): Trouble =>
  (proxy, nth) => {
    let appends = 0;
    proxy.watch(APPEND, (phase) => {
      if (phase !== when) return;
      appends += 1;
      if (appends !== nth) return;
      server.stop('immediate');
      server.start();
    });
    return () => appends >= nth;
  };

// The program lives on, and has to find out what became of its statement.
describe.skipIf(WITHOUT_POSTGRES).each(COMMANDS)(`$name of a workshop in a database${WITHOUT_POSTGRES}`, (command) => {
  test.each(['before', 'after'] as const)(
    'any statement is lost %s it is done: the run finds out or says so, and one more mends all',
    async (how) => {
      const statements = await troubled(command, cut(how), Number.POSITIVE_INFINITY);
      for (let nth = 1; nth <= statements.count; nth += stepOf(command)) {
        expect((await troubled(command, cut(how), nth)).isDone, `statement ${nth}`).toBe(true);
      }
    },
    1_200_000,
  );

  test.skipIf(!LONG && command.name !== 'provision').each(['before', 'after'] as const)(
    'the server is killed %s any line is stored: the run finds out or says so, and one more mends all',
    async (when) => {
      for (let nth = LONG ? 1 : 3; ; nth += LONG ? 1 : 100) {
        const { isDone } = await troubled(command, killServer(when), nth);
        if (!LONG) expect(isDone).toBe(true);
        if (!isDone || !LONG) break;
      }
    },
    1_200_000,
  );
});

async function troubled(command: Killed, trouble: Trouble, nth: number) {
  const proxy = await startCuttingProxy(server.port);
  const world = await openSharedWorld(server, { port: proxy.port });
  return inWorld(world, `statement ${nth}`, async () => {
    await command.before?.(world);
    const count = proxy.count('orkeys.');
    const isDone = trouble(proxy, nth);
    const { code, stdout, stderr } = await world.run(command.args(world));
    expect([0, 6], stderr).toContain(code);
    if (code === 6) expect(stderr).toContain('Run the same command again.');
    const result = { count: count(), isDone: isDone() };
    await rerun(command, world, stdout);
    return result;
  }).finally(() => proxy.close());
}
