// Addresses as bytes and back, against ipaddr.js; and IPv6 networks that are small enough to be listed.

import fc from 'fast-check';
import ipaddr from 'ipaddr.js';
import { describe, expect, it, test } from 'vitest';
import { inetBytes, inetText } from '../../src/address/ip.ts';
import { hostsOfIpv6Network } from '../../src/address/ipv6-network.ts';

describe('inetBytes and inetText', () => {
  it('agree with ipaddr.js, and with each other', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (text) => {
        const bytes = inetBytes(text);
        // It takes ::192.0.2.1 for ::ffff:192.0.2.1, which RFC 4291 (2.5.5) and inet_pton(3) do not.
        if (!/^::\d+\./.test(text)) expect([...bytes]).toEqual(ipaddr.parse(text).toByteArray());
        expect([...inetBytes(inetText(bytes))]).toEqual([...bytes]);
      }),
    );
  });
});

test('an IPv4-compatible address is not a mapped one', () => {
  expect([...inetBytes('::192.0.2.1')]).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 192, 0, 2, 1]);
  expect([...inetBytes('::ffff:192.0.2.1')]).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 192, 0, 2, 1]);
});

describe('hostsOfIpv6Network', () => {
  it('lists every address', () => {
    expect(hostsOfIpv6Network('2001:db8::fffe/127')).toEqual(['2001:db8::fffe', '2001:db8::ffff']);
    expect(hostsOfIpv6Network('2001:db8::1234/120')).toHaveLength(256);
    expect(hostsOfIpv6Network('2001:db8::1234/120')?.at(0)).toBe('2001:db8::1200');
    expect(hostsOfIpv6Network('2001:db8::1/128')).toEqual(['2001:db8::1']);
    expect(hostsOfIpv6Network('2001:db8::/116')).toHaveLength(4096);
  });

  it.each(['2001:db8::/64', '2001:db8::/115', '::/0'])('%s is too wide', (text) => {
    expect(hostsOfIpv6Network(text)).toBe('too-wide');
  });

  it.each(['2001:db8::', '2001:db8::/129', '10.0.0.0/24', 'fe80::%eth0/120', '/120', '2001:db8::/'])(
    '%s is none',
    (text) => {
      expect(hostsOfIpv6Network(text)).toBeNull();
    },
  );
});
