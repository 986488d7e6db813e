// What can be planned: each step with its pacing and worst-case duration. Types only.

import type { Ipv4 } from '../address/ipv4.ts';
import type { Ipv4Set } from '../address/ipv4-set.ts';
import type { Mac } from '../address/mac.ts';
import type { InterfaceFacts, KeepaliveFacts } from '../host.ts';

/** An address of this machine, and the network it is in. */
export type LocalAddress = InterfaceFacts['addresses'][number];

export type OwnAddresses = ReadonlyMap<Ipv4, Mac>;

/** MACs that may have an address. */
export type ExpectedOwners = ReadonlyMap<Ipv4, readonly Mac[]>;

/** One interface's share of what --dup-ip asks for. */
export interface DupIpStep {
  readonly check: 'dup-ip';
  /** As it was typed. */
  readonly target: string;
  /** Addresses that were named one by one: their silence is worth a word. */
  readonly named: Ipv4Set;
  /** Addresses of networks, ranges and files, and what these were called; null when there are none. */
  readonly swept: { readonly addresses: Ipv4Set; readonly label: string } | null;
  readonly interfaceName: string;
  readonly interfaceIndex: number;
  readonly senderMac: Mac;
  /** Addresses to ask in the name of, by network; elsewhere RFC 5227 probes with sender 0.0.0.0 are sent. */
  readonly senders: readonly LocalAddress[];
  /** Addresses of this machine, on whatever interface, among those asked for, and the MAC of the card that has them. */
  readonly ownAddresses: OwnAddresses;
  /** Of these, those that this machine has elsewhere and does not answer for on this link; left out where there are none. */
  readonly unanswered?: ReadonlySet<Ipv4>;
  /** Every MAC of this machine: a second interface in the same LAN answers for the first one's address (ARP flux). */
  readonly ownMacs: readonly Mac[];
  /** Where to look for addresses nobody has, by which proxies give themselves away; empty when there is no room for any. */
  readonly canaryRange: Ipv4Set;
  /** Never to be asked for, whatever the reason. */
  readonly excluded: Ipv4Set;
  readonly expected: ExpectedOwners;
  readonly proofPort: number | null;
  readonly rounds: number;
  readonly roundIntervalSeconds: number;
  /** null: as fast as the interface takes them. */
  readonly ratePerSecond: number | null;
  readonly listenSeconds: number;
  readonly worstCaseSeconds: number;
}

/** --dup-ip --listen: nothing is sent. */
export interface ListenStep {
  readonly check: 'listen';
  readonly target: string;
  /** null: whatever is heard of. */
  readonly addresses: Ipv4Set | null;
  readonly interfaceName: string;
  readonly interfaceIndex: number;
  readonly ownMacs: readonly Mac[];
  /** Every address of this machine. */
  readonly ownAddresses: OwnAddresses;
  /** As in DupIpStep. */
  readonly unanswered?: ReadonlySet<Ipv4>;
  readonly expected: ExpectedOwners;
  readonly seconds: number;
  readonly worstCaseSeconds: number;
}

/** --read: what a capture file says. */
export interface ReadStep {
  readonly check: 'read';
  /** The file. */
  readonly target: string;
  readonly addresses: Ipv4Set | null;
  readonly expected: ExpectedOwners;
}

export interface PingStep {
  readonly check: 'ping';
  readonly target: string;
  readonly host: string;
  /** Where that is known already; absent: the name is to be looked up. */
  readonly address?: string;
  readonly interfaceName: string | null;
  /** 0 where no interface was named. */
  readonly interfaceIndex: number;
  readonly count: number;
  readonly intervalSeconds: number;
  readonly waitSeconds: number;
  readonly dataBytes: number;
  readonly dscp: number;
  /** The first router on the way is asked at the same times. */
  readonly besideGateway: boolean;
  /** The best that this user may use. */
  readonly method: 'raw-socket' | 'ping-socket' | 'system-ping';
  readonly worstCaseSeconds: number;
}

/** --ping of a network, a range or a long list. */
export interface PingSweepStep
  extends Pick<PingStep, 'interfaceName' | 'interfaceIndex' | 'waitSeconds' | 'dataBytes' | 'dscp' | 'method'> {
  readonly check: 'ping-sweep';
  readonly target: string;
  /** IPv4 addresses, or IPv6 ones listed. */
  readonly hosts: Ipv4Set | readonly string[];
  readonly rounds: number;
  /** Every round asks everybody; else only those who have not answered. */
  readonly repeatAnswered: boolean;
  /** null: as fast as they are taken. */
  readonly ratePerSecond: number | null;
  readonly worstCaseSeconds: number;
}

