// Echo requests as tables: one row for each host and for the router beside it; of a network who answers and who does not.

import { ipv4ToUint32, parseIpv4, uint32ToIpv4 } from '../address/ipv4.ts';
import { Ipv4Set } from '../address/ipv4-set.ts';
import type { EvidenceOf } from '../evidence.ts';
import { printable } from '../printable.ts';
import { roundTripsLine } from './round-trips-line.ts';
import { lineWidth, type Style } from './style.ts';
import { type Cell, columns, ms, NONE, table } from './table.ts';

type Echo = EvidenceOf<'echo'>;
type EchoSweep = EvidenceOf<'echo-sweep'>;

const HEAD = ['', 'host', 'answered', 'min', 'median', 'mean', 'max', 'stddev', 'jitter', 'gap', 'by'];

export function echoTable(items: readonly Echo[], style: Style): string {
  const rows = items.flatMap((item) => [
    [item.id, item.host === item.address ? item.host : `${item.host} (${item.address})`, ...figures(item), item.method],
    ...(item.gateway === null || item.gateway === undefined
      ? []
      : [['', `gateway ${item.gateway.address}`, ...figures(item.gateway), '']]),
  ]);
  const notes = items.flatMap((item) => notesOf(item).map((note) => `${item.id}: ${note}`));
  const pictures = style.plain ? [] : items.flatMap((item) => roundTripsLine(item, lineWidth(style)));
  return [table('Echo (ping), times in ms', HEAD, rows, style), ...pictures.map(printable), ...notes.map(printable)]
    .filter(Boolean)
    .join('\n');
}

type Figures = Pick<Echo, 'sent' | 'received' | 'unsettled' | 'rttMs' | 'longestLossRun'>;

/** `gap` is the most requests in a row without an answer. */
function figures({ sent, received, unsettled = 0, rttMs, longestLossRun }: Figures): Cell[] {
  return [
    `${received}/${sent - unsettled}`,
    ms(rttMs?.min ?? null),
    ms(rttMs?.median ?? null),
    ms(rttMs?.mean ?? null),
    ms(rttMs?.max ?? null),
    ms(rttMs?.stddev ?? null),
    ms(rttMs?.jitter ?? null),
    longestLossRun ?? NONE,
  ];
}

function notesOf(item: Echo): string[] {
  const { link, duplicates, reordered = 0, hopLimitChanges = 0, hopLimits = [], dscp = 0 } = item;
  return [
    ...(item.methodNote === null ? [] : [item.methodNote]),
    ...(dscp === 0 ? [] : [`marked with DSCP ${dscp}`]),
    ...(link?.wireless
      ? [`by Wi-Fi (${link.interface}${link.signalDbm === null ? '' : `, signal ${link.signalDbm} dBm`})`]
      : []),
    ...(duplicates === 0 ? [] : [`${times(duplicates, 'answer')} that had come before came again`]),
    ...(reordered === 0 ? [] : [`${times(reordered, 'answer')} came after one to a later request`]),
    ...(hopLimitChanges === 0
      ? []
      : [
          `the TTL of answers changed ${times(hopLimitChanges, 'time')}: ${hopLimits.map(({ hopLimit, count }) => `${hopLimit} in ${count}`).join(', ')}`,
        ]),
    ...((item.kernelDrops ?? 0) === 0 ? [] : [`${times(item.kernelDrops ?? 0, 'answer')} came too fast to be read`]),
    ...errorNotes(item.errors),
  ];
}

function errorNotes(errors: Echo['errors']): string[] {
  return errors.map(({ from, type, code, count }) => `${from} sent ICMP type ${type} code ${code}, ${count} times`);
}

