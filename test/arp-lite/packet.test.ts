// ARP frames as bytes (RFC 826): golden frames, every truncation, and any bytes at all.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ipv4ToUint32 } from '../../src/address/ipv4.ts';
import { macToNumber } from '../../src/address/mac.ts';
import {
  type ArpFrame,
  decodeArpFrame,
  encodeArpFrame,
  MINIMUM_FRAME_LENGTH,
  OPERATION,
  readArpNumbers,
  writeTargetIp,
} from '../../src/arp-lite/packet.ts';
import { anyIpv4, anyMac, ipv4, mac } from '../support/addresses.ts';
import { goldenFrame, hexBytes } from '../support/golden-frame.ts';

/** The packet without the padding. */
const PACKET_LENGTH = 42;

const anyFrame: fc.Arbitrary<ArpFrame> = fc.record({
  destinationMac: anyMac,
  sourceMac: anyMac,
  operation: fc.nat(0xffff),
  senderMac: anyMac,
  senderIp: anyIpv4,
  targetMac: anyMac,
  targetIp: anyIpv4,
});

const noise = fc.uint8Array({ maxLength: 100 });
const damaged = fc.tuple(anyFrame, fc.nat(59), fc.nat(255), fc.nat(60)).map(([frame, offset, value, length]) =>
  encodeArpFrame(frame)
    .fill(value, offset, offset + 1)
    .subarray(0, length),
);

const REQUEST: ArpFrame = {
  destinationMac: mac('ff:ff:ff:ff:ff:ff'),
  sourceMac: mac('02:00:00:00:00:01'),
  operation: OPERATION.request,
  senderMac: mac('02:00:00:00:00:01'),
  senderIp: ipv4('10.0.0.2'),
  targetMac: mac('00:00:00:00:00:00'),
  targetIp: ipv4('10.0.0.5'),
};

describe('encodeArpFrame', () => {
  it('writes every field where RFC 826 has it, then zeros up to 60 bytes', () => {
    const frame: ArpFrame = {
      destinationMac: mac('a0:a1:a2:a3:a4:a5'),
      sourceMac: mac('b0:b1:b2:b3:b4:b5'),
      operation: 0x0102,
      senderMac: mac('c0:c1:c2:c3:c4:c5'),
      senderIp: ipv4('192.168.254.1'),
      targetMac: mac('d0:d1:d2:d3:d4:d5'),
      targetIp: ipv4('10.20.30.40'),
    };
    expect(encodeArpFrame(frame)).toEqual(
      hexBytes(`
        a0a1a2a3a4a5                           # destination
        b0b1b2b3b4b5                           # source
        0806                                   # EtherType
        0001                                   # ar$hrd
        0800                                   # ar$pro
        06                                     # ar$hln
        04                                     # ar$pln
        0102                                   # ar$op
        c0c1c2c3c4c5                           # ar$sha
        c0a8fe01                               # ar$spa
        d0d1d2d3d4d5                           # ar$tha
        0a141e28                               # ar$tpa
        000000000000000000000000000000000000   # padding
      `),
    );
  });

  it('gives the golden request', () => {
    const bytes = encodeArpFrame(REQUEST);
    expect(bytes).toHaveLength(MINIMUM_FRAME_LENGTH);
    expect(bytes.subarray(0, PACKET_LENGTH)).toEqual(goldenFrame('arp-request'));
  });

  it.each([-1, 0x1_0000, 1.5, Number.NaN])('refuses operation %d by name', (operation) => {
    expect(() => encodeArpFrame({ ...REQUEST, operation })).toThrow(RangeError);
    expect(() => encodeArpFrame({ ...REQUEST, operation })).toThrow(/^operation must be/);
  });
});

describe('writeTargetIp', () => {
  it('is the same as encoding anew', () => {
    fc.assert(
      fc.property(anyFrame, anyIpv4, (frame, targetIp) => {
        const encoded = encodeArpFrame(frame);
        writeTargetIp(encoded, ipv4ToUint32(targetIp));
        expect(encoded).toEqual(encodeArpFrame({ ...frame, targetIp }));
      }),
    );
  });
});

