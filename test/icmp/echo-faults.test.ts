// Echo among faults: repeated errors, and what ping prints of ICMPv6.

import { expect, test } from 'vitest';
import { wireEcho } from '../../src/icmp/echo.ts';
import { parsePingOutput } from '../../src/icmp/system-ping.ts';
import { fakeClock } from '../support/fake-clock.ts';
import { simulatedWire } from './simulated-wire.ts';

test('two errors about one request do not end the wait for another', async () => {
  const clock = fakeClock();
  const error = { type: 3, code: 1 };
  const wire = simulatedWire(clock, 4, ({ sequence }) =>
    sequence === 0 ? [5, 6].map((delayMs) => ({ delayMs, error, from: '10.0.0.1' })) : [{ delayMs: 50 }],
  );
  const request = { addresses: ['10.0.0.5'], count: 2, intervalMs: 200, waitMs: 1000, dataBytes: 56, dscp: 0 };
  const { hosts } = await clock.run(wireEcho(wire, Math.random)(request, clock, new AbortController().signal));
  expect(hosts[0]).toMatchObject({ sent: 2, received: 1 });
  expect(hosts[0]?.errors.length).toBe(2);
});

test('ICMPv6 errors in the output of ping', () => {
  const result = parsePingOutput(`PING 2001:db8::5(2001:db8::5) 56 data bytes
From 2001:db8::1 icmp_seq=1 Destination unreachable: Address unreachable
From 2001:db8::1 icmp_seq=2 Destination unreachable: No route
From fe80::1%eth0 icmp_seq=3 Time exceeded: Hop limit

--- 2001:db8::5 ping statistics ---
3 packets transmitted, 0 received, +3 errors, 100% packet loss, time 1015ms
`);
  expect(result?.errors).toEqual([
    { from: '2001:db8::1', type: 1, code: 3 },
    { from: '2001:db8::1', type: 1, code: 0 },
    { from: 'fe80::1', type: 3, code: 0 },
  ]);
});

test('the longer of two ICMP error texts wins', () => {
  const result = parsePingOutput(`From 10.0.0.1 icmp_seq=1 Frag needed and DF set (mtu = 1400)
From 10.0.0.1 icmp_seq=2 Destination Protocol Unreachable
From 10.0.0.1 icmp_seq=3 Destination Net Unreachable for Type of Service
3 packets transmitted, 0 received, +3 errors, 100% packet loss, time 1015ms`);
  expect(result?.errors.map(({ code }) => code)).toEqual([4, 2, 11]);
});

test('round-trip times are in the order of the requests, not of the lines', () => {
  const result = parsePingOutput(`64 bytes from 10.0.0.5: icmp_seq=2 ttl=64 time=1.0 ms
64 bytes from 10.0.0.5: icmp_seq=1 ttl=64 time=900 ms
2 packets transmitted, 2 received, 0% packet loss, time 1015ms`);
  expect(result?.rttsMs).toEqual([900, 1]);
});
