// Who has which address: claims in full where there is something to see, an inventory of the rest, and the proofs.

import { formatSeconds } from '../duration.ts';
import type { ArpClaim, EvidenceOf, InventoryRow } from '../evidence.ts';
import { printable } from '../printable.ts';
import { claimsTimeline } from './claims-timeline.ts';
import { lineWidth, type Style } from './style.ts';
import { type Cell, columns, ms, NONE, table } from './table.ts';

type ArpClaims = EvidenceOf<'arp-claims'>;

/** Addresses of a sweep with one clear owner are in its inventory. */
export function claimsTable(items: readonly ArpClaims[], style: Style): string {
  const shown = items.filter(
    ({ sweep, claims, ownMac, elsewhere }) =>
      sweep === null || claims.length > 1 || ownMac !== null || elsewhere !== undefined,
  );
  const head = ['', 'address', 'MAC', 'whose', 'via', 'times', 'first', 'last'];
  const body = table('Who claims an address (ARP)', head, shown.flatMap(claimRows), style);
  const pictures = style.plain ? [] : shown.flatMap((item) => claimsTimeline(item, lineWidth(style)));
  return [body, ...pictures, ...shown.flatMap(claimNotes).map(printable)].filter((part) => part !== '').join('\n');
}

function claimRows(item: ArpClaims): Cell[][] {
  const { id, ip, ownMac, claims, source, probesSent } = item;
  const own: Cell[][] = ownMac === null ? [] : [[id, ip, ownMac, 'this machine', NONE, NONE, NONE, NONE]];
  const rows = [...own, ...claims.map((claim) => claimRow(item, claim))];
  if (rows.length > 0) return rows;
  const nobody = source === 'probes' ? `nobody, to ${probesSent} probes` : 'nobody was heard';
  return [[id, ip, nobody, NONE, NONE, 0, NONE, NONE]];
}

function claimRow({ id, ip }: ArpClaims, claim: ArpClaim): Cell[] {
  const { mac, via, count, firstSeconds, lastSeconds } = claim;
  return [id, ip, mac, whose(claim), via, count, after(firstSeconds), after(lastSeconds)];
}

/** So that the table stays within a terminal. */
const LONGEST_VENDOR = 24;

/** The vendor's name; that of a virtual MAC would only say who reserved it. */
function whose({
  vendor,
  locallyAdministered,
  role,
}: Pick<ArpClaim, 'vendor' | 'locallyAdministered' | 'role'>): string {
  if (role !== 'station') return `${role} (shared)`;
  const name = vendor ?? (locallyAdministered ? 'randomised or virtual' : NONE);
  const letters = [...name];
  return letters.length > LONGEST_VENDOR ? `${letters.slice(0, LONGEST_VENDOR - 1).join('')}…` : name;
}

/** Milliseconds where questions were asked, seconds where we listened for long. */
function after(seconds: number): string {
  return seconds < 10 ? `${ms(seconds * 1000)} ms` : `${seconds.toFixed(1)} s`;
}

/** What the table has no column for, one line each. */
function claimNotes({ id, claims, elsewhere, unlistedFrames, otherAddresses, flips, expected }: ArpClaims): string[] {
  const notes = claims.flatMap(({ mac, frameSourceMac, vlanId, carrierVlanId, canariesClaimed }) => [
    ...(vlanId === null ? [] : [`${mac} was heard in VLAN ${vlanId}${carrierVlanId ? ` in ${carrierVlanId}` : ''}`]),
    ...(frameSourceMac === null ? [] : [`${mac} came in frames from ${frameSourceMac}`]),
    ...(canariesClaimed === null || canariesClaimed.length === 0
      ? []
      : [`${mac} also answers for ${canariesClaimed.join(' and ')}, which nobody should have`]),
  ]);
  if (elsewhere !== undefined) notes.push(`heard on another interface than ${elsewhere.join(' and ')}`);
  if (unlistedFrames > 0) notes.push(`${counted(unlistedFrames, 'more frame')} came from further MACs`);
  if (otherAddresses !== null && otherAddresses.shared > 0) {
    notes.push(`${counted(otherAddresses.shared, 'other address is', 'other addresses are')} claimed by all of them`);
  }
  if (otherAddresses !== null && otherAddresses.notShared > 0) {
    notes.push(
      `${counted(otherAddresses.notShared, 'other address is', 'other addresses are')} claimed, but not by all of them`,
    );
  }
  if (flips !== null && flips.count > 0) {
    const times = flips.first.map(({ atSeconds, toMac }) => `${after(atSeconds)} to ${toMac}`).slice(0, FLIPS_SHOWN);
    const more = flips.count > times.length ? ', …' : '';
    notes.push(`it changed hands ${counted(flips.count, 'time')}: ${times.join(', ')}${more}`);
  }
  if (expected !== null) notes.push(`you expect ${expected.join(', ')}`);
  return notes.map((note) => `${id}: ${note}`);
}