describe('decodeArpFrame', () => {
  it.each<[string, ArpFrame]>([
    ['arp-request', REQUEST],
    [
      'arp-reply-padded',
      {
        destinationMac: mac('02:00:00:00:00:01'),
        sourceMac: mac('52:54:00:12:ab:ef'),
        operation: OPERATION.reply,
        senderMac: mac('52:54:00:12:ab:ef'),
        senderIp: ipv4('10.0.0.5'),
        targetMac: mac('02:00:00:00:00:01'),
        targetIp: ipv4('10.0.0.2'),
      },
    ],
    [
      'arp-reply-relayed',
      {
        destinationMac: mac('02:00:00:00:00:01'),
        sourceMac: mac('00:50:56:00:00:fe'),
        operation: OPERATION.reply,
        senderMac: mac('52:54:00:12:ab:ef'),
        senderIp: ipv4('10.0.0.5'),
        targetMac: mac('02:00:00:00:00:01'),
        targetIp: ipv4('10.0.0.2'),
      },
    ],
  ])('reads %s', (name, packet) => {
    expect(decodeArpFrame(goldenFrame(name))).toEqual({ ok: true, packet });
  });

  it('undoes encoding', () => {
    fc.assert(
      fc.property(anyFrame, (packet) => {
        expect(decodeArpFrame(encodeArpFrame(packet))).toEqual({ ok: true, packet });
      }),
    );
  });

  it('ignores padding of any length and content', () => {
    fc.assert(
      fc.property(anyFrame, fc.uint8Array({ maxLength: 1500 }), (packet, padding) => {
        const bytes = Uint8Array.of(...encodeArpFrame(packet).subarray(0, PACKET_LENGTH), ...padding);
        expect(decodeArpFrame(bytes)).toEqual({ ok: true, packet });
      }),
    );
  });

  it('reads bytes that begin in the middle of a buffer', () => {
    const around = new Uint8Array(100).fill(0xff);
    around.set(goldenFrame('arp-request'), 13);
    expect(decodeArpFrame(around.subarray(13, 13 + PACKET_LENGTH))).toEqual({ ok: true, packet: REQUEST });
    expect(decodeArpFrame(around.subarray(13, 13 + PACKET_LENGTH - 1))).toMatchObject({ reason: 'truncated' });
  });

  it.each(Array.from({ length: PACKET_LENGTH }, (_, length) => length))('calls the first %i bytes truncated', (got) => {
    const expected = { ok: false, reason: 'truncated', need: PACKET_LENGTH, got };
    expect(decodeArpFrame(goldenFrame('arp-request').subarray(0, got))).toEqual(expected);
  });

  it.each([
    ['another EtherType', 12, 'not-arp'],
    ['another EtherType', 13, 'not-arp'],
    ['another hardware type', 14, 'not-ethernet-ipv4'],
    ['another hardware type', 15, 'not-ethernet-ipv4'],
    ['another protocol', 16, 'not-ethernet-ipv4'],
    ['another protocol', 17, 'not-ethernet-ipv4'],
    ['a lying hardware address length', 18, 'not-ethernet-ipv4'],
    ['a lying protocol address length', 19, 'not-ethernet-ipv4'],
  ])('refuses %s (byte %i)', (_, offset, reason) => {
    for (let value = 0; value < 256; value++) {
      const bytes = goldenFrame('arp-request');
      if (bytes[offset] === value) continue;
      bytes[offset] = value;
      expect(decodeArpFrame(bytes)).toEqual({ ok: false, reason });
    }
  });

  it('refuses ARP over IEEE 802', () => {
    expect(decodeArpFrame(goldenFrame('arp-ieee802'))).toEqual({ ok: false, reason: 'not-ethernet-ipv4' });
  });

  it('never throws, on noise and on damaged frames', () => {
    fc.assert(
      fc.property(fc.oneof(noise, damaged), (bytes) => {
        const decoded = decodeArpFrame(bytes);
        if (!decoded.ok) expect(['truncated', 'not-arp', 'not-ethernet-ipv4']).toContain(decoded.reason);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('readArpNumbers', () => {
  it('reads what decodeArpFrame reads, and refuses what it refuses', () => {
    fc.assert(
      fc.property(fc.oneof(noise, damaged, anyFrame.map(encodeArpFrame)), (bytes) => {
        const decoded = decodeArpFrame(bytes);
        expect(readArpNumbers(bytes)).toEqual(decoded.ok ? inNumbers(decoded.packet) : null);
      }),
      { numRuns: 1000 },
    );
  });

  it('keeps nothing of the bytes, and begins where they do', () => {
    const around = new Uint8Array(100).fill(0xff);
    around.set(goldenFrame('arp-request'), 13);
    const frame = readArpNumbers(around.subarray(13));
    around.fill(0);
    expect(frame).toEqual(inNumbers(REQUEST));
  });
});

function inNumbers({
  operation,
  sourceMac,
  senderMac,
  senderIp,
  targetIp,
}: ArpFrame): ReturnType<typeof readArpNumbers> {
  return {
    operation,
    sourceMac: macToNumber(sourceMac),
    senderMac: macToNumber(senderMac),
    senderIp: ipv4ToUint32(senderIp),
    targetIp: ipv4ToUint32(targetIp),
  };
}
