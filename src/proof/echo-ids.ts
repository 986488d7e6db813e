// Echo requests (RFC 792) to each claimant in turn, at link level, for the IP identification of the replies.

import type { Ipv4 } from '../address/ipv4.ts';
import type { Mac } from '../address/mac.ts';
import type { Clock } from '../clock.ts';
import { decodeIcmp, encodeEchoRequest } from '../icmp/index.ts';
import { frameTo, packetFrom } from './exchange.ts';
import { IP_HEADER, PROTOCOL_ICMP } from './frame.ts';
import type { Asker, OnFrame } from './link.ts';

export interface EchoId {
  /** Milliseconds since the first request of all claimants. */
  readonly atMs: number;
  /** Identification field of the reply's IP header. */
  readonly id: number;
}

export interface EchoAnswers {
  readonly ids: readonly EchoId[];
  /** TTL of the first reply. */
  readonly ttl: number;
}

export const ROUNDS = 5;
/** Long enough for a LAN to answer in between, short enough for a busy machine's counter not to run away. */
const BETWEEN_MS = 4;
const LISTEN_MS = 250;

/** What each MAC replied, of those that did. Replies count by their sequence number, whichever leg they leave by. */
export async function collectEchoIds(
  asker: Asker,
  ip: Ipv4,
  macs: readonly Mac[],
  clock: Clock,
  signal: AbortSignal,
): Promise<Map<Mac, EchoAnswers>> {
  const answers = new Map<Mac, { ids: EchoId[]; ttl: number }>();
  const outstanding = new Set(Array.from({ length: ROUNDS * macs.length }, (_, sequence) => sequence));
  const allAnswered = new AbortController();
  const startedAt = clock.now();
  const hear: OnFrame = (bytes, vlanId) => {
    const reply = decodeReply(asker, ip, bytes, vlanId);
    // A duplicated reply is heard once.
    if (reply === null || !outstanding.delete(reply.sequence)) return;
    const mac = macs[reply.sequence % macs.length] as Mac;
    const answer = answers.get(mac) ?? { ids: [], ttl: reply.ttl };
    answer.ids.push({ atMs: clock.now() - startedAt, id: reply.id });
    answers.set(mac, answer);
    if (outstanding.size === 0) allAnswered.abort();
  };

  const stop = asker.link.listen(hear);
  try {
    for (let sequence = 0; sequence < ROUNDS * macs.length && !signal.aborted; sequence++) {
      asker.link.send([requestTo(asker, ip, macs[sequence % macs.length] as Mac, sequence)]);
      await clock.sleep(BETWEEN_MS, signal);
    }
    await clock.sleep(LISTEN_MS, AbortSignal.any([allAnswered.signal, signal]));
  } finally {
    stop();
  }
  return answers;
}

function requestTo(asker: Asker, ip: Ipv4, mac: Mac, sequence: number): Uint8Array {
  return frameTo(asker, ip, mac, PROTOCOL_ICMP, encodeEchoRequest(4, { identifier: asker.port, sequence }));
}

function decodeReply(
  asker: Asker,
  ip: Ipv4,
  bytes: Uint8Array,
  vlanId: number | null,
): { sequence: number; id: number; ttl: number } | null {
  const packet = packetFrom(asker, ip, PROTOCOL_ICMP, bytes, vlanId);
  if (packet === null) return null;
  const decoded = decodeIcmp(4, bytes.subarray(IP_HEADER));
  if (!decoded.ok || decoded.packet.kind !== 'reply' || decoded.packet.identifier !== asker.port) return null;
  return { sequence: decoded.packet.sequence, id: packet.id, ttl: packet.ttl };
}
