// Opens what a plan needs from this machine: packet and raw sockets while there is root, names and connections later.

import { lookup } from 'node:dns/promises';
import { createRequire } from 'node:module';
import { loadVendors } from './address/vendor.ts';
import { type Link, openAfPacketLink } from './arp-lite/index.ts';
import type { Clock } from './clock.ts';
import { type IcmpSocket, openRawIcmpSocket, RawSocketUnavailable, systemPingEcho } from './icmp/index.ts';
import type { DupIpStep, PingStep, Plan, Step } from './plan/index.ts';
import type { Instruments, Opened } from './scan/index.ts';
import { kernelDial } from './tcp/index.ts';

/** The real instruments; disposing of them closes every socket. What could not be opened says why when it is needed. */
export function openInstruments(plan: Plan, clock: Clock): Instruments & Disposable {
  const links = new Map<Step, Opened<Link>>();
  const sockets = new Map<Step, Readonly<Record<4 | 6, Opened<IcmpSocket>>>>();
  // The user that root is given up for may not be able to read where netcheck is installed.
  if (plan.steps.some(({ check }) => check === 'dup-ip')) loadVendors();
  for (const step of plan.steps) {
    if (step.check === 'dup-ip') links.set(step, openLink(step));
    if (step.check === 'ping' && step.method === 'raw-socket') sockets.set(step, openIcmp(step));
  }
  return {
    link: (step) => links.get(step) ?? NOT_OPENED,
    icmp: (step, version) => sockets.get(step)?.[version] ?? NOT_OPENED,
    systemPing: systemPingEcho,
    dial: kernelDial(clock),
    resolve: async (host) => (await lookup(host)).address,
    knownIdleSeconds: readKnownIdleSeconds(),
    random: Math.random,
    [Symbol.dispose]() {
      for (const link of links.values()) if (link.ok) link.value.close();
      for (const pair of sockets.values()) {
        for (const socket of Object.values(pair)) if (socket.ok) socket.value.close();
      }
    },
  };
}

const NOT_OPENED = { ok: false, because: 'no raw sockets without root (CAP_NET_RAW)' } as const;

function openLink(step: DupIpStep): Opened<Link> {
  return attempt(() => openAfPacketLink(step.interfaceIndex));
}

function openIcmp(step: PingStep): Record<4 | 6, Opened<IcmpSocket>> {
  return {
    4: attempt(() => openRawIcmpSocket(4, step.interfaceName)),
    6: attempt(() => openRawIcmpSocket(6, step.interfaceName)),
  };
}

function attempt<T>(open: () => T): Opened<T> {
  try {
    return { ok: true, value: open() };
  } catch (error) {
    if (error instanceof RawSocketUnavailable) return { ok: false, because: unavailable(error) };
    return { ok: false, because: (error as Error).message };
  }
}

function unavailable(error: RawSocketUnavailable): string {
  return error.reason === 'not-installed'
    ? 'the raw-socket package is not installed or did not build'
    : `no raw socket could be opened (${error.message})`;
}

function readKnownIdleSeconds(): number[] {
  const table = createRequire(import.meta.url)('../fixtures/known-idle-timeouts.json') as { seconds: number }[];
  return table.map(({ seconds }) => seconds);
}
