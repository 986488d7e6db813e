// Opens what a plan needs from this machine: packet and raw sockets while there is root, names and connections later.

import { lookup, Resolver } from 'node:dns/promises';
import { loadVendors } from './address/vendor.ts';
import { type Link, type OnFrame, openAfPacketLink, tapped } from './arp-lite/index.ts';
import { chunksOf, readCapture } from './capture/index.ts';
import type { Clock } from './clock.ts';
import { readFirstHop } from './first-hop.ts';
import {
  type EchoWire,
  type IcmpSocket,
  loadPing,
  openKernelEcho,
  openRawIcmpSocket,
  RawSocketUnavailable,
  systemPingEcho,
} from './icmp/index.ts';
import { KNOWN_IDLE_TIMEOUTS } from './known-idle-timeouts.ts';
import { openRawSegments, pingProber, type RawSegments, wayOutTo } from './path/index.ts';
import type {
  DupIpStep,
  ListenStep,
  PathStep,
  PingStep,
  PingSweepStep,
  Plan,
  SettingsTarget,
  Step,
} from './plan/index.ts';
import { asInvokingUser, childOfInvokingUser } from './privilege.ts';
import { type OpenClaimantPaths, openClaimantPaths } from './proof/index.ts';
import type { Instruments, Opened, ServerDump } from './scan/index.ts';
import { systemSsh } from './session/index.ts';
import {
  type Account,
  account,
  expandChroot,
  type Printed,
  printClientSettings,
  printServerSettings,
  readChrootPath,
} from './ssh/index.ts';
import { kernelDial, kernelPartnerDial, openKernelWitness, type Witness } from './tcp/index.ts';
import { openKernelUdpPort } from './udp/index.ts';

/** Is shown every frame that is sent or received, without its VLAN tag, whose id comes beside it. */
export type Tap = OnFrame;

/**
 * The real instruments; disposing of them closes every socket and ends what was started. What could not be opened says
 * why when it is needed.
 */
