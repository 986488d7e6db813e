// The evidence as tables, one function per kind, with every number's unit in its heading.

import { expiryOf } from '../diagnose/expiry.ts';
import { formatSeconds } from '../duration.ts';
import type { Evidence, EvidenceKind, EvidenceOf } from '../evidence.ts';
import { printable } from '../printable.ts';
import { claimsTable, proofSection, sweepSection } from './arp-tables.ts';
import { echoSweepSection, echoTable } from './echo-tables.ts';
import { ladderBar } from './ladder-bar.ts';
import { pathLine } from './path-line.ts';
import { marksTable, mtuTable, pathSection } from './path-tables.ts';
import { settingsTable } from './settings-table.ts';
import { lineWidth, type Style } from './style.ts';
import { ms, NONE, named, table } from './table.ts';
import { udpTable } from './udp-table.ts';

type SenderSigns = NonNullable<EvidenceOf<'idle-timeout'>['resetOrigin']>['seen'][number]['reset'];

/** All evidence but `skipped`, which has no figures. `everyProbe` lists each rung of an idle ladder. */
export function renderEvidence(evidence: readonly Evidence[], style: Style, everyProbe: boolean): string[] {
  const sections = [
    routeTable(ofKind(evidence, 'route'), style),
    claimsTable(ofKind(evidence, 'arp-claims'), style),
    ...ofKind(evidence, 'claimant-proof').map((proof) => proofSection(proof, style)),
    ...ofKind(evidence, 'arp-sweep').map((sweep) => sweepSection(sweep, style)),
    echoTable(ofKind(evidence, 'echo'), style),
    ...ofKind(evidence, 'path').map((path) => pathSection(path, style)),
    mtuTable(ofKind(evidence, 'path-mtu'), style),
    marksTable(ofKind(evidence, 'dscp-comparison'), style),
    ...ofKind(evidence, 'echo-sweep').map((sweep) => echoSweepSection(sweep, style)),
    connectTable(ofKind(evidence, 'tcp-connect'), style),
    ...ofKind(evidence, 'idle-timeout').map((idle) => idleTable(idle, style, everyProbe)),
    ...ofKind(evidence, 'idle-enforcer').map((search) => enforcerTable(search, style)),
    trialTable(ofKind(evidence, 'keepalive-trial'), style),
    ...ofKind(evidence, 'udp-ports').map((item) => udpTable(item, style)),
    settingsTable(evidence, style),
    serverKeepaliveTable(ofKind(evidence, 'ssh-server-keepalive'), style),
  ];
  return sections.filter((section) => section !== '');
}

function ofKind<K extends EvidenceKind>(evidence: readonly Evidence[], kind: K): EvidenceOf<K>[] {
  return evidence.filter((item): item is EvidenceOf<K> & Evidence => item.kind === kind);
}

function routeTable(items: readonly EvidenceOf<'route'>[], style: Style): string {
  const rows = items.map((item) => [item.id, named(item), item.interface, item.gateway ?? 'none: on the same link']);
  return table('The way there', ['', 'host', 'interface', 'gateway'], rows, style);
}

function connectTable(items: readonly EvidenceOf<'tcp-connect'>[], style: Style): string {
  const rows = items.map((item) => [
    item.id,
    named(item),
    item.port,
    item.code === null ? item.outcome : `${item.outcome} (${item.code})`,
    ms(item.connectMs),
    item.greeting ?? NONE,
  ]);
  return table('TCP connection', ['', 'host', 'port', 'outcome', 'connect ms', 'SSH greeting'], rows, style);
}

function serverKeepaliveTable(items: readonly EvidenceOf<'ssh-server-keepalive'>[], style: Style): string {
  const rows = items.map((item) => [item.id, named(item), item.port, item.intervalSeconds, item.count]);
  return table("Keepalives of sshd's own", ['', 'host', 'port', 'every s', 'seen'], rows, style);
}

function controlEnded(how: NonNullable<EvidenceOf<'idle-timeout'>['control']['ended']>): string {
  switch (how) {
    case 'closed-by-peer':
      return 'the peer closed the control connection too';
    case 'reset':
      return 'the control connection was reset';
    case 'unanswered':
      return 'the control connection was no longer answered';
    case 'unreachable':
      return 'the control connection ended because a router said that the host is unreachable';
  }
}

/** Rungs nearest to the bracket, and all within it where the timer varies, tell the story; with `everyProbe` all are listed. */
const RUNGS_AROUND_BRACKET = 4;

