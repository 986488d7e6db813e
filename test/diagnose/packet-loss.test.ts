// How much a few lost echoes prove, and where: by confidence intervals, never by the plain ratio.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Verdict } from '../../src/diagnose/cause.ts';
import { isHigher, lossInterval } from '../../src/diagnose/statistics.ts';
import type { EvidenceOf } from '../../src/evidence.ts';
import { causeOf, echo, echoSweep, HOST, hop, idle, marks, path } from './seen.ts';

type Echo = EvidenceOf<'echo'>;

describe('packet-loss', () => {
  test.each<{ sent: number; received: number; verdict: Verdict; says: RegExp }>([
    { sent: 10, received: 10, verdict: 'ruled-out', says: /^All 10 .* came back; a loss above 28% would have shown/ },
    { sent: 100, received: 100, verdict: 'ruled-out', says: /a loss above 3\.7% would have shown/ },
    { sent: 10, received: 9, verdict: 'possible', says: /^1 of 10 .* were lost: between 1\.8% and 40% of packets/ },
    { sent: 10, received: 8, verdict: 'likely', says: /^2 of 10/ },
    {
      sent: 10,
      received: 4,
      verdict: 'likely',
      says: /^6 of 10 .* were lost: between 31% and 83% of packets get lost/,
    },
    { sent: 5, received: 1, verdict: 'possible', says: /^4 of 5/ },
    { sent: 40, received: 30, verdict: 'confirmed', says: /^10 of 40/ },
    { sent: 1000, received: 980, verdict: 'possible', says: /^20 of 1000/ },
    { sent: 1000, received: 940, verdict: 'likely', says: /^60 of 1000/ },
    { sent: 10, received: 0, verdict: 'unknown', says: /^None of 10 .* no loss rate follows/ },
    { sent: 0, received: 0, verdict: 'unknown', says: /^No echo request was sent\.$/ },
  ])('$received of $sent back: $verdict', ({ sent, received, verdict, says }) => {
    const cause = causeOf('packet-loss', echo(sent, received));
    expect(cause).toMatchObject({ verdict, because: ['echo-1'] });
    expect(cause.summary).toMatch(says);
    if (verdict === 'possible' || verdict === 'unknown') expect(cause.missing).not.toEqual([]);
  });

  test.each<{ path: string; survived: number | null; advice: RegExp }>([
    { path: 'forgets nobody', survived: null, advice: /ServerAliveInterval 15 with ServerAliveCountMax 8 waits 135 s/ },
    { path: 'forgets after 300 s', survived: 299, advice: /ServerAliveInterval 15 with/ },
    {
      path: 'forgets after 7 s',
      survived: 6.75,
      advice: /ServerAliveInterval 2 with ServerAliveCountMax 29 waits 60 s/,
    },
    { path: 'forgets sooner than keepalives can be relied on', survived: 2, advice: /uplink\.$/ },
  ])('patient keepalives come soon enough on a path that $path', ({ survived, advice }) => {
    const onExpiry = 'silent-drop' as const;
    const forgets = survived === null ? {} : { expiredSeconds: survived + 1, onExpiry, deaths: 2 };
    const measured = idle({ survivedSeconds: survived ?? 900, ...forgets });
    expect(causeOf('packet-loss', echo(10, 6), measured).advice.join(' ')).toMatch(advice);
  });

  test('what was under way when it was interrupted is not lost', () => {
    expect(causeOf('packet-loss', echo(50, 40, { unsettled: 10 })).verdict).toBe('ruled-out');
    expect(causeOf('packet-loss', echo(50, 40, { unsettled: 5 })).summary).toMatch(/^5 of 45 /);
  });

  test('what this machine did not read in time is none of the network’s loss', () => {
    expect(causeOf('packet-loss', echo(100, 50, { kernelDrops: 3 }))).toMatchObject({
      verdict: 'unknown',
      summary: expect.stringContaining('did not read 3 answers in time'),
    });
  });

  test('one gap, be it as long as it may, is an event and no rate', () => {
    const cause = causeOf('packet-loss', echo(100, 70, { longestLossRun: 30, intervalSeconds: 0.2 }));
    expect(cause.verdict).toBe('likely');
    expect(cause.summary).toContain('All of them fell into one gap: 30 in a row (6 s): TCP sends again');
    const scattered = causeOf('packet-loss', echo(100, 70, { longestLossRun: 4, intervalSeconds: 0.2 }));
    expect(scattered).toMatchObject({ verdict: 'confirmed' });
    expect(scattered.summary).toContain('The longest gap was 4 in a row (0.8 s)');
  });

  test('duplicates, answers overtaken and changing TTLs are mentioned, lost or not', () => {
    const hopLimits = [
      { hopLimit: 57, count: 90 },
      { hopLimit: 52, count: 10 },
    ];
    const odd = { duplicates: 2, reordered: 1, hopLimits, hopLimitChanges: 4 };
    for (const received of [100, 80]) {
      expect(causeOf('packet-loss', echo(100, received, odd)).summary).toContain(
        'Besides, 2 answers came more than once; 1 was overtaken by later ones; the TTL of answers changed 4 times (57, 52)',
      );
    }
  });
});

