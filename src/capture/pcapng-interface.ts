// The interface description block of draft-ietf-opsawg-pcapng: the link type of its packets and how their times are told.

// In the byte order of the section: 8 link type (2)   10 reserved (2)   12 snap length, 0 is none (4)   16 options
// An option: 0 code (2)   2 length (2)   4 value, padded to a multiple of 4
const OPTIONS = 16;
const TRAILER = 4;
const OPTION = { end: 0, timeResolution: 9, timeOffset: 14 } as const;

export interface CaptureInterface {
  readonly linkType: number;
  /** Bytes kept of each packet at the most; Infinity when all are. */
  readonly snapLength: number;
  readonly ticksPerSecond: bigint;
  /** Added to the seconds of every packet's time. */
  readonly offsetSeconds: bigint;
}

/** `block`: the whole block, at least 12 bytes. null when it is too short for what it claims. */
export function readInterface(block: DataView, littleEndian: boolean): CaptureInterface | null {
  const end = block.byteLength - TRAILER;
  if (end < OPTIONS) return null;
  let ticksPerSecond = 1_000_000n;
  let offsetSeconds = 0n;
  for (let offset = OPTIONS; offset + 4 <= end; ) {
    const code = block.getUint16(offset, littleEndian);
    const length = block.getUint16(offset + 2, littleEndian);
    const value = offset + 4;
    if (code === OPTION.end) break;
    if (value + length > end) return null;
    if (code === OPTION.timeResolution && length === 1) ticksPerSecond = resolutionOf(block.getUint8(value));
    if (code === OPTION.timeOffset && length === 8) offsetSeconds = block.getBigInt64(value, littleEndian);
    offset = value + Math.ceil(length / 4) * 4;
  }
  return {
    linkType: block.getUint16(8, littleEndian),
    snapLength: block.getUint32(12, littleEndian) || Number.POSITIVE_INFINITY,
    ticksPerSecond,
    offsetSeconds,
  };
}

/** The highest bit chooses the base, the others are the power: 6 is microseconds, 0x8a is 1/1024 s. */
function resolutionOf(value: number): bigint {
  return (value & 0x80 ? 2n : 10n) ** BigInt(value & 0x7f);
}
