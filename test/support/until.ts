// Waiting for what another process does, which can only be looked at.

import { setTimeout as sleep } from 'node:timers/promises';

/** Looks again and again; a deadline far beyond what it takes ends a wait in vain. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 10_000;
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error('it did not come about within 10 s');
    await sleep(20);
  }
}
