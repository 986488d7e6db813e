// What was measured as performance data of a monitoring plugin: 'label'=value[UOM];[warn];[crit];[min];[max], with U for what
// could not be determined. The labels follow from what was asked for, not from what was found, because graphs are drawn by them;
// only where something is measured that is not always there (the far side speaking first, a slower timer) are there more of them.

import type { Evidence, EvidenceOf } from '../evidence.ts';
import { printableAscii } from '../printable.ts';
import { toAscii } from './ascii.ts';
import {
  addressMetrics,
  arpSweepMetrics,
  connectMetrics,
  hopMetrics,
  hostMetrics,
  idleMetrics,
  type Metric,
  mtuMetrics,
  pingSweepMetrics,
  plainLabel,
} from './metric.ts';
import { skippedMetrics } from './skipped-metrics.ts';

/**
 * In the order of the evidence; of two figures that are about the same, the one that was measured. `endpoint` is the only one whose
 * idle timeout was asked for, null where there are several: what is seen of one may have other names (a jump host's, ssh's own).
 */
export function metricsOf(evidence: readonly Evidence[], endpoint: string | null = null): Metric[] {
  const named = new Map<string, Metric>();
  for (const metric of evidence.flatMap((item) => metricsOfItem(item, evidence, endpoint))) {
    const name = `${metric.label} ${metric.subject}`;
    const before = named.get(name);
    if (before === undefined || before.value === null) named.set(name, metric);
  }
  return [...named.values()];
}

function metricsOfItem(item: Evidence, evidence: readonly Evidence[], endpoint: string | null): Metric[] {
  switch (item.kind) {
    case 'skipped':
      return skippedMetrics(item, evidence, endpoint);
    case 'echo': {
      const settled = item.sent - (item.unsettled ?? 0);
      const rtt = item.rttMs === null ? null : (item.rttMs.median ?? item.rttMs.mean);
      return hostMetrics(item.host, lossPercent(settled, item.received), rtt);
    }
    case 'echo-sweep': {
      const answered = counted(item.addressesAnswered, item.complete && item.addressesAsked > 0);
      return pingSweepMetrics(item.target, answered, item.addressesAsked);
    }
    case 'arp-claims': {
      // Of a sweep they are counted there.
      if (item.sweep !== null) return [];
      const others = counted(item.claims.length, isWhole(item));
      return addressMetrics(item.ip, others === null ? null : others + (item.ownMac === null ? 0 : 1));
    }
    case 'arp-sweep': {
      const shared = item.inventory.filter(({ claimants }) => claimants > 1).length;
      const [addresses, several] = [item.addressesAnswered, shared].map((each) => counted(each, isWhole(item)));
      return arpSweepMetrics(item.target, addresses, several);
    }
    case 'path': {
      const last = item.reached ? item.hops.at(-1) : undefined;
      const loss = last === undefined ? null : lossPercent(last.sent, last.received);
      // Beside a path there may be no word of its MTU.
      return [...hopMetrics(item.host, last?.ttl, loss), ...mtuMetrics(item.host)];
    }
    case 'path-mtu':
      return mtuMetrics(item.host, item.mtuBytes);
    case 'tcp-connect': {
      const subject = endpoint ?? `${item.host}:${item.port}`;
      // Where nobody lets anybody in there is nothing to hold.
      return [...connectMetrics(subject, item.connectMs), ...idleMetrics(subject)];
    }
    case 'idle-timeout': {
      const beyond = item.awakeUpToHop === undefined ? '' : `_beyond_${item.awakeUpToHop}`;
      const which = `${item.direction === 'inbound' ? '_in' : ''}${beyond}`;
      const subject = endpoint ?? `${item.host}:${item.port}`;
      return idleMetrics(subject, item.expiredSeconds, item.survivedSeconds, which);
    }
    default:
      return [];
  }
}

/** Nobody was heard is only known where all were asked, or listened to, for as long as was meant. */
function isWhole({ source, probesSent, complete }: EvidenceOf<'arp-claims' | 'arp-sweep'>): boolean {
  return complete && (source !== 'probes' || probesSent > 0);
}

/** None is a figure only where nothing is missing. */
function counted(count: number, isWhole: boolean): number | null {
  return count === 0 && !isWhole ? null : count;
}

function lossPercent(sent: number, received: number): number | null {
  return sent <= 0 ? null : Math.max(0, (100 * (sent - received)) / sent);
}

/** Space-separated; the subject is in the label of all that are measured of several. Of two with one label the first. */
export function performanceData(metrics: readonly Metric[]): string {
  const isShared = ({ label, subject }: Metric): boolean =>
    metrics.some((other) => plainLabel(other.label) === plainLabel(label) && other.subject !== subject);
  const labelled = metrics.map((metric) => ({
    ...metric,
    label: isShared(metric) ? quoted(`${metric.label} ${metric.subject}`) : metric.label,
  }));
  const first = new Map(labelled.toReversed().map((metric) => [metric.label, metric]));
  return labelled
    .filter((metric) => first.get(metric.label) === metric)
    .map(({ label, value, unit, most }) => {
      const range = most === undefined ? ';;;0' : `;;;0;${most}`;
      return `${label}=${value === null ? 'U' : `${decimal(value)}${unit}`}${range}`;
    })
    .join(' ');
}

/** "The single quotes for the label are optional. Required if spaces are in the label"; = and ' may not be in it. */
function quoted(label: string): string {
  return `'${printableAscii(toAscii(label)).replaceAll(/[=']/g, '_').replaceAll('|', '/')}'`;
}

/** "value … in class [-0-9.]": no exponent. Three digits after the point are finer than anything that is measured. */
function decimal(value: number): string {
  return String(Number(value.toFixed(3)));
}
