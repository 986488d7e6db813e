// Link types told as Ethernet, and VLAN tags taken out and put back in.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ethernetFrame, interfaceNumber, LINK_TYPE } from '../../src/capture/link-layer.ts';
import { withoutTags, withTag } from '../../src/capture/vlan.ts';
import { hexBytes } from '../support/golden-frame.ts';

const sll = (packetType: string, addressLength: string): Uint8Array =>
  hexBytes(`
    ${packetType}
    0001                # ARPHRD_ETHER
    ${addressLength}
    5254001234560000    # address, padded
    0806                # protocol
    0001                # payload
  `);

const sll2 = (packetType: string, addressLength: string): Uint8Array =>
  hexBytes(`
    0806                # protocol
    0000                # reserved
    00000003            # interface
    0001                # ARPHRD_ETHER
    ${packetType}
    ${addressLength}
    5254001234560000    # address, padded
    0001                # payload
  `);

describe('ethernetFrame', () => {
  it('leaves Ethernet as it is, however short', () => {
    for (const bytes of [hexBytes(''), hexBytes('ffffffffffff 525400123456 0806 0001')]) {
      expect(ethernetFrame(LINK_TYPE.ethernet, bytes)).toBe(bytes);
    }
  });

  it.each([
    ['SLL, sent to us', LINK_TYPE.linuxSll, sll('0000', '0006'), '000000000000 525400123456 0806 0001'],
    ['SLL, broadcast', LINK_TYPE.linuxSll, sll('0001', '0006'), 'ffffffffffff 525400123456 0806 0001'],
    ['SLL, no address', LINK_TYPE.linuxSll, sll('0004', '0000'), '000000000000 000000000000 0806 0001'],
    ['SLL, a longer address', LINK_TYPE.linuxSll, sll('0004', 'ffff'), '000000000000 000000000000 0806 0001'],
    ['SLL2, sent to us', LINK_TYPE.linuxSll2, sll2('00', '06'), '000000000000 525400123456 0806 0001'],
    ['SLL2, broadcast', LINK_TYPE.linuxSll2, sll2('01', '06'), 'ffffffffffff 525400123456 0806 0001'],
    ['SLL2, no address', LINK_TYPE.linuxSll2, sll2('04', '00'), '000000000000 000000000000 0806 0001'],
    ['SLL2, a longer address', LINK_TYPE.linuxSll2, sll2('04', 'ff'), '000000000000 000000000000 0806 0001'],
  ])('%s', (_, linkType, bytes, expected) => {
    expect(ethernetFrame(linkType, bytes)).toEqual(hexBytes(expected));
  });

  it.each([
    [LINK_TYPE.linuxSll, sll('0000', '0006'), 16],
    [LINK_TYPE.linuxSll2, sll2('00', '06'), 20],
  ])('gives up link type %i when it is cut within its header', (linkType, bytes, headerLength) => {
    for (let length = 0; length < headerLength; length++) {
      expect(ethernetFrame(linkType, bytes.subarray(0, length))).toBeNull();
    }
    expect(ethernetFrame(linkType, bytes.subarray(0, headerLength))).toHaveLength(14);
  });

  it('gives up other link types', () => {
    expect(ethernetFrame(105, sll('0000', '0006'))).toBeNull();
  });

  it('keeps a tag that libpcap put where the protocol was', () => {
    const tagged = hexBytes('0001 0001 0006 5254001234560000 8100 0007 0806 0001');
    expect(withoutTags(ethernetFrame(LINK_TYPE.linuxSll, tagged) as Uint8Array)).toEqual({
      bytes: hexBytes('ffffffffffff 525400123456 0806 0001'),
      vlanId: 7,
    });
  });
});

const ADDRESSES = 'ffffffffffff 525400123456';

describe('interfaceNumber', () => {
  it.each([
    ['SLL2', LINK_TYPE.linuxSll2, sll2('00', '06'), 3],
    ['SLL2, cut short', LINK_TYPE.linuxSll2, sll2('00', '06').subarray(0, 19), 0],
    ['SLL', LINK_TYPE.linuxSll, sll('0000', '0006'), 0],
  ])('%s', (_, linkType, bytes, number) => {
    expect(interfaceNumber(linkType, bytes)).toBe(number);
  });
});

describe('withoutTags', () => {
  it.each([
    ['no tag', '0806 0001', null],
    ['802.1Q', '8100 0007 0806 0001', 7],
    ['802.1ad', '88a8 0fff 0806 0001', 4095],
    ['priority bits beside the id', '8100 f007 0806 0001', 7],
    ['a priority tag', '8100 e000 0806 0001', null],
    ['a customer in a carrier’s VLAN', '88a8 0064 8100 0007 0806 0001', 100 * 4096 + 7],
    ['a priority tag in a VLAN', '88a8 0064 8100 6000 0806 0001', 100],
    ['a VLAN in a priority tag', '8100 6000 8100 0007 0806 0001', 7],
    ['four tags', '88a8 0001 88a8 0002 8100 0003 8100 0004 0806 0001', 3 * 4096 + 4],
  ])('%s', (_, rest, vlanId) => {
    const bytes = hexBytes(`${ADDRESSES} 0806 0001`);
    expect(withoutTags(hexBytes(`${ADDRESSES} ${rest}`))).toEqual({ bytes, vlanId });
  });

  it('takes out whole tags only', () => {
    const [cut, whole] = [hexBytes(`${ADDRESSES} 8100 00`), hexBytes(`${ADDRESSES} 8100 0007`)];
    expect(withoutTags(cut)).toEqual({ bytes: cut, vlanId: null });
    expect(withoutTags(whole)).toEqual({ bytes: hexBytes(ADDRESSES), vlanId: 7 });
  });

  it('ends on a frame of nothing but tags', () => {
    const tags = new Uint8Array(60_000).map((_, index) => [0x81, 0x00, 0x00, 0x05][index % 4] as number);
    expect(withoutTags(tags)).toMatchObject({ vlanId: 5 * 4096 + 5, bytes: { length: 12 } });
  });
});

describe('withTag', () => {
  it('puts the tag behind the addresses, and leaves the frame alone', () => {
    const frame = hexBytes(`${ADDRESSES} 0806 0001`);
    expect(withTag(frame, 0x123)).toEqual(hexBytes(`${ADDRESSES} 8100 0123 0806 0001`));
    expect(frame).toEqual(hexBytes(`${ADDRESSES} 0806 0001`));
  });

  it('is undone by withoutTags', () => {
    const untagged = fc.uint8Array({ minLength: 14 }).map((bytes) => bytes.fill(0x08, 12, 14));
    fc.assert(
      fc.property(untagged, fc.integer({ min: 1, max: 4095 }), (bytes, vlanId) => {
        expect(withoutTags(withTag(bytes, vlanId))).toEqual({ bytes, vlanId });
      }),
    );
  });

  it.each([-1, 4096, 1.5, Number.NaN])('refuses vlanId %d by name', (vlanId) => {
    expect(() => withTag(new Uint8Array(14), vlanId)).toThrow(/^vlanId must be/);
  });

  it('refuses a frame without addresses', () => {
    expect(() => withTag(new Uint8Array(11), 1)).toThrow(/^frame must have/);
  });
});
