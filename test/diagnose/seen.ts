// Evidence for the rules' tables: a plain case of each kind, of which a test names only what matters to it.

import { macRole, parseMac } from '../../src/address/mac.ts';
import { type Cause, type CauseKind, VERDICTS } from '../../src/diagnose/cause.ts';
import { diagnose } from '../../src/diagnose/index.ts';
import type { ArpClaim, Evidence, EvidenceOf } from '../../src/evidence.ts';

export const HOST = '10.0.0.5';
export const A = '52:54:00:12:34:56';
export const B = 'b8:27:eb:00:00:01';
export const OWN = '02:00:00:00:00:99';

type Some<E> = Partial<Omit<E, 'kind'>>;

export function claim(mac: string, some: Some<ArpClaim> = {}): ArpClaim {
  const role = macRole(parseMac(mac) as NonNullable<ReturnType<typeof parseMac>>);
  return {
    mac,
    vendor: null,
    // So that summaries name the bare MAC.
    locallyAdministered: false,
    role,
    frameSourceMac: null,
    vlanId: null,
    via: 'reply',
    count: 3,
    firstSeconds: 0.001,
    lastSeconds: 0.7,
    rounds: [1, 2, 3],
    canariesClaimed: [],
    ...some,
  };
}

export function arp(claims: readonly ArpClaim[], some: Some<EvidenceOf<'arp-claims'>> = {}): EvidenceOf<'arp-claims'> {
  return {
    id: 'arp-1',
    kind: 'arp-claims',
    ip: HOST,
    interface: 'eth0',
    source: 'probes',
    ownMac: null,
    sweep: null,
    probesSent: 3,
    listenedSeconds: 2.2,
    kernelDrops: 0,
    dropsMadeUp: false,
    complete: true,
    claims: [...claims],
    unlistedFrames: 0,
    expected: null,
    otherAddresses: null,
    flips: null,
    ...some,
  };
}

/** What was overheard: an address that changed hands so often. */
export function heard(
  claims: readonly ArpClaim[],
  flips: number,
  some: Some<EvidenceOf<'arp-claims'>> = {},
): EvidenceOf<'arp-claims'> {
  const unasked = claims.map((each) => ({ ...each, canariesClaimed: null }));
  return arp(unasked, { source: 'listening', probesSent: 0, flips: { count: flips, first: [] }, ...some });
}

type Claimant = EvidenceOf<'claimant-proof'>['claimants'][number];

/** A claimant that was asked by itself and did not answer. */
export function claimant(mac: string, some: Partial<Claimant> = {}): Claimant {
  const nothing = { answeredFrom: null, ttl: null, clockOffset: null, banner: null, hostKey: null, echoIds: null };
  return { mac, outcome: 'silent', ...nothing, ...some };
}

/** An sshd behind a MAC, with this key. */
export function sshd(mac: string, key: string, some: Partial<Claimant> = {}): Claimant {
  const hostKey = { type: 'ssh-ed25519', fingerprint: `SHA256:${key}` };
  const answer = { outcome: 'open', answeredFrom: mac, ttl: 64, banner: 'SSH-2.0-OpenSSH_9.9' } as const;
  return claimant(mac, { ...answer, hostKey, ...some });
}

export function proof(
  claimants: readonly Claimant[],
  some: Some<EvidenceOf<'claimant-proof'>> = {},
): EvidenceOf<'claimant-proof'> {
  return {
    id: 'proof-1',
    kind: 'claimant-proof',
    ip: HOST,
    sweep: null,
    interface: 'eth0',
    port: 22,
    linkLevelOnly: null,
    claimants: [...claimants],
    clocks: 'unknown',
    counters: 'unknown',
    ...some,
  };
}