const LINK = { interface: 'eth0', gateway: '10.0.0.1', wireless: false, signalDbm: null };

/** A host, and the gateway at the same times. */
function beside(
  host: readonly [number, number],
  gateway: readonly [number, number] | null,
  link: Echo['link'] = LINK,
): Echo {
  const [sent, received] = gateway ?? [0, 0];
  const figures = { address: '10.0.0.1', sent, received, rttMs: null };
  return echo(...host, { link, gateway: gateway === null ? null : figures });
}

describe('where packets get lost', () => {
  test.each<[string, Echo, RegExp]>([
    [
      'the gateway loses as much',
      beside([200, 170], [200, 168]),
      /They get lost between you and your gateway 10\.0\.0\.1, on eth0: it lost 32 of 200 at the same times\./,
    ],
    [
      'the gateway loses nothing',
      beside([200, 170], [200, 200]),
      /They get lost beyond your gateway 10\.0\.0\.1: it lost 0 of 200/,
    ],
    [
      'the gateway loses much less',
      beside([200, 120], [200, 180]),
      /Some get lost between you and your gateway 10\.0\.0\.1, on eth0, and more beyond it/,
    ],
    ['the gateway ignores echoes', beside([200, 170], [200, 0]), /answers no echo request, so that it can't be told/],
    [
      'the gateway limits its answers',
      beside([200, 170], [200, 60]),
      /answers fewer echoes than pass through it .* it limits its own answers, and nothing follows/,
    ],
    [
      'too few to tell',
      beside([10, 8], [10, 10]),
      /before or beyond your gateway 10\.0\.0\.1 can't be told by so few \(it lost 0 of 10/,
    ],
    [
      'no router between',
      beside([200, 170], null, { ...LINK, gateway: null }),
      /is on this machine's own link \(eth0\): no router is between the two\./,
    ],
    [
      'Wi-Fi',
      beside([200, 170], [200, 170], { interface: 'wlan0', gateway: '10.0.0.1', wireless: true, signalDbm: -78 }),
      /between you and your gateway 10\.0\.0\.1, on Wi-Fi \(wlan0, signal -78 dBm\)/,
    ],
  ])('%s', (_, evidence, says) => {
    const cause = causeOf('packet-loss', evidence);
    expect(cause.summary).toMatch(says);
    expect(cause.advice.length).toBeGreaterThan(1);
  });

  test('a gateway that loses or is silent while the host answers everything is nothing', () => {
    for (const gateway of [
      [200, 0],
      [200, 100],
    ] as const) {
      expect(causeOf('packet-loss', beside([200, 200], gateway))).toMatchObject({ verdict: 'ruled-out' });
    }
  });

  test('silence begins beyond a gateway that answers', () => {
    expect(causeOf('packet-loss', beside([10, 0], [10, 10])).summary).toMatch(/the silence begins beyond it\.$/);
    expect(causeOf('packet-loss', beside([10, 0], [10, 0])).summary).not.toMatch(/beyond/);
  });

  test('where nothing is known of the way, nothing is said of it', () => {
    expect(causeOf('packet-loss', echo(200, 170)).summary).not.toMatch(/gateway|link/);
    expect(causeOf('packet-loss', beside([200, 170], null)).summary).not.toMatch(/gateway|link/);
  });
});

describe('packet-loss with a path beside it', () => {
  test('patient keepalives come soon enough for the idle timeout that was found beside it', () => {
    const lossy = path({ hops: [hop(1, { sent: 200, received: 200 }), hop(2, { sent: 200, received: 150 })] });
    const forgets = idle({ survivedSeconds: 6.75, expiredSeconds: 7.75, onExpiry: 'silent-drop', deaths: 2 });
    expect(causeOf('packet-loss', lossy).advice.join(' ')).toContain('ServerAliveInterval 15 with');
    expect(causeOf('packet-loss', lossy, forgets).advice.join(' ')).toContain(
      'ServerAliveInterval 2 with ServerAliveCountMax 29',
    );
  });

  const told = (received: number): NonNullable<EvidenceOf<'path'>['hops'][number]['asked']> => {
    return { sent: 1000, received, rttMs: null };
  };
  const lossy = path({
    hops: [
      hop(1, { asked: told(1000) }),
      hop(2, { asked: told(670) }),
      hop(3, { addresses: [HOST], sent: 1000, received: 668, asked: null }),
    ],
  });

  test('the path says between which hops', () => {
    const cause = causeOf('packet-loss', beside([200, 130], [200, 200]), lossy);
    expect(cause).toMatchObject({ verdict: 'confirmed', because: ['echo-1', 'path-1'] });
    expect(cause.summary).toContain('It begins between hop 1 (10.0.1.1) and hop 2 (10.0.2.1)');
  });

  test('the path by itself is enough, and tells what few echo requests did not see', () => {
    for (const evidence of [[lossy], [echo(3, 3), lossy]]) {
      expect(causeOf('packet-loss', ...evidence)).toMatchObject({ verdict: 'confirmed', because: ['path-1'] });
    }
    expect(causeOf('packet-loss', path())).toMatchObject({ verdict: 'ruled-out' });
    expect(causeOf('packet-loss', echo(10, 10), path())).toMatchObject({ verdict: 'ruled-out', because: ['echo-1'] });
  });

  const byTcp = (sent: number, received: number) =>
    path({ protocol: 'tcp', port: 22, refused: false, hops: [hop(1), hop(2, { addresses: [HOST], sent, received })] });

  test('what SYNs do not share may be lost of ICMP alone, and is no finding', () => {
    const syns = marks({ none: 10, af21: 0, ef: 0 }, { protocol: 'tcp', port: 22 });
    const cause = causeOf('packet-loss', echo(10, 6), byTcp(10, 10), syns);
    expect(cause).toMatchObject({ verdict: 'possible', because: ['echo-1', 'path-1', 'dscp-1'] });
    expect(cause.summary).toContain('But of 20 SYNs to port 22 none was lost: it may be ICMP alone');
    expect(cause.missing).toEqual([expect.stringContaining(`--path ${HOST}:22 --count 1000`)]);
    expect(causeOf('packet-loss', echo(50, 39), byTcp(50, 49))).toMatchObject({ verdict: 'possible' });
    // Too few to tell, and as many.
    expect(causeOf('packet-loss', echo(10, 6), byTcp(5, 5))).toMatchObject({ verdict: 'likely' });
    expect(causeOf('packet-loss', echo(200, 130), byTcp(200, 140))).toMatchObject({ verdict: 'confirmed' });
  });

  test('what slower echo requests do not share may be a limit at the end of the path, and is no finding', () => {
    const cause = causeOf('packet-loss', echo(10, 10), byTcp(10, 1));
    expect(cause).toMatchObject({ verdict: 'possible', because: ['path-1', 'echo-1'], advice: [] });
    expect(cause.summary).toMatch(/But of 10 echo requests, .* none was lost: .* only so many connections to port 22/);
    const asked = path({ hops: [hop(1), hop(2, { addresses: [HOST], sent: 10, received: 2, asked: null })] });
    const byIcmp = causeOf('packet-loss', echo(10, 10), asked);
    expect(byIcmp).toMatchObject({ verdict: 'possible', missing: [expect.stringContaining(`--path ${HOST}:22`)] });
    // Too few to tell; and where a router on the way loses them too, it is no limit of the host's.
    expect(causeOf('packet-loss', echo(3, 3), byTcp(10, 5))).toMatchObject({ verdict: 'likely' });
    expect(causeOf('packet-loss', echo(100, 100), lossy)).toMatchObject({ verdict: 'confirmed' });
  });

  test('a host that answers echo requests by ICMP errors tells of no loss', () => {
    const unreachable = { from: HOST, type: 3, code: 10 };
    const rejecting = { ...byTcp(10, 4), protocol: 'icmp', port: null, refused: null, unreachable } as const;
    expect(causeOf('packet-loss', rejecting)).toMatchObject({
      verdict: 'unknown',
      summary: expect.stringContaining('answers echo requests by ICMP errors'),
    });
    expect(causeOf('unreachable', rejecting).verdict).toBe('ruled-out');
  });

  test('a gap that no SYN need have been under way in is told all the same', () => {
    const gap = { longestLossRun: 20, intervalSeconds: 0.2 };
    const cause = causeOf('packet-loss', echo(100, 80, gap), byTcp(100, 100));
    expect(cause.verdict).toBe('possible');
    expect(cause.summary).toMatch(/All of them fell into one gap: 20 in a row .* But of 100 SYNs/);
  });

  test('where the host drops ICMP, what became of SYNs tells', () => {
    const cause = causeOf('packet-loss', echo(10, 0), byTcp(10, 10));
    expect(cause).toMatchObject({ verdict: 'ruled-out', because: ['path-1'] });
    const nobody = byTcp(10, 0);
    expect(causeOf('packet-loss', echo(10, 0), { ...nobody, reached: false, endedBecause: 'silence' })).toMatchObject({
      verdict: 'unknown',
      because: ['echo-1'],
    });
  });

  test('one that reached nobody says nothing', () => {
    const nobody = path({ reached: false, endedBecause: 'silence', hops: [hop(1), hop(2)] });
    expect(causeOf('packet-loss', nobody)).toMatchObject({ verdict: 'unknown', because: ['path-1'] });
  });
});

describe('packet-loss of a network', () => {
  test.each<[string, Partial<EvidenceOf<'echo-sweep'>>, Verdict, RegExp]>([
    ['everybody answers each time', {}, 'ruled-out', /^200 of 254 addresses of .* answered, each of them every time/],
    ['nobody answers', { addressesAnswered: 0 }, 'unknown', /^0 of 254 .*: no loss rate follows from silence\.$/],
    [
      'some do not each time',
      { lossyHosts: 3, lossy: [{ ip: '10.0.0.9', asked: 3, answered: 1 }] },
      'possible',
      /3 hosts of these did not do so every time, 10\.0\.0\.9 least of all \(1 of 3\)\.$/,
    ],
    ['interrupted', { complete: false }, 'unknown', /it was not carried to its end\.$/],
    ['lost unread', { kernelDrops: 5 }, 'unknown', /did not read 5 answers in time\.$/],
    ['lost unread, then asked again', { kernelDrops: 5, dropsMadeUp: true }, 'ruled-out', /every time/],
  ])('%s', (_, some, verdict, says) => {
    const cause = causeOf('packet-loss', echoSweep(some));
    expect(cause).toMatchObject({ verdict, because: ['pings-1'] });
    expect(cause.summary).toMatch(says);
  });
});

describe('statistics', () => {
  test('the interval holds the ratio, lies within 0 to 1, and narrows with more packets', () => {
    const counts = fc
      .integer({ min: 1, max: 10_000 })
      .chain((sent) => fc.tuple(fc.nat({ max: sent }), fc.constant(sent)));
    fc.assert(
      fc.property(counts, ([lost, sent]) => {
        const { lower, upper } = lossInterval(lost, sent);
        expect(lower).toBeGreaterThanOrEqual(0);
        expect(upper).toBeLessThanOrEqual(1);
        expect(lower).toBeLessThanOrEqual(lost / sent + 1e-12);
        expect(upper).toBeGreaterThanOrEqual(lost / sent - 1e-12);
        const more = lossInterval(lost * 4, sent * 4);
        expect(more.upper - more.lower).toBeLessThan(upper - lower);
      }),
    );
  });

  test("is Wilson's interval: 2 of 10 are 5.7 % to 51 %", () => {
    const { lower, upper } = lossInterval(2, 10);
    expect([lower, upper]).toEqual([expect.closeTo(0.0567, 4), expect.closeTo(0.5098, 4)]);
  });

  test.each([
    [4, 10, 0, 10, true],
    [2, 10, 0, 10, false],
    [30, 200, 20, 200, false],
    [60, 200, 20, 200, true],
    [20, 200, 60, 200, false],
    [0, 10, 0, 10, false],
    [10, 10, 10, 10, false],
  ])('%i of %i is more than %i of %i: %s', (lost, asked, otherLost, otherAsked, expected) => {
    expect(isHigher({ lost, asked }, { lost: otherLost, asked: otherAsked })).toBe(expected);
  });
});
