import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { usePgBouncer, WITHOUT_PGBOUNCER } from '../support/pgbouncer.ts';
import { PG_USER, usePostgres } from '../support/postgres.ts';
import { useTeam } from '../support/shared-team.ts';
import { LONG } from './support/form.ts';

const server = usePostgres();

describe.skipIf(WITHOUT_PGBOUNCER)(`behind a pooler${WITHOUT_PGBOUNCER}`, () => {
  test.each(LONG ? (['transaction', 'statement'] as const) : (['transaction'] as const))(
    'with a connection of its own for each %s, everything works as before',
    async (mode) => {
      const { port } = await usePgBouncer(server, mode);
      const url = `postgres://${PG_USER}@127.0.0.1:${port}/workshops`;
      const { share, joinIt, anna, ilze, sandbox, cwd } = await useTeam(server, url);
      const done = async (run: typeof anna, ...args: string[]) => {
        const { code, stdout, stderr } = await run(args);
        expect({ args, code, said: code === 0 ? '' : stdout + stderr }).toEqual({ args, code: 0, said: '' });
        return stdout;
      };
      expect((await share()).code).toBe(0);
      expect((await joinIt()).code).toBe(0);
      await done(anna, 'rotate', '--prefix', 'SUMMER', '--yes');
      await done(ilze, 'update', '--prefix', 'SUMMER', '--add-limit', '1', '--yes');
      expect(await done(ilze, 'provision', 'SUMMER_participants.csv', '--yes')).toContain('Created 0 keys');
      appendFileSync(join(cwd, 'SUMMER_participants.csv'), 'new@example.org,New,Person\nbo@example.org,Bo,Person\n');
      expect(await done(ilze, 'provision', 'SUMMER_participants.csv', '--yes')).toContain('Created 2 keys');
      expect(await done(ilze, 'provision', 'SUMMER_participants.csv', '--yes')).toContain('Created 0 keys');
      expect(await done(anna, 'verify', 'SUMMER')).toContain('All 5 keys work.');
      expect(sandbox.account.toJSON().keys).toHaveLength(5);
      expect(await done(anna, 'share', 'status')).toContain('all saved here too');
      await done(ilze, 'handout', 'files', 'SUMMER');
      // Two at once: one has the lock, or comes after the other.
      const both = await Promise.all([anna, ilze].map((run) => run(['rotate', '--prefix', 'SUMMER', '--yes'])));
      expect(both.every(({ code }) => code === 0 || code === 7)).toBe(true);
      expect(both.some(({ code }) => code === 0)).toBe(true);
      server.sql("DELETE FROM orkeys.line WHERE log = 'journal' AND seq > 9");
      await done(anna, 'share', 'restore', '--yes');
      await done(ilze, 'share', 'restore', '--yes');
      // A server that was restarted drops every connection of the pool.
      server.stop();
      server.start();
      await done(anna, 'verify', '--prefix', 'SUMMER');
      await done(ilze, 'share', 'password', 'add', 'Bo');
      await done(ilze, 'revoke', '--prefix', 'SUMMER', '--yes');
      expect(sandbox.account.toJSON().keys).toEqual([]);
      await done(ilze, 'share', 'leave', 'SUMMER', '--to-file', '--yes');
    },
    120_000,
  );
});
