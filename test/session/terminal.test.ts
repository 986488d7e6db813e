// Who may be asked: a process in the foreground of its terminal, by proc(5).

import { expect, test } from 'vitest';
import { isInForeground } from '../../src/session/terminal.ts';

test.each([
  ['on a terminal, in its foreground', '812 (node) S 700 812 700 34816 812 4194304', true],
  ['with a name like a column', '812 (a) S 1 (b) S 700 812 700 34816 812 4194304', true],
  ['in the background', '812 (node) S 700 812 700 34816 700 4194304', false],
  ['without a terminal', '812 (node) S 700 812 700 0 -1 4194304', false],
  ['nowhere', '', false],
])('%s', (_, stat, expected) => {
  expect(isInForeground(stat)).toBe(expected);
});
