// What a capture file holds, whatever its format: packets of one link type each, given out as Ethernet frames.

/** An Ethernet frame and when it was seen. */
export interface CapturedFrame {
  /** Milliseconds since 1970, with a fraction; null when the file does not say, or says a time that no Date can hold. */
  readonly epochMs: number | null;
  /** From the destination address on, without VLAN tags. Shares memory with the chunk it came in: copy what is kept. */
  readonly bytes: Uint8Array;
  /** The VLAN it was tagged with (4096 times a carrier's id added); null without a tag, or with a priority tag only. */
  readonly vlanId: number | null;
  /** Tells the interfaces of a capture apart; 0 where it does not say. */
  readonly interfaceId: number;
}

/** A packet as a file holds it; what its bytes begin with depends on the link type (tcpdump.org/linktypes.html). */
export interface CapturedPacket {
  readonly linkType: number;
  /** Which one of the file's; 0 where it has only one. */
  readonly interfaceId: number;
  readonly epochMs: number | null;
  readonly bytes: Uint8Array;
}

/** How a file ended: after a whole record, in the middle of one, or where the bytes make no sense any more. */
export type CaptureEnd = 'complete' | 'truncated' | 'corrupt';

/** The largest distance from 1970 that a Date can hold. */
const LONGEST_MS = 8.64e15;

/** `ticks` may be any whole number of parts of a second, and a file may claim any time: null where no Date can hold it. */
export function epochMsOf(seconds: number, ticks: number, ticksPerSecond: number): number | null {
  const epochMs = seconds * 1000 + (ticks * 1000) / ticksPerSecond;
  return Math.abs(epochMs) <= LONGEST_MS ? epochMs : null;
}
