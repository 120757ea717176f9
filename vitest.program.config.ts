import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
const isWindows = process.platform === 'win32';
const platform = `${isWindows ? 'win' : process.platform}-${process.arch}`;
const built = join(
  import.meta.dirname,
  'release',
  `orkeys-${version}-${platform}`,
  isWindows ? 'orkeys.exe' : 'orkeys',
);

/** The single executable, as npm run build:program built it for this computer: what runs the program as users do, and what only it can get wrong. */
export default defineConfig({
  test: {
    globalSetup: ['test/support/before-all.ts', 'test/support/path-without-node.ts'],
    include: [
      'test/program/*.test.ts',
      'test/e2e/s{treams,andboxes-at-once}.test.ts',
      'test/proof/{signals,kill-at-requests}.test.ts',
      'test/roster-file/bounded-reading.test.ts',
      'test/terminal/{login,start,whole-program}.test.ts',
    ],
    env: { ORKEYS_EXECUTABLE: built },
    pool: 'forks',
    isolate: false,
    maxWorkers: availableParallelism() + 1,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
