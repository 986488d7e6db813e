// Evidence in words, whatever its kind: the keys of the contract say what a number is and in which unit.

import { NONE } from '../report/table.ts';
import { type Content, html } from './html.ts';

const UNITS: Readonly<Record<string, string>> = { Seconds: 's', Ms: 'ms', Bytes: 'bytes' };
/** Written together, and in capitals where people do. */
const ABBREVIATIONS: Readonly<Record<string, string>> = {
  arp: 'ARP',
  ip: 'IP',
  icmp: 'ICMP',
  mac: 'MAC',
  mtu: 'MTU',
  rtt: 'RTT',
  ssh: 'SSH',
  tcp: 'TCP',
  ttl: 'TTL',
  vlan: 'VLAN',
};

/** `survivedSeconds` → `survived (s)`; `rttMs` → `RTT (ms)`. */
export function heading(key: string): string {
  const unit = Object.keys(UNITS).find((suffix) => key.endsWith(suffix));
  const bare = unit === undefined || key.length === unit.length ? key : key.slice(0, -unit.length);
  const words = bare.replaceAll(/([a-z\d])(?=[A-Z])/g, '$1 ').split(/[ -]/);
  const text = words.map((word) => ABBREVIATIONS[word.toLowerCase()] ?? word.toLowerCase()).join(' ');
  return unit === undefined ? text : `${text} (${UNITS[unit]})`;
}

/** What has no value shows none, and never a zero. */
export function cell(value: unknown): Content {
  if (value === null || value === undefined) return html`<span class="none">${NONE}</span>`;
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') return value === '' ? html`<span class="none">empty</span>` : value;
  if (Array.isArray(value)) {
    if (value.length === 0) return html`<span class="none">none</span>`;
    return value.map((item, index) => [
      index > 0 ? (item !== null && typeof item === 'object' ? '; ' : ', ') : '',
      cell(item),
    ]);
  }
  return Object.entries(value)
    .filter(([, item]) => item !== null)
    .map(([key, item], index) => [index > 0 ? ', ' : '', `${heading(key)}: `, cell(item)]);
}