function times(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** More ranges than that are told by their number: `--json` has all of them. */
const RANGES_SHOWN = 40;
const SILENT_SHOWN = 10;

export function echoSweepSection(item: EchoSweep, style: Style): string {
  const { id, slowest, lossy, lossyHosts, rttMs } = item;
  const title = printable(`${id}: who answers echo requests (${item.target})`);
  const silent = item.addressesAsked - item.addressesAnswered;
  const rows = [
    ['answered', String(item.addressesAnswered), listed(item.answered, RANGES_SHOWN)],
    ['silent', String(silent), silent === 0 ? '' : listed(gaps(item), SILENT_SHOWN)],
  ];
  const found = columns(title, rows, (row) => row, style);
  const lines = [
    ...(rttMs === null
      ? []
      : [
          `round trips: min ${ms(rttMs.min)}, median ${ms(rttMs.median)}, mean ${ms(rttMs.mean)}, max ${ms(rttMs.max)} ms (the fastest of each host)`,
        ]),
    ...(slowest.length === 0
      ? []
      : [`slowest: ${slowest.map(({ ip, rttMs: rtt }) => `${ip} ${ms(rtt)} ms`).join(', ')}`]),
    ...(item.atFullSpeed ? ['at full speed a round trip holds the time in our own queue'] : []),
    ...(lossyHosts === 0
      ? []
      : [
          `did not answer every time: ${lossy.map(({ ip, asked, answered }) => `${ip} ${answered}/${asked}`).join(', ')}${lossyHosts > lossy.length ? `, and ${lossyHosts - lossy.length} more` : ''}`,
        ]),
    ...item.notAsked.map(({ code, addresses }) => notAsked(code, addresses)),
    ...item.errors.map(
      ({ from, type, code, count }) => `${from} sent ICMP type ${type} code ${code} about ${times(count, 'host')}`,
    ),
    ...(item.duplicates === 0 ? [] : [`${times(item.duplicates, 'answer')} came more than once`]),
    ...(item.methodNote === null ? [] : [item.methodNote]),
    howLine(item),
  ];
  return [found, ...lines.map((line) => printable(`${id}: ${line}`))].join('\n');
}

function notAsked(code: string, addresses: number): string {
  const hint =
    code === 'ENOBUFS'
      ? ': the neighbour table is full of silent addresses (net.ipv4.neigh.default.gc_thresh3); on your own LAN, --dup-ip asks without it'
      : '';
  return `${addresses} ${addresses === 1 ? 'address' : 'addresses'} could not be asked (${code})${hint}`;
}

function howLine({ requestsSent, rounds, tookSeconds, kernelDrops, dropsMadeUp, method }: EchoSweep): string {
  const drops =
    kernelDrops === null
      ? ''
      : kernelDrops === 0
        ? ', nothing lost unread'
        : `, ${times(kernelDrops, 'answer')} lost unread${dropsMadeUp ? ', then the silent asked again without a loss' : ''}`;
  return `${times(requestsSent, 'request')} in ${times(rounds, 'round')}, ${Number(tookSeconds.toPrecision(3))} s, by ${method}${drops}`;
}

function listed(ranges: readonly string[], most: number): string {
  const shown = ranges.slice(0, most).join(' ');
  return ranges.length <= most ? shown : `${shown} … (${ranges.length - most} more ranges)`;
}

/** What was asked for without what answered; only the number is told of IPv6 addresses. */
function gaps({ asked, answered }: EchoSweep): string[] {
  const silent = setOf(asked).minus(setOf(answered));
  return silent.ranges.map(({ first, last }) =>
    first === last ? uint32ToIpv4(first) : `${uint32ToIpv4(first)}-${uint32ToIpv4(last)}`,
  );
}

function setOf(ranges: readonly string[]): Ipv4Set {
  return new Ipv4Set(
    ranges.flatMap((text) => {
      const [first, last] = text.split('-').map(parseIpv4);
      if (first === null || first === undefined || last === null) return [];
      return [{ first: ipv4ToUint32(first), last: ipv4ToUint32(last ?? first) }];
    }),
  );
}
