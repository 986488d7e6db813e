// What an option's value may be: text → value, or a sentence on how to write it.

import { InvalidArgumentError } from 'commander';
import { parseDuration } from '../duration.ts';

/** What an ARP frame takes on the wire, as arp-scan counts it: the shortest Ethernet frame with its checksum. */
const ARP_FRAME_BITS = 64 * 8;
const MOST_ROUNDS = 20;
const MOST_CONNECTIONS = 1000;
/** A day: the longest idle time that a patient person waits for. */
const LONGEST_DURATION_SECONDS = 86_400;

export function collect(value: string, earlier: readonly string[] = []): string[] {
  return earlier.includes(value) ? [...earlier] : [...earlier, value];
}

export function duration(text: string): number {
  const seconds = parseDuration(text);
  if (seconds === null) throw new InvalidArgumentError('Write a duration like 90, 90s, 15m or 2h.');
  if (seconds <= 0 || seconds > LONGEST_DURATION_SECONDS) {
    throw new InvalidArgumentError('It must be more than 0 and at most 24h.');
  }
  return seconds;
}

/** The kernel's keepalive timer counts whole seconds. */
const SHORTEST_IDLE_SECONDS = 2;

export function maxIdle(text: string): number {
  const seconds = duration(text);
  if (seconds < SHORTEST_IDLE_SECONDS) throw new InvalidArgumentError('It must be at least 2s.');
  return seconds;
}

/** Round trips and the kernel's ticks blur what is finer. */
const FINEST_RESOLUTION_SECONDS = 0.1;

export function resolution(text: string): number {
  const seconds = duration(text);
  if (seconds < FINEST_RESOLUTION_SECONDS) throw new InvalidArgumentError('It must be at least 100ms.');
  return seconds;
}

export function connections(text: string): number {
  const number = /^\d+$/.test(text) ? Number(text) : 0;
  if (number < 3 || number > MOST_CONNECTIONS) {
    throw new InvalidArgumentError(`Write a number from 3 to ${MOST_CONNECTIONS}.`);
  }
  return number;
}

export function rate(text: string): number | 'max' {
  if (text === 'max') return text;
  const number = /^\d+$/.test(text) ? Number(text) : 0;
  if (number < 1 || number > 1_000_000) {
    throw new InvalidArgumentError('Write packets per second from 1 to 1000000, or max.');
  }
  return number;
}

/** In packets per second, at least 1. */
export function bandwidth(text: string): number {
  const [, digits = '', unit = ''] = /^(\d{1,12})([KMG]?)$/i.exec(text) ?? [];
  const factor = { '': 1, K: 1e3, M: 1e6, G: 1e9 }[unit.toUpperCase()] ?? 0;
  const packets = Math.floor((Number(digits) * factor) / ARP_FRAME_BITS);
  if (digits === '' || packets < 1) throw new InvalidArgumentError('Write bits per second, like 256000, 256K or 1M.');
  return Math.min(packets, 1_000_000);
}

export function rounds(text: string): number {
  const number = /^\d+$/.test(text) ? Number(text) : 0;
  if (number < 1 || number > MOST_ROUNDS) throw new InvalidArgumentError(`Write a number from 1 to ${MOST_ROUNDS}.`);
  return number;
}

/** A packet every 20 ms for half an hour. */
const MOST_PACKETS = 100_000;

export function packets(text: string): number {
  const number = /^\d+$/.test(text) ? Number(text) : 0;
  if (number < 1 || number > MOST_PACKETS) throw new InvalidArgumentError(`Write a number from 1 to ${MOST_PACKETS}.`);
  return number;
}

/** More often would be a flood. */
const SHORTEST_INTERVAL_SECONDS = 0.002;

export function interval(text: string): number {
  const seconds = duration(text);
  if (seconds < SHORTEST_INTERVAL_SECONDS) throw new InvalidArgumentError('It must be at least 2ms.');
  return seconds;
}

/** Twelve bytes tell our requests from others; the rest of the largest IPv4 packet is headers. */
const [LEAST_BYTES, MOST_BYTES] = [12, 65_507];

export function size(text: string): number {
  const number = /^\d+$/.test(text) ? Number(text) : -1;
  if (number < LEAST_BYTES || number > MOST_BYTES) {
    throw new InvalidArgumentError(`Write a number of bytes from ${LEAST_BYTES} to ${MOST_BYTES}.`);
  }
  return number;
}

// RFC 2474 (CS), RFC 2597 (AF), RFC 3246 (EF), RFC 5865 (VA), RFC 8622 (LE).
const CODE_POINTS: Readonly<Record<string, number>> = {
  LE: 1,
  VA: 44,
  EF: 46,
  ...Object.fromEntries(Array.from({ length: 8 }, (_, each) => [`CS${each}`, each * 8])),
  ...Object.fromEntries(
    [1, 2, 3, 4].flatMap((group) => [1, 2, 3].map((drop) => [`AF${group}${drop}`, group * 8 + drop * 2])),
  ),
};

export function dscp(text: string): number {
  const number = CODE_POINTS[text.toUpperCase()] ?? (/^\d{1,2}$/.test(text) ? Number(text) : 64);
  if (number > 63) throw new InvalidArgumentError('Write a name like AF21, EF or CS1, or a number from 0 to 63.');
  return number;
}

export function port(text: string): number {
  const number = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (number < 1 || number > 65_535) throw new InvalidArgumentError('Write a port from 1 to 65535.');
  return number;
}
