// What became of datagrams, one row a port, with who rejected them.

import { rejectionWords } from '../diagnose/mosh.ts';
import type { EvidenceOf } from '../evidence.ts';
import type { Style } from './style.ts';
import { NONE, table } from './table.ts';

export function udpTable(item: EvidenceOf<'udp-ports'>, style: Style): string {
  const rows = item.ports.map(({ port, outcome, rejection }) => [
    port,
    outcome === 'silent' ? 'no answer' : outcome,
    rejection?.from ?? NONE,
    rejection === null ? NONE : rejectionWords(rejection),
  ]);
  const title = `${item.id}: UDP ports of mosh on ${item.host}${item.host === item.address ? '' : ` (${item.address})`}`;
  return table(title, ['port', 'then', 'by', 'ICMP'], rows, style);
}
