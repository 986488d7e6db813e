// ARP frames that no reader may believe, made from one it would: cut short, with lying lengths, of other kinds, garbage.

/** A source of numbers from 0 up to but excluding 1. */
type Random = () => number;

// Where RFC 826's fields stand in an Ethernet frame, as in arp-lite/packet.ts.
const ETHERTYPE = 12;
const HRD = 14;
const PRO = 16;
const HLN = 18;
const PLN = 19;
const PACKET_END = 42;

const HEADER_LENGTH = 14;

/** Linux drops an ARP frame on its way over veth and bridge when not even RFC 826's first eight bytes are there. */
const SHORTEST = 22;

/** Longer than any ARP packet, short enough for the sending socket. */
const LONGEST = 240;

const BREAKERS: readonly ((frame: Uint8Array, random: Random) => Uint8Array)[] = [
  (frame, random) => frame.slice(0, between(SHORTEST, PACKET_END - 1, random)),
  (frame, random) => withOtherByte(frame, HLN, random),
  (frame, random) => withOtherByte(frame, PLN, random),
  (frame, random) => withOtherByte(withOtherByte(frame, HLN, random), PLN, random),
  (frame, random) => withOtherByte(frame, HRD + 1, random),
  (frame, random) => withOtherByte(frame, PRO, random),
  // Not handed to a socket that asked for ARP.
  (frame, random) => withOtherByte(frame, ETHERTYPE + 1, random),
  (frame, random) => {
    const length = between(SHORTEST, LONGEST, random);
    return Uint8Array.from({ length }, (_, index) => (index < HEADER_LENGTH ? (frame[index] as number) : byte(random)));
  },
];

/** `count` frames, every way of breaking one by turns. Apart from what is broken they are `valid`, to be tempting. */
export function malformedFrames(valid: Uint8Array, count: number, seed: number): Uint8Array[] {
  const random = randomFrom(seed);
  return Array.from({ length: count }, (_, index) => {
    const breaker = BREAKERS[index % BREAKERS.length] as (typeof BREAKERS)[number];
    return breaker(valid, random);
  });
}

function withOtherByte(frame: Uint8Array, offset: number, random: Random): Uint8Array {
  const bytes = frame.slice();
  bytes[offset] = ((bytes[offset] as number) + between(1, 255, random)) % 256;
  return bytes;
}

/** A whole number, both ends included. */
function between(low: number, high: number, random: Random): number {
  return low + Math.floor(random() * (high - low + 1));
}

function byte(random: Random): number {
  return between(0, 255, random);
}

/** A linear congruential generator (Numerical Recipes'): its upper bits are even enough to choose bytes. */
function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
