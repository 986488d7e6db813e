// Classic capture files: golden bytes of what we write, both byte orders and resolutions of what others write.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pcapHeader, pcapRecord } from '../../src/capture/pcap.ts';
import { withTag } from '../../src/capture/vlan.ts';
import { goldenFrame, hexBytes } from '../support/golden-frame.ts';
import { join, readAll } from './read-all.ts';

const LINK_ETHERNET = '01000000';

/** A file by another program: little-endian, microseconds, one packet of two bytes. */
const foreign = (linkType: string, capturedLength = '02000000', packet = 'aabb'): Uint8Array =>
  hexBytes(`
    d4c3b2a1     # magic
    0200         # major
    0400         # minor
    00000000     # time zone, never used
    00000000     # accuracy, never used
    00000400     # snaplen
    ${linkType}
    00f15365     # seconds
    40e20100     # microseconds
    ${capturedLength}
    02000000     # original length
    ${packet}
  `);

describe('pcapHeader', () => {
  it('is little-endian, with nanoseconds and Ethernet', () => {
    expect(pcapHeader()).toEqual(
      hexBytes(`
        4d3cb2a1     # magic
        0200         # major
        0400         # minor
        00000000     # reserved
        00000000     # reserved
        ffff0000     # snaplen
        01000000     # LINKTYPE_ETHERNET
      `),
    );
  });
});

describe('pcapRecord', () => {
  it('writes the time, both lengths and the frame', () => {
    expect(pcapRecord(1_700_000_000_123.5, hexBytes('aabbccddeeff'))).toEqual(
      hexBytes(`
        00f15365     # seconds
        e0755c07     # nanoseconds
        06000000     # captured length
        06000000     # original length
        aabbccddeeff
      `),
    );
  });

  it('rounds up into the next second', () => {
    expect(pcapRecord(1_999.999_999_6, new Uint8Array()).subarray(0, 8)).toEqual(hexBytes('02000000 00000000'));
  });

  it('cuts what is longer than the snaplen, and says so', () => {
    const record = pcapRecord(0, new Uint8Array(70_000));
    expect(record).toHaveLength(16 + 65_535);
    expect(record.subarray(8, 16)).toEqual(hexBytes('ffff0000 70110100'));
  });

  it.each([-1, 2 ** 32 * 1000, Number.NaN, Number.POSITIVE_INFINITY])('refuses epochMs %d by name', (epochMs) => {
    expect(() => pcapRecord(epochMs, new Uint8Array())).toThrow(RangeError);
    expect(() => pcapRecord(epochMs, new Uint8Array())).toThrow(/^epochMs must be/);
  });
});

describe('reading pcap', () => {
  const frame = { epochMs: 1_700_000_000_123.456, bytes: hexBytes('aabb'), vlanId: null, interfaceId: 0 };
  const complete = { end: 'complete', skippedFrames: 0 };

  it.each([
    ['little-endian microseconds', 'd4c3b2a1', '00f15365 40e20100 02000000 02000000'],
    ['little-endian nanoseconds', '4d3cb2a1', '00f15365 00ca5b07 02000000 02000000'],
  ])('%s', (_, magic, record) => {
    const bytes = hexBytes(`${magic} 0200 0400 00000000 00000000 ffff0000 ${LINK_ETHERNET} ${record} aabb`);
    expect(readAll(bytes)).toEqual({ frames: [frame], ...complete });
  });

  it.each([
    ['big-endian microseconds', 'a1b2c3d4', '6553f100 0001e240 00000002 00000002'],
    ['big-endian nanoseconds', 'a1b23c4d', '6553f100 075bca00 00000002 00000002'],
  ])('%s', (_, magic, record) => {
    const bytes = hexBytes(`${magic} 0002 0004 00000000 00000000 0000ffff 00000001 ${record} aabb`);
    expect(readAll(bytes)).toEqual({ frames: [frame], ...complete });
  });

  it('ignores the checksum bits beside the link type', () => {
    expect(readAll(foreign('01000024'))).toEqual({ frames: [frame], ...complete });
  });

  it('counts and skips frames of a link type that is no Ethernet', () => {
    expect(readAll(foreign('69000000'))).toEqual({ frames: [], end: 'complete', skippedFrames: 1 });
  });

  it('reads a frame that was cut by the snaplen', () => {
    expect(readAll(foreign(LINK_ETHERNET, '01000000', 'aa')).frames).toEqual([{ ...frame, bytes: hexBytes('aa') }]);
  });

  it('believes 256 KiB and not a byte more', () => {
    expect(readAll(foreign(LINK_ETHERNET, '00000400')).end).toBe('truncated');
    expect(readAll(foreign(LINK_ETHERNET, '01000400'))).toEqual({ frames: [], end: 'corrupt', skippedFrames: 0 });
  });

  it('gives out what came before damage', () => {
    const damaged = join(foreign(LINK_ETHERNET), new Uint8Array(16).fill(0xff));
    expect(readAll(damaged)).toEqual({ frames: [frame], end: 'corrupt', skippedFrames: 0 });
  });

  it('gives out what is whole before every cut', () => {
    const records = [1, 2, 3].map((seconds) => pcapRecord(seconds * 1000, goldenFrame('arp-request')));
    const file = join(pcapHeader(), ...records);
    for (let length = 4; length < file.length; length++) {
      const { frames, end } = readAll(file.subarray(0, length));
      const whole = (length - 24) / (16 + 42);
      expect(frames).toHaveLength(Math.max(0, Math.floor(whole)));
      // A file that ends between two records looks like a shorter file.
      expect(end).toBe(Number.isInteger(whole) && whole >= 0 ? 'complete' : 'truncated');
    }
  });

  it('undoes writing: the time exactly, the VLAN put in and taken out', () => {
    // A quarter of a microsecond is what a double holds of today's milliseconds.
    const anyEpochMs = fc.integer({ min: 1e12, max: 4e12 }).chain((ms) => fc.nat(4095).map((part) => ms + part / 4096));
    const anyFrame = fc.record({
      epochMs: anyEpochMs,
      bytes: fc.uint8Array({ minLength: 14, maxLength: 200 }).map((bytes) => bytes.fill(0x08, 12, 14)),
      vlanId: fc.option(fc.integer({ min: 1, max: 4095 })),
      interfaceId: fc.constant(0),
    });
    fc.assert(
      fc.property(fc.array(anyFrame), (frames) => {
        const records = frames.map(({ epochMs, bytes, vlanId }) =>
          pcapRecord(epochMs, vlanId === null ? bytes : withTag(bytes, vlanId)),
        );
        expect(readAll(pcapHeader(), ...records)).toEqual({ frames, ...complete });
      }),
    );
  });
});
