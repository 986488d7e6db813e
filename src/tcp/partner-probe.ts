// Lets a connection idle until the far side speaks by itself, and tells whether that was heard: a flow that our own
// packet revives looks alive as long as it is we who ask (loose pickup, nf_conntrack_tcp_loose in the kernel's nf_conntrack-sysctl).

import type { Clock } from '../clock.ts';
import { encodeSpeak, SPOKEN } from '../serve/index.ts';
import { type IdleProbe, probeOfEnding } from './keepalive-probe.ts';
import type { PartnerConnection } from './partner.ts';

/**
 * TCP sends an unanswered segment again after 0.2, 0.6, 1.4 and 3 s, or later by some round trips (RFC 6298): silence
 * for longer than that is no accident of one packet or three.
 */
export const SILENCE_MS = 4000;
export const SILENCE_ROUND_TRIPS = 8;
/** Nothing heard for so long is suspicious: the word and its first two repetitions were lost, or it can't come any more. */
const SUSPICION_MS = 800;
const SUSPICION_ROUND_TRIPS = 4;
/** A request that is not acknowledged by then met an outage: nobody knows when the far side began to count. */
const UNACKNOWLEDGED_MS = 4000;
/** Within so long of its round trip an acknowledgement is in time; a later one was sent again, and kept the flow awake. */
const LATE_MS = 100;
/** While it is not due; what ends a connection keeps its moment. */
const GLANCE_MS = 1000;
const ACK_GLANCE_MS = 20;
const WORD_GLANCE_MS = 50;
/** Timers are exact to about that; who answers earlier has not waited. */
const EARLY_MS = 100;

/**
 * `idleMs` is how long the connection was silent when the far side spoke, or should have. When `signal` aborts:
 * `inconclusive`. `onSuspicion` is called once when the word is late.
 */
export async function askPartner(
  connection: PartnerConnection,
  seconds: number,
  roundTripMs: number,
  clock: Clock,
  signal: AbortSignal,
  onSuspicion: () => void,
): Promise<IdleProbe> {
  const sentAt = clock.now();
  const idleMs = seconds * 1000;
  const suspiciousAfterMs = idleMs + SUSPICION_MS + SUSPICION_ROUND_TRIPS * roundTripMs;
  const silentAfterMs = idleMs + SILENCE_MS + SILENCE_ROUND_TRIPS * roundTripMs;
  let acknowledgedAt: number | null = null;
  let suspected = false;
  connection.sendLine(encodeSpeak(seconds));
  while (!signal.aborted) {
    const now = clock.now();
    const line = connection.takeLine();
    if (line !== null) return heard(line, idleMs, sentAt, acknowledgedAt ?? now, roundTripMs, now);
    const { ending } = connection;
    if (ending !== null) return { ...probeOfEnding(ending), asked: ending.idleMs > idleMs - EARLY_MS };
    if (acknowledgedAt === null) {
      if (connection.isAcknowledged()) acknowledgedAt = now;
      else if (now - sentAt > UNACKNOWLEDGED_MS) return { idleMs, outcome: 'inconclusive', code: null, asked: false };
      await clock.sleep(ACK_GLANCE_MS, signal);
      continue;
    }
    const waitedMs = now - acknowledgedAt;
    if (waitedMs > silentAfterMs) return { idleMs, outcome: 'silent-drop', code: null, asked: true };
    if (waitedMs > suspiciousAfterMs && !suspected) {
      suspected = true;
      onSuspicion();
    }
    await clock.sleep(Math.max(WORD_GLANCE_MS, Math.min(GLANCE_MS, idleMs - waitedMs)), signal);
  }
  return { idleMs, outcome: 'inconclusive', code: null, asked: false };
}

function heard(
  line: string,
  idleMs: number,
  sentAt: number,
  acknowledgedAt: number,
  roundTripMs: number,
  now: number,
): IdleProbe {
  if (line !== SPOKEN || now - sentAt < idleMs - EARLY_MS)
    return { idleMs, outcome: 'inconclusive', code: null, asked: true };
  const lateMs = acknowledgedAt - sentAt - roundTripMs;
  return {
    idleMs: lateMs < LATE_MS ? idleMs : Math.max(0, idleMs - lateMs),
    outcome: 'alive',
    code: null,
    asked: true,
  };
}
