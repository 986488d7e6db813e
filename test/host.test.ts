// What this machine is: the kernel's route table as text, and the route that it takes.

import { endianness } from 'node:os';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cidrContains } from '../src/address/cidr.ts';
import { parseRoutes, type RouteFacts, readHostFacts, routeTo } from '../src/host.ts';
import { anyIpv4, cidr, ipv4 } from './support/addresses.ts';

const HEADER = 'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT';

/** A laptop with Ethernet, Wi-Fi, Docker, a VPN host route and an unreachable network, padded as the kernel pads. */
const LAPTOP = `${HEADER}                                                       
eth0\t00000000\t0101A8C0\t0003\t0\t0\t100\t00000000\t0\t0\t0                                                                            
wlan0\t00000000\t0101A8C0\t0003\t0\t0\t600\t00000000\t0\t0\t0                                                                           
tun0\t0000000A\t00000000\t0001\t0\t0\t50\t000000FF\t0\t0\t0                                                                             
eth0\t057100CB\t0101A8C0\t0007\t0\t0\t50\tFFFFFFFF\t0\t0\t0                                                                             
docker0\t000011AC\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0                                                                           
eth0\t0001A8C0\t00000000\t0001\t0\t0\t100\t00FFFFFF\t0\t0\t0                                                                            
wlan0\t0001A8C0\t00000000\t0001\t0\t0\t600\t00FFFFFF\t0\t0\t0                                                                           
*\t000016AC\t00000000\t0200\t0\t0\t0\t0000FEFF\t0\t0\t0                                                                                 
`;

/** The texts above are those of little-endian machines, which nearly all are; the kernel prints host byte order. */
const text = (table: string): string =>
  endianness() === 'LE'
    ? table
    : table.replaceAll(/\b[0-9A-F]{8}\b/g, (word) => (word.match(/../g) ?? []).reverse().join(''));

const route = (destination: string, interfaceName: string, gateway: string | null, metric: number): RouteFacts => ({
  destination: cidr(destination),
  interfaceName,
  gateway: gateway === null ? null : ipv4(gateway),
  metric,
});

describe('parseRoutes', () => {
  it('reads a laptop, without the routes that refuse', () => {
    expect(parseRoutes(text(LAPTOP))).toEqual([
      route('0.0.0.0/0', 'eth0', '192.168.1.1', 100),
      route('0.0.0.0/0', 'wlan0', '192.168.1.1', 600),
      route('10.0.0.0/8', 'tun0', null, 50),
      route('203.0.113.5/32', 'eth0', '192.168.1.1', 50),
      route('172.17.0.0/16', 'docker0', null, 0),
      route('192.168.1.0/24', 'eth0', null, 100),
      route('192.168.1.0/24', 'wlan0', null, 600),
    ]);
  });

  it('reads a container', () => {
    const table = `${HEADER}\neth0\t00000000\t010011AC\t0003\t0\t0\t0\t00000000\t0\t0\t0\neth0\t000011AC\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0\n`;
    expect(parseRoutes(text(table))).toEqual([
      route('0.0.0.0/0', 'eth0', '172.17.0.1', 0),
      route('172.17.0.0/16', 'eth0', null, 0),
    ]);
  });

  it('every prefix length is exact', () => {
    for (let prefixLength = 0; prefixLength <= 32; prefixLength++) {
      const mask = prefixLength === 0 ? 0 : (0xffff_ffff << (32 - prefixLength)) >>> 0;
      const octets = [24, 16, 8, 0].map((shift) =>
        ((mask >>> shift) & 0xff).toString(16).padStart(2, '0').toUpperCase(),
      );
      const line = `eth0\t00000000\t00000000\t0001\t0\t0\t0\t${octets.reverse().join('')}\t0\t0\t0`;
      expect(parseRoutes(text(`${HEADER}\n${line}\n`))).toEqual([route(`0.0.0.0/${prefixLength}`, 'eth0', null, 0)]);
    }
  });

  it.each([
    ['nothing', ''],
    ['only the header', `${HEADER}\n`],
    ['half a line', `${HEADER}\neth0\t00000000\t0101`],
    ['a mask with a hole', `${HEADER}\neth0\t00000000\t00000000\t0001\t0\t0\t0\tFF00FFFF\t0\t0\t0\n`],
  ])('%s gives no routes', (_, table) => {
    expect(parseRoutes(text(table))).toEqual([]);
  });

  it('never throws', () => {
    fc.assert(fc.property(fc.string(), (table) => Array.isArray(parseRoutes(`${HEADER}\n${table}`))));
  });
});

describe('routeTo', () => {
  const routes = parseRoutes(text(LAPTOP));

  it.each([
    ['the longest prefix', '203.0.113.5', '203.0.113.5/32', 'eth0'],
    ['its neighbour takes the default', '203.0.113.6', '0.0.0.0/0', 'eth0'],
    ['the lower metric of two equal ones', '192.168.1.77', '192.168.1.0/24', 'eth0'],
    ['a longer prefix before a lower metric', '10.1.2.3', '10.0.0.0/8', 'tun0'],
    ['metric 0', '172.17.255.255', '172.17.0.0/16', 'docker0'],
  ])('%s: %s by %s on %s', (_, address, destination, interfaceName) => {
    expect(routeTo(routes, ipv4(address))).toMatchObject({ destination: cidr(destination), interfaceName });
  });

  it('gives null where no route leads', () => {
    expect(routeTo([], ipv4('10.0.0.5'))).toBeNull();
    expect(routeTo([route('10.0.0.0/8', 'eth0', null, 0)], ipv4('11.0.0.1'))).toBeNull();
  });

  it('is the best of those that contain the address, in whatever order they come', () => {
    const anyRoute = fc
      .tuple(anyIpv4, fc.integer({ min: 0, max: 8 }), fc.nat(3))
      .map(([network, prefixLength, metric]) => route(`${network}/${prefixLength}`, 'eth0', null, metric));
    fc.assert(
      fc.property(fc.array(anyRoute, { maxLength: 20 }), anyIpv4, (table, address) => {
        const copy = [...table];
        const best = routeTo(table, address);
        expect(table).toEqual(copy);
        const candidates = table.filter(({ destination }) => cidrContains(destination, address));
        expect(best === null).toBe(candidates.length === 0);
        if (best === null) return;
        for (const { destination, metric } of candidates) {
          expect(destination.prefixLength).toBeLessThanOrEqual(best.destination.prefixLength);
          if (destination.prefixLength === best.destination.prefixLength) {
            expect(metric).toBeGreaterThanOrEqual(best.metric);
          }
        }
      }),
    );
  });
});

describe('readHostFacts', () => {
  it('finds loopback on every machine, and does not ask it by ARP', () => {
    const facts = readHostFacts();
    const loopback = facts.interfaces.find(({ name }) => name === 'lo');
    expect(loopback).toMatchObject({ arp: false });
    expect(loopback?.index).toBeGreaterThan(0);
    expect(facts.interfaces.map(({ index }) => index)).toEqual(
      facts.interfaces.map(({ index }) => index).sort((a, b) => a - b),
    );
  });
});
