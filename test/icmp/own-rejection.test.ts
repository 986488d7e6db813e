// Errors that this machine sends itself: its firewall's, and the kernel's.

import { expect, test } from 'vitest';
import { isOwnRejection } from '../../src/icmp/own-rejection.ts';

const OWN = '192.0.2.1';
const OWN6 = '2001:db8::1';

test.each([
  ['a port that is rejected', OWN, 3, 3, true],
  ['a filter', OWN, 3, 13, true],
  ['nobody answers ARP', OWN, 3, 1, false],
  ['too large', OWN, 3, 4, false],
  ['a router that filters', '192.0.2.9', 3, 13, false],
  ['a port that is rejected', OWN6, 1, 4, true],
  ['nobody answers neighbour discovery', OWN6, 1, 3, false],
  ['a hop limit that ran out', OWN6, 3, 0, false],
])('%s (%s, type %i, code %i): %s', (_what, from, type, code, expected) => {
  expect(isOwnRejection({ from, type, code }, from.includes(':') ? OWN6 : OWN)).toBe(expected);
  expect(isOwnRejection({ from, type, code }, null)).toBe(false);
});
