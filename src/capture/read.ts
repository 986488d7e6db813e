// Reads capture files of both formats, as Ethernet frames without VLAN tags. No I/O, no clock.

import { ByteStream, viewOf } from './byte-stream.ts';
import type { CapturedFrame, CapturedPacket, CaptureEnd } from './frame.ts';
import { ethernetFrame, interfaceNumber } from './link-layer.ts';
import { pcapFlavour, readPcap } from './pcap.ts';
import { beginsPcapng, readPcapng } from './pcapng.ts';
import { withoutTags } from './vlan.ts';

/** The file is no capture. The message goes on from the file's name: `is not a pcap or pcapng file`. */
export class NotACapture extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'NotACapture';
  }
}

export interface CaptureSummary {
  readonly end: CaptureEnd;
  /** Frames of link types other than Ethernet and Linux "cooked", and frames cut within such a header. */
  readonly skippedFrames: number;
}

/**
 * The frames of a capture file in its order; at the end, how it ended. What came before a cut or damage is given out.
 * No more is held than a chunk and the record at hand (at most 16 MiB). The chunks are read as frames are asked for,
 * must not be written to again, and are told (`return`) when the reader stops early.
 * @throws NotACapture at the first frame. Nothing else, whatever the bytes; what the chunks throw passes through.
 */
export function* readCapture(chunks: Iterable<Uint8Array>): Generator<CapturedFrame, CaptureSummary, void> {
  const source = chunks[Symbol.iterator]();
  try {
    const packets = packetsIn(new ByteStream(source));
    let skippedFrames = 0;
    for (;;) {
      const next = packets.next();
      if (next.done) return { end: next.value, skippedFrames };
      const { linkType, epochMs, bytes } = next.value;
      const frame = ethernetFrame(linkType, bytes);
      const interfaceId = next.value.interfaceId * 2 ** 32 + interfaceNumber(linkType, bytes);
      if (frame === null) skippedFrames++;
      else yield { epochMs, interfaceId, ...withoutTags(frame) };
    }
  } finally {
    source.return?.();
  }
}

/** Enough of a file to tell its format, and the least that may. */
const START_LENGTH = 12;
const MAGIC_LENGTH = 4;
const NEITHER_FORMAT = 'is not a pcap or pcapng file';

function packetsIn(stream: ByteStream): Generator<CapturedPacket, CaptureEnd, void> {
  const bytes = stream.peek(START_LENGTH);
  if (bytes.length === 0) throw new NotACapture('is empty');
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) throw new NotACapture('is compressed: gunzip it first');
  if (bytes.length < MAGIC_LENGTH) throw new NotACapture(NEITHER_FORMAT);
  const start = viewOf(bytes);
  const flavour = pcapFlavour(start);
  if (flavour !== null) return readPcap(stream, flavour);
  if (beginsPcapng(start)) return readPcapng(stream);
  throw new NotACapture(NEITHER_FORMAT);
}
