// Machines and options for planning: a server on one LAN, with what a test wants to be different.

import type { HostFacts, InterfaceFacts } from '../../src/host.ts';
import {
  makePlan,
  type PlanResult,
  type ScanOptions,
  type SkippedStep,
  type Step,
  type TargetList,
} from '../../src/plan/index.ts';
import { cidr, ipv4, mac } from '../support/addresses.ts';

export const NOTHING_ASKED: ScanOptions = {
  examine: null,
  dupIp: [],
  exclude: [],
  expect: [],
  listenSeconds: null,
  read: [],
  proofPort: 22,
  rounds: 3,
  ping: [],
  path: [],
  names: false,
  count: null,
  intervalSeconds: null,
  sizeBytes: null,
  dscp: null,
  idleTimeout: [],
  moshPorts: [],
  interfaceName: null,
  rate: 5000,
  waitSeconds: null,
  maxIdleSeconds: 900,
  connections: null,
  resolutionSeconds: null,
  quick: false,
  deep: false,
};

/** Targets as they are typed. */
export const typed = (...targets: readonly string[]): TargetList[] =>
  targets.map((each) => ({ typed: each, lines: [each] }));

/** A file of targets, as it was read. */
export const file = (name: string, ...lines: readonly string[]): TargetList => ({ typed: name, lines });

export function holding(text: string): InterfaceFacts['addresses'][number] {
  return { ip: ipv4(text.split('/')[0] ?? ''), network: cidr(text) };
}

export const LOOPBACK: InterfaceFacts = {
  name: 'lo',
  index: 1,
  mac: mac('00:00:00:00:00:00'),
  up: true,
  arp: false,
  addresses: [holding('127.0.0.1/8')],
};

export const ETH0: InterfaceFacts = {
  name: 'eth0',
  index: 2,
  mac: mac('02:00:00:00:00:01'),
  up: true,
  arp: true,
  addresses: [holding('10.0.0.2/24')],
};

export const TUNNEL: InterfaceFacts = {
  name: 'tun0',
  index: 4,
  mac: null,
  up: true,
  arp: false,
  addresses: [holding('10.8.0.2/24')],
};

const KEEPALIVE = { idleSeconds: 7200, intervalSeconds: 75, count: 9 };

/** eth0 with 10.0.0.2/24, a default route by 10.0.0.1, a VPN, and root. */
export const SERVER: HostFacts = {
  interfaces: [LOOPBACK, ETH0, TUNNEL],
  routes: [
    { destination: cidr('0.0.0.0/0'), interfaceName: 'eth0', gateway: ipv4('10.0.0.1'), metric: 0 },
    { destination: cidr('10.0.0.0/24'), interfaceName: 'eth0', gateway: null, metric: 0 },
    { destination: cidr('10.8.0.0/24'), interfaceName: 'tun0', gateway: null, metric: 0 },
  ],
  canOpenRawSockets: true,
  canOpenPingSockets: false,
  keepalive: KEEPALIVE,
};

export const withEth0 = (changed: Partial<InterfaceFacts>): HostFacts => ({
  ...SERVER,
  interfaces: [LOOPBACK, { ...ETH0, ...changed }, TUNNEL],
});

export function plan(asked: Partial<ScanOptions>, facts: HostFacts = SERVER): PlanResult {
  return makePlan({ ...NOTHING_ASKED, ...asked }, facts);
}

/** All steps of a plan. */
export function stepsOf(asked: Partial<ScanOptions>, facts: HostFacts = SERVER): readonly Step[] {
  const planned = plan(asked, facts);
  if (!planned.ok) throw new Error(`a usage error: ${planned.message}`);
  return planned.plan.steps;
}

/** The one step of a plan, when it is of this check. */
export function stepOf<C extends Step['check']>(
  check: C,
  asked: Partial<ScanOptions>,
  facts: HostFacts = SERVER,
): Extract<Step, { check: C }> {
  const [step, ...more] = stepsOf(asked, facts);
  if (step?.check !== check || more.length > 0) throw new Error(`planned ${JSON.stringify([step, ...more])}`);
  return step as Extract<Step, { check: C }>;
}

export function skipped(asked: Partial<ScanOptions>, facts: HostFacts = SERVER): SkippedStep {
  return stepOf('skipped', asked, facts);
}

export function usageMessage(asked: Partial<ScanOptions>, facts: HostFacts = SERVER): string {
  const planned = plan(asked, facts);
  if (planned.ok) throw new Error(`planned ${JSON.stringify(planned.plan.steps)}`);
  return planned.message;
}
