// A path MTU as a cause: only where large packets vanish without a word, and with the numbers to type.

import { describe, expect, test } from 'vitest';
import { causeOf, HOST, hop, mtu, path } from './seen.ts';

const BLACK_HOLE = {
  mtuBytes: 1400,
  isBlackHole: true,
  passed: { bytes: 1400, times: 11 },
  failed: { bytes: 1401, times: 12 },
} as const;

describe('path-mtu', () => {
  test('a black hole between two hops is confirmed, with MTU and MSS in the commands', () => {
    const cause = causeOf('path-mtu', mtu({ ...BLACK_HOLE, vanishes: { afterHop: 1, beforeHop: 2 } }), path());
    expect(cause).toMatchObject({ verdict: 'confirmed', because: ['mtu-1'] });
    expect(cause.summary).toContain('1401 bytes failed all 12 times, 1400 came back 11 times');
    expect(cause.summary).toContain('still reach hop 1 (10.0.1.1), and no longer hop 2 (10.0.2.1)');
    const advice = cause.advice.join('\n');
    expect(advice).toContain('ip link set dev eth0 mtu 1400');
    expect(advice).toContain('maxseg size set 1360');
    expect(advice).toContain('--set-mss 1360');
    expect(advice).toContain('WireGuard tunnel over this path needs MTU = 1340 (1320 over IPv6)');
    expect(advice).not.toContain('PPPoE');
  });

  test('1492 bytes are told to be what PPPoE leaves', () => {
    const cause = causeOf('path-mtu', mtu({ ...BLACK_HOLE, mtuBytes: 1492, vanishes: { afterHop: 0, beforeHop: 1 } }));
    expect(cause.summary).toContain('still reach this machine, and no longer hop 1');
    expect(cause.advice.join('\n')).toContain('1492 is what PPPoE leaves of 1500');
  });

  test('IPv6 leaves 60 bytes for headers and has tools of its own', () => {
    const at = { host: '2001:db8::5', address: '2001:db8::5' };
    const advice = causeOf('path-mtu', mtu({ ...BLACK_HOLE, ...at })).advice.join('\n');
    expect(advice).toContain('maxseg size set 1340');
    expect(advice).toContain('ip6tables');
    expect(advice).toContain('ip -6 route add 2001:db8::5/128');
    expect(advice).toContain('ICMPv6 type 2');
  });

  test('where every hop still answers for large ones it is likely, because the host itself may drop them', () => {
    expect(causeOf('path-mtu', mtu(BLACK_HOLE))).toMatchObject({
      verdict: 'likely',
      summary: expect.stringContaining('the host itself drops large echo requests'),
    });
  });

  test('where there is no router, or none that answers, none is named', () => {
    const [host] = path().hops.slice(-1);
    const onLink = path({ hops: [{ ...(host as ReturnType<typeof hop>), ttl: 1 }] });
    expect(causeOf('path-mtu', mtu(BLACK_HOLE), onLink).summary).toContain('No router is in between');
    const mute = path({ hops: [hop(1, { addresses: [], received: 0 }), host as ReturnType<typeof hop>] });
    expect(causeOf('path-mtu', mtu(BLACK_HOLE), mute).summary).toContain('No router answers');
    expect(causeOf('path-mtu', mtu(BLACK_HOLE), path()).summary).toContain('They still reach the last router');
  });

  test('a router that names a size which does not fit either is no silence', () => {
    const once = { failed: { bytes: 1401, times: 1 }, passed: { bytes: 1400, times: 1 } };
    const wrong = { ...BLACK_HOLE, ...once, reportedBy: '10.0.2.1', reportedMtuBytes: 1450 };
    const cause = causeOf('path-mtu', mtu({ ...wrong, vanishes: { afterHop: 2, beforeHop: 3 } }), path());
    expect(cause).toMatchObject({ verdict: 'confirmed' });
    expect(cause.summary).toContain('what hop 2 (10.0.2.1) says of it is wrong (1450 bytes)');
    expect(cause.summary).not.toContain('no router says');
    expect(cause.summary).toContain(': 1401 bytes were refused, 1400 came back;');
    expect(cause.advice.join()).toContain('The cause itself is 10.0.2.1');
  });

  test('a port that asks for segments that fit is spared', () => {
    const located = { ...BLACK_HOLE, vanishes: { afterHop: 1, beforeHop: 2 } };
    expect(causeOf('path-mtu', mtu({ ...located, peerMssBytes: 1360 })).verdict).toBe('possible');
    expect(causeOf('path-mtu', mtu({ ...located, peerMssBytes: 1361 })).verdict).toBe('confirmed');
  });

  test('a route of this machine that is limited to what fits keeps its sessions out of it, and nobody else’s', () => {
    const located = { ...BLACK_HOLE, vanishes: { afterHop: 1, beforeHop: 2 } };
    const cause = causeOf('path-mtu', mtu({ ...located, routeMtuBytes: 1400 }), path());
    expect(cause).toMatchObject({ verdict: 'possible', because: ['mtu-1'] });
    expect(cause.summary).toContain('That route keeps TCP sessions of this machine out of the black hole');
    expect(cause.summary).toContain('still there for other machines');
    expect(cause.advice.join('\n')).not.toContain('on this machine');
    expect(cause.advice.join('\n')).toContain('let ICMP type 3 code 4');
    const tooWide = causeOf('path-mtu', mtu({ ...located, routeMtuBytes: 1401 }), path());
    expect(tooWide).toMatchObject({ verdict: 'confirmed' });
    expect(tooWide.summary).toContain('the interface sends up to 1500, and the route of this machine lets 1401 pass');
    expect(tooWide.advice.join('\n')).toContain('ip route replace');
  });

  test('where ping is held to the route, nothing is said of what it does not let pass', () => {
    const held = { mtuBytes: 1400, passed: { bytes: 1400, times: 1 }, failed: { bytes: 1401, times: 1 } };
    const at = { reportedBy: '10.0.0.99', reportedMtuBytes: 1400, routeMtuBytes: 1400, method: 'system-ping' } as const;
    const cause = causeOf('path-mtu', mtu({ ...held, ...at }), path());
    expect(cause).toMatchObject({ verdict: 'ruled-out' });
    expect(cause.summary).toContain('the route of this machine is limited to that');
  });

  test('a smaller link that says so is ruled out, with its value and who said it', () => {
    const reported = { mtuBytes: 1400, passed: { bytes: 1400, times: 1 }, failed: { bytes: 1401, times: 1 } };
    const cause = causeOf('path-mtu', mtu({ ...reported, reportedBy: '10.0.2.1', reportedMtuBytes: 1400 }), path());
    expect(cause).toMatchObject({ verdict: 'ruled-out', because: ['mtu-1'] });
    expect(cause.summary).toContain('Packets of up to 1400 bytes');
    expect(cause.summary).toContain('said by hop 2 (10.0.2.1)');
  });

  test('a hop of several addresses is named by the one that spoke', () => {
    const twofold = path({ hops: [hop(1), hop(2, { addresses: ['10.0.2.1', '10.0.2.9'] }), ...path().hops.slice(2)] });
    const reported = { mtuBytes: 1400, reportedBy: '10.0.2.9', failed: { bytes: 1401, times: 1 } };
    expect(causeOf('path-mtu', mtu(reported), twofold).summary).toContain('hop 2 (10.0.2.9)');
  });

  test('the interface’s own size is ruled out', () => {
    expect(causeOf('path-mtu', mtu())).toMatchObject({ verdict: 'ruled-out' });
  });

  test('what a host that drops echo lets nobody measure is unknown, and no failure of the run', () => {
    const unmeasuredBecause = 'the host answers no echo request';
    const nothing = { mtuBytes: null, passed: null, failed: { bytes: 1500, times: 2 }, unmeasuredBecause };
    expect(causeOf('path-mtu', mtu(nothing))).toMatchObject({ verdict: 'unknown', because: [] });
    const told = causeOf('path-mtu', mtu({ ...nothing, mtuBytes: 1400, reportedBy: '10.0.2.1' }), path());
    expect(told).toMatchObject({ verdict: 'unknown', because: [] });
    expect(told.summary).toContain('hop 2 (10.0.2.1) reports a link of 1400 bytes');
  });

  test('what loss hides is unknown, and was measured in vain', () => {
    const lossy = { mtuBytes: null, passed: { bytes: 1400, times: 3 }, unmeasuredBecause: 'too much was lost' };
    expect(causeOf('path-mtu', mtu(lossy))).toMatchObject({
      verdict: 'unknown',
      because: ['mtu-1'],
      missing: [`repeat: sudo netcheck --path ${HOST}:22`],
    });
  });
});
