// --dup-ip: one sweep, told as evidence for each address that matters.

import { macRole } from '../address/mac.ts';
import { macVendor } from '../address/vendor.ts';
import { type Claim, type Link, type SweepResult, sweep } from '../arp-lite/index.ts';
import type { Clock } from '../clock.ts';
import type { ArpClaim, Finding } from '../evidence.ts';
import type { DupIpStep } from '../plan/index.ts';

export async function scanDupIp(
  step: DupIpStep,
  link: Link,
  random: () => number,
  clock: Clock,
  signal: AbortSignal,
  onProgress: (text: string) => void,
): Promise<Finding[]> {
  const options = {
    targets: step.addresses,
    ownAddresses: step.ownAddresses,
    ownMacs: step.ownMacs,
    senderMac: step.senderMac,
    senderIp: step.senderIp,
    rounds: step.rounds,
    roundIntervalMs: step.roundIntervalSeconds * 1000,
    ratePerSecond: step.ratePerSecond,
    listenMs: step.listenSeconds * 1000,
    repeatAnswered: step.addresses.length <= REPEAT_UP_TO,
    random,
  };
  const result = await sweep(link, options, clock, signal, (sent) => onProgress(`${sent} ARP probes sent, listening`));
  const findings = step.sweep ? tellSweep(step, result) : [tellAddress(step, result, 0)];
  if (result.linkError === null) return findings;
  const because = `interface ${step.interfaceName} failed while listening (${result.linkError})`;
  const hint = `look at the interface (ip link show ${step.interfaceName}) and repeat`;
  return [...findings, { kind: 'skipped', check: 'dup-ip', target: step.target, because, hint }];
}

/** Networks up to a /22 are asked in every round; in wider ones an address with one clear owner is not asked again. */
const REPEAT_UP_TO = 1024;

function tellSweep(step: DupIpStep, result: SweepResult): Finding[] {
  const answered = step.addresses.flatMap((address, index) => (result.claims(address).length > 0 ? [index] : []));
  const summary: Finding = {
    kind: 'arp-sweep',
    target: step.target,
    interface: step.interfaceName,
    addressesAsked: result.probesSent.filter((probes) => probes > 0).length,
    addressesAnswered: answered.length,
    probesSent: result.probesSent.reduce((sum, probes) => sum + probes, 0),
    listenedSeconds: toSeconds(result.elapsedMs),
    kernelDrops: result.kernelDrops,
    complete: result.complete,
  };
  return [summary, ...answered.map((index) => tellAddress(step, result, index))];
}

function tellAddress(step: DupIpStep, result: SweepResult, index: number): Finding {
  const ip = step.addresses[index] as DupIpStep['addresses'][number];
  return {
    kind: 'arp-claims',
    ip,
    interface: step.interfaceName,
    ownMac: step.ownAddresses.includes(ip) ? step.senderMac : null,
    sweep: step.sweep ? step.target : null,
    probesSent: result.probesSent[index] as number,
    listenedSeconds: toSeconds(result.elapsedMs),
    kernelDrops: result.kernelDrops,
    complete: result.complete,
    claims: result.claims(ip).map(tellClaim),
  };
}

function tellClaim(claim: Claim): ArpClaim {
  return {
    mac: claim.mac,
    vendor: macVendor(claim.mac),
    role: macRole(claim.mac),
    frameSourceMac: claim.frameSourceMac,
    via: claim.via,
    count: claim.count,
    firstSeconds: toSeconds(claim.firstMs),
    lastSeconds: toSeconds(claim.lastMs),
    rounds: [...claim.rounds],
  };
}

/** To the microsecond: more would be noise. */
function toSeconds(ms: number): number {
  return Math.round(ms * 1000) / 1_000_000;
}
