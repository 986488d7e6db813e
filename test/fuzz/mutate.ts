// Inputs for decoders: what is valid, broken a little. The same seed gives the same inputs.

/** mulberry32: small, fast, and good enough to choose bytes by. In [0, 1). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Where lengths, counts and offsets go wrong. */
const TELLING_BYTES = [0x00, 0x01, 0x0a, 0x0d, 0x1b, 0x20, 0x40, 0x7f, 0x80, 0xfe, 0xff];
/** Longer inputs say nothing new of decoders of packets and lines. */
const LONGEST = 4096;

/** One to eight changes to one of the seeds. */
export function mutate(seeds: readonly Uint8Array[], random: () => number): Uint8Array {
  const pick = (below: number): number => Math.floor(random() * below);
  let bytes = Uint8Array.from(seeds[pick(seeds.length)] ?? []);
  for (let changes = 1 + pick(8); changes > 0; changes--) {
    const at = pick(bytes.length + 1);
    switch (pick(7)) {
      case 0:
        if (at < bytes.length) bytes[at] = (bytes[at] as number) ^ (1 << pick(8));
        break;
      case 1:
        if (at < bytes.length) bytes[at] = TELLING_BYTES[pick(TELLING_BYTES.length)] as number;
        break;
      case 2:
        if (at < bytes.length) bytes[at] = pick(256);
        break;
      case 3:
        bytes = bytes.slice(0, at);
        break;
      case 4: {
        const from = pick(bytes.length + 1);
        bytes = joined(bytes.subarray(0, at), bytes.subarray(from, from + pick(64)), bytes.subarray(at));
        break;
      }
      case 5:
        bytes = joined(
          bytes.subarray(0, at),
          Uint8Array.from({ length: pick(16) }, () => pick(256)),
          bytes.subarray(at),
        );
        break;
      default: {
        const other = seeds[pick(seeds.length)] as Uint8Array;
        bytes = joined(bytes.subarray(0, at), other.subarray(pick(other.length + 1)));
      }
    }
  }
  return bytes.length > LONGEST ? bytes.slice(0, LONGEST) : bytes;
}

function joined(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
