// Addresses for tests: literals that fail loudly when mistyped, and fast-check's arbitrary ones.

import fc from 'fast-check';
import { type Cidr, parseCidr } from '../../src/address/cidr.ts';
import { type Ipv4, parseIpv4, uint32ToIpv4 } from '../../src/address/ipv4.ts';
import { type Mac, parseMac, readMac } from '../../src/address/mac.ts';

export function ipv4(text: string): Ipv4 {
  return parsed(text, parseIpv4(text));
}

export function cidr(text: string): Cidr {
  return parsed(text, parseCidr(text));
}

export function mac(text: string): Mac {
  return parsed(text, parseMac(text));
}

function parsed<T>(text: string, value: T | null): T {
  if (value === null) throw new Error(`the test itself is wrong: ${text} does not parse`);
  return value;
}

export const anyIpv4: fc.Arbitrary<Ipv4> = fc.integer({ min: 0, max: 0xffff_ffff }).map(uint32ToIpv4);

export const anyMac: fc.Arbitrary<Mac> = fc
  .uint8Array({ minLength: 6, maxLength: 6 })
  .map((bytes) => readMac(bytes, 0));
