// Sets of addresses against a plain Set of numbers, and ranges against ipaddr.js, as the oracles.

import fc from 'fast-check';
import ipaddr from 'ipaddr.js';
import { describe, expect, it } from 'vitest';
import { cidrHosts, parseCidr } from '../../src/address/cidr.ts';
import { ipv4ToUint32, uint32ToIpv4 } from '../../src/address/ipv4.ts';
import { type Ipv4Range, Ipv4Set, parseIpv4Range, rangeOf } from '../../src/address/ipv4-set.ts';
import { anyIpv4, ipv4 } from '../support/addresses.ts';

/** Few addresses, so that ranges often overlap, touch, and leave gaps of one; at the edges of the number space too. */
const ranges = (base: number): fc.Arbitrary<Ipv4Range[]> =>
  fc.array(
    fc.tuple(fc.nat(60), fc.nat(12)).map(([first, more]) => ({
      first: base + first,
      last: Math.min(base + first + more, 0xffff_ffff),
    })),
    { maxLength: 8 },
  );
const base = fc.constantFrom(0, 0x0a00_00e0, 0x7fff_ffe0, 0xffff_ffff - 60);
const twoSets = base.chain((at) => fc.tuple(ranges(at), ranges(at)));

const numbersIn = (all: readonly Ipv4Range[]): Set<number> =>
  new Set(all.flatMap(({ first, last }) => Array.from({ length: last - first + 1 }, (_, index) => first + index)));
const ascending = (numbers: Iterable<number>): number[] => [...numbers].sort((a, b) => a - b);

describe('Ipv4Set', () => {
  it('has what its ranges have, each once and in order', () => {
    fc.assert(
      fc.property(base.chain(ranges), (all) => {
        const set = new Ipv4Set(all);
        const expected = ascending(numbersIn(all));
        expect([...set.values()]).toEqual(expected);
        expect([...set]).toEqual(expected.map(uint32ToIpv4));
        expect(set.size).toBe(expected.length);
      }),
    );
  });

  it('keeps ranges that neither overlap nor touch', () => {
    fc.assert(
      fc.property(base.chain(ranges), (all) => {
        const kept = new Ipv4Set(all).ranges;
        expect(kept.every(({ first, last }) => first <= last)).toBe(true);
        expect(kept.every(({ first }, index) => index === 0 || first > (kept[index - 1] as Ipv4Range).last + 1)).toBe(
          true,
        );
      }),
    );
  });

  it('positions count its addresses, and nothing else has one', () => {
    fc.assert(
      fc.property(base.chain(ranges), (all) => {
        const set = new Ipv4Set(all);
        const expected = ascending(numbersIn(all));
        const positions = expected.map((_, position) => position);
        expect(positions.map((position) => set.valueAt(position))).toEqual(expected);
        expect(positions.map((position) => set.at(position))).toEqual(expected.map(uint32ToIpv4));
        expect(expected.map((value) => set.positionOf(value))).toEqual(positions);
        expect(expected.every((value) => set.has(uint32ToIpv4(value)))).toBe(true);
        const has = new Set(expected);
        const neighbours = all.flatMap(({ first, last }) => [first - 1, last + 1]);
        for (const value of neighbours) if (!has.has(value)) expect(set.positionOf(value)).toBe(-1);
      }),
    );
  });

  it.each([-1, 3, 0.5, 100, Number.NaN])('has no address at position %d of three', (position) => {
    expect(() => Ipv4Set.of([1, 2, 9].map(uint32ToIpv4)).at(position)).toThrow(RangeError);
  });

  it('unites', () => {
    fc.assert(
      fc.property(twoSets, ([one, other]) => {
        const united = new Ipv4Set(one).union(new Ipv4Set(other));
        expect([...united.values()]).toEqual(ascending(numbersIn([...one, ...other])));
      }),
    );
  });

  it('takes away', () => {
    fc.assert(
      fc.property(twoSets, ([one, other]) => {
        const gone = numbersIn(other);
        const left = ascending(numbersIn(one)).filter((value) => !gone.has(value));
        expect([...new Ipv4Set(one).minus(new Ipv4Set(other)).values()]).toEqual(left);
      }),
    );
  });

  it('is not changed by either', () => {
    const set = Ipv4Set.of([ipv4('10.0.0.1'), ipv4('10.0.0.3')]);
    set.union(Ipv4Set.of([ipv4('10.0.0.2')]));
    set.minus(Ipv4Set.of([ipv4('10.0.0.3')]));
    expect([...set]).toEqual(['10.0.0.1', '10.0.0.3']);
  });

  it('can hold everything, and nothing', () => {
    const all = new Ipv4Set([{ first: 0, last: 0xffff_ffff }]);
    expect(all.size).toBe(2 ** 32);
    expect(all.at(2 ** 32 - 1)).toBe('255.255.255.255');
    expect(all.minus(all)).toEqual(Ipv4Set.EMPTY);
    expect([Ipv4Set.EMPTY.size, [...Ipv4Set.EMPTY]]).toEqual([0, []]);
    expect(Ipv4Set.EMPTY.has(ipv4('0.0.0.0'))).toBe(false);
    expect(all.minus(Ipv4Set.of([ipv4('10.0.0.5')])).ranges).toEqual([
      { first: 0, last: 0x0a00_0004 },
      { first: 0x0a00_0006, last: 0xffff_ffff },
    ]);
  });

  it('takes tens of thousands of single addresses away in one walk', () => {
    const every = (start: number): Ipv4Set =>
      new Ipv4Set(
        Array.from({ length: 20_000 }, (_, index) => ({ first: start + 4 * index, last: start + 4 * index })),
      );
    const one = every(0x0a00_0000);
    expect(one.minus(every(0x0a00_0001)).size).toBe(20_000);
    expect(one.union(every(0x0a00_0002)).minus(one).size).toBe(20_000);
  });
});

