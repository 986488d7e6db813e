// The longest files first: one that takes two minutes by itself must not be the last to begin.

import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** By how long they took, minutes to half a minute; what is not named here comes after them, in vitest's own order. */
const LONGEST = [
  'lab/examination',
  'lab/idle-enforcer',
  'lab/known-product',
  'lab/path',
  'lab/ssh-idle',
  'lab/ping',
  'lab/idle-timeout',
  'lab/faults-firewall',
  'lab/benign-pairs',
  'tcp/idle-timeout',
  'tcp/enforcer',
  'tcp/inbound',
  'html/browser',
  'hostile-run',
];

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const rank = ({ moduleId }: TestSpecification): number => {
      const place = LONGEST.findIndex((name) => moduleId.endsWith(`/test/${name}.test.ts`));
      return place < 0 ? LONGEST.length : place;
    };
    return sorted.sort((a, b) => rank(a) - rank(b));
  }
}
