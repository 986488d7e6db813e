// Who has which address: claims in full where there is something to see, an inventory of the rest, and the proofs.

import { formatSeconds } from '../duration.ts';
import type { ArpClaim, EvidenceOf, InventoryRow } from '../evidence.ts';
import { printable, type Style } from './style.ts';
import { type Cell, columns, ms, NONE, table } from './table.ts';

type ArpClaims = EvidenceOf<'arp-claims'>;

/** Addresses of a sweep with one clear owner are in its inventory. */
export function claimsTable(items: readonly ArpClaims[], style: Style): string {
  const shown = items.filter(({ sweep, claims, ownMac }) => sweep === null || claims.length > 1 || ownMac !== null);
  const head = ['', 'address', 'MAC', 'vendor', 'role', 'via', 'times', 'first ms', 'last ms'];
  const body = table('Who answers for an address (ARP)', head, shown.flatMap(claimRows), style);
  return [body, ...shown.flatMap(claimNotes).map(printable)].filter((part) => part !== '').join('\n');
}

function claimRows(item: ArpClaims): Cell[][] {
  const { id, ip, ownMac, claims, source, probesSent } = item;
  const own: Cell[][] = ownMac === null ? [] : [[id, ip, ownMac, 'this machine', 'station', NONE, NONE, NONE, NONE]];
  const rows = [...own, ...claims.map((claim) => claimRow(item, claim))];
  if (rows.length > 0) return rows;
  const nobody = source === 'probes' ? `nobody, to ${probesSent} probes` : 'nobody was heard';
  return [[id, ip, nobody, NONE, NONE, NONE, 0, NONE, NONE]];
}

function claimRow({ id, ip }: ArpClaims, claim: ArpClaim): Cell[] {
  const { mac, role, via, count, firstSeconds, lastSeconds } = claim;
  return [id, ip, mac, vendorOf(claim), role, via, count, ms(firstSeconds * 1000), ms(lastSeconds * 1000)];
}

function vendorOf({ vendor, locallyAdministered }: Pick<ArpClaim, 'vendor' | 'locallyAdministered'>): string {
  return vendor ?? (locallyAdministered ? 'randomised or virtual' : NONE);
}

/** What the table has no column for, one line each. */
function claimNotes({ id, claims, unlistedFrames, otherAddresses, flips, expected }: ArpClaims): string[] {
  const notes = claims.flatMap(({ mac, frameSourceMac, vlanId, canariesClaimed }) => [
    ...(vlanId === null ? [] : [`${mac} was heard in VLAN ${vlanId}`]),
    ...(frameSourceMac === null ? [] : [`${mac} came in frames from ${frameSourceMac}`]),
    ...(canariesClaimed === null || canariesClaimed.length === 0
      ? []
      : [`${mac} also answers for ${canariesClaimed.join(' and ')}, which nobody should have`]),
  ]);
  if (unlistedFrames > 0) notes.push(`${unlistedFrames} more frames came from further MACs`);
  if (otherAddresses !== null) {
    notes.push(
      `of other addresses, ${otherAddresses.shared} are claimed by all of them and ${otherAddresses.notShared} by some of them only`,
    );
  }
  if (flips !== null && flips.count > 0) {
    const times = flips.first.map(({ atSeconds, toMac }) => `${atSeconds.toFixed(1)} s to ${toMac}`).slice(0, 5);
    notes.push(`it changed hands ${flips.count} times: ${times.join(', ')}${flips.count > times.length ? ', …' : ''}`);
  }
  if (expected !== null) notes.push(`you expect ${expected.join(', ')}`);
  return notes.map((note) => `${id}: ${note}`);
}

/** A line on how it was swept, then who has which address, contested ones first. */
export function sweepSection(item: EvidenceOf<'arp-sweep'>, style: Style): string {
  const rows = item.inventory.toSorted((a, b) => Number(b.claimants > 1) - Number(a.claimants > 1));
  const title = `${item.id}: who has which address (${printable(item.target)})`;
  return [columns(title, rows, inventoryCells, style), sweepLine(item)].filter((part) => part !== '').join('\n');
}

function inventoryCells(row: InventoryRow): Cell[] {
  const { ip, mac, role, firstSeconds, claimants } = row;
  const others = claimants > 1 ? `and ${claimants - 1} more` : '';
  return [ip, mac, vendorOf(row), role === 'station' ? others : `${role} ${others}`, `${ms(firstSeconds * 1000)} ms`];
}

function sweepLine(item: EvidenceOf<'arp-sweep'>): string {
  const where = item.interface === null ? '' : ` on ${item.interface}`;
  const count =
    item.addressesAsked === null
      ? `${item.addressesAnswered} addresses in ${item.frames ?? 0} ARP frames`
      : `${item.addressesAnswered} of ${item.addressesAsked} addresses answered`;
  const drops =
    item.kernelDrops === 0
      ? 'nothing lost unread'
      : `${item.kernelDrops} frames lost unread${item.dropsMadeUp ? ', then all asked again without a loss' : ''}`;
  const malformed = item.malformedFrames === 0 ? '' : `, ${item.malformedFrames} malformed frames`;
  const how = item.source === 'probes' ? `${item.probesSent} probes, ` : '';
  return printable(
    `${item.id}: ${item.target}${where}: ${count} (${how}${formatSeconds(item.listenedSeconds)}, ${drops}${malformed})`,
  );
}

/** What each claimant of a contested address said when it was asked by itself. */
export function proofTable(items: readonly EvidenceOf<'claimant-proof'>[], style: Style): string {
  const rows = items.flatMap(({ id, ip, port, claimants }) =>
    claimants.map(({ mac, outcome, ttl, banner, hostKey }) => [
      id,
      ip,
      mac,
      `${port} ${outcome}`,
      ttl ?? NONE,
      banner ?? NONE,
      hostKey === null ? NONE : `${hostKey.type} ${hostKey.fingerprint}`,
    ]),
  );
  const notes = items.flatMap(({ id, clocks, counters, linkLevelOnly }) => [
    `${id}: TCP clocks ${toldApart(clocks)}, IP identification counters ${toldApart(counters)}`,
    ...(linkLevelOnly === null ? [] : [`${id}: no host keys were read: ${linkLevelOnly}`]),
  ]);
  const head = ['', 'address', 'MAC', 'port', 'TTL', 'greeting', 'host key'];
  return [table('Who is behind each MAC', head, rows, style), ...notes.map(printable)]
    .filter((part) => part !== '')
    .join('\n');
}

function toldApart(comparison: EvidenceOf<'claimant-proof'>['clocks']): string {
  switch (comparison) {
    case 'same':
      return 'are the same';
    case 'different':
      return 'differ';
    case 'unknown':
      return 'do not tell';
  }
}
