// Who made a network card, against the whole of the registry that oui-data is.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Mac } from '../../src/address/mac.ts';
import { macVendor } from '../../src/address/vendor.ts';
import { anyMac, mac } from '../support/addresses.ts';

const REGISTRY = JSON.parse(readFileSync(createRequire(import.meta.url).resolve('oui-data'), 'utf8')) as Record<
  string,
  string
>;

/** Blocks that hypervisors use, and holders that are not to be named: said by vendor.ts, not by the registry. */
const UNREGISTERED = /^(525400|0242)/;
const NOBODY = ['IEEE Registration Authority', 'Private'];

/** The longest block that a MAC is in, by looking into the parsed registry. */
function oracle(address: Mac): string | null {
  const digits = address.replaceAll(':', '').toUpperCase();
  const block = [9, 7, 6].map((length) => digits.slice(0, length)).find((each) => each in REGISTRY);
  const holder = block === undefined ? null : ((REGISTRY[block] as string).split('\n')[0] as string);
  return holder === null || NOBODY.includes(holder) ? null : holder;
}

/** A MAC in the block: its digits, and the fill. */
function macIn(block: string, fill: string): Mac {
  const digits = block.padEnd(12, fill).toLowerCase();
  return mac((digits.match(/../g) as string[]).join(':'));
}

describe('the registry', () => {
  const blocks = Object.keys(REGISTRY).filter((block) => !UNREGISTERED.test(block));

  it('is as large as a registry, and has blocks of every size', () => {
    const sizes = new Set(blocks.map(({ length }) => length));
    expect([...sizes].sort()).toEqual([6, 7, 9]);
    expect(blocks.length).toBeGreaterThan(40_000);
  });

  it.each([
    ['MA-L', 6],
    ['MA-M', 7],
    ['MA-S', 9],
  ])('names the holders of %s blocks as it has them, at both of their ends', (_, length) => {
    const ofSize = blocks.filter((block) => block.length === length);
    const step = Math.ceil(ofSize.length / 1000);
    const sample = ofSize.filter((_, index) => index % step === 0 || index === ofSize.length - 1);
    const macs = sample.flatMap((block) => [macIn(block, '0'), macIn(block, 'F')]);
    expect(macs.map(macVendor)).toEqual(macs.map(oracle));
  });

  it('has nothing before its first block, between its blocks, or after its last', () => {
    const near = fc.constantFrom(...blocks.filter((_, index) => index % 50 === 0)).map((block) => {
      const next = (Number.parseInt(block, 16) + 1).toString(16).padStart(block.length, '0').slice(-block.length);
      return macIn(next.toUpperCase(), '0');
    });
    fc.assert(
      fc.property(fc.oneof(near, anyMac), (address) => {
        if (!UNREGISTERED.test(address.replaceAll(':', ''))) expect(macVendor(address)).toBe(oracle(address));
      }),
      { numRuns: 1000 },
    );
  });
});

describe('macVendor', () => {
  it.each([
    ['MA-L, 24 bits', 'b8:27:eb:12:34:56', 'Raspberry Pi Foundation'],
    ['MA-L, 24 bits', '00:50:56:12:34:56', 'VMware, Inc.'],
    ['MA-M, 28 bits, in a block of the IEEE', '10:06:48:1a:bc:de', 'KYTRONICS'],
    ['MA-M, its neighbour', '10:06:48:0a:bc:de', 'FLEXTRONICS TECHNOLOGIES (INDIA) PVT LTD'],
    ['MA-S, 36 bits, in a block of the IEEE', '00:1b:c5:00:1a:bc', 'OpenRB.com, Direct SIA'],
    ['MA-S, its neighbour', '00:1b:c5:00:0a:bc', 'Converging Systems Inc.'],
    ['used without being registered', '52:54:00:12:34:56', 'QEMU/KVM'],
    ['used without being registered', '02:42:ac:11:00:02', 'Docker'],
  ])('%s: %s is %s', (_, text, vendor) => {
    expect(macVendor(mac(text))).toBe(vendor);
  });

  it.each(['da:a1:19:00:00:01', '02:00:00:00:00:01', 'ff:ff:ff:ff:ff:ff'])('%s is nobody’s', (text) => {
    expect(macVendor(mac(text))).toBeNull();
  });

  it('never throws and is never blank', () => {
    fc.assert(fc.property(anyMac, (address) => macVendor(address) !== ''));
  });
});

describe('macVendor where nobody is to be named', () => {
  it.each([
    ['00:1b:c5:ff:f0:00', 'a block that the registry gives out in parts, and not this part'],
    ['10:00:00:00:00:01', 'a holder who wishes to stay unnamed'],
  ])('%s is %s', (address) => {
    expect(macVendor(mac(address))).toBeNull();
  });
});
