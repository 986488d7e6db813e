// What iputils' and BusyBox's ping print, and what is read from it.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parsePingOutput } from '../../src/icmp/system-ping.ts';

const NOTHING = { duplicates: 0, errors: [], sendError: null, unsettled: 0, reordered: 0 };

describe('parsePingOutput on iputils', () => {
  it('all answered', () => {
    const output = `PING 10.0.0.5 (10.0.0.5) 56(84) bytes of data.
64 bytes from 10.0.0.5: icmp_seq=1 ttl=64 time=0.045 ms
64 bytes from 10.0.0.5: icmp_seq=2 ttl=64 time=0.051 ms
64 bytes from 10.0.0.5: icmp_seq=3 ttl=64 time=1023 ms

--- 10.0.0.5 ping statistics ---
3 packets transmitted, 3 received, 0% packet loss, time 408ms
rtt min/avg/max/mdev = 0.045/341.032/1023.000/482.242 ms, pipe 2
`;
    expect(parsePingOutput(output)).toMatchObject({ ...NOTHING, sent: 3, received: 3, rttsMs: [0.045, 0.051, 1023] });
  });

  it('some lost', () => {
    const output = `PING example.org (192.0.2.9) 56(84) bytes of data.
64 bytes from 192.0.2.9: icmp_seq=1 ttl=52 time=12.3 ms
64 bytes from 192.0.2.9: icmp_seq=4 ttl=52 time=14.1 ms

--- example.org ping statistics ---
4 packets transmitted, 2 received, 50% packet loss, time 612ms
rtt min/avg/max/mdev = 12.300/13.200/14.100/0.900 ms
`;
    expect(parsePingOutput(output)).toMatchObject({ ...NOTHING, sent: 4, received: 2, rttsMs: [12.3, 14.1] });
  });

  it('all lost', () => {
    const output = `PING 10.0.0.77 (10.0.0.77) 56(84) bytes of data.

--- 10.0.0.77 ping statistics ---
10 packets transmitted, 0 received, 100% packet loss, time 1830ms

`;
    expect(parsePingOutput(output)).toMatchObject({ ...NOTHING, sent: 10, received: 0, rttsMs: [] });
  });

  it('what another address answers is no answer of the host', () => {
    const output = `PING 10.0.0.5 (10.0.0.5) 56(84) bytes of data.
64 bytes from 10.0.0.99: icmp_seq=1 ttl=64 time=0.310 ms (DIFFERENT ADDRESS!)
64 bytes from 10.0.0.5: icmp_seq=1 ttl=64 time=0.402 ms (DUP!)
64 bytes from 10.0.0.99: icmp_seq=2 ttl=64 time=0.298 ms (DIFFERENT ADDRESS!)

--- 10.0.0.5 ping statistics ---
3 packets transmitted, 2 received, +1 duplicates, 33.3333% packet loss, time 401ms
rtt min/avg/max/mdev = 0.298/0.346/0.402/0.043 ms
`;
    expect(parsePingOutput(output)).toMatchObject({ ...NOTHING, sent: 3, received: 1, rttsMs: [0.402] });
  });

  it('duplicates count once as received, and their times are not round trips', () => {
    const output = `PING 10.0.0.5 (10.0.0.5) 56(84) bytes of data.
64 bytes from 10.0.0.5: icmp_seq=1 ttl=64 time=0.310 ms
64 bytes from 10.0.0.5: icmp_seq=1 ttl=128 time=0.402 ms (DUP!)
64 bytes from 10.0.0.5: icmp_seq=2 ttl=64 time=0.298 ms
64 bytes from 10.0.0.5: icmp_seq=2 ttl=128 time=0.377 ms (DUP!)

--- 10.0.0.5 ping statistics ---
2 packets transmitted, 2 received, +2 duplicates, 0% packet loss, time 201ms
rtt min/avg/max/mdev = 0.298/0.346/0.402/0.043 ms
`;
    expect(parsePingOutput(output)).toMatchObject({
      ...NOTHING,
      sent: 2,
      received: 2,
      rttsMs: [0.31, 0.298],
      duplicates: 2,
    });
  });

  it('ICMP errors keep who said them', () => {
    const output = `PING 10.0.0.77 (10.0.0.77) 56(84) bytes of data.
From 10.0.0.2 icmp_seq=1 Destination Host Unreachable
From 10.0.0.2 icmp_seq=2 Destination Host Unreachable
From 192.0.2.1 icmp_seq=3 Time to live exceeded
From 192.0.2.1 icmp_seq=4 Packet filtered
From 192.0.2.1 icmp_seq=5 Destination Net Unreachable

--- 10.0.0.77 ping statistics ---
5 packets transmitted, 0 received, +5 errors, 100% packet loss, time 3052ms
pipe 3
`;
    expect(parsePingOutput(output)).toMatchObject({
      ...NOTHING,
      sent: 5,
      received: 0,
      rttsMs: [],
      errors: [
        { from: '10.0.0.2', type: 3, code: 1 },
        { from: '10.0.0.2', type: 3, code: 1 },
        { from: '192.0.2.1', type: 11, code: 0 },
        { from: '192.0.2.1', type: 3, code: 13 },
        { from: '192.0.2.1', type: 3, code: 0 },
      ],
    });
  });

  it('a redirect is no error, and the request it is about was answered', () => {
    const output = `PING 192.0.2.9 (192.0.2.9) 56(84) bytes of data.
From 10.0.0.1: icmp_seq=1 Redirect Host(New nexthop: 10.0.0.254)
64 bytes from 192.0.2.9: icmp_seq=1 ttl=52 time=12.3 ms

--- 192.0.2.9 ping statistics ---
1 packets transmitted, 1 received, 0% packet loss, time 0ms
rtt min/avg/max/mdev = 12.300/12.300/12.300/0.000 ms
`;
    expect(parsePingOutput(output)).toMatchObject({ ...NOTHING, sent: 1, received: 1, rttsMs: [12.3] });
  });

  it('says why the kernel refused to send', () => {
    const output = `PING 10.0.0.5 (10.0.0.5) 56(84) bytes of data.
ping: sendmsg: Operation not permitted
ping: sendmsg: Operation not permitted

--- 10.0.0.5 ping statistics ---
2 packets transmitted, 0 received, 100% packet loss, time 204ms

`;
    const refused = { sent: 0, received: 0, unsent: 2, sendError: 'Operation not permitted' };
    expect(parsePingOutput(output)).toMatchObject(refused);
  });

  it('what the kernel refused to send is not lost, though ping counts it as transmitted', () => {
    const answers = [1, 3, 6].map((seq) => `64 bytes from 10.0.0.5: icmp_seq=${seq} ttl=64 time=0.1 ms`);
    const output = `PING 10.0.0.5 (10.0.0.5) 56(84) bytes of data.
ping: sendmsg: Network is unreachable
ping: sendmsg: Network is unreachable
${answers.join('\n')}

--- 10.0.0.5 ping statistics ---
6 packets transmitted, 3 received, 50% packet loss, time 1000ms

`;
    const told = { sent: 4, received: 3, longestLossRun: 1, unsent: 2, sendError: 'Network is unreachable' };
    expect(parsePingOutput(output)).toMatchObject(told);
  });

  it('what goes unanswered while there is no route was not sent, what does at other times was lost', () => {
    const answers = [1, 2, 3, 9, 10].map((seq) => `64 bytes from 10.0.0.5: icmp_seq=${seq} ttl=64 time=0.1 ms`);
    const output = `${answers.join('\n')}\n\n14 packets transmitted, 5 received, 64% packet loss, time 13000ms\n`;
    const times = { intervalMs: 1000, waitedSinceMs: null, routeless: [{ fromMs: 4500, toMs: 6900 }] };
    const told = { sent: 10, received: 5, unsent: 4, sendError: 'ENETUNREACH', longestLossRun: 4 };
    expect(parsePingOutput(output, '10.0.0.5', times)).toMatchObject(told);
  });

  it('IPv6', () => {
    const output = `PING 2001:db8::5(2001:db8::5) 56 data bytes
64 bytes from 2001:db8::5: icmp_seq=1 ttl=64 time=0.062 ms

--- 2001:db8::5 ping statistics ---
1 packets transmitted, 1 received, 0% packet loss, time 0ms
rtt min/avg/max/mdev = 0.062/0.062/0.062/0.000 ms
`;
    expect(parsePingOutput(output)).toMatchObject({ ...NOTHING, sent: 1, received: 1, rttsMs: [0.062] });
  });
});