export function openInstruments(
  plan: Plan,
  clock: Clock,
  tap: Tap | null,
): Instruments & AsyncDisposable & { readonly mayPing: boolean } {
  const links = new Map<Step, Opened<Link>>();
  const paths = new Map<Step, Opened<OpenClaimantPaths>>();
  const witnesses = new Map<Step, Opened<Witness & Disposable>>();
  const sockets = new Map<Step, Readonly<Record<4 | 6, Opened<IcmpSocket>>>>();
  const segments = new Map<Step, Readonly<Record<4 | 6, Opened<readonly RawSegments[]>>>>();
  const wires = new Map<Step, Readonly<Record<4 | 6, Opened<EchoWire>>>>();
  const serverSettings = new Map<SettingsTarget, Opened<ServerDump>>();
  const user = asInvokingUser(process, account);
  const clientSettings = startClientSettings(plan.settingsOf);
  const names = new Resolver({ timeout: NAME_SERVER_MS, tries: 1 });
  const ssh = systemSsh(clock);
  for (const step of plan.steps) {
    if (step.check === 'dup-ip' || step.check === 'listen') links.set(step, openLink(step, tap));
    if (step.check === 'dup-ip' && step.proofPort !== null) paths.set(step, openPaths(step, step.proofPort, tap));
    if (IDLE_CHECKS.has(step.check)) witnesses.set(step, attempt(openKernelWitness));
    if (step.check === 'ping' || step.check === 'ping-sweep') wires.set(step, openWires(step, clock));
    if (step.check === 'path' && step.method === 'raw-socket') {
      sockets.set(step, openIcmp(step));
      if (step.port !== null) segments.set(step, { 4: openSegments(4, step), 6: openSegments(6, step) });
    }
  }
  for (const target of plan.settingsOf) serverSettings.set(target, readServerSettings(target, user));
  // A machine without IPv6 has no ping for it either.
  const mayPing =
    [...wires.values(), ...sockets.values()].some((opened) => !opened[4].ok) ||
    plan.steps.some((step) => step.check === 'path' && step.method !== 'raw-socket');
  // Whoever root is given up for may not be able to read where netcheck is installed.
  if (plan.steps.some(({ check }) => ARP_CHECKS.has(check))) loadVendors();
  if (mayPing) loadPing();
  return {
    mayPing,
    link: (step) => links.get(step) ?? NOT_OPENED,
    paths: (step) => paths.get(step) ?? NOT_OPENED,
    capture: (file) => readCapture(chunksOf(file)),
    icmp: (step, version) => sockets.get(step)?.[version] ?? NOT_OPENED,
    echoWire: (step, version) => wires.get(step)?.[version] ?? NOT_OPENED,
    firstHop: (address, { interfaceName, interfaceIndex }) => readFirstHop(address, interfaceName, interfaceIndex),
    systemPing: (interfaceName) =>
      systemPingEcho(interfaceName, (address) => wayOutTo(address, interfaceName) !== null),
    segments: (step, version) => segments.get(step)?.[version] ?? NOT_OPENED,
    pingProber,
    wayOut: wayOutTo,
    // Most routers have no name; why not is nobody's concern.
    nameOf: (address) =>
      names.reverse(address).then(
        ([name]) => name ?? null,
        () => null,
      ),
    dial: kernelDial(clock),
    partnerDial: kernelPartnerDial(clock),
    udpPort: openKernelUdpPort,
    ssh,
    witness: (step) => witnesses.get(step) ?? NOT_OPENED,
    clientSettings: clientSettings.of,
    serverSettings: (target) => serverSettings.get(target) ?? NOT_OPENED,
    chrootPath: (directory, of) => chrootPath(directory, of, user),
    resolve: async (host) => (await lookup(host)).address,
    knownIdleSeconds: KNOWN_IDLE_TIMEOUTS.map(({ seconds }) => seconds),
    random: Math.random,
    async [Symbol.asyncDispose]() {
      clientSettings.stop();
      // Node would wait for answers that nobody waits for any more.
      names.cancel();
      const closing = [...paths.values()].map((opened) => (opened.ok ? opened.value[Symbol.asyncDispose]() : null));
      for (const link of links.values()) if (link.ok) link.value.close();
      for (const pair of [...wires.values(), ...sockets.values()]) {
        for (const opened of Object.values(pair)) if (opened.ok) opened.value.close();
      }
      for (const pair of segments.values()) {
        for (const opened of Object.values(pair)) if (opened.ok) for (const each of opened.value) each.close();
      }
      for (const witness of witnesses.values()) if (witness.ok) witness.value[Symbol.dispose]();
      await Promise.all([...closing, ssh[Symbol.asyncDispose]()]);
    },
  };
}

/** For the name of a hop, of each name server: who does not answer is not worth waiting for. */
const NAME_SERVER_MS = 2500;

const NOT_OPENED = { ok: false, because: 'no raw sockets without root (CAP_NET_RAW)' } as const;

/** Checks that name the vendors of MACs. */
const ARP_CHECKS: ReadonlySet<Step['check']> = new Set(['dup-ip', 'listen', 'read']);

/** Checks whose resets are worth hearing. */
const IDLE_CHECKS: ReadonlySet<Step['check']> = new Set(['idle-timeout', 'ssh-idle-timeout']);

function openLink(step: DupIpStep | ListenStep, tap: Tap | null): Opened<Link> {
  return attempt(() => {
    const link = openAfPacketLink(step.interfaceIndex, { inOrder: tap !== null });
    return tap === null ? link : tapped(link, tap);
  });
}

/** In the name of the first address that has a network on this link. */
function openPaths(step: DupIpStep, port: number, tap: Tap | null): Opened<OpenClaimantPaths> {
  const [sender] = step.senders;
  if (sender === undefined) return { ok: false, because: `${step.interfaceName} has no address to connect from` };
  const { interfaceName, interfaceIndex, senderMac } = step;
  return attempt(() => openClaimantPaths({ interfaceName, interfaceIndex, senderIp: sender.ip, senderMac, port, tap }));
}

