// What a piece of evidence says, in a few words: the line that proves a finding.

import { rejectionWords } from '../diagnose/mosh.ts';
import { formatSeconds, formatSecondsRange } from '../duration.ts';
import type { EvidenceKind, Finding } from '../evidence.ts';

type Found<K extends EvidenceKind> = Extract<Finding, { kind: K }>;

/** null for what proves nothing by itself: a setting of the kernel, a check that was skipped. */
export function inShort(item: Finding): string | null {
  switch (item.kind) {
    case 'arp-claims':
      return claimsInShort(item);
    case 'arp-sweep':
      return `${item.addressesAnswered} addresses were heard`;
    case 'claimant-proof':
      return proofInShort(item);
    case 'echo':
      return echoInShort(item);
    case 'echo-sweep':
      return `${item.addressesAnswered} of ${item.addressesAsked} addresses answered echo requests`;
    case 'path':
      return pathInShort(item);
    case 'path-mtu':
      return mtuInShort(item);
    case 'dscp-comparison':
      return `${item.port === null ? 'ICMP' : `TCP ${item.port}`}: ${item.marks.map(({ dscp, answered, sent }) => `${answered} of ${sent} answered ${markName(dscp)}`).join(', ')}`;
    case 'tcp-connect':
      return `port ${item.port}: ${item.outcome}`;
    case 'idle-timeout':
      return idleInShort(item);
    case 'idle-enforcer':
      return enforcerInShort(item);
    case 'keepalive-trial':
      return `a ${item.speaks === 'payload' ? 'byte of data' : 'keepalive'} every ${formatSeconds(item.intervalSeconds)}: ${item.outcome} after ${formatSeconds(item.lastedSeconds)}`;
    case 'ssh-server-keepalive':
      return `sshd spoke every ${formatSeconds(item.intervalSeconds)} by itself`;
    case 'ssh-client-settings':
      return item.serverAliveInterval === null
        ? null
        : `ServerAliveInterval ${item.serverAliveInterval}, ServerAliveCountMax ${item.serverAliveCountMax ?? '?'}`;
    case 'ssh-server-settings':
      return serverInShort(item);
    case 'udp-ports':
      return udpInShort(item);
    case 'route':
    case 'kernel-keepalive':
    case 'skipped':
      return null;
  }
}

function serverInShort({ clientAliveInterval, shell }: Found<'ssh-server-settings'>): string | null {
  const said = [
    ...(clientAliveInterval === null ? [] : [`ClientAliveInterval ${clientAliveInterval}`]),
    ...(shell?.tmoutSeconds ? [`TMOUT ${shell.tmoutSeconds}`] : []),
  ];
  return said.length === 0 ? null : said.join(', ');
}

function udpInShort({ ports }: Found<'udp-ports'>): string {
  const count = (outcome: (typeof ports)[number]['outcome']): number =>
    ports.filter((each) => each.outcome === outcome).length;
  const rejections = ports.flatMap(({ rejection }) =>
    rejection === null ? [] : [`${rejectionWords(rejection)} by ${rejection.from ?? 'somebody'}`],
  );
  const how = rejections.length === 0 ? '' : ` (${[...new Set(rejections)].join(', ')})`;
  return `UDP ports of mosh: ${count('answered')} answered, ${count('rejected')} rejected${how}, ${count('silent')} without an answer`;
}

function pathInShort({ reached, hops, endedBecause }: Found<'path'>): string {
  const last = hops.at(-1);
  if (last === undefined) return 'no hop answered';
  if (!reached) return `not reached: ${endedBecause} beyond hop ${last.ttl}`;
  return `${last.ttl} ${last.ttl === 1 ? 'hop' : 'hops'}, ${last.received} of ${last.sent} probes answered`;
}

function mtuInShort({ mtuBytes, passed, failed }: Found<'path-mtu'>): string {
  if (passed === null || mtuBytes === null) return 'no size could be proved';
  return failed === null
    ? `${passed.bytes} bytes came back`
    : `${passed.bytes} bytes came back, ${failed.bytes} never did`;
}

const MARK_NAMES: Readonly<Record<number, string>> = { 0: 'without a mark', 18: 'with AF21', 46: 'with EF' };

function markName(dscp: number): string {
  return MARK_NAMES[dscp] ?? `with DSCP ${dscp}`;
}

function echoInShort({ received, sent, unsettled = 0, gateway }: Found<'echo'>): string {
  const beside =
    gateway === null || gateway === undefined
      ? ''
      : `, and ${gateway.received} of ${gateway.sent - (gateway.unsettled ?? 0)} by the gateway`;
  return `${received} of ${sent - unsettled} echo requests were answered${beside}`;
}

/** MACs that are named; a network of duplicates has more. */
const NAMED = 3;

function claimsInShort({ ip, ownMac, claims, probesSent, source }: Found<'arp-claims'>): string {
  const macs = claims.map(({ mac }) => mac);
  const named = macs.length > NAMED ? `${macs.slice(0, NAMED).join(', ')} and others` : macs.join(' and ');
  const asked = source === 'probes' ? `${probesSent} ARP ${probesSent === 1 ? 'probe' : 'probes'}` : 'ARP';
  if (macs.length === 0 && ownMac !== null) return `nobody else claimed ${ip}`;
  if (macs.length === 0) return source === 'probes' ? `nobody answered ${asked} for ${ip}` : `nobody claimed ${ip}`;
  const [mac] = macs;
  if (source === 'probes' && ownMac === null && macs.length === 1) return `only ${mac} answered ${asked} for ${ip}`;
  const beside = ownMac === null ? '' : ` beside this machine (${ownMac})`;
  return source === 'probes' ? `${asked} for ${ip}: ${named}${beside}` : `${named} claimed ${ip}${beside}`;
}

function proofInShort({ claimants, clocks, counters }: Found<'claimant-proof'>): string {
  const keys = new Set(claimants.flatMap(({ hostKey }) => (hostKey === null ? [] : [hostKey.fingerprint])));
  if (keys.size > 1) return `${keys.size} different SSH host keys`;
  if (keys.size === 1 && claimants.every(({ hostKey }) => hostKey !== null))
    return 'one SSH host key behind all of them';
  if (clocks !== 'unknown') return `TCP clocks: ${clocks}`;
  if (counters !== 'unknown') return `packet counters: ${counters}`;
  return claimants.map(({ mac, outcome }) => `${mac} ${outcome}`).join(', ');
}

function idleInShort({
  probes,
  survivedSeconds,
  expiredSeconds,
  deaths,
  direction,
  onExpiry,
}: Found<'idle-timeout'>): string {
  const who = direction === 'inbound' ? 'the far side speaking first, ' : '';
  if (expiredSeconds === null) {
    return survivedSeconds === null
      ? `${who}nothing could be told`
      : `${who}alive after ${formatSeconds(survivedSeconds)} of silence`;
  }
  const alive = probes.filter(({ outcome }) => outcome === 'alive').length;
  const dead = `${deaths} dead (${onExpiry})`;
  const between =
    survivedSeconds === null
      ? `from ${formatSeconds(expiredSeconds)} on`
      : `at ${formatSecondsRange(survivedSeconds, expiredSeconds)}`;
  return `${who}${alive} alive, ${dead}, the limit ${between} of silence`;
}

function enforcerInShort({ hop, perHop }: Found<'idle-enforcer'>): string {
  if (hop === null) return `${perHop.length} hops were kept awake, which does not tell who forgets`;
  return `kept awake up to hop ${hop - 1} it ends, up to hop ${hop} it lives`;
}
