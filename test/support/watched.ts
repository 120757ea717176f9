import { run } from '../../src/main.ts';
import { createTestContext } from './context.ts';
import type { Fault } from './faults.ts';
import { type Rules, useFaultyServer } from './faulty-server.ts';
import { useProvisioned } from './provisioned.ts';

/** A workshop of three whose keys spend when they are told to, and a watch whose minutes pass at once. */
export async function useWatched(...flags: string[]) {
  const world = await useProvisioned('--limit', '1', ...flags);
  const { account } = world.sandbox;
  const [anda, valdis, zane] = world.saved.map(({ hash }) => hash);
  if (anda === undefined || valdis === undefined || zane === undefined) throw new Error('three keys expected');
  let lists = 0;
  const listKeys = account.listKeys.bind(account);
  account.listKeys = (query) => {
    lists += 1;
    return listKeys(query);
  };
  const later = (minutes: number) => world.setTime(new Date(world.now().getTime() + minutes * 60_000).toISOString());
  return {
    ...world,
    ...{ anda, valdis, zane, later },
    lists: () => lists,
    listsOf: async (work: () => Promise<unknown>) => {
      const before = lists;
      await work();
      return lists - before;
    },
    spend: (hash: string, usd: number) => account.spend(hash, usd),
    isDisabled: (hash: string) => account.getKey(hash).data.disabled,
    /** From now on, lists of keys go wrong as `fault` says at that moment. */
    breakLists: async (fault: () => Fault | undefined) => {
      const { port } = world.sandbox;
      await world.sandbox.close();
      const date = () => ({ headers: { date: world.now().toUTCString() } });
      const rules: Rules = ({ route }) => ({ ...date(), ...(route === 'GET /keys' ? fault() : {}) });
      await useFaultyServer({ account, port, rules });
    },
    once: async (...args: string[]) => world.screen(await world.command(['watch', 'SUMMER', '--once', ...args])),
    /** Runs on, with `minute` called before each further reading. */
    watch: async (args: readonly string[], minute: (number: number, interrupt: () => void) => unknown) => {
      const ctx = createTestContext({ cwd: world.cwd, env: world.env, now: world.now, columns: 120 });
      let minutes = 0;
      const sleep = async (ms: number) => {
        if (ms >= 10_000) {
          world.setTime(new Date(world.now().getTime() + ms).toISOString());
          minutes += ms / 60_000;
          await minute(minutes, ctx.interrupt);
        }
      };
      const code = await run(['watch', 'SUMMER', '--rate', 'off', '--retries', '0', ...args], { ...ctx, sleep });
      return world.screen({ code, stdout: ctx.stdout.text(), stderr: ctx.stderr.text() });
    },
  };
}
