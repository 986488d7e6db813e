// A simulated Ethernet as a Link: stations that answer ARP honestly or badly, on virtual time, the same for one seed.
//
//   const lan = memoryLan(clock, [honest(ip, mac), late(ip, other, 700)], { seed: 7, queue: 'full-now-and-then' });
//   await clock.run(sweep(lan, options, clock, signal));   lan.sent: every probe with its time
//
// It is harsher than a real link where the port allows it: the bytes handed over are overwritten when the call ends, and
// with `sendingMs` the calls that are under way overtake each other.

import type { Ipv4 } from '../../src/address/ipv4.ts';
import { BROADCAST_MAC, type Mac } from '../../src/address/mac.ts';
import {
  type ArpFrame,
  decodeArpFrame,
  encodeArpFrame,
  type Link,
  type OnFrame,
  OPERATION,
} from '../../src/arp-lite/index.ts';
import type { FakeClock } from './fake-clock.ts';

export interface Answer {
  readonly delayMs: number;
  readonly bytes: Uint8Array;
  /** The VLAN it comes in; left out, the link's own. */
  readonly vlanId?: number;
}

/** What a machine does about a frame that it hears. `random` is the LAN's, in [0, 1). */
export type Station = (request: ArpFrame, bytes: Uint8Array, random: () => number) => readonly Answer[];

export interface LanOptions {
  readonly seed?: number;
  /** `full-now-and-then`: send() takes only a part of what it is given, sometimes nothing. */
  readonly queue?: 'deep' | 'full-now-and-then';
  /** How long a call of send() is under way at most. Left out, it is over at once. */
  readonly sendingMs?: number;
  /** The link goes down when it has taken this many frames; send() rejects, or the listener is told. */
  readonly failure?: { readonly afterFrames: number; readonly toldBy: 'send' | 'listener' };
  /** Frames that were lost before the test began. */
  readonly drops?: number;
  /** Whether the answer to this question is lost unread, and counted by drops(). Questions count from 0. */
  readonly loses?: (question: number) => boolean;
}

export interface MemoryLan extends Link {
  /** Every frame that was taken, and when. */
  readonly sent: readonly { readonly atMs: number; readonly frame: ArpFrame }[];
  /** Hands any bytes to the listener, now; from another VLAN where an id is given. */
  deliver(bytes: Uint8Array, vlanId?: number | null): void;
}

export function memoryLan(clock: FakeClock, stations: readonly Station[], options: LanOptions = {}): MemoryLan {
  const random = seededRandom(options.seed ?? 1);
  const sent: { atMs: number; frame: ArpFrame }[] = [];
  let drops = options.drops ?? 0;
  let onFrame: OnFrame = () => {};
  let onError: (error: Error) => void = () => {};

  const deliver = (bytes: Uint8Array, vlanId: number | null = null): void => {
    const lent = bytes.slice();
    onFrame(lent, vlanId);
    lent.fill(0xee);
  };
  const broadcast = (bytes: Uint8Array): void => {
    const decoded = decodeArpFrame(bytes);
    if (!decoded.ok) throw new Error(`the sweep sent a frame that no station can read: ${decoded.reason}`);
    const isLost = options.loses?.(sent.length) === true;
    sent.push({ atMs: clock.now(), frame: decoded.packet });
    for (const station of stations) {
      for (const { delayMs, bytes: answer, vlanId = null } of station(decoded.packet, bytes, random)) {
        const arrive = (): void => {
          if (isLost) drops++;
          else deliver(answer, vlanId);
        };
        void clock.sleep(delayMs).then(arrive);
      }
    }
  };
  const hasFailed = (): boolean => options.failure !== undefined && sent.length >= options.failure.afterFrames;

  return {
    sent,
    deliver,
    async send(frames) {
      if (options.sendingMs !== undefined) await clock.sleep(random() * options.sendingMs);
      if (hasFailed() && options.failure?.toldBy === 'send') throw networkDown();
      const isFull = options.queue === 'full-now-and-then' && random() < 0.5;
      const taken = isFull ? Math.floor(random() * frames.length) : frames.length;
      const untilFailure = (options.failure?.afterFrames ?? Number.POSITIVE_INFINITY) - sent.length;
      const accepted = frames.slice(0, Math.min(taken, untilFailure));
      for (const frame of accepted) broadcast(frame.slice());
      if (hasFailed() && options.failure?.toldBy === 'listener') onError(networkDown());
      return accepted.length;
    },
    listen(frameListener, errorListener) {
      onFrame = frameListener;
      onError = errorListener;
    },
    drops: () => drops,
    close() {
      onFrame = () => {};
    },
  };
}

