// Reading captures: what is none, any bytes at all, any chunks, and readers that stop early.

import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NotACapture, readCapture } from '../../src/capture/index.ts';
import { pcapHeader, pcapRecord } from '../../src/capture/pcap.ts';
import { goldenFrame, hexBytes } from '../support/golden-frame.ts';
import { block, enhancedPacket, ethernetInterface, SECTION } from './pcapng-blocks.ts';
import { join, type ReadCapture, readAll } from './read-all.ts';

const ARP = goldenFrame('arp-request');
const PCAP = join(pcapHeader(), ...[1000, 2000, 3000].map((epochMs) => pcapRecord(epochMs, ARP)));
const PCAPNG = join(
  SECTION,
  ethernetInterface('0900 0100 09000000 0e00 0800 0100000000000000 00000000'),
  block(1, '1401 0000 40000000'),
  enhancedPacket('00000000', '00000000 01000000'),
  enhancedPacket('01000000', '00000000 01000000'),
  block(2, '0000 0000 00000000 02000000 04000000 04000000 aabbccdd'),
  block(3, '04000000 aabbccdd'),
  block(5, '00000000 00000000 00000000'),
);

describe('what is no capture', () => {
  it.each([
    ['nothing', new Uint8Array(), 'is empty'],
    ['a compressed capture', new Uint8Array(gzipSync(PCAP)), 'is compressed: gunzip it first'],
    ['text', new TextEncoder().encode('10:00:01 ARP, Request who-has'), 'is not a pcap or pcapng file'],
    ['less than a magic', PCAP.subarray(0, 3), 'is not a pcap or pcapng file'],
    ['a section of no byte order', hexBytes('0a0d0d0a 1c000000 00000000 00000000'), 'is not a pcap or pcapng file'],
  ])('%s', (_, bytes, message) => {
    expect(() => readAll(bytes)).toThrow(NotACapture);
    expect(() => readAll(bytes)).toThrow(message);
  });

  it('is told at the first frame, not before', () => {
    expect(() => readCapture([])).not.toThrow();
  });
});

/** What was read, or the message of NotACapture. Anything else that is thrown fails the test. */
function outcome(...chunks: Uint8Array[]): ReadCapture | string {
  try {
    return readAll(...chunks);
  } catch (error) {
    if (error instanceof NotACapture) return error.message;
    throw error;
  }
}

const mutated = (file: Uint8Array): fc.Arbitrary<Uint8Array> =>
  fc
    .array(fc.tuple(fc.nat(file.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 })
    .map((changes) => changes.reduce((bytes, [offset, value]) => bytes.fill(value, offset, offset + 1), file.slice()));

const anyFile = fc.oneof(
  fc.uint8Array({ maxLength: 200 }),
  fc.uint8Array({ maxLength: 200 }).map((noise) => join(PCAP.subarray(0, 24), noise)),
  fc.uint8Array({ maxLength: 200 }).map((noise) => join(SECTION, ethernetInterface(), noise)),
  mutated(PCAP),
  mutated(PCAPNG),
);

describe('any bytes', () => {
  it('are read, or are no capture', () => {
    fc.assert(
      fc.property(anyFile, (bytes) => {
        const read = outcome(bytes);
        if (typeof read === 'string') return;
        expect(['complete', 'truncated', 'corrupt']).toContain(read.end);
        for (const { epochMs, vlanId } of read.frames) {
          if (epochMs !== null) expect(new Date(epochMs).getTime()).not.toBeNaN();
          if (vlanId !== null) expect(vlanId).toBeGreaterThan(0);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('read the same in any chunks, empty ones among them', () => {
    fc.assert(
      fc.property(anyFile, fc.array(fc.nat(60)), (bytes, lengths) => {
        const chunks: Uint8Array[] = [];
        let offset = 0;
        for (const length of lengths) {
          chunks.push(bytes.subarray(offset, offset + length));
          offset += length;
        }
        expect(outcome(...chunks, bytes.subarray(offset))).toEqual(outcome(bytes));
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['pcap', PCAP],
    ['pcapng', PCAPNG],
  ])('%s byte by byte', (_, file) => {
    expect(readAll(...Array.from(file, (byte) => Uint8Array.of(byte)))).toEqual(readAll(file));
    expect(readAll(file).end).toBe('complete');
  });
});

describe('the chunks', () => {
  /** Endless records, and whether the reader has let go of them. */
  function endless(): { chunks: Iterable<Uint8Array>; released: () => boolean; given: () => number } {
    let [given, released] = [0, false];
    function* generate(): Generator<Uint8Array> {
      try {
        yield pcapHeader();
        for (;;) {
          given++;
          yield pcapRecord(given * 1000, ARP);
        }
      } finally {
        released = true;
      }
    }
    return { chunks: generate(), released: () => released, given: () => given };
  }

  it('are read as frames are asked for, and let go of when the reader stops', () => {
    const { chunks, released, given } = endless();
    for (const { epochMs } of readCapture(chunks)) {
      if (epochMs === 5000) break;
    }
    expect([given(), released()]).toEqual([5, true]);
  });

  it('are let go of when they are no capture', () => {
    let released = false;
    function* text(): Generator<Uint8Array> {
      try {
        for (;;) yield new TextEncoder().encode('text');
      } finally {
        released = true;
      }
    }
    expect(() => readCapture(text()).next()).toThrow(NotACapture);
    expect(released).toBe(true);
  });
});