/**
 * Begun as whoever typed the command, whose files ssh -G reads, and read later with fewer rights. `of` takes what was begun,
 * and begins what was not.
 */
function startClientSettings(targets: readonly SettingsTarget[]): {
  readonly of: Instruments['clientSettings'];
  readonly stop: () => void;
} {
  const controller = new AbortController();
  const child = childOfInvokingUser(process);
  const begun = new Map<string, Promise<Printed>>();
  for (const { destination } of targets) {
    begun.set(destination, printClientSettings({ destination, port: null }, controller.signal, child));
  }
  return {
    of(login, signal) {
      const printed = login.port === null ? begun.get(login.destination) : undefined;
      if (printed === undefined) return printClientSettings(login, signal);
      signal.addEventListener('abort', () => controller.abort(), { once: true });
      if (signal.aborted) controller.abort();
      return printed;
    },
    stop: () => controller.abort(),
  };
}

/** For sessions of whoever is to log in, or else of whoever typed the command. */
function readServerSettings({ ownAddress, destination }: SettingsTarget, typedBy: Account | null): Opened<ServerDump> {
  if (ownAddress === null) return { ok: false, because: 'sshd -T tells of this machine only' };
  const at = destination.lastIndexOf('@');
  const user = at > 0 ? destination.slice(0, at) : (typedBy?.name ?? 'nobody');
  const printed = printServerSettings(user, ownAddress);
  return printed.ok ? { ok: true, value: { user, dump: printed.value } } : printed;
}

/** Read when root has been given up. */
function chrootPath(directory: string, of: string, user: Account | null): ReturnType<typeof readChrootPath> {
  // Of somebody else neither number nor home is known here.
  const isKnown = user?.name === of || !directory.includes('%');
  const path = user === null || !isKnown ? null : expandChroot(directory, user);
  return path === null ? null : readChrootPath(path);
}

function openIcmp(step: PathStep): Record<4 | 6, Opened<IcmpSocket>> {
  return {
    4: attempt(() => openRawIcmpSocket(4, step.interfaceName)),
    6: attempt(() => openRawIcmpSocket(6, step.interfaceName)),
  };
}

/** Of both versions: what a name stands for is known only when it is resolved. */
function openWires(step: PingStep | PingSweepStep, clock: Clock): Record<4 | 6, Opened<EchoWire>> {
  const { interfaceName, interfaceIndex, dscp } = step;
  const open = (version: 4 | 6): Opened<EchoWire> => {
    try {
      const options = { version, interfaceName, interfaceIndex, dscp };
      return { ok: true, value: openKernelEcho(options, clock, Math.random) };
    } catch (error) {
      const refused = (error as { code?: unknown }).code;
      return refused === 'EPERM' || refused === 'EACCES'
        ? NO_ECHO_SOCKET
        : { ok: false, because: (error as Error).message };
    }
  };
  return { 4: open(4), 6: open(6) };
}

const NO_ECHO_SOCKET = {
  ok: false,
  because: 'no ICMP sockets without root (CAP_NET_RAW), nor for your groups (net.ipv4.ping_group_range)',
} as const;

/** One for the hops, and one for each mark. */
const SEGMENT_SOCKETS = 4;

function openSegments(version: 4 | 6, { interfaceName }: PathStep): Opened<readonly RawSegments[]> {
  const opened: RawSegments[] = [];
  return attempt(() => {
    while (opened.length < SEGMENT_SOCKETS) opened.push(openRawSegments(version, interfaceName));
    return opened;
  });
}

function attempt<T>(open: () => T): Opened<T> {
  try {
    return { ok: true, value: open() };
  } catch (error) {
    if (error instanceof RawSocketUnavailable) return { ok: false, because: unavailable(error) };
    return { ok: false, because: (error as Error).message };
  }
}

function unavailable(error: RawSocketUnavailable): string {
  return error.reason === 'not-installed'
    ? 'the raw-socket package is not installed or did not build'
    : `no raw socket could be opened (${error.message})`;
}
