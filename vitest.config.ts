import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/support/longest-first.ts';

const FEWER_RUNS = process.env.NETCHECK_TEST_RUNS === 'fewer' ? ['test/support/fewer-runs.ts'] : [];
const LAB = 'test/lab/**/*.test.ts';

export default defineConfig({
  // Node 20 has no `using`; oxc lowers it.
  oxc: { target: 'node20' },
  test: {
    // What the program prints depends on these; tests that mean others say so. Nobody's own netcheck.toml takes part, and no shell
    // can make a folder there.
    env: { LC_ALL: 'C.UTF-8', XDG_CONFIG_HOME: '/dev/null/none' },
    setupFiles: ['test/support/seed.ts', ...FEWER_RUNS],
    reporters: ['default', './test/support/no-skips.ts'],
    testTimeout: 60_000,
    hookTimeout: 30_000,
    sequence: { sequencer: LongestFirst },
    // One after the other: what computes must not take the time away from what measures time, and that mostly waits.
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: [LAB],
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        // They wait for real timeouts, on machines that may be busy; what netcheck itself may take is bounded where it matters.
        test: { name: 'lab', include: [LAB], maxWorkers: 4, testTimeout: 240_000, sequence: { groupOrder: 1 } },
      },
    ],
  },
});
