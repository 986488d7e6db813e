// How long ssh and sshd wait for an answer before they give up, and how often a lossy path makes them do so.
//
//   last byte ──Interval──▶ keepalive 1 ──Interval──▶ … keepalive CountMax ──Interval──▶ gives up
//               (CountMax + 1) × Interval in all; of these CountMax × Interval for an answer to the first
//
// (clientloop.c and serverloop.c: the counter is raised, and held against CountMax, before each keepalive is sent.)

import type { EvidenceOf } from '../evidence.ts';

export interface Patience {
  readonly intervalSeconds: number;
  readonly countMax: number;
}

/** After the last byte that came. */
export function givesUpAfterSeconds({ intervalSeconds, countMax }: Patience): number {
  return (countMax + 1) * intervalSeconds;
}

/** In which the first keepalive must be answered. */
export function waitsSeconds({ intervalSeconds, countMax }: Patience): number {
  return countMax * intervalSeconds;
}

/** Outages of a Wi-Fi or a router that comes back are mostly over by then. */
const PATIENT_SECONDS = 60;

/** A count that lets a session outlive so short an outage, however often it must speak; never below OpenSSH's own 3. */
export function patientCountMax(intervalSeconds: number): number {
  return Math.max(3, Math.ceil(PATIENT_SECONDS / intervalSeconds) - 1);
}

/** The least that Linux adds to the round trip before TCP sends again what was not acknowledged (tcp(7), RFC 6298). */
const RETRANSMISSION_SECONDS = 0.2;

/**
 * How often TCP sends the first keepalive in that time, such that an answer could still come: after one retransmission
 * timeout, then after two more, four more, … Later keepalives ride on the same stream and add none.
 */
export function attempts(patience: Patience, rttMs: NonNullable<EvidenceOf<'echo'>['rttMs']>): number {
  const rttSeconds = rttMs.mean / 1000;
  const left = waitsSeconds(patience) - rttSeconds;
  if (left < 0) return 0;
  return 1 + Math.floor(Math.log2(left / (RETRANSMISSION_SECONDS + rttSeconds) + 1));
}

/** How often an hour of idling ends a session, when so large a part of all round trips is lost, each for itself. */
export function givesUpPerHour(patience: Patience, tries: number, lossRatio: number): number {
  return (3600 / patience.intervalSeconds) * lossRatio ** tries;
}
