import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { run } from '../../src/main.ts';
import { refuseLeaks, refuseLeakyFiles } from './canary.ts';
import { type ContextOptions, createTestContext } from './context.ts';

export interface Screen {
  code: number;
  stdout: string;
  stderr: string;
}

/** One command in this process. Fails when it shows a key. */
export async function orkeys(args: readonly string[], options: ContextOptions): Promise<Screen> {
  const ctx = createTestContext(options);
  const code = await run(args, ctx);
  const screen = { code, stdout: ctx.stdout.text(), stderr: ctx.stderr.text() };
  refuseLeaks(args, screen);
  return screen;
}

/** Exit code, stdout and stderr, apart, as one text for a snapshot; what differs from run to run is replaced. */
export function screenOf({ code, stdout, stderr }: Screen, folder: string): string {
  const text = `exit ${code}\n--- stdout\n${stdout}--- stderr\n${stderr}`;
  return text
    .replaceAll(folder, '<folder>')
    .replaceAll(/127\.0\.0\.1:\d+/g, '<host>')
    .replaceAll(/_[a-z2-7]{8}\b/g, '_<tag>')
    .replaceAll(/…[0-9a-f]{4}\b/g, '…<end>')
    .replaceAll(/sk-or-v1-\S+?\.\.\.[0-9A-Za-z]{4}/g, '<masked>');
}

/** A folder of its own, gone after the test, which fails when a file there shows a key and is not meant to. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'orkeys-test-'));
  onTestFinished(async () => {
    try {
      await refuseLeakyFiles(folder);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
  return folder;
}

/** Commands that speak to no service, so they know no pace. */
const LOCAL: ReadonlySet<string> = new Set([
  ...[
    'roster',
    'export',
    'journal',
    'completion',
    'sandbox',
    'handout',
    'login',
    'logout',
    'profiles',
    'share',
    'mail',
  ],
  ...['start', 'init'],
]);

/** For a clock that stands still, where a turn would never come. */
export function withoutPace(args: readonly string[]): readonly string[] {
  const [command] = args;
  return command !== undefined && LOCAL.has(command) ? args : [...args, '--rate', 'off'];
}
