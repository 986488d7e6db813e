// The newer capture files (draft-ietf-opsawg-pcapng): sections of blocks, of which some hold packets. No I/O, no clock.

import { type ByteStream, viewOf } from './byte-stream.ts';
import { type CapturedPacket, type CaptureEnd, epochMsOf } from './frame.ts';
import { type CaptureInterface, readInterface } from './pcapng-interface.ts';

// Every block, in the byte order of its section: 0 type (4)   4 total length (4)   8 body   then total length again (4)
//
//   section header      8 byte-order magic (4)   12 major = 1 (2)   14 minor (2)   16 section length (8)
//   enhanced packet     8 interface (4)                      12 time (4 + 4, high half first)   20 captured length (4)
//   packet (obsolete)   8 interface (2)   10 drops (2)       …the same
//                      24 original length (4)   28 data, padded to a multiple of 4; options
//   simple packet       8 original length (4)   12 data, cut to the snap length of the first interface
const BLOCK = { section: 0x0a0d0d0a, interface: 1, packet: 2, simplePacket: 3, enhancedPacket: 6 } as const;
const BYTE_ORDER_MAGIC = 0x1a2b3c4d;

const SHORTEST_BLOCK = 12;
const SHORTEST_SECTION_HEADER = 28;
const PACKET_DATA = 28;
const SIMPLE_PACKET_DATA = 12;
const TRAILER = 4;
const LONGEST_BLOCK = 16 * 1024 * 1024;
/** More than any machine has; without a limit, a file of nothing but interfaces would fill the memory. */
const MOST_INTERFACES = 65_536;

/** `start`: the first four bytes of a file, or more of them; the byte order is judged when it is there. */
export function beginsPcapng(start: DataView): boolean {
  // The section type reads the same in both byte orders, so that it can be found before the order is known.
  return start.getUint32(0) === BLOCK.section && (start.byteLength < SHORTEST_BLOCK || isLittleEndian(start) !== null);
}

/** Reads a file that `beginsPcapng`; never throws. */
export function* readPcapng(stream: ByteStream): Generator<CapturedPacket, CaptureEnd, void> {
  let littleEndian = true;
  let interfaces: CaptureInterface[] = [];
  for (;;) {
    const start = viewOf(stream.peek(SHORTEST_BLOCK));
    if (start.byteLength === 0) return 'complete';
    if (start.byteLength < SHORTEST_BLOCK) return 'truncated';
    if (start.getUint32(0) === BLOCK.section) {
      const order = isLittleEndian(start);
      if (order === null) return 'corrupt';
      littleEndian = order;
      interfaces = [];
    }
    const length = start.getUint32(4, littleEndian);
    if (length < SHORTEST_BLOCK || length > LONGEST_BLOCK || length % 4 !== 0) return 'corrupt';
    const block = viewOf(stream.take(length));
    if (block.byteLength < length) return 'truncated';
    if (block.getUint32(length - TRAILER, littleEndian) !== length) return 'corrupt';
    switch (block.getUint32(0, littleEndian)) {
      case BLOCK.section:
        if (length < SHORTEST_SECTION_HEADER || block.getUint16(12, littleEndian) !== 1) return 'corrupt';
        break;
      case BLOCK.interface: {
        const described = readInterface(block, littleEndian);
        if (described === null || interfaces.length === MOST_INTERFACES) return 'corrupt';
        interfaces.push(described);
        break;
      }
      case BLOCK.packet:
      case BLOCK.simplePacket:
      case BLOCK.enhancedPacket: {
        const packet = readPacket(block, littleEndian, interfaces);
        if (packet === null) return 'corrupt';
        yield packet;
        break;
      }
    }
  }
}

function isLittleEndian(sectionStart: DataView): boolean | null {
  if (sectionStart.getUint32(8, true) === BYTE_ORDER_MAGIC) return true;
  return sectionStart.getUint32(8, false) === BYTE_ORDER_MAGIC ? false : null;
}

/** null when the block is too short for what it claims, or names an interface that was not described. */
function readPacket(
  block: DataView,
  littleEndian: boolean,
  interfaces: readonly CaptureInterface[],
): CapturedPacket | null {
  const type = block.getUint32(0, littleEndian);
  if (type === BLOCK.simplePacket) return readSimplePacket(block, littleEndian, interfaces[0]);
  const room = block.byteLength - PACKET_DATA - TRAILER;
  if (room < 0) return null;
  const isEnhanced = type === BLOCK.enhancedPacket;
  const interfaceId = isEnhanced ? block.getUint32(8, littleEndian) : block.getUint16(8, littleEndian);
  const from = interfaces[interfaceId];
  const length = block.getUint32(20, littleEndian);
  if (from === undefined || length > room) return null;
  const ticks = (BigInt(block.getUint32(12, littleEndian)) << 32n) | BigInt(block.getUint32(16, littleEndian));
  const seconds = Number(ticks / from.ticksPerSecond + from.offsetSeconds);
  return {
    linkType: from.linkType,
    interfaceId,
    epochMs: epochMsOf(seconds, Number(ticks % from.ticksPerSecond), Number(from.ticksPerSecond)),
    bytes: bytesOf(block, PACKET_DATA, length),
  };
}

/** A simple packet tells neither its time nor how much of it was kept: that follows from the snap length. */
function readSimplePacket(
  block: DataView,
  littleEndian: boolean,
  from: CaptureInterface | undefined,
): CapturedPacket | null {
  const room = block.byteLength - SIMPLE_PACKET_DATA - TRAILER;
  if (room < 0 || from === undefined) return null;
  const length = Math.min(block.getUint32(8, littleEndian), from.snapLength, room);
  return { linkType: from.linkType, interfaceId: 0, epochMs: null, bytes: bytesOf(block, SIMPLE_PACKET_DATA, length) };
}

function bytesOf(block: DataView, offset: number, length: number): Uint8Array {
  return new Uint8Array(block.buffer, block.byteOffset + offset, length);
}