describe('what else the lines of iputils tell', () => {
  const output = `PING 192.0.2.9 (192.0.2.9) 56(84) bytes of data.
64 bytes from 192.0.2.9: icmp_seq=1 ttl=52 time=12.3 ms
64 bytes from 192.0.2.9: icmp_seq=6 ttl=52 time=12.3 ms
64 bytes from 192.0.2.9: icmp_seq=5 ttl=49 time=212 ms

--- 192.0.2.9 ping statistics ---
8 packets transmitted, 3 received, 62.5% packet loss, time 1612ms
`;

  it('runs of losses, answers that were overtaken, TTLs that change', () => {
    expect(parsePingOutput(output)).toMatchObject({
      rttsMs: [12.3, 212, 12.3],
      longestLossRun: 3,
      reordered: 1,
      hopLimits: [
        { hopLimit: 52, count: 2 },
        { hopLimit: 49, count: 1 },
      ],
      hopLimitChanges: 1,
    });
  });

  it('what was sent just before it was interrupted is no loss', () => {
    const times = { intervalMs: 200, waitedSinceMs: -300 };
    expect(parsePingOutput(output, '192.0.2.9', times)).toMatchObject({ sent: 8, unsettled: 2, longestLossRun: 3 });
  });
});

describe('parsePingOutput on BusyBox', () => {
  it('all answered', () => {
    const output = `PING 10.0.0.5 (10.0.0.5): 56 data bytes
64 bytes from 10.0.0.5: seq=0 ttl=64 time=0.110 ms
64 bytes from 10.0.0.5: seq=1 ttl=64 time=0.131 ms

--- 10.0.0.5 ping statistics ---
2 packets transmitted, 2 packets received, 0% packet loss
round-trip min/avg/max = 0.110/0.120/0.131 ms
`;
    expect(parsePingOutput(output)).toMatchObject({ ...NOTHING, sent: 2, received: 2, rttsMs: [0.11, 0.131] });
  });

  it('a loss and a duplicate', () => {
    const output = `PING 10.0.0.5 (10.0.0.5): 56 data bytes
64 bytes from 10.0.0.5: seq=0 ttl=64 time=0.310 ms
64 bytes from 10.0.0.5: seq=0 ttl=128 time=0.402 ms (DUP!)

--- 10.0.0.5 ping statistics ---
2 packets transmitted, 1 packets received, 1 duplicates, 50% packet loss
round-trip min/avg/max = 0.310/0.356/0.402 ms
`;
    expect(parsePingOutput(output)).toMatchObject({ ...NOTHING, sent: 2, received: 1, rttsMs: [0.31], duplicates: 1 });
  });

  it('all lost', () => {
    const output = `PING 10.0.0.77 (10.0.0.77): 56 data bytes

--- 10.0.0.77 ping statistics ---
3 packets transmitted, 0 packets received, 100% packet loss
`;
    expect(parsePingOutput(output)).toMatchObject({ ...NOTHING, sent: 3, received: 0, rttsMs: [] });
  });
});

describe('parsePingOutput without a summary', () => {
  it.each([
    '',
    'ping: connect: Network is unreachable\n',
    'ping: unknown iface eth9\n',
    'ping: permission denied (are you root?)\n',
    'ping: socket: Operation not permitted\n',
    'PING 10.0.0.5 (10.0.0.5) 56(84) bytes of data.\n64 bytes from 10.0.0.5: icmp_seq=1 ttl=64 time=0.045 ms\n',
  ])('%j gives null: nothing was measured', (output) => {
    expect(parsePingOutput(output)).toBeNull();
  });

  it('never throws', () => {
    fc.assert(fc.property(fc.string(), (output) => parsePingOutput(output) === null || output.includes('transmitted')));
  });
});
