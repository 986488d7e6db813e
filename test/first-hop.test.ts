// Routes of IPv6 and the signal of Wi-Fi in the words of the kernel.

import { expect, test } from 'vitest';
import { parseRoutes6, parseSignal, routeTo6 } from '../src/first-hop.ts';

const ROUTES = `20010db8000000000000000000000000 40 00000000000000000000000000000000 00 00000000000000000000000000000000 00000100 00000001 00000000 00000001     eth0
20010db8000100000000000000000000 30 00000000000000000000000000000000 00 fe80000000000000000000000000000a 00000400 00000001 00000000 00000003     eth1
20010db8000000000000000000000007 80 00000000000000000000000000000000 00 00000000000000000000000000000000 00000000 00000002 00000000 80200001       lo
00000000000000000000000000000000 00 00000000000000000000000000000000 00 fe800000000000000000000000000001 00000400 00000002 00000000 00000003     eth0
00000000000000000000000000000000 00 00000000000000000000000000000000 00 00000000000000000000000000000000 ffffffff 00000001 00000000 00200200       lo
`;

test.each([
  ['2001:db8::9', { interfaceName: 'eth0', gateway: null }],
  ['2001:db8:1::9', { interfaceName: 'eth1', gateway: 'fe80::a' }],
  ['2001:4860::1', { interfaceName: 'eth0', gateway: 'fe80::1' }],
])('the way to %s', (address, way) => {
  expect(routeTo6(parseRoutes6(ROUTES), address)).toMatchObject(way);
});

test('no way, and lines that are none', () => {
  expect(routeTo6(parseRoutes6(''), '2001:db8::9')).toBeNull();
  expect(parseRoutes6('banana\n\n')).toEqual([]);
});

const WIRELESS = `Inter-| sta-|   Quality        |   Discarded packets               | Missed | WE
 face | tus | link level noise |  nwid  crypt   frag  retry   misc | beacon | 22
wlan0: 0000   54.  -56.  -256        0      0      0      0     12        0
wlp2s0: 0000   30   40   0        0      0      0      0     12        0
`;

test.each([
  ['wlan0', -56],
  // Not in dBm: some other unit, that nobody knows.
  ['wlp2s0', null],
  ['wlan1', null],
])('the signal of %s', (name, signal) => {
  expect(parseSignal(WIRELESS, name)).toBe(signal);
});
