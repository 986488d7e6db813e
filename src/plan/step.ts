// What can be planned: the options that were given, and each step with its pacing and worst-case duration. Types only.

import type { Ipv4 } from '../address/ipv4.ts';
import type { Mac } from '../address/mac.ts';
import type { KeepaliveFacts } from '../host.ts';

/** What was asked for on the command line. */
export interface ScanOptions {
  readonly dupIp: readonly string[];
  readonly ping: readonly string[];
  readonly idleTimeout: readonly string[];
  /** null: chosen from the routing table. */
  readonly interfaceName: string | null;
  /** Packets per second of a sweep. */
  readonly rate: number | 'max';
  /** How long to wait for the last answer; null: each check's own default. */
  readonly waitSeconds: number | null;
  readonly maxIdleSeconds: number;
  readonly connections: number;
}

export interface DupIpStep {
  readonly check: 'dup-ip';
  /** As it was typed. */
  readonly target: string;
  readonly addresses: readonly Ipv4[];
  /** A network was asked for: silent addresses are normal. */
  readonly sweep: boolean;
  readonly interfaceName: string;
  readonly interfaceIndex: number;
  readonly senderMac: Mac;
  /** null: RFC 5227 probes with sender 0.0.0.0, because we have no address in that network. */
  readonly senderIp: Ipv4 | null;
  /** Addresses of this machine, on whatever interface, among those asked for. */
  readonly ownAddresses: readonly Ipv4[];
  /** Every MAC of this machine: a second interface in the same LAN answers for the first one's address (ARP flux). */
  readonly ownMacs: readonly Mac[];
  readonly rounds: number;
  readonly roundIntervalSeconds: number;
  /** null: as fast as the interface takes them. */
  readonly ratePerSecond: number | null;
  readonly listenSeconds: number;
  readonly worstCaseSeconds: number;
}

export interface PingStep {
  readonly check: 'ping';
  readonly target: string;
  readonly host: string;
  readonly interfaceName: string | null;
  readonly count: number;
  readonly intervalSeconds: number;
  readonly waitSeconds: number;
  readonly method: 'raw-socket' | 'system-ping';
  readonly worstCaseSeconds: number;
}

export interface IdleTimeoutStep {
  readonly check: 'idle-timeout';
  readonly target: string;
  readonly host: string;
  readonly port: number;
  readonly interfaceName: string | null;
  readonly maxIdleSeconds: number;
  readonly connections: number;
  readonly worstCaseSeconds: number;
}

export interface SkippedStep {
  readonly check: 'skipped';
  readonly skippedCheck: 'dup-ip' | 'ping' | 'idle-timeout';
  readonly target: string;
  readonly because: string;
  readonly hint: string;
}

export type Step = DupIpStep | PingStep | IdleTimeoutStep | SkippedStep;

export interface Plan {
  readonly steps: readonly Step[];
  /** What `TCPKeepAlive yes` gets on this machine; null when the kernel does not say. */
  readonly keepalive: KeepaliveFacts | null;
}

/** A plan, or what is wrong with the command line and what to type instead, in one line. */
export type PlanResult = { readonly ok: true; readonly plan: Plan } | { readonly ok: false; readonly message: string };
