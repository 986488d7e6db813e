// Waiting for what another process does, which can only be looked at.

import { setTimeout as sleep } from 'node:timers/promises';

/** Looks again and again; a deadline far beyond what it takes ends a wait in vain. */
export async function until(isSo: () => boolean | Promise<boolean>, atMostMs = 10_000): Promise<void> {
  const deadline = performance.now() + atMostMs;
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error(`it did not come about within ${atMostMs / 1000} s`);
    await sleep(20);
  }
}
