// Whether datagrams to some ports of a host are rejected, and by whom: each is sent three times, unless something comes of it
// before. Silence says little: a firewall drops so, and whoever listens without answering is silent too.

import type { Clock } from '../clock.ts';
import type { OpenUdpPort, Rejection, UdpEndpoint, UdpPort } from './port.ts';

export type PortOutcome =
  | { readonly port: number; readonly outcome: 'answered' | 'silent' }
  /** This machine itself sent nothing; why, in the words of errno(3). */
  | { readonly port: number; readonly outcome: 'unsent'; readonly because: string }
  | { readonly port: number; readonly outcome: 'rejected'; readonly rejection: Rejection };

export type ProbedPorts =
  | { readonly ok: true; readonly ports: readonly PortOutcome[] }
  | { readonly ok: false; readonly because: string };

/** Linux answers a burst of six with ICMP errors, then one a second to each address (icmp_ratelimit). */
const SENT_AFTER_MS = [0, 1100, 2200];
const LAST_WAIT_MS = 1500;
const GLANCE_MS = 20;
const APART_MS = 50;
/** Of sending: no ICMP error is told so. */
const OWN_FIREWALL = 'EPERM';

/** All at once. When `signal` aborts, those without an answer are `silent`. */
export async function probePorts(
  open: OpenUdpPort,
  endpoint: Omit<UdpEndpoint, 'port'>,
  ports: readonly number[],
  clock: Clock,
  signal: AbortSignal,
): Promise<ProbedPorts> {
  const opened = ports.map((port) => ({ port, socket: open({ ...endpoint, port }) }));
  try {
    const failed = opened.find(({ socket }) => !socket.ok)?.socket;
    if (failed !== undefined && !failed.ok) return { ok: false, because: failed.because };
    const sockets = opened.flatMap(({ port, socket }) => (socket.ok ? [{ port, socket: socket.value }] : []));
    const outcomes = await Promise.all(
      sockets.map(({ port, socket }, index) => probe(port, socket, index * APART_MS, clock, signal)),
    );
    return { ok: true, ports: outcomes };
  } finally {
    for (const { socket } of opened) if (socket.ok) socket.value.close();
  }
}

async function probe(
  port: number,
  socket: UdpPort,
  delayMs: number,
  clock: Clock,
  signal: AbortSignal,
): Promise<PortOutcome> {
  await clock.sleep(delayMs, signal);
  const startedAt = clock.now();
  const due = [...SENT_AFTER_MS];
  const untilMs = (due.at(-1) ?? 0) + LAST_WAIT_MS;
  let [sent, refusedBecause]: [number, string | null] = [0, null];
  while (clock.now() - startedAt < untilMs && !signal.aborted) {
    if (due[0] !== undefined && clock.now() - startedAt >= due[0]) {
      due.shift();
      const refused = socket.send();
      if (refused === null) sent++;
      else refusedBecause = refused;
    }
    const answer = socket.answer();
    if (answer === 'datagram') return { port, outcome: 'answered' };
    // A firewall of this machine's that rejects sends the error itself.
    if (answer !== null && sent === 0 && refusedBecause === OWN_FIREWALL) break;
    if (answer !== null) return { port, outcome: 'rejected', rejection: answer };
    await clock.sleep(GLANCE_MS, signal);
  }
  return sent === 0 && refusedBecause !== null
    ? { port, outcome: 'unsent', because: refusedBecause }
    : { port, outcome: 'silent' };
}
