// Classic capture files (draft-ietf-opsawg-pcap): a header, then records of a time and a packet. No I/O, no clock.

import { type ByteStream, viewOf } from './byte-stream.ts';
import { type CapturedPacket, type CaptureEnd, epochMsOf } from './frame.ts';
import { LINK_TYPE } from './link-layer.ts';

// File header, in the byte order of the machine that wrote it:
//
//    0 magic (4)   4 major = 2 (2)   6 minor = 4 (2)   8 reserved (8)   16 snaplen (4)   20 FCS bits, link type (4)
//
// Record header, then the packet's bytes:
//
//    0 seconds (4)   4 microseconds or nanoseconds, by the magic (4)   8 captured length (4)   12 original length (4)
const FILE_HEADER_LENGTH = 24;
const RECORD_HEADER_LENGTH = 16;

const MICROSECONDS_MAGIC = 0xa1b2c3d4;
const NANOSECONDS_MAGIC = 0xa1b23c4d;
const VERSION_MAJOR = 2;
const VERSION_MINOR = 4;

/** What we write: nearly every machine that will read it is little-endian. */
const LITTLE_ENDIAN = true;

/** The longest packet kept in what we write. */
const SNAPLEN = 65_535;
export const LONGEST_RECORD = RECORD_HEADER_LENGTH + SNAPLEN;

/** The longest packet believed in what we read: libpcap's own limit (MAXIMUM_SNAPLEN). */
const LONGEST_PACKET = 256 * 1024;

/** The first bytes of a file of Ethernet frames with nanosecond times. */
export function pcapHeader(): Uint8Array {
  const bytes = new Uint8Array(FILE_HEADER_LENGTH);
  const view = viewOf(bytes);
  view.setUint32(0, NANOSECONDS_MAGIC, LITTLE_ENDIAN);
  view.setUint16(4, VERSION_MAJOR, LITTLE_ENDIAN);
  view.setUint16(6, VERSION_MINOR, LITTLE_ENDIAN);
  view.setUint32(16, SNAPLEN, LITTLE_ENDIAN);
  view.setUint32(20, LINK_TYPE.ethernet, LITTLE_ENDIAN);
  return bytes;
}

/**
 * One frame as a record of that file; what is longer than 65,535 bytes is cut, and the record says so.
 * @throws RangeError when `epochMs` is not from 1970 to 2106, which is all that the format can hold.
 */
export function pcapRecord(epochMs: number, frame: Uint8Array): Uint8Array {
  // Whole nanoseconds first, so that rounding up carries into the seconds. A double holds today's time to 0.25 µs.
  const wholeSeconds = Math.floor(epochMs / 1000);
  const rounded = Math.round((epochMs - wholeSeconds * 1000) * 1e6);
  const seconds = rounded < 1e9 ? wholeSeconds : wholeSeconds + 1;
  if (!(seconds >= 0 && seconds <= 0xffff_ffff)) {
    throw new RangeError(`epochMs must be a time from 1970 to 2106, got ${epochMs}`);
  }
  const kept = frame.subarray(0, SNAPLEN);
  const bytes = new Uint8Array(RECORD_HEADER_LENGTH + kept.length);
  const view = viewOf(bytes);
  view.setUint32(0, seconds, LITTLE_ENDIAN);
  view.setUint32(4, rounded % 1e9, LITTLE_ENDIAN);
  view.setUint32(8, kept.length, LITTLE_ENDIAN);
  view.setUint32(12, frame.length, LITTLE_ENDIAN);
  bytes.set(kept, RECORD_HEADER_LENGTH);
  return bytes;
}

/** How the numbers of a file are to be read. */
export interface PcapFlavour {
  readonly littleEndian: boolean;
  readonly ticksPerSecond: number;
}

/** By the first four bytes of a file; null when they begin no such file. */
export function pcapFlavour(start: DataView): PcapFlavour | null {
  for (const littleEndian of [true, false]) {
    const magic = start.getUint32(0, littleEndian);
    if (magic === MICROSECONDS_MAGIC) return { littleEndian, ticksPerSecond: 1e6 };
    if (magic === NANOSECONDS_MAGIC) return { littleEndian, ticksPerSecond: 1e9 };
  }
  return null;
}

/** Reads the file from its first byte on; never throws. */
export function* readPcap(
  stream: ByteStream,
  { littleEndian, ticksPerSecond }: PcapFlavour,
): Generator<CapturedPacket, CaptureEnd, void> {
  const fileHeader = viewOf(stream.take(FILE_HEADER_LENGTH));
  if (fileHeader.byteLength < FILE_HEADER_LENGTH) return 'truncated';
  // The upper half says how long a checksum follows each frame; readers of frames ignore what follows anyway.
  const linkType = fileHeader.getUint32(20, littleEndian) & 0xffff;
  for (;;) {
    const header = viewOf(stream.take(RECORD_HEADER_LENGTH));
    if (header.byteLength === 0) return 'complete';
    if (header.byteLength < RECORD_HEADER_LENGTH) return 'truncated';
    const length = header.getUint32(8, littleEndian);
    if (length > LONGEST_PACKET) return 'corrupt';
    const bytes = stream.take(length);
    if (bytes.length < length) return 'truncated';
    const ticks = header.getUint32(4, littleEndian);
    yield {
      linkType,
      interfaceId: 0,
      epochMs: epochMsOf(header.getUint32(0, littleEndian), ticks, ticksPerSecond),
      bytes,
    };
  }
}
