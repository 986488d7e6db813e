// IPv4 addresses as values, against ipaddr.js as the oracle.

import fc from 'fast-check';
import ipaddr from 'ipaddr.js';
import { describe, expect, it } from 'vitest';
import { isIpAddress } from '../../src/address/ip.ts';
import { ipv4ToUint32, parseIpv4, UNSPECIFIED_IPV4, uint32ToIpv4 } from '../../src/address/ipv4.ts';
import { anyIpv4 } from '../support/addresses.ts';

/** Texts that look like addresses: octets in and out of range, with leading zeros, signs and blanks, three to five. */
const addressLike = fc
  .array(
    fc.oneof(
      fc.nat(255).map(String),
      fc.nat(999).map(String),
      fc.constantFrom('', '00', '01', '-1', ' 1', '1e1', '0x1'),
    ),
    {
      minLength: 3,
      maxLength: 5,
    },
  )
  .map((octets) => octets.join('.'));

const isCanonical = (text: string): boolean =>
  ipaddr.IPv4.isValidFourPartDecimal(text) && ipaddr.IPv4.parse(text).toString() === text;

describe('parseIpv4', () => {
  it('accepts exactly the canonical dotted quads', () => {
    fc.assert(
      fc.property(fc.oneof(addressLike, fc.string(), fc.ipV4(), fc.ipV6()), (text) => {
        expect(parseIpv4(text)).toBe(isCanonical(text) ? text : null);
      }),
      { numRuns: 1000 },
    );
  });

  it.each([
    '',
    '10.0.0',
    '10.0.0.256',
    '10.0.0.05',
    '010.0.0.5',
    '10.0.0.5 ',
    '10.0.0.5\n',
    '10.0.0.5/24',
    '::ffff:10.0.0.5',
    '0x0a.0.0.5',
    '167772165',
  ])('refuses %j', (text) => {
    expect(parseIpv4(text)).toBeNull();
  });
});

describe('ipv4ToUint32 and uint32ToIpv4', () => {
  it('agree with the oracle and undo each other', () => {
    fc.assert(
      fc.property(anyIpv4, (address) => {
        const octets = ipaddr.IPv4.parse(address).toByteArray();
        const value = ipv4ToUint32(address);
        expect(value).toBe(new DataView(Uint8Array.from(octets).buffer).getUint32(0));
        expect(uint32ToIpv4(value)).toBe(address);
      }),
    );
  });

  it.each([
    [0, '0.0.0.0'],
    [1, '0.0.0.1'],
    [0x7fff_ffff, '127.255.255.255'],
    [0x8000_0000, '128.0.0.0'],
    [0xffff_ffff, '255.255.255.255'],
  ])('%i is %s', (value, address) => {
    expect(uint32ToIpv4(value)).toBe(address);
  });

  it.each([-1, 2 ** 32, 1.5, Number.NaN, Number.POSITIVE_INFINITY])('refuses %d', (value) => {
    expect(() => uint32ToIpv4(value)).toThrow(RangeError);
    expect(() => uint32ToIpv4(value)).toThrow('value must be');
  });
});

it('the unspecified address is number 0', () => {
  expect(ipv4ToUint32(UNSPECIFIED_IPV4)).toBe(0);
});

describe('isIpAddress', () => {
  it('is true for addresses of either version and false for names', () => {
    fc.assert(fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (text) => isIpAddress(text)));
    fc.assert(fc.property(fc.domain(), (text) => !isIpAddress(text)));
  });
});
