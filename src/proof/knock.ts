// Asks each claimant for one TCP port with a SYN at link level (RFC 9293 section 3.5): no routing, no neighbour table.

import type { Ipv4 } from '../address/ipv4.ts';
import type { Mac } from '../address/mac.ts';
import type { Clock } from '../clock.ts';
import { clockOffset } from './clock-offset.ts';
import { frameTo, packetFrom } from './exchange.ts';
import { PROTOCOL_TCP } from './frame.ts';
import type { Asker, OnFrame } from './link.ts';
import { ACK, decodeSegment, encodeSegment, RST, SYN, type TcpSegment } from './segment.ts';

export type PortOutcome = 'open' | 'refused' | 'silent';

export interface PortAnswer {
  readonly outcome: PortOutcome;
  /** Ethernet source of the answer. */
  readonly answeredFrom: Mac | null;
  readonly ttl: number | null;
  /** See clock-offset.ts. */
  readonly clockOffset: number | null;
}

export interface PortTarget {
  readonly ip: Ipv4;
  readonly port: number;
}

const SILENT: PortAnswer = { outcome: 'silent', answeredFrom: null, ttl: null, clockOffset: null };

export const TRIES = 3;
const BETWEEN_TRIES_MS = 250;
/** A LAN answers within this; the next claimant is not kept waiting longer. */
const PATIENCE_MS = 60;

interface Question {
  readonly mac: Mac;
  readonly sequence: number;
  readonly answered: AbortController;
  answer: PortAnswer | null;
}

/**
 * The answer of each MAC. One after another, because to a machine with two legs two SYNs at a time would be one
 * connection, contradicting itself. When `signal` aborts, only those that had answered are in the result.
 */
export async function knock(
  asker: Asker,
  target: PortTarget,
  macs: readonly Mac[],
  clock: Clock,
  random: () => number,
  signal: AbortSignal,
): Promise<Map<Mac, PortAnswer>> {
  const questions = macs.map((mac): Question => {
    return { mac, sequence: Math.floor(random() * 2 ** 32), answered: new AbortController(), answer: null };
  });
  const pending = (): Question[] => questions.filter(({ answer }) => answer === null);
  const send = (mac: Mac, segment: TcpSegment): void => {
    const payload = encodeSegment(segment, asker.ip, target.ip);
    asker.link.send([frameTo(asker, target.ip, mac, PROTOCOL_TCP, payload)]);
  };
  const hear: OnFrame = (bytes, vlanId) => {
    const heard = decodeAnswer(asker, target, bytes, vlanId);
    if (heard === null) return;
    const question = questions.find(({ sequence }) => heard.segment.acknowledgment === next(sequence));
    const outcome = outcomeOf(heard.segment);
    if (question === undefined || outcome === null) return;
    // A second answer (it was asked twice) leaves a half-open connection just the same.
    if (outcome === 'open') send(question.mac, reset(heard.segment));
    if (question.answer !== null) return;
    const { timestamps } = heard.segment;
    question.answer = {
      outcome,
      answeredFrom: heard.from,
      ttl: heard.ttl,
      clockOffset: outcome === 'open' && timestamps ? clockOffset(timestamps.value, clock.now()) : null,
    };
    question.answered.abort();
  };

  const stop = asker.link.listen(hear);
  try {
    for (let attempt = 0; attempt < TRIES && pending().length > 0 && !signal.aborted; attempt++) {
      const roundEnd = clock.now() + BETWEEN_TRIES_MS;
      const patience = Math.min(PATIENCE_MS, BETWEEN_TRIES_MS / pending().length);
      for (const { mac, sequence, answered } of pending()) {
        if (signal.aborted) break;
        send(mac, syn(asker.port, target.port, sequence, clock.now()));
        await clock.sleep(patience, AbortSignal.any([answered.signal, signal]));
      }
      for (const { answered } of pending()) {
        await clock.sleep(roundEnd - clock.now(), AbortSignal.any([answered.signal, signal]));
      }
    }
  } finally {
    stop();
  }
  const told = signal.aborted ? questions.filter(({ answer }) => answer !== null) : questions;
  return new Map(told.map(({ mac, answer }) => [mac, answer ?? SILENT]));
}

/** A SYN is one byte of the sequence. */
function next(sequence: number): number {
  return (sequence + 1) % 2 ** 32;
}

function outcomeOf({ control }: TcpSegment): 'open' | 'refused' | null {
  if ((control & RST) !== 0) return 'refused';
  return (control & (SYN | ACK)) === (SYN | ACK) ? 'open' : null;
}

function decodeAnswer(
  asker: Asker,
  target: PortTarget,
  bytes: Uint8Array,
  vlanId: number | null,
): { from: Mac; ttl: number; segment: TcpSegment } | null {
  const packet = packetFrom(asker, target.ip, PROTOCOL_TCP, bytes, vlanId);
  if (packet === null) return null;
  const decoded = decodeSegment(packet.payload);
  if (!decoded.ok) return null;
  const { segment } = decoded;
  if (segment.sourcePort !== target.port || segment.destinationPort !== asker.port) return null;
  return { from: packet.sourceMac, ttl: packet.ttl, segment };
}

const NO_OPTIONS = { mss: null, sackPermitted: false, timestamps: null } as const;

function syn(sourcePort: number, destinationPort: number, sequence: number, nowMs: number): TcpSegment {
  return {
    sourcePort,
    destinationPort,
    sequence,
    acknowledgment: 0,
    control: SYN,
    window: 0xffff,
    mss: 1460,
    sackPermitted: true,
    // Asked for a timestamp, machines stamp their answer. The value is not ours to compare: they echo it.
    timestamps: { value: Math.floor(nowMs) % 2 ** 32, echo: 0 },
  };
}

/** Ends the connection that a SYN-ACK has half opened: the sequence number is what it waits for, so it is believed. */
function reset(synAck: TcpSegment): TcpSegment {
  return {
    sourcePort: synAck.destinationPort,
    destinationPort: synAck.sourcePort,
    sequence: synAck.acknowledgment,
    acknowledgment: 0,
    control: RST,
    window: 0,
    ...NO_OPTIONS,
  };
}
