// What a sweep hears, frame by frame: any bytes, and any number of them.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ipv4ToUint32 } from '../../src/address/ipv4.ts';
import { Ipv4Set } from '../../src/address/ipv4-set.ts';
import { SweepListener } from '../../src/arp-lite/listener.ts';
import { ipv4, mac } from '../support/addresses.ts';
import { announcement, answer, probe } from '../support/arp-frames.ts';
import { fakeClock } from '../support/fake-clock.ts';

const TARGET = ipv4('10.0.0.5');
const OWN = ipv4('10.0.0.2');
const OWN_MAC = mac('02:00:00:00:00:01');
const STATION = mac('52:54:00:00:00:0a');

function listening(): SweepListener {
  return new SweepListener(Ipv4Set.of([TARGET, OWN]), [OWN], [OWN_MAC], fakeClock(500));
}

describe('a flood', () => {
  it('of a million frames from one station is one claim on one address', () => {
    const listener = listening();
    const frame = answer(TARGET, STATION);
    for (let each = 0; each < 1_000_000; each++) listener.hear(frame, null);
    expect([...listener.claims.addresses()]).toEqual([ipv4ToUint32(TARGET)]);
    expect(listener.claims.of(TARGET)).toEqual([
      {
        mac: STATION,
        frameSourceMac: null,
        vlanId: null,
        via: 'reply',
        count: 1_000_000,
        firstMs: 0,
        lastMs: 0,
        rounds: [1],
      },
    ]);
    expect(listener.claims.flips(TARGET)).toEqual({ count: 0, first: [] });
    expect([listener.claims.unlistedClaims(TARGET), listener.malformedFrames]).toEqual([0, 0]);
  });

  it('for addresses that were not asked for leaves nothing', () => {
    const listener = listening();
    for (let each = 0; each < 1000; each++) listener.hear(answer(ipv4(`10.0.${each % 200}.77`), STATION), null);
    expect([...listener.claims.addresses()]).toEqual([]);
  });

  it('of any bytes is counted, and never throws', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
        const listener = listening();
        listener.hear(bytes, null);
        expect(listener.malformedFrames).toBe(1);
      }),
    );
  });
});

describe('a probe', () => {
  it('for our own address is a claim on it, for any other it is none', () => {
    const listener = listening();
    listener.hear(probe(OWN, STATION), null);
    listener.hear(probe(TARGET, STATION), null);
    expect(listener.claims.of(OWN)).toMatchObject([{ mac: STATION, via: 'probe' }]);
    expect(listener.claims.of(TARGET)).toEqual([]);
  });

  it('that is followed by an announcement is a use', () => {
    const listener = listening();
    listener.hear(probe(OWN, STATION), null);
    listener.hear(announcement(OWN, STATION), null);
    expect(listener.claims.of(OWN)).toMatchObject([{ via: 'announcement', count: 2 }]);
  });

  it('of our own is none', () => {
    const listener = listening();
    listener.hear(probe(OWN, OWN_MAC), null);
    listener.hear(announcement(OWN, OWN_MAC), null);
    expect(listener.claims.of(OWN)).toEqual([]);
  });
});
