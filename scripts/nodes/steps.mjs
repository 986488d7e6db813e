// Steps, each of which passes or fails by itself and says so in one line.

/** Why a step can't be made here; null when it can. */
export const needsRoot = process.geteuid?.() === 0 ? null : 'needs root';

export class Steps {
  #passed = 0;
  #failed = 0;
  #skipped = 0;

  /**
   * Prints how long `step` took, and what went wrong. Its value, or undefined when it threw. A value with `passed` and `note`
   * stands for so many tests, and tells something to print.
   */
  async run(name, step, skippedBecause = null) {
    if (skippedBecause !== null) {
      this.#skipped++;
      console.log(`skipped ${name}: ${skippedBecause}`);
      return undefined;
    }
    const startedAt = performance.now();
    const seconds = () => `${((performance.now() - startedAt) / 1000).toFixed(1)} s`;
    try {
      const value = await step();
      this.#passed += value?.passed ?? 1;
      console.log(`passed  ${name} (${[value?.note, seconds()].filter(Boolean).join('; ')})`);
      return value;
    } catch (error) {
      this.#passed += error.passed ?? 0;
      this.#failed += error.failed ?? 1;
      console.log(`FAILED  ${name} (${seconds()})\n${String(error.message).replaceAll(/^/gm, '        ')}`);
      return undefined;
    }
  }

  /** The exit code. In CI a skipped step is a failure: it proves nothing. */
  sumUp() {
    const failed = this.#failed + (process.env.CI ? this.#skipped : 0);
    console.log(`${this.#passed} passed, ${failed} failed${this.#skipped > 0 ? `, ${this.#skipped} skipped` : ''}`);
    return failed === 0 ? 0 : 1;
  }
}

/** @throws Error that says `what`, and shows `seen`. */
export function check(isTrue, what, seen = '') {
  if (!isTrue) throw new Error(`${what}${seen === '' ? '' : `:\n${seen}`}`);
}
