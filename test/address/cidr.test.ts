// IPv4 networks and their hosts, against ipaddr.js as the oracle.

import fc from 'fast-check';
import ipaddr from 'ipaddr.js';
import { describe, expect, it } from 'vitest';
import { cidrContains, cidrHosts, cidrRange, cidrSize, formatCidr, parseCidr } from '../../src/address/cidr.ts';
import { ipv4ToUint32, uint32ToIpv4 } from '../../src/address/ipv4.ts';
import { anyIpv4, cidr } from '../support/addresses.ts';

const anyPrefix = fc.integer({ min: 0, max: 32 });

describe('parseCidr and formatCidr', () => {
  it('clear the host bits as the oracle does', () => {
    fc.assert(
      fc.property(anyIpv4, anyPrefix, (address, prefixLength) => {
        const text = `${address}/${prefixLength}`;
        const network = ipaddr.IPv4.networkAddressFromCIDR(text).toString();
        expect(parseCidr(text)).toEqual({ network, prefixLength });
        expect(formatCidr(cidr(text))).toBe(`${network}/${prefixLength}`);
      }),
    );
  });

  it('formatting is undone by parsing', () => {
    fc.assert(
      fc.property(anyIpv4, anyPrefix, (address, prefixLength) => {
        const parsed = cidr(`${address}/${prefixLength}`);
        expect(cidr(formatCidr(parsed))).toEqual(parsed);
      }),
    );
  });

  it.each([
    '',
    '/',
    '10.0.0.0',
    '10.0.0.0/',
    '10.0.0.0/33',
    '10.0.0.0/-1',
    '10.0.0.0/2a',
    '10.0.0.0/ 8',
    '10.0.0.0/24/24',
    '10.0.0/24',
    '10.0.0.0/255.0.0.0',
    '2001:db8::/32',
    '/24',
  ])('refuses %j', (text) => {
    expect(parseCidr(text)).toBeNull();
  });

  it('never throws', () => {
    fc.assert(fc.property(fc.string(), (text) => parseCidr(text) === null || text.includes('/')));
  });
});

describe('cidrContains', () => {
  it('agrees with the oracle, on addresses near the network too', () => {
    fc.assert(
      fc.property(
        anyIpv4,
        anyPrefix,
        fc.oneof(anyIpv4, fc.constant(null)),
        fc.nat(31),
        (base, prefixLength, other, bit) => {
          // Half of the addresses differ from the network in one bit: far ones would be outside nearly always.
          const neighbour = ipaddr.fromByteArray(
            [24, 16, 8, 0].map((shift) => ((ipv4ToUint32(base) ^ (1 << bit)) >>> shift) & 0xff),
          );
          const address = other ?? neighbour.toString();
          const expected = ipaddr.IPv4.parse(address).match(ipaddr.IPv4.parse(base), prefixLength);
          expect(cidrContains(cidr(`${base}/${prefixLength}`), address as typeof base)).toBe(expected);
        },
      ),
    );
  });
});

describe('cidrRange', () => {
  it('reaches from the network to the broadcast address', () => {
    fc.assert(
      fc.property(anyIpv4, anyPrefix, (address, prefixLength) => {
        const text = `${address}/${prefixLength}`;
        const { first, last } = cidrRange(cidr(text));
        expect(uint32ToIpv4(first)).toBe(ipaddr.IPv4.networkAddressFromCIDR(text).toString());
        expect(uint32ToIpv4(last)).toBe(ipaddr.IPv4.broadcastAddressFromCIDR(text).toString());
        expect(last - first + 1).toBe(cidrSize(cidr(text)));
      }),
    );
  });
});

describe('cidrHosts', () => {
  it('are all between the network and the broadcast address, in order, each once', () => {
    fc.assert(
      fc.property(anyIpv4, fc.integer({ min: 20, max: 30 }), (address, prefixLength) => {
        const text = `${address}/${prefixLength}`;
        const hosts = [...cidrHosts(cidr(text)).values()];
        const network = ipv4ToUint32(cidr(text).network);
        const broadcast = ipaddr.IPv4.broadcastAddressFromCIDR(text).toString();
        expect(hosts).toHaveLength(2 ** (32 - prefixLength) - 2);
        expect(hosts.every((host, index) => host === network + 1 + index)).toBe(true);
        expect((hosts.at(-1) as number) + 1).toBe(ipv4ToUint32(broadcast as typeof address));
      }),
      { numRuns: 50 },
    );
  });

  it.each([
    ['10.0.0.6/30', ['10.0.0.5', '10.0.0.6']],
    ['10.0.0.4/31', ['10.0.0.4', '10.0.0.5']],
    ['10.0.0.4/32', ['10.0.0.4']],
    ['255.255.255.255/32', ['255.255.255.255']],
    ['255.255.255.254/31', ['255.255.255.254', '255.255.255.255']],
    ['0.0.0.0/30', ['0.0.0.1', '0.0.0.2']],
  ])('%s has %j', (text, hosts) => {
    expect([...cidrHosts(cidr(text))]).toEqual(hosts);
  });

  it.each([
    [0, 2 ** 32],
    [12, 1_048_576],
    [24, 256],
    [32, 1],
  ])('a /%i has %i addresses', (prefixLength, size) => {
    expect(cidrSize(cidr(`10.0.0.0/${prefixLength}`))).toBe(size);
  });
});