export function sweep(some: Some<EvidenceOf<'arp-sweep'>> = {}): EvidenceOf<'arp-sweep'> {
  return {
    id: 'sweep-1',
    kind: 'arp-sweep',
    target: '10.0.0.0/24',
    interface: 'eth0',
    source: 'probes',
    addressesAsked: 254,
    addressesAnswered: 12,
    probesSent: 738,
    rounds: 3,
    listenedSeconds: 2.4,
    waitedSeconds: 1.5,
    frames: null,
    malformedFrames: 0,
    kernelDrops: 0,
    dropsMadeUp: false,
    complete: true,
    inventory: [],
    ...some,
  };
}

export function echo(sent: number, received: number, some: Some<EvidenceOf<'echo'>> = {}): EvidenceOf<'echo'> {
  return {
    id: 'echo-1',
    kind: 'echo',
    host: HOST,
    address: HOST,
    method: 'raw-socket',
    methodNote: null,
    sent,
    received,
    duplicates: 0,
    rttMs: received === 0 ? null : { min: 0.3, mean: 0.5, max: 0.9, stddev: 0.2 },
    errors: [],
    complete: true,
    ...some,
  };
}

/** A hop that answered all it was asked, by an address of its number; the last one of a path is the host. */
export function hop(
  ttl: number,
  some: Partial<EvidenceOf<'path'>['hops'][number]> = {},
): EvidenceOf<'path'>['hops'][number] {
  const rttMs = { min: 0.2, mean: 0.3, max: 0.5, stddev: 0.1 };
  const asked = { sent: 9, received: 9, rttMs };
  return { ttl, addresses: [`10.0.${ttl}.1`], sent: 4, received: 4, rttMs, asked, rewritten: [], ...some };
}

/** Three hops, the last one being the host. */
export function path(some: Some<EvidenceOf<'path'>> = {}): EvidenceOf<'path'> {
  const host = hop(3, { addresses: [HOST], sent: 10, received: 10, asked: null });
  return {
    id: 'path-1',
    kind: 'path',
    host: HOST,
    address: HOST,
    protocol: 'icmp',
    port: null,
    method: 'raw-socket',
    methodNote: null,
    reached: true,
    endedBecause: 'reached',
    unreachable: null,
    refused: null,
    rounds: 10,
    hops: [hop(1), hop(2), host],
    complete: true,
    ...some,
  };
}

/** The interface's own size gets through. */
export function mtu(some: Some<EvidenceOf<'path-mtu'>> = {}): EvidenceOf<'path-mtu'> {
  return {
    id: 'mtu-1',
    kind: 'path-mtu',
    host: HOST,
    address: HOST,
    method: 'raw-socket',
    methodNote: null,
    interface: 'eth0',
    interfaceMtuBytes: 1500,
    mtuBytes: 1500,
    reportedBy: null,
    reportedMtuBytes: null,
    isBlackHole: false,
    passed: { bytes: 1500, times: 2 },
    failed: null,
    vanishes: null,
    peerMssBytes: null,
    unmeasuredBecause: null,
    complete: true,
    ...some,
  };
}

/** Ten packets with each mark, of which so many were answered. */
export function marks(
  answered: { readonly none: number; readonly af21: number; readonly ef: number },
  some: Some<EvidenceOf<'dscp-comparison'>> = {},
): EvidenceOf<'dscp-comparison'> {
  const marked = (dscp: number, count: number): EvidenceOf<'dscp-comparison'>['marks'][number] => {
    return { dscp, sent: 10, answered: count, refused: 0, errors: [], answeredUpToHop: null };
  };
  return {
    id: 'dscp-1',
    kind: 'dscp-comparison',
    host: HOST,
    address: HOST,
    protocol: 'icmp',
    port: null,
    method: 'raw-socket',
    methodNote: null,
    marks: [marked(0, answered.none), marked(18, answered.af21), marked(46, answered.ef)],
    changes: [],
    complete: true,
    ...some,
  };
}