function idleTable(item: EvidenceOf<'idle-timeout'>, style: Style, everyProbe: boolean): string {
  const { diedSeconds = Number.POSITIVE_INFINITY, expiredSeconds = diedSeconds } = expiryOf(item) ?? {};
  const below = item.probes.filter(({ idleSeconds }) => idleSeconds < diedSeconds);
  const within = item.probes.filter(({ idleSeconds }) => idleSeconds >= diedSeconds && idleSeconds < expiredSeconds);
  const above = item.probes.filter(({ idleSeconds }) => idleSeconds >= expiredSeconds);
  const shown = everyProbe
    ? item.probes
    : [...below.slice(-RUNGS_AROUND_BRACKET), ...within, ...above.slice(0, RUNGS_AROUND_BRACKET)];
  const rows = shown.map((probe) => [probe.idleSeconds.toFixed(2), then(probe), probe.code ?? NONE, probe.pass]);
  const title = `${item.id}: idle connections to ${named(item)} port ${item.port}${item.direction === 'inbound' ? ', the far side speaking first' : ''}${beyond(item)} (${item.connectionsOpened - item.connectionsFailed} opened)`;
  const hidden = item.probes.length - shown.length;
  const notes = [
    ...(hidden > 0
      ? [`${hidden} more ${hidden === 1 ? 'connection is' : 'connections are'} not shown (-v lists all)`]
      : []),
    ...item.control.outages.map(
      ({ fromSeconds, toSeconds }) =>
        `the control connection got no answer from ${formatSeconds(fromSeconds)} to ${formatSeconds(toSeconds)} after the start`,
    ),
    ...item.suspensions.map(
      ({ untilSeconds, forSeconds }) =>
        `this machine was suspended for ${formatSeconds(forSeconds)}, ${formatSeconds(untilSeconds)} after the start by its own clock: what died and had idled through it says nothing`,
    ),
    ...(item.oneByOne ? [oneByOne(item)] : []),
    ...(item.control.ended === null ? [] : [controlEnded(item.control.ended)]),
    ...resetNotes(item),
    ...item.connectionFailures.map(
      ({ reason, code, count }) =>
        `${count} ${count === 1 ? 'connection' : 'connections'} could not be opened (${code})${reason === 'local' ? ': this machine refused, so that fewer idle times were asked about' : ''}`,
    ),
  ];
  const body = table(title, ['idle s', 'then', 'reason', 'pass'], rows, style) || style.bold(printable(title));
  const picture = style.plain ? [] : ladderBar(item, lineWidth(style));
  return [body, ...picture, ...notes.map(printable)].join('\n');
}

/** What a password that is typed costs. */
function oneByOne({ probes, direction }: EvidenceOf<'idle-timeout'>): string {
  const silence = probes.reduce((sum, { idleSeconds }) => sum + idleSeconds, 0);
  const untold =
    direction === 'inbound' ? 'only this one time was asked about' : 'neither the hop nor a keepalive was tried';
  return `one session at a time, because somebody had to type for it: ${formatSeconds(silence)} of silence one after the other, and ${untold}; a key (ssh-copy-id, ssh-add) lets six sessions do all of it side by side`;
}

function beyond({ awakeUpToHop }: { readonly awakeUpToHop?: number | undefined }): string {
  return awakeUpToHop === undefined ? '' : `, everything up to hop ${awakeUpToHop} being kept awake`;
}

/** The headers that tell who sent the resets, those that are alike once. */
function resetNotes({ resetOrigin }: EvidenceOf<'idle-timeout'>): string[] {
  const notes = (resetOrigin?.seen ?? []).map(
    ({ answer, reset }) => `a reset with ${signs(reset)} on a connection that was answered with ${signs(answer)}`,
  );
  return [...new Set(notes)];
}

function signs({ ttl, ipId, dontFragment }: SenderSigns): string {
  const id = ipId === null ? '' : `, IP id ${ipId === 0 ? '0' : 'not 0'}`;
  return `TTL ${ttl}${id}${dontFragment === null ? '' : `, DF ${dontFragment ? 'set' : 'not set'}`}`;
}

function then({ outcome, asked }: EvidenceOf<'idle-timeout'>['probes'][number]): string {
  return outcome === 'reset' && asked === false ? 'reset by itself' : outcome;
}

function enforcerTable(item: EvidenceOf<'idle-enforcer'>, style: Style): string {
  const rows = item.perHop.map(({ hop, address, outcome }) => [
    hop,
    hop === 0 ? 'nobody' : (address ?? '(says nothing)'),
    outcome,
    hop === item.hop ? 'forgets' : '',
  ]);
  const where = `${named({ host: item.host, address: item.peerAddress })} port ${item.port}`;
  const title = `${item.id}: connections to ${where} kept awake up to a hop for ${formatSeconds(item.heldSeconds)}${beyond(item)}`;
  const body = table(title, ['hop', 'address', 'then', ''], rows, style);
  return [body, ...(style.plain ? [] : pathLine(item, lineWidth(style)))].filter((part) => part !== '').join('\n');
}

function trialTable(items: readonly EvidenceOf<'keepalive-trial'>[], style: Style): string {
  const rows = items.map((item) => [
    item.id,
    named(item),
    item.port,
    item.speaks === 'payload' ? 'data' : 'nothing',
    item.intervalSeconds,
    item.lastedSeconds.toFixed(1),
    item.outcome,
  ]);
  return table('Keepalive tried', ['', 'host', 'port', 'carrying', 'every s', 'for s', 'then'], rows, style);
}
