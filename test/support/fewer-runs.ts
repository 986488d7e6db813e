// Where all tests are run once more, under another Node (scripts/nodes.mjs), each property is tried with a tenth of its cases:
// what is looked for there is a difference between Nodes, and most of the time goes into simulating hours of idling.

import type fc from 'fast-check';
import { vi } from 'vitest';

const SHARE = 0.1;
/** fast-check's own. */
const USUAL_RUNS = 100;

vi.mock('fast-check', async (importOriginal) => {
  const original = (await importOriginal<{ default: typeof fc }>()).default;
  const assert = <Ts>(property: fc.IRawProperty<Ts>, params?: fc.Parameters<Ts>) =>
    original.assert(property, { ...params, numRuns: Math.ceil((params?.numRuns ?? USUAL_RUNS) * SHARE) });
  const fewer = { ...original, assert };
  return { ...fewer, default: fewer };
});
