import { defineConfig } from 'vitest/config';

/** The long form of the fault proofs: every kill point, thousands of histories, big accounts. */
export default defineConfig({
  test: {
    globalSetup: ['test/support/before-all.ts'],
    include: ['test/proof/**/*.test.ts', 'test/usage/watch-*.test.ts'],
    env: { ORKEYS_FAULTS: 'long' },
    testTimeout: 3_600_000,
    hookTimeout: 60_000,
  },
});
