// A reporter that closes with one plain line, and fails the run in CI when a test was skipped: a skipped test proves nothing.

import type { Reporter, TestModule } from 'vitest/node';

export default class NoSkips implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const count = { passed: 0, failed: 0, skipped: 0, pending: 0 };
    for (const module of modules) {
      for (const test of module.children.allTests()) count[test.result().state]++;
    }
    const skipped = count.skipped + count.pending;
    console.log(`${count.passed} passed, ${count.failed} failed, ${skipped} skipped`);
    if (skipped > 0 && process.env.CI) {
      console.error('Tests were skipped, which CI does not accept: see the reasons above.');
      process.exitCode = 1;
    }
  }
}
