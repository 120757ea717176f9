import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** The proofs take longest: what starts first ends first. */
class ProofsFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const at = SLOWEST.findIndex((name) => moduleId.endsWith(`/${name}.test.ts`));
      return at < 0 ? SLOWEST.length : at;
    };
    return [...files].sort((a, b) => rank(a) - rank(b));
  }
}

const SLOWEST = [
  ...[
    'proof/kill-at-requests',
    'proof/kill-at-file-calls',
    'proof/fault-matrix',
    'proof/exit-codes',
    'proof/prompt-end',
    'proof/disk',
    'proof/system',
  ],
  ...['commands/rotate', 'proof/promises', 'proof/signals', 'commands/journal', 'e2e/packed'],
];

export default defineConfig({
  test: {
    globalSetup: ['test/support/before-all.ts'],
    include: ['test/**/*.test.ts'],
    // The single executable: vitest.program.config.ts.
    exclude: ['test/program/**'],
    // Much of the time is waiting: for time-outs, other processes, the disk. Modules keep no state, so files can share them.
    pool: 'forks',
    isolate: false,
    maxWorkers: availableParallelism() + 1,
    sequence: { sequencer: ProofsFirst },
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
