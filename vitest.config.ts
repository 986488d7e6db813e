import { defineConfig } from 'vitest/config';

const FEWER_RUNS = process.env.NETCHECK_TEST_RUNS === 'fewer' ? ['test/support/fewer-runs.ts'] : [];

export default defineConfig({
  // Node 20 has no `using`; oxc lowers it.
  oxc: { target: 'node20' },
  test: {
    // What the program prints depends on these; tests that mean others say so. Nobody's own netcheck.toml takes part, and no shell
    // can make a folder there.
    env: { LC_ALL: 'C.UTF-8', XDG_CONFIG_HOME: '/dev/null/none' },
    maxWorkers: 4,
    setupFiles: ['test/support/seed.ts', ...FEWER_RUNS],
    include: ['test/**/*.test.ts'],
    reporters: ['default', './test/support/no-skips.ts'],
    // Lab tests wait for real timeouts; each test bounds itself tighter where it matters.
    testTimeout: 60_000,
    hookTimeout: 30_000,
  },
});
