// A path as tables: its hops, the largest packet that gets through, and what became of marked packets.

import { seldomAnswering } from '../diagnose/loss-on-path.ts';
import type { EvidenceOf } from '../evidence.ts';
import { printable } from '../printable.ts';
import type { Style } from './style.ts';
import { type Cell, ms, NONE, named, table } from './table.ts';

type Path = EvidenceOf<'path'>;
type Hop = Path['hops'][number];

export function pathSection(item: Path, style: Style): string {
  const means = item.port === null ? 'ICMP echo' : `TCP SYNs to port ${item.port}`;
  const title = printable(`${item.id}: path to ${named(item)} by ${means}`);
  const hasNames = item.hops.some(({ names }) => names !== undefined);
  const head = [
    'hop',
    'address',
    ...(hasNames ? ['name'] : []),
    'answered',
    'asked itself',
    'min ms',
    'mean ms',
    'max ms',
  ];
  const rows = item.hops.map((hop) => hopRow(hop, hasNames));
  const seldom = seldomAnswering(item);
  const notes = [
    ...(item.methodNote === null ? [] : [`${item.id}: ${item.methodNote}`]),
    ...(seldom.length === 0
      ? []
      : [
          `${item.id}: hop ${seldom.join(' and ')} answers only some of what it is asked, while more comes back from behind: a limit of its own, no loss`,
        ]),
    ...item.hops
      .filter(({ rewritten }) => rewritten.length > 0)
      .slice(0, 1)
      .map(
        ({ ttl, rewritten }) =>
          `${item.id}: hop ${ttl} quotes our packets with another ${rewritten.join(' and ')}: a NAT in front of it rewrites them`,
      ),
    `${item.id}: ${ending(item)}`,
  ];
  return [table(title, head, rows, style) || style.bold(title), ...notes.map(printable)].join('\n');
}

function hopRow({ ttl, addresses, names, sent, received, asked, rttMs }: Hop, hasNames: boolean): Cell[] {
  // Of a router that limits its errors the echoes to itself tell the times, too.
  const times = rttMs ?? asked?.rttMs ?? null;
  const name = (names ?? []).map((each) => each ?? NONE).join(', ');
  return [
    ttl,
    addresses.length === 0 ? '(says nothing)' : addresses.join(', '),
    ...(hasNames ? [name === '' ? NONE : name] : []),
    `${received}/${sent}`,
    asked === null ? NONE : `${asked.received}/${asked.sent}`,
    ms(times?.min ?? null),
    ms(times?.mean ?? null),
    ms(times?.max ?? null),
  ];
}

function ending({ endedBecause, hops, port, refused, unreachable }: Path): string {
  const last = hops.at(-1)?.ttl ?? 0;
  const said =
    unreachable === null ? '' : `${unreachable.from} sent ICMP type ${unreachable.type} code ${unreachable.code}`;
  switch (endedBecause) {
    case 'reached':
      return `reached, ${last} ${last === 1 ? 'hop' : 'hops'} away${refused ? '; the port is closed' : ''}${said === '' ? '' : `; ${said}`}`;
    case 'unreachable':
      return `not reached: ${said}`;
    case 'loop':
      return 'not reached: packets come back to routers that they had passed';
    case 'interrupted':
      return 'not reached yet when it was interrupted';
    case 'silence':
      return `not reached: nothing is heard beyond ${last === 0 ? 'this machine' : `hop ${last}`}${port === null ? '; a port may answer where ICMP is dropped (--path host:22)' : ''}`;
  }
}

export function mtuTable(items: readonly EvidenceOf<'path-mtu'>[], style: Style): string {
  const rows = items.map((item) => [
    item.id,
    named(item),
    `${item.interfaceMtuBytes} (${item.interface})`,
    item.mtuBytes === null ? NONE : item.passed === null ? `${item.mtuBytes}, not proven` : item.mtuBytes,
    saidBy(item),
    tried(item.passed),
    tried(item.failed),
  ]);
  const head = ['', 'host', 'interface bytes', 'path bytes', 'said by', 'came back', 'never came back'];
  const notes = items.flatMap((item) => [
    ...(item.unmeasuredBecause === null ? [] : [`${item.id}: ${item.unmeasuredBecause}`]),
    ...(item.routeMtuBytes === undefined
      ? []
      : [`${item.id}: this machine’s own route limits packets to ${item.routeMtuBytes} bytes`]),
    ...(item.peerMssBytes === null
      ? []
      : [`${item.id}: the port asks for segments of at most ${item.peerMssBytes} bytes`]),
  ]);
  return [table('Path MTU', head, rows, style), ...notes.map(printable)].filter(Boolean).join('\n');
}

function saidBy({ isBlackHole, reportedBy, reportedMtuBytes }: EvidenceOf<'path-mtu'>): Cell {
  if (!isBlackHole) return reportedBy ?? NONE;
  return reportedBy === null ? 'nobody' : `${reportedBy}, wrongly (${reportedMtuBytes})`;
}

function tried(size: EvidenceOf<'path-mtu'>['passed']): Cell {
  return size === null ? NONE : `${size.bytes} (${size.times} x)`;
}

const MARKS: Readonly<Record<number, string>> = { 0: 'none', 18: 'AF21', 46: 'EF' };

export function marksTable(items: readonly EvidenceOf<'dscp-comparison'>[], style: Style): string {
  const rows = items.flatMap((item) =>
    item.marks.map(({ dscp, sent, answered, refused, errors }, index) => [
      index === 0 ? item.id : '',
      index === 0 ? named(item) : '',
      item.port === null ? 'ICMP' : `TCP ${item.port}`,
      MARKS[dscp] ?? dscp,
      `${answered}/${sent}`,
      item.port === null ? NONE : refused,
      errors.length === 0 ? NONE : errors.map(({ from, type, code }) => `${from} type ${type} code ${code}`).join(', '),
    ]),
  );
  const head = ['', 'host', 'by', 'mark', 'answered', 'reset', 'ICMP errors'];
  const notes = items.flatMap((item) =>
    item.changes.map(
      ({ sentDscp, hop, arrivedDscp }) =>
        `${item.id}: ${MARKS[sentDscp] ?? `DSCP ${sentDscp}`} has become ${arrivedDscp === 0 ? 'none' : `DSCP ${arrivedDscp}`} by hop ${hop}`,
    ),
  );
  return [table('Marked packets (DSCP)', head, rows, style), ...notes.map(printable)].filter(Boolean).join('\n');
}