describe('parseIpv4Range', () => {
  it('reads two addresses as the oracle does, and refuses them backwards', () => {
    fc.assert(
      fc.property(anyIpv4, anyIpv4, (from, to) => {
        const [first, last] = [from, to].map((each) =>
          ipaddr.IPv4.parse(each)
            .toByteArray()
            .reduce((value, octet) => value * 256 + octet, 0),
        ) as [number, number];
        expect(parseIpv4Range(`${from}-${to}`)).toEqual(first <= last ? { first, last } : null);
      }),
    );
  });

  it('reads a last octet alone', () => {
    fc.assert(
      fc.property(anyIpv4, fc.nat(300), (from, to) => {
        const whole = from.replace(/\d+$/, String(to));
        const isForward = ipaddr.IPv4.isValid(whole) && to >= Number(from.split('.')[3]);
        expect(parseIpv4Range(`${from}-${to}`)).toEqual(
          isForward ? { first: ipv4ToUint32(from), last: ipv4ToUint32(ipv4(whole)) } : null,
        );
      }),
    );
  });

  it.each([
    '',
    '-',
    '10.0.0.5',
    '10.0.0.5-',
    '-9',
    '10.0.0.5-4',
    '10.0.0.5-256',
    '10.0.0.5-09',
    '10.0.0.5--9',
    '10.0.0.5-9-12',
    '10.0.0.5-0.9',
    '10.0.0.5 - 10.0.0.9',
    '10.0.0.5-10.0.0.4',
    '10.0.0.0/24-10.0.0.9',
    '10.0.0.5-$&',
  ])('refuses %j', (text) => {
    expect(parseIpv4Range(text)).toBeNull();
  });

  it('never throws', () => {
    const parts = fc.array(fc.oneof(anyIpv4, fc.string({ maxLength: 4 }), fc.constant('-')), { maxLength: 4 });
    fc.assert(fc.property(parts, (words) => parseIpv4Range(words.join('')) !== undefined));
  });

  it('of one address is that address', () => {
    fc.assert(fc.property(anyIpv4, (address) => Ipv4Set.of([address]).ranges[0]?.last === rangeOf(address).first));
  });
});

describe('a network as a set', () => {
  it('has the hosts that the oracle counts', () => {
    fc.assert(
      fc.property(anyIpv4, fc.integer({ min: 0, max: 32 }), (address, prefixLength) => {
        const text = `${address}/${prefixLength}`;
        const cidr = parseCidr(text);
        const hosts = cidrHosts(cidr as NonNullable<typeof cidr>);
        const inNetwork = (each: string): boolean => ipaddr.IPv4.parse(each).match(ipaddr.IPv4.parseCIDR(text));
        expect(hosts.size).toBe(prefixLength >= 31 ? 2 ** (32 - prefixLength) : 2 ** (32 - prefixLength) - 2);
        expect([hosts.at(0), hosts.at(hosts.size - 1)].every(inNetwork)).toBe(true);
        if (prefixLength >= 31) return;
        expect(hosts.has(ipv4(ipaddr.IPv4.networkAddressFromCIDR(text).toString()))).toBe(false);
        expect(hosts.has(ipv4(ipaddr.IPv4.broadcastAddressFromCIDR(text).toString()))).toBe(false);
      }),
    );
  });
});
