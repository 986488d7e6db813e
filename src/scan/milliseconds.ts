// Seconds as evidence and events write them.

/** To the millisecond, which is what the kernel counts in. */
export function round<T extends number | null>(seconds: T): T {
  return (seconds === null ? null : Math.max(0, Math.round(seconds * 1000) / 1000)) as T;
}