export function echoSweep(some: Some<EvidenceOf<'echo-sweep'>> = {}): EvidenceOf<'echo-sweep'> {
  return {
    id: 'pings-1',
    kind: 'echo-sweep',
    target: '10.0.0.0/24',
    interface: null,
    method: 'raw-socket',
    methodNote: null,
    addressesAsked: 254,
    addressesAnswered: 200,
    asked: ['10.0.0.1-10.0.0.254'],
    answered: ['10.0.0.1-10.0.0.200'],
    requestsSent: 362,
    duplicates: 0,
    rounds: 3,
    tookSeconds: 1.3,
    waitedSeconds: 1,
    atFullSpeed: false,
    rttMs: { min: 0.1, median: 0.2, mean: 0.3, max: 4 },
    slowest: [{ ip: '10.0.0.7', rttMs: 4 }],
    lossy: [],
    lossyHosts: 0,
    errors: [],
    notAsked: [],
    kernelDrops: 0,
    dropsMadeUp: false,
    complete: true,
    ...some,
  };
}

export function tcp(
  outcome: EvidenceOf<'tcp-connect'>['outcome'],
  code: string | null = null,
): EvidenceOf<'tcp-connect'> {
  const connectMs = outcome === 'open' ? 0.8 : null;
  return {
    id: 'tcp-1',
    kind: 'tcp-connect',
    host: HOST,
    address: HOST,
    port: 22,
    outcome,
    code,
    connectMs,
    greeting: null,
  };
}

export function idle(some: Some<EvidenceOf<'idle-timeout'>> = {}): EvidenceOf<'idle-timeout'> {
  return {
    id: 'idle-1',
    kind: 'idle-timeout',
    host: HOST,
    address: HOST,
    port: 443,
    transport: 'tcp',
    direction: 'outbound',
    survivedSeconds: 900,
    expiredSeconds: null,
    onExpiry: null,
    resetAt: null,
    resetFrom: null,
    resetOrigin: null,
    despiteKeepalives: null,
    deaths: 0,
    maxIdleSeconds: 900,
    limitedTo: null,
    control: { outages: [], ended: null },
    suspensions: [],
    connectionsOpened: 40,
    connectionsFailed: 0,
    connectionFailures: [],
    complete: true,
    probes: [],
    ...some,
  };
}

export const keepalive = (idleSeconds = 7200): EvidenceOf<'kernel-keepalive'> => ({
  id: 'krn-1',
  kind: 'kernel-keepalive',
  idleSeconds,
  intervalSeconds: 75,
  count: 9,
});

/** As ssh is without a configuration. */
export function ssh(some: Some<EvidenceOf<'ssh-client-settings'>> = {}): EvidenceOf<'ssh-client-settings'> {
  return {
    id: 'ssh-1',
    kind: 'ssh-client-settings',
    host: HOST,
    unreadBecause: null,
    user: 'deploy',
    hostname: HOST,
    port: 22,
    serverAliveInterval: 0,
    serverAliveCountMax: 3,
    tcpKeepAlive: true,
    ipqos: 'af21 cs1',
    rekeyLimit: '0 0',
    channelTimeout: [],
    proxyJump: null,
    hasProxyCommand: false,
    ...some,
  };
}

/** As sshd is without a configuration. */
export function sshdSet(some: Some<EvidenceOf<'ssh-server-settings'>> = {}): EvidenceOf<'ssh-server-settings'> {
  return {
    id: 'sshd-1',
    kind: 'ssh-server-settings',
    host: HOST,
    user: 'deploy',
    unreadBecause: null,
    clientAliveInterval: 0,
    clientAliveCountMax: 3,
    tcpKeepAlive: true,
    loginGraceTime: 120,
    channelTimeout: [],
    unusedConnectionTimeout: 0,
    maxSessions: 10,
    maxStartups: '10:30:100',
    rekeyLimit: '0 0',
    chrootDirectory: null,
    chrootPath: null,
    ...some,
  };
}

/** The surest cause of one kind that follows from the evidence. */
export function causeOf(kind: CauseKind, ...evidence: readonly Evidence[]): Cause {
  const found = diagnose(evidence).filter(({ cause }) => cause === kind);
  const first = found.sort((a, b) => VERDICTS.indexOf(a.verdict) - VERDICTS.indexOf(b.verdict))[0];
  if (first === undefined) throw new Error(`nothing is said of ${kind}`);
  return first;
}
