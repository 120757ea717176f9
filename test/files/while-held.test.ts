import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { bundled, straceNode, temporaryFolder } from './world.ts';

describe('a file that a virus scanner holds for a moment', () => {
  test.for([
    ['unlink', 'm.removeLeftovers(folder, tools).then((n) => n === 1)', 'temporary'],
    ['unlink', 'm.acquireLock(folder, tools).then((lock) => lock.release()).then(() => empty())', 'lock'],
    ['rename', 'm.acquireLock(folder, tools).then((lock) => lock.release()).then(() => empty())', 'lock'],
    ['rename', 'm.openOutputFolder({ root: folder, folder, files: [] }, tools).then(() => true)', 'output-folder'],
    ['unlink', 'm.openOutputFolder({ root: folder, folder, files: [] }, tools).then(() => true)', 'output-folder'],
  ] as const)('%s is tried again: %s', async ([call, work, source], context) => {
    const folder = temporaryFolder();
    const name = source === 'lock' ? `.lock.${4711}.0000000000000000` : '.orkeys-0000000000000000.tmp';
    writeFileSync(join(folder, '.gitignore'), '*\n');
    if (source === 'temporary') writeFileSync(join(folder, name), 'x');
    const script = `
      const slept = [];
      const folder = process.argv[2];
      const empty = () => !require('fs').readdirSync(folder).some((name) => name.startsWith('.lock'));
      const tools = { platform: process.platform, cwd: folder, random: (bytes) => Buffer.alloc(bytes), pid: 4711,
        command: 'x', hostname: 'h', now: () => new Date(), sleep: async (ms) => slept.push(ms) };
      import(process.argv[1]).then((m) => ${work}).then(
        (good) => process.exit(good && slept.join() === '50,100' ? 77 : 1), () => process.exit(2));`;
    const fault = [
      `--inject=${call}:error=EBUSY:when=1..2`,
      '-P',
      join(folder, name),
      '-P',
      join(folder, `${name}.tmp`),
    ];
    const status = straceNode(fault, ['-e', script, await bundled(`src/files/${source}.ts`), folder]);
    if (status === undefined) return context.skip('strace is not here or may not trace');
    expect(status).toBe(77);
  });

  test('for ever: a lock that cannot be withdrawn does not change how a command ends', async (context) => {
    const folder = temporaryFolder();
    const script = `
      const tools = { platform: process.platform, random: (bytes) => Buffer.alloc(bytes), pid: 4711,
        command: 'x', hostname: 'h', now: () => new Date(), sleep: async () => undefined };
      import(process.argv[1]).then((m) => m.acquireLock(process.argv[2], tools)).then((lock) => lock.release()).then(
        () => process.exit(77), () => process.exit(2));`;
    const fault = ['--inject=unlink:error=EPERM', '-P', join(folder, '.lock.4711.0000000000000000')];
    const status = straceNode(fault, ['-e', script, await bundled('src/files/lock.ts'), folder]);
    if (status === undefined) return context.skip('strace is not here or may not trace');
    expect(status).toBe(77);
  });
});
