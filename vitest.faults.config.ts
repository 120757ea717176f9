import { defineConfig, mergeConfig } from 'vitest/config';
import base from './vitest.config.ts';

/** The long form of the fault proofs: every kill point, thousands of histories, big accounts. */
export default mergeConfig(
  base,
  defineConfig({
    test: { include: ['test/proof/**/*.test.ts'], env: { ORKEYS_FAULTS: 'long' }, testTimeout: 3_600_000 },
  }),
);
