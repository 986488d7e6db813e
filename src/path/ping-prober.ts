// Asks by the system's ping(8), through the ping package: one process for each packet. For users without CAP_NET_RAW and where
// raw-socket is missing. Round-trip times are told of replies only, and a router's quote not at all.

import { ECHO_OVERHEAD, parsePingOutput, runPing, USUAL_ECHO_BYTES } from '../icmp/index.ts';
import type { Answer, Probe, Prober } from './probe.ts';

/** There is no ping here, or none that does this; in its own words. */
export class PingUnusable extends Error {}

/** Processes at once: each is a fork of its own. */
const PROCESSES_AT_ONCE = 16;

/**
 * A process that ends so much later than its wait was kept from running: it may have given up with the answer lying there unread,
 * which is no loss, and it is asked again.
 */
const LATE_MS = 250;
const MOST_TRIES = 3;
/** Waiting for a turn, starting, being late: each ping ends by itself, so that this is for a machine that hardly runs any more. */
const OVERTIME_MS = 20_000;

export function pingProber(address: string, interfaceName: string | null): Prober {
  const turns = new Turns(PROCESSES_AT_ONCE);
  let discovery: MtuDiscovery = 'probe';
  return {
    overtimeMs: OVERTIME_MS,
    async ask(probe, waitMs, signal) {
      await turns.take();
      try {
        if (signal.aborted) return null;
        const to = probe.to ?? address;
        const aborted = new Promise<null>((resolve) => {
          signal.addEventListener('abort', () => resolve(null), { once: true });
        });
        const run = (): Promise<{ output: string } | null> => {
          const config = {
            numeric: true,
            min_reply: 1,
            timeout: Math.ceil(waitMs / 1000),
            extra: pingArguments(probe, to.includes(':') ? 6 : 4, interfaceName, discovery),
          };
          const probing = runPing(to, config).catch((error: Error) => {
            throw new PingUnusable(error.message);
          });
          return Promise.race([probing, aborted]);
        };
        for (let tries = 1; ; tries++) {
          const startedAt = performance.now();
          const asked = discovery;
          const printed = await run();
          if (printed === null) return null;
          if (asked === 'probe' && /invalid -M argument/.test(printed.output)) {
            discovery = 'do';
            continue;
          }
          const answer = parseProbeOutput(printed.output, to);
          const lateMs = performance.now() - startedAt - Math.ceil(waitMs / 1000) * 1000;
          if (answer !== null || lateMs < LATE_MS || tries >= MOST_TRIES || signal.aborted) return answer;
        }
      } finally {
        turns.giveBack();
      }
    },
  };
}

/**
 * Both set Don't Fragment. `probe` does not ask the kernel what it has learnt of the path; releases before 2024 know `do` only,
 * which then refuses what is known to be too large.
 */
type MtuDiscovery = 'probe' | 'do';

/** What ping(8) of iputils is given besides count, time and address. */
export function pingArguments(
  { hopLimit, sizeBytes, dscp }: Probe,
  version: 4 | 6,
  interfaceName: string | null,
  discovery: MtuDiscovery,
): string[] {
  const size = (sizeBytes ?? USUAL_ECHO_BYTES[version]) - ECHO_OVERHEAD[version];
  return [
    '-s',
    String(size),
    ...(sizeBytes === null ? [] : ['-M', discovery]),
    ...(hopLimit === null ? [] : ['-t', String(hopLimit)]),
    ...(dscp === 0 ? [] : ['-Q', String(dscp << 2)]),
    ...(interfaceName === null ? [] : ['-I', interfaceName]),
  ];
}

/** null: silence. @throws PingUnusable with what ping complains of. */
export function parseProbeOutput(output: string, to: string): Answer | null {
  if (/message too long|Message too long/.test(output)) {
    const mtu = /mtu[:=] ?(\d+)/.exec(output)?.[1];
    return { kind: 'too-big', from: null, mtuBytes: mtu === undefined ? null : Number(mtu) };
  }
  const summary = parsePingOutput(output);
  if (summary === null) throw new PingUnusable(complaint(output));
  if (summary.received > 0) return { kind: 'reply', from: to, rttMs: summary.rttsMs[0] ?? null };
  const [error] = summary.errors;
  if (error === undefined) return summary.sendError === null ? null : { kind: 'unsent', because: summary.sendError };
  const isIpv6 = to.includes(':');
  const { from, type, code } = error;
  if (type === (isIpv6 ? 3 : 11)) return { kind: 'time-exceeded', from, rttMs: null, dscp: null, rewritten: [] };
  if (isIpv6 ? type === 2 : type === 3 && code === 4) {
    const told = Number(/mtu ?= ?(\d+)/.exec(output)?.[1] ?? 0);
    return { kind: 'too-big', from, mtuBytes: told > 0 ? told : null };
  }
  return { kind: 'unreachable', from, type, code };
}

function complaint(output: string): string {
  const lines = output.trim().split('\n');
  return lines.find((line) => line.startsWith('ping')) ?? (lines[0] || 'ping printed nothing');
}

/** So many at a time, in the order in which they came. */
class Turns {
  readonly #waiting: (() => void)[] = [];
  #left: number;

  constructor(atOnce: number) {
    this.#left = atOnce;
  }

  async take(): Promise<void> {
    if (this.#left > 0) this.#left--;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  giveBack(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#left++;
    else next();
  }
}
