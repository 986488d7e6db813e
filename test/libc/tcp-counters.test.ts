// Two lines for each group in /proc/net/netstat: names, and below them values.

import { expect, it } from 'vitest';
import { counterIn, failedRetransmissions } from '../../src/libc/tcp-counters.ts';

const TEXT = `TcpExt: SyncookiesSent TCPRetransFail TCPRcvCoalesce
TcpExt: 1 188 3
IpExt: InNoRoutes TCPRetransFail
IpExt: 4 5
`;

it.each([
  ['TcpExt', 'TCPRetransFail', 188],
  ['IpExt', 'TCPRetransFail', 5],
  ['TcpExt', 'NoSuchCounter', null],
  ['MPTcpExt', 'TCPRetransFail', null],
])('%s: %s', (group, name, value) => {
  expect(counterIn(TEXT, group, name)).toBe(value);
});

it('this kernel counts them', () => {
  expect(failedRetransmissions()).toBeGreaterThanOrEqual(0);
});
