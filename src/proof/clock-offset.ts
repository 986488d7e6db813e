// TCP timestamps (RFC 7323) as clocks: a machine's clock runs as ours does, so its distance from ours stays the same.

const MODULUS = 2 ** 32;

/** Two readings of one clock differ by how long each answer was on its way, and by the other's tick of up to 10 ms. */
const TOLERANCE_MS = 50;

/** `timestamp` (TSval) minus `nowMs`, our clock when it came, in ms mod 2^32. */
export function clockOffset(timestamp: number, nowMs: number): number {
  return (((timestamp - Math.round(nowMs)) % MODULUS) + MODULUS) % MODULUS;
}

/**
 * Whether two answers, milliseconds apart, were stamped by one clock: two unrelated ones agree once in 40 million times.
 * That they differ proves two machines only where each machine's own offset was found to stay the same. Containers of
 * one machine share its clock, whatever else they are.
 */
export function sameClock(offsetA: number, offsetB: number): boolean {
  const difference = clockOffset(offsetA, offsetB);
  return Math.min(difference, MODULUS - difference) <= TOLERANCE_MS;
}
