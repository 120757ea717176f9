import { describe, expect, onTestFinished, test } from 'vitest';
import { startCuttingProxy } from '../support/cutting-proxy.ts';
import { usePostgres, WITHOUT_POSTGRES } from '../support/postgres.ts';
import { useSharedWorkshop } from './shared-world.ts';

const server = usePostgres();
const APPEND = 'INSERT INTO orkeys.line';

async function useProxy() {
  const proxy = await startCuttingProxy(server.port);
  onTestFinished(() => proxy.close());
  return proxy;
}

describe.skipIf(WITHOUT_POSTGRES)(`appending to a shared log${WITHOUT_POSTGRES}`, () => {
  test('lines are there in order when append resolves; many at once share statements', async () => {
    const { workshop, member, open, lines } = await useSharedWorkshop(server);
    const { log } = await open(member());
    const many = Array.from({ length: 700 }, (_, n) => `line ${n}`);
    await Promise.all(many.map((line) => log.append(line)));
    expect(await lines()).toEqual(['first', 'second', ...many]);
    const statements = server.sql(`SELECT count(DISTINCT at) FROM orkeys.line WHERE workshop = '${workshop}'`);
    expect(Number(statements)).toBeLessThan(20);
  });

  test.each(['before', 'after'] as const)(
    'a connection that is cut %s the server has it: the line is there once',
    async (how) => {
      const proxy = await useProxy();
      const { member, open, lines } = await useSharedWorkshop(server);
      const { log } = await open(member({ port: proxy.port }));
      proxy.cut(APPEND, how);
      await log.append('third');
      await log.append('fourth');
      expect(proxy.cuts()).toBe(1);
      expect(await lines()).toEqual(['first', 'second', 'third', 'fourth']);
    },
  );

  test('a connection that falls silent is given up, and the line is there once', async () => {
    const proxy = await useProxy();
    const { member, open, lines } = await useSharedWorkshop(server);
    const { log } = await open(member({ port: proxy.port, timeoutMs: 700 }));
    proxy.cut(APPEND, 'silent');
    await log.append('third');
    expect(proxy.cuts()).toBe(1);
    expect(await lines()).toEqual(['first', 'second', 'third']);
  });

  test('a database that stays away: the line is refused, exit 6, and so is every later one', async () => {
    const proxy = await useProxy();
    const { member, open, lines } = await useSharedWorkshop(server);
    const { log } = await open(member({ port: proxy.port }));
    proxy.cut(APPEND, 'before', 5);
    const [third, fourth] = await Promise.allSettled([log.append('third'), log.append('fourth')]);
    expect(third).toMatchObject({ status: 'rejected', reason: { code: 'share_unreachable', exitCode: 6 } });
    expect(fourth).toMatchObject({ status: 'rejected', reason: { code: 'share_unreachable' } });
    await expect(log.append('fifth')).rejects.toMatchObject({ code: 'share_unreachable' });
    expect(proxy.cuts()).toBe(5);
    expect(await lines()).toEqual(['first', 'second']);
  });

  test('a server that is killed at an append and comes back: the line is there once', async () => {
    const { member, open, lines } = await useSharedWorkshop(server);
    const { log } = await open(member());
    server.stop('immediate');
    const third = log.append('third');
    server.start();
    await third;
    expect(await lines()).toEqual(['first', 'second', 'third']);
  });

  test('a line that was stored although its answer was lost counts, even if another run took over since', async () => {
    const proxy = await useProxy();
    const { workshop, member, open, lines } = await useSharedWorkshop(server);
    const { log } = await open(member({ port: proxy.port }));
    proxy.cut(APPEND, 'after');
    proxy.cut('INSERT', 'before');
    const third = log.append('third');
    await expect.poll(() => proxy.cuts()).toBeGreaterThan(0);
    server.sql(`UPDATE orkeys.lock SET epoch = epoch + 1 WHERE workshop = '${workshop}'`);
    await third;
    await expect(log.append('fourth')).rejects.toMatchObject({ code: 'share_taken_over', exitCode: 7 });
    expect(await lines()).toEqual(['first', 'second', 'third']);
  });

  test('a run whose lock was taken over adds nothing more, exit 7, and the one that took it goes on', async () => {
    const { workshop, member, open, lines } = await useSharedWorkshop(server);
    const slow = await open(member());
    await slow.log.append('third');
    server.sql(
      `UPDATE orkeys.lock SET held_until = now() - interval '1 s' WHERE workshop = '${workshop}' AND name = 'journal'`,
    );
    const next = await open(member());
    await expect(slow.log.append('lost')).rejects.toMatchObject({ code: 'share_taken_over', exitCode: 7 });
    await next.log.append('fourth');
    expect(await lines()).toEqual(['first', 'second', 'third', 'fourth']);
  });

  test('a database that lost the last line gets no line after it', async () => {
    const { workshop, member, open } = await useSharedWorkshop(server);
    const { log } = await open(member());
    await log.append('third');
    server.sql(`DELETE FROM orkeys.line WHERE workshop = '${workshop}' AND log = 'journal' AND seq = 3`);
    await expect(log.append('fourth')).rejects.toMatchObject({ code: 'share_behind', exitCode: 6 });
  });

  test.each([
    ['disk', '53100', 'disk_full', 6],
    ['permission', '42501', 'share_no_permission', 6],
    ['replica', '25006', 'share_read_only', 6],
  ])('a database without %s (%s) is no doubt: one try, %s', async (_, state, code, exitCode) => {
    const { workshop, member, open, lines } = await useSharedWorkshop(server);
    const { log } = await open(member());
    server.sql(`CREATE FUNCTION refuse() RETURNS trigger AS $$ BEGIN IF NEW.workshop = '${workshop}' THEN RAISE EXCEPTION 'no' USING ERRCODE = '${state}'; END IF; RETURN NEW; END $$ LANGUAGE plpgsql;
      CREATE TRIGGER refuse BEFORE INSERT ON orkeys.line FOR EACH ROW EXECUTE FUNCTION refuse()`);
    onTestFinished(() => void server.sql('DROP FUNCTION refuse CASCADE'));
    await expect(log.append('third')).rejects.toMatchObject({ code, exitCode });
    expect(await lines()).toEqual(['first', 'second']);
  });
});