const FLIPS_SHOWN = 3;

function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** A line on how it was swept, then who has which address, contested ones first. */
export function sweepSection(item: EvidenceOf<'arp-sweep'>, style: Style): string {
  const rows = item.inventory.toSorted((a, b) => Number(b.claimants > 1) - Number(a.claimants > 1));
  const title = `${item.id}: who has which address (${printable(item.target)})`;
  return [columns(title, rows, inventoryCells, style), sweepLine(item)].filter((part) => part !== '').join('\n');
}

function inventoryCells(row: InventoryRow): Cell[] {
  const { ip, mac, firstSeconds, claimants } = row;
  const others = claimants > 1 ? `and ${claimants - 1} more` : '';
  return [ip, mac, whose(row), after(firstSeconds), others];
}

function sweepLine(item: EvidenceOf<'arp-sweep'>): string {
  const where = item.interface === null ? '' : ` on ${item.interface}`;
  const count =
    item.addressesAsked === null
      ? `${counted(item.addressesAnswered, 'address', 'addresses')} in ${counted(item.frames ?? 0, 'ARP frame')}`
      : `${item.addressesAnswered} of ${counted(item.addressesAsked, 'address', 'addresses')} answered`;
  const drops =
    item.kernelDrops === 0
      ? 'nothing lost unread'
      : `${counted(item.kernelDrops, 'frame')} lost unread${item.dropsMadeUp ? ', then all asked again without a loss' : ''}`;
  const malformed = item.malformedFrames === 0 ? '' : `, ${counted(item.malformedFrames, 'malformed frame')}`;
  const how = item.source === 'probes' ? `${counted(item.probesSent, 'probe')}, ` : '';
  return printable(
    `${item.id}: ${item.target}${where}: ${count} (${how}${formatSeconds(item.listenedSeconds)}, ${drops}${malformed})`,
  );
}

/** What each claimant of a contested address said when it was asked by itself. */
export function proofSection(item: EvidenceOf<'claimant-proof'>, style: Style): string {
  const { id, ip, port, claimants, clocks, counters, linkLevelOnly } = item;
  const rows = claimants.map(({ mac, outcome, ttl, hostKey }) => [
    mac,
    outcome,
    ttl ?? NONE,
    hostKey === null ? NONE : `${hostKey.type} ${hostKey.fingerprint}`,
  ]);
  const notes = [
    ...claimants.flatMap(({ mac, answeredFrom, banner }) => [
      ...(banner === null ? [] : [`${mac} greets with ${banner}`]),
      ...(answeredFrom === null || answeredFrom === mac
        ? []
        : [`what ${mac} is sent is answered from ${answeredFrom}`]),
    ]),
    `TCP clocks: ${toldApart(clocks)}; packet counters (IP identification): ${toldApart(counters)}`,
    ...(linkLevelOnly === null ? [] : [`no host keys were read: ${linkLevelOnly}`]),
  ];
  const title = printable(`${id}: who is behind each MAC of ${ip}`);
  const body = table(title, ['MAC', `port ${port}`, 'TTL', 'SSH host key'], rows, style) || style.bold(title);
  return [body, ...notes.map((note) => printable(`${id}: ${note}`))].join('\n');
}

function toldApart(comparison: EvidenceOf<'claimant-proof'>['clocks']): string {
  switch (comparison) {
    case 'same':
      return 'the same';
    case 'different':
      return 'different';
    case 'unknown':
      return 'tell nothing';
  }
}
