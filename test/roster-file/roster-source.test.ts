import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { rosterSource } from '../../src/roster-file/roster-source.ts';
import { temporaryFolder } from '../support/cli.ts';
import { createTestContext } from '../support/context.ts';

test.skipIf(process.platform === 'win32')('a pipe that nobody writes to is waited for until a signal', async () => {
  const cwd = temporaryFolder();
  execFileSync('mkfifo', [join(cwd, 'roster')]);
  const ctx = createTestContext({ cwd });
  const waiting = rosterSource('roster', ctx);
  setImmediate(() => ctx.interrupt());
  await expect(waiting).rejects.toMatchObject({ code: 'interrupted', exitCode: 130 });
});
