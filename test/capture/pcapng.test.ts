// The newer capture files: both byte orders, every kind of packet, times in any unit, and blocks that lie.

import { describe, expect, it } from 'vitest';
import { hexBytes } from '../support/golden-frame.ts';
import { block, enhancedPacket, ethernetInterface, SECTION, uint32 } from './pcapng-blocks.ts';
import { join, readAll } from './read-all.ts';

const LITTLE_ENDIAN = hexBytes(`
  0a0d0d0a           # section header
  1c000000           # length
  4d3c2b1a           # byte-order magic
  0100               # major
  0000               # minor
  ffffffffffffffff   # section length unknown
  1c000000           # length again

  01000000           # interface description
  20000000           # length
  0100               # LINKTYPE_ETHERNET
  0000               # reserved
  00000400           # snap length
  0200 0300 6c6f3000 # if_name lo0, padded
  00000000           # end of options
  20000000           # length again

  06000000           # enhanced packet
  2c000000           # length
  00000000           # interface
  240a0600           # time, high half
  40222018           # time, low half
  06000000           # captured length
  06000000           # original length
  aabbccddeeff0000   # data, padded
  00000000           # end of options
  2c000000           # length again
`);

const BIG_ENDIAN = hexBytes(`
  0a0d0d0a           # section header
  0000001c           # length
  1a2b3c4d           # byte-order magic
  0001               # major
  0000               # minor
  ffffffffffffffff   # section length unknown
  0000001c           # length again

  00000001           # interface description
  00000014           # length
  0001               # LINKTYPE_ETHERNET
  0000               # reserved
  00040000           # snap length
  00000014           # length again

  00000006           # enhanced packet
  00000028           # length
  00000000           # interface
  00060a24           # time, high half
  18202240           # time, low half
  00000006           # captured length
  00000006           # original length
  aabbccddeeff0000   # data, padded
  00000028           # length again
`);

const FRAME = { epochMs: 1_700_000_000_123.456, bytes: hexBytes('aabbccddeeff'), vlanId: null, interfaceId: 0 };
const COMPLETE = { end: 'complete', skippedFrames: 0 };

