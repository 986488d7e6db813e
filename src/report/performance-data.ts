// What was measured as performance data of a monitoring plugin: 'label'=value[UOM];[warn];[crit];[min];[max], with U for what
// could not be determined. A command line gives the same labels each time, whatever it finds: graphs are drawn by them.

import type { Evidence, EvidenceOf } from '../evidence.ts';
import { printableAscii } from '../printable.ts';
import { toAscii } from './ascii.ts';

export interface Metric {
  readonly label: string;
  /** What it is about; part of the label where there are several. */
  readonly subject: string;
  /** null: not measured. */
  readonly value: number | null;
  readonly unit: '%' | 'ms' | 's' | 'B' | '';
  readonly most?: number;
}

export function metricsOf(evidence: readonly Evidence[]): Metric[] {
  return evidence.flatMap(metricsOfItem);
}

function metricsOfItem(item: Evidence): Metric[] {
  switch (item.kind) {
    case 'echo': {
      const settled = item.sent - (item.unsettled ?? 0);
      const subject = item.host;
      const rtt = item.rttMs === null ? null : (item.rttMs.median ?? item.rttMs.mean);
      return [
        { label: 'loss', subject, value: lossPercent(settled, item.received), unit: '%', most: 100 },
        { label: 'rtt', subject, value: rtt, unit: 'ms' },
      ];
    }
    case 'echo-sweep': {
      const answered = counted(item.addressesAnswered, item.complete && item.addressesAsked > 0);
      return [{ label: 'answered', subject: item.target, value: answered, unit: '', most: item.addressesAsked }];
    }
    case 'arp-claims': {
      // Of a sweep they are counted there.
      if (item.sweep !== null) return [];
      const others = counted(item.claims.length, isWhole(item));
      const machines = others === null ? null : others + (item.ownMac === null ? 0 : 1);
      return [{ label: 'machines', subject: item.ip, value: machines, unit: '' }];
    }
    case 'arp-sweep': {
      const shared = item.inventory.filter(({ claimants }) => claimants > 1).length;
      return [
        { label: 'addresses', subject: item.target, value: counted(item.addressesAnswered, isWhole(item)), unit: '' },
        { label: 'shared', subject: item.target, value: counted(shared, isWhole(item)), unit: '' },
      ];
    }
    case 'path': {
      const last = item.reached ? item.hops.at(-1) : undefined;
      const loss = last === undefined ? null : lossPercent(last.sent, last.received);
      return [
        { label: 'hops', subject: item.host, value: last?.ttl ?? null, unit: '' },
        { label: 'path_loss', subject: item.host, value: loss, unit: '%', most: 100 },
      ];
    }
    case 'path-mtu':
      return [{ label: 'mtu', subject: item.host, value: item.mtuBytes, unit: 'B' }];
    case 'tcp-connect':
      return [{ label: 'connect', subject: `${item.host}:${item.port}`, value: item.connectMs, unit: 'ms' }];
    case 'idle-timeout': {
      const beyond = item.awakeUpToHop === undefined ? '' : `_beyond_${item.awakeUpToHop}`;
      const which = `${item.direction === 'inbound' ? '_in' : ''}${beyond}`;
      const subject = `${item.host}:${item.port}`;
      return [
        { label: `idle_timeout${which}`, subject, value: item.expiredSeconds, unit: 's' },
        { label: `idle_survived${which}`, subject, value: item.survivedSeconds, unit: 's' },
      ];
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

/** Space-separated; of two that would have one label the first. */
export function performanceData(metrics: readonly Metric[]): string {
  const isShared = ({ label }: Metric): boolean => metrics.filter((other) => other.label === label).length > 1;
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