/** Answers for its one address within 2 ms, as machines on a LAN do. */
export function honest(ip: Ipv4, mac: Mac): Station {
  return (request, _bytes, random) =>
    asksFor(request, ip, mac) ? [{ delayMs: 0.1 + 1.9 * random(), bytes: reply(request, mac) }] : [];
}

/** Two machines with one address. */
export function duplicate(ip: Ipv4, macs: readonly [Mac, Mac]): Station {
  const owners = macs.map((mac) => honest(ip, mac));
  return (...heard) => owners.flatMap((owner) => owner(...heard));
}

/** Answers for every address: proxy ARP (RFC 1027), a captive router. */
export function proxy(mac: Mac): Station {
  return (request) => (asksFor(request, request.targetIp, mac) ? [{ delayMs: 1, bytes: reply(request, mac) }] : []);
}

/** Asleep, or far away behind Wi-Fi: answers after `delayMs`. */
export function late(ip: Ipv4, mac: Mac, delayMs: number): Station {
  return (request) => (asksFor(request, ip, mac) ? [{ delayMs, bytes: reply(request, mac) }] : []);
}

/** Whatever the station says comes from another VLAN. */
export function tagged(vlanId: number, station: Station): Station {
  return (...heard) => station(...heard).map((answer) => ({ ...answer, vlanId }));
}

/** Answers only from the `first` question for it to the `last`, counted from 1: it goes away, or comes late. */
export function present(first: number, last: number, ip: Ipv4, mac: Mac): Station {
  const station = honest(ip, mac);
  let asked = 0;
  return (request, ...rest) => {
    if (asksFor(request, ip, mac)) asked++;
    return asked >= first && asked <= last ? station(request, ...rest) : [];
  };
}

/** Hears everything and says nothing. */
export const silent: Station = () => [];

/** Says the same thing `times` times. */
export function repeating(ip: Ipv4, mac: Mac, times: number): Station {
  return (request) =>
    asksFor(request, ip, mac) ? Array.from({ length: times }, () => ({ delayMs: 1, bytes: reply(request, mac) })) : [];
}

/** Answers with what is not an ARP packet: cut short, noise, or address lengths that are not in the frame. */
export function malformed(ip: Ipv4, mac: Mac, how: 'truncated' | 'garbage' | 'lying-length'): Station {
  return (request, _bytes, random) => {
    if (!asksFor(request, ip, mac)) return [];
    const bytes = reply(request, mac);
    if (how === 'truncated') return [{ delayMs: 1, bytes: bytes.slice(0, Math.floor(random() * 42)) }];
    if (how === 'garbage') return [{ delayMs: 1, bytes: Uint8Array.from(bytes, () => Math.floor(random() * 256)) }];
    bytes[HARDWARE_ADDRESS_LENGTH] = 255;
    return [{ delayMs: 1, bytes }];
  };
}

/** ar$hln in its Ethernet frame. */
const HARDWARE_ADDRESS_LENGTH = 18;

/** A loop in the wiring, a hub in a bridge: our own frames come back. */
export const reflecting: Station = (_request, bytes) => [{ delayMs: 0.5, bytes: bytes.slice() }];

/** The answer to a request, by RFC 826: sender and target change places. */
export function reply(request: ArpFrame, mac: Mac): Uint8Array {
  return encodeArpFrame({
    destinationMac: request.senderMac,
    sourceMac: mac,
    operation: OPERATION.reply,
    senderMac: mac,
    senderIp: request.targetIp,
    targetMac: request.senderMac,
    targetIp: request.senderIp,
  });
}

/** A card hears what is sent to all and to itself. */
function asksFor(request: ArpFrame, ip: Ipv4, mac: Mac): boolean {
  const isHeard = request.destinationMac === BROADCAST_MAC || request.destinationMac === mac;
  return isHeard && request.operation === OPERATION.request && request.targetIp === ip;
}

function networkDown(): Error {
  return Object.assign(new Error('sendmmsg: Network is down'), { code: 'ENETDOWN' });
}

/** mulberry32: small, and even enough for delays and cut-off points. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