/** --path: the hops, the path MTU and marked packets, side by side. */
export interface PathStep {
  readonly check: 'path';
  readonly target: string;
  readonly host: string;
  /** null: by ICMP echo; else by SYNs to this port. */
  readonly port: number | null;
  readonly interfaceName: string | null;
  readonly rounds: number;
  readonly intervalSeconds: number;
  readonly waitSeconds: number;
  readonly names: boolean;
  readonly method: 'raw-socket' | 'system-ping';
  readonly worstCaseSeconds: number;
}

export interface IdleTimeoutStep {
  readonly check: 'idle-timeout';
  readonly target: string;
  readonly host: string;
  readonly port: number;
  /** Silence may be an sshd that is slow to greet, as it may on port 22: it is asked within the limits of one. */
  readonly mayBeSsh?: boolean;
  readonly address?: string;
  readonly interfaceName: string | null;
  readonly maxIdleSeconds: number;
  /** What would be asked about if there were time (--quick); absent: the same. */
  readonly wantedIdleSeconds?: number;
  readonly connections: number;
  /** The same to a partner (netcheck serve), which is there to be asked. */
  readonly partnerConnections: number;
  readonly resolutionSeconds: number | null;
  readonly quick: boolean;
  readonly deep: boolean;
  readonly worstCaseSeconds: number;
}

/** --idle-timeout user@host: the same through sessions of the user's own ssh, which alone knows where they go. */
export interface SshIdleTimeoutStep {
  readonly check: 'ssh-idle-timeout';
  readonly target: string;
  /** As ssh takes it; the port null where the user's configuration is to say. */
  readonly login: { readonly destination: string; readonly port: number | null };
  readonly host: string;
  readonly interfaceName: string | null;
  readonly maxIdleSeconds: number;
  readonly wantedIdleSeconds?: number;
  /** Open at once. */
  readonly sessions: number;
  readonly resolutionSeconds: number | null;
  readonly quick: boolean;
  /** What is measured where nobody can log in; null: nothing. */
  readonly withoutLogin: IdleTimeoutStep | null;
  readonly worstCaseSeconds: number;
}

/** --mosh-ports: UDP ports that mosh uses, from mosh(1). */
export interface MoshPortsStep {
  readonly check: 'mosh-ports';
  readonly target: string;
  readonly host: string;
  readonly interfaceName: string | null;
  readonly ports: readonly number[];
  readonly worstCaseSeconds: number;
}

export interface SkippedStep {
  readonly check: 'skipped';
  readonly skippedCheck: 'dup-ip' | 'listen' | 'read' | 'ping' | 'path' | 'idle-timeout' | 'mosh-ports';
  readonly target: string;
  readonly because: string;
  readonly hint: string;
}

export type Step =
  | DupIpStep
  | ListenStep
  | ReadStep
  | PingStep
  | PathStep
  | PingSweepStep
  | IdleTimeoutStep
  | SshIdleTimeoutStep
  | MoshPortsStep
  | SkippedStep;

/** Whose SSH settings are read beside what is measured: those of `ssh host`, as the user, and of this machine's own sshd. */
export interface SettingsTarget {
  readonly host: string;
  /** As ssh takes it: the host, or user@host. */
  readonly destination: string;
  /** The address under which the host is this machine itself; null when it is another one. */
  readonly ownAddress: string | null;
}

/** How the host that is examined is reached, by the routing table. */
export interface RouteTo {
  readonly host: string;
  readonly address: string;
  readonly interfaceName: string;
  /** null: it is on the link itself. */
  readonly gateway: string | null;
}

export interface Plan {
  readonly steps: readonly Step[];
  /** Absent without an examination, and where no route is known (IPv6, no address). */
  readonly route?: RouteTo;
  /** What is decided only when the address is known, where nobody was to be asked for it. */
  readonly undecided?: string;
  /** Everything ends by then, with what is known; absent: each step has its own end. */
  readonly deadlineSeconds?: number;
  readonly settingsOf: readonly SettingsTarget[];
  /** What `TCPKeepAlive yes` gets on this machine; null when the kernel does not say. */
  readonly keepalive: KeepaliveFacts | null;
}

/** A plan, or what is wrong with the command line and what to type instead, in one line. */
export type PlanResult = { readonly ok: true; readonly plan: Plan } | { readonly ok: false; readonly message: string };
