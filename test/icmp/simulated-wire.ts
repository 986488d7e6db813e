// A simulated EchoWire: a far host that does with each request what the test says, on virtual time.

import { inetBytes, inetText } from '../../src/address/ip.ts';
import type { EchoListener, EchoWire } from '../../src/icmp/echo-wire.ts';
import type { IpVersion } from '../../src/icmp/packet.ts';
import type { FakeClock } from '../support/fake-clock.ts';

export interface Arrival {
  readonly delayMs: number;
  /** What it carries; what the request carried, if nothing else is said. */
  readonly data?: Uint8Array;
  /** Who sends it; the host that was asked, if nobody else is named. */
  readonly from?: string;
  readonly hopLimit?: number;
  /** It is an ICMP error in place of a reply. */
  readonly error?: { readonly type: number; readonly code: number };
  /** The packet that the error says it is about was for somebody else. */
  readonly about?: string;
}

export interface Request {
  readonly sequence: number;
  readonly to: string;
  readonly data: Uint8Array;
  /** How many were sent to that host before. */
  readonly before: number;
}

/** What comes back for one request; a string: the kernel refuses to send, with this code. */
export type FarHost = (request: Request) => readonly Arrival[] | string;

export interface SimulatedWire extends EchoWire {
  readonly sent: readonly { readonly atMs: number; readonly to: string; readonly bytes: Uint8Array }[];
  /** Answers that are lost because nobody read them. */
  lose(count: number): void;
}

export function simulatedWire(clock: FakeClock, version: IpVersion, host: FarHost): SimulatedWire {
  const sent: { atMs: number; to: string; bytes: Uint8Array }[] = [];
  const counts = new Map<string, number>();
  let listener: EchoListener | null = null;
  let drops = 0;
  const arrive = (sequence: number, to: Uint8Array, data: Uint8Array, arrival: Arrival): void => {
    const from = arrival.from ?? inetText(to);
    if (arrival.error !== undefined) {
      const about = arrival.about === undefined ? to : inetBytes(arrival.about);
      listener?.onRefusal({ ...arrival.error, from, sequence, to: about });
      return;
    }
    const reply = { sequence, data: arrival.data ?? data, hopLimit: arrival.hopLimit ?? 64 };
    listener?.onReply({ ...reply, from: inetBytes(from), atMs: clock.now() });
  };
  return {
    version,
    kind: 'raw-socket',
    identifier: 0xbeef,
    sent,
    lose(count) {
      drops += count;
    },
    async send(requests) {
      const atMs = clock.now();
      for (const [index, { to, bytes }] of requests.entries()) {
        const sequence = ((bytes[6] as number) << 8) | (bytes[7] as number);
        // The bytes are the wire's until the call ends, and no longer.
        const data = bytes.slice(8);
        const text = inetText(to);
        const arrivals = host({ sequence, to: text, data, before: counts.get(text) ?? 0 });
        if (typeof arrivals === 'string') return { taken: index, atMs, code: index === 0 ? arrivals : 'EAGAIN' };
        counts.set(text, (counts.get(text) ?? 0) + 1);
        sent.push({ atMs, to: text, bytes: bytes.slice() });
        const asked = to.slice();
        for (const each of arrivals) void clock.sleep(each.delayMs).then(() => arrive(sequence, asked, data, each));
      }
      return { taken: requests.length, atMs, code: null };
    },
    listen(next) {
      listener = next;
    },
    drops: () => drops,
    close() {},
  };
}
