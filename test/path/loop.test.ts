// A loop is the same router again and again; the same one twice is a way that leads through it twice.

import { expect, test } from 'vitest';
import { isLoop } from '../../src/path/loop.ts';

const way = (...addresses: readonly (string | null)[]) =>
  addresses.map((address, index) => ({ hop: index + 1, addresses: address === null ? [] : [address] }));

test.each<[string, readonly (string | null)[], boolean]>([
  ['two routers that point at each other', ['a', 'b', 'c', 'b', 'c', 'b', 'c'], true],
  ['three of them, one silent', ['a', 'b', null, 'd', 'b', null, 'd', 'b'], true],
  ['a core switch on both sides of a firewall', ['a', 'b', 'c', 'b', 'd'], false],
  ['one that answers for its neighbour', ['a', 'a', 'b', 'b', 'b'], false],
  ['a NAT that forwards to the host', ['a', 'host', 'b', 'host', 'c', 'host'], false],
])('%s', (_, addresses, expected) => {
  expect(isLoop(way(...addresses), 'host')).toBe(expected);
});