describe('reading pcapng', () => {
  it('little-endian', () => {
    expect(readAll(LITTLE_ENDIAN)).toEqual({ frames: [FRAME], ...COMPLETE });
  });

  it('big-endian', () => {
    expect(readAll(BIG_ENDIAN)).toEqual({ frames: [FRAME], ...COMPLETE });
  });

  it('sections of different byte orders, each with its own interfaces', () => {
    expect(readAll(LITTLE_ENDIAN, BIG_ENDIAN, LITTLE_ENDIAN)).toEqual({ frames: [FRAME, FRAME, FRAME], ...COMPLETE });
    expect(readAll(LITTLE_ENDIAN, SECTION, enhancedPacket('00000000', '00000000 00000000')).end).toBe('corrupt');
  });

  it.each([
    ['microseconds when nothing is said', '', '240a0600 40222018', 1_700_000_000_123.456],
    ['milliseconds', '0900 0100 03000000', '8b010000 7b68e5cf', 1_700_000_000_123],
    ['nanoseconds', '0900 0100 09000000', 'fe9c9717 00ca853d', 1_700_000_000_123.456],
    ['seconds', '0900 0100 00000000', '00000000 00f15365', 1_700_000_000_000],
    ['1/1024 s', '0900 0100 8a000000', '95010000 0002c44f', 1_700_000_000_500],
    ['10^-127 s', '0900 0100 7f000000', 'ffffffff ffffffff', 1.8446744073709554e-105],
    ['an offset of an hour', '0e00 0800 100e000000000000', '00000000 00000000', 3_600_000],
    ['an offset of minus a second', '0e00 0800 ffffffffffffffff', '00000000 00000000', -1000],
    ['an offset that no Date can hold', '0e00 0800 ffffffffffffff7f', '00000000 00000000', null],
    ['options after other options', '0c00 0500 4c696e7578000000 0900 0100 00000000', '00000000 01000000', 1000],
    ['no option behind the last', '00000000 0900 0100 00000000', '00000000 40420f00', 1000],
    ['options of the wrong length', '0900 0200 00000000 0e00 0400 01000000', '00000000 40420f00', 1000],
  ])('tells the time: %s', (_, options, time, epochMs) => {
    const { frames } = readAll(SECTION, ethernetInterface(options), enhancedPacket('00000000', time));
    expect(frames).toEqual([{ epochMs, bytes: hexBytes('aabb'), vlanId: null, interfaceId: 0 }]);
  });

  it('asks the interface of each packet', () => {
    const seconds = ethernetInterface('0900 0100 00000000');
    const radio = block(1, '6900 0000 00000000');
    const packets = ['00000000', '01000000', '02000000'].map((id) => enhancedPacket(id, '00000000 01000000'));
    const { frames, ...summary } = readAll(SECTION, ethernetInterface(), seconds, radio, ...packets);
    expect(frames.map(({ epochMs }) => epochMs)).toEqual([0.001, 1000]);
    expect(new Set(frames.map(({ interfaceId }) => interfaceId)).size).toBe(2);
    expect(summary).toEqual({ end: 'complete', skippedFrames: 1 });
  });

  it('the obsolete packet block', () => {
    const packet = block(
      2,
      `
        0100                # interface
        ffff                # drops
        240a0600 40222018   # time
        06000000            # captured length
        06000000            # original length
        aabbccddeeff
      `,
    );
    expect(readAll(SECTION, block(1, '6900 0000 00000000'), ethernetInterface(), packet).frames).toEqual([
      { ...FRAME, interfaceId: 2 ** 32 },
    ]);
  });

  it.each([
    ['the original length', '00000000', '03000000', 'aabbcc'],
    ['the snap length', '02000000', '03000000', 'aabb'],
    ['the room in the block', '00000000', 'ffffffff', 'aabbccdd'],
  ])('a simple packet has no time, and is cut to %s', (_, snapLength, originalLength, expected) => {
    const described = block(1, `0100 0000 ${snapLength}`);
    const { frames } = readAll(SECTION, described, block(3, `${originalLength} aabbccdd`));
    expect(frames).toEqual([{ epochMs: null, bytes: hexBytes(expected), vlanId: null, interfaceId: 0 }]);
  });

  it('skips blocks that it does not know', () => {
    const statistics = block(5, '00000000 00000000 00000000');
    const unknown = block(0x8000_0001, '');
    expect(readAll(LITTLE_ENDIAN, statistics, unknown)).toEqual({ frames: [FRAME], ...COMPLETE });
  });

  it('gives out what is whole before every cut', () => {
    const file = join(LITTLE_ENDIAN, LITTLE_ENDIAN);
    const ends = new Set([0, 28, 60, 104, 132, 164, 208]);
    for (let length = 4; length < file.length; length++) {
      const { frames, end } = readAll(file.subarray(0, length));
      expect(frames).toHaveLength(Math.floor(length / 104));
      // A file that ends between two blocks looks like a shorter file.
      expect(end).toBe(ends.has(length) ? 'complete' : 'truncated');
    }
  });
});

describe('a damaged pcapng file gives out what came before', () => {
  const lengths = (first: number, last: number): Uint8Array => join(uint32(5), uint32(first), uint32(last));
  it.each([
    ['a block shorter than its frame', lengths(8, 8)],
    ['a block of an odd length', join(lengths(13, 13), new Uint8Array(4))],
    ['a block above 16 MiB', lengths(16 * 1024 * 1024 + 4, 0)],
    ['two lengths that differ', lengths(12, 16)],
    ['a section of no byte order', block(0x0a0d0d0a, '00000000 0100 0000 ffffffffffffffff')],
    ['a section cut short', block(0x0a0d0d0a, '4d3c2b1a 0100 0000')],
    ['a section of another version', block(0x0a0d0d0a, '4d3c2b1a 0200 0000 ffffffffffffffff')],
    ['an interface cut short', block(1, '0100 0000')],
    ['an option longer than its block', ethernetInterface('0200 0500 6c6f3000')],
    ['a packet cut short', block(6, '00000000 00000000 00000000 02000000')],
    ['a packet longer than its block', block(6, '00000000 00000000 00000000 05000000 05000000 aabbccdd')],
    ['a packet of an unknown interface', enhancedPacket('01000000', '00000000 00000000')],
    ['a simple packet cut short', block(3, '')],
  ])('%s', (_, damage) => {
    expect(readAll(LITTLE_ENDIAN, damage)).toEqual({ frames: [FRAME], end: 'corrupt', skippedFrames: 0 });
  });

  it('a simple packet of no interface', () => {
    expect(readAll(SECTION, block(3, '04000000 aabbccdd')).end).toBe('corrupt');
  });

  it('more interfaces than a machine has', () => {
    const interfaces = new Array<Uint8Array>(65_536).fill(ethernetInterface());
    expect(readAll(SECTION, ...interfaces).end).toBe('complete');
    expect(readAll(SECTION, ...interfaces, ethernetInterface()).end).toBe('corrupt');
  });
});
