// The port to the machine: what measuring needs, opened before the first byte is sent, because some of it needs root and
// root is given up afterwards.

import type { Link } from '../arp-lite/index.ts';
import type { CapturedFrame, CaptureSummary } from '../capture/index.ts';
import type { EchoMethod, EchoWire, IcmpSocket } from '../icmp/index.ts';
import type { Prober, RawSegments, WayOut } from '../path/index.ts';
import type { PingStep, SettingsTarget, Step } from '../plan/index.ts';
import type { ClaimantPaths } from '../proof/index.ts';
import type { Ssh } from '../session/index.ts';
import type { Login, PathComponent } from '../ssh/index.ts';
import type { Dial, PartnerDial, Witness } from '../tcp/index.ts';
import type { OpenUdpPort } from '../udp/index.ts';

/** Opened for one step, or why it could not be. */
export type Opened<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly because: string };

/** The frames of a capture. Its first step throws what is wrong with the file: NotACapture, or the system's error. */
export type CaptureFrames = Generator<CapturedFrame, CaptureSummary>;

export interface ServerDump {
  readonly user: string;
  readonly dump: string;
}

/** How this machine reaches an address. */
export interface FirstHop {
  readonly interfaceName: string;
  readonly interfaceIndex: number;
  /** null when the address is on the link itself. */
  readonly gateway: string | null;
  readonly wireless: boolean;
  /** null when it is not wireless, or the kernel does not say. */
  readonly signalDbm: number | null;
}

export interface Instruments {
  readonly link: (step: Step) => Opened<Link>;
  /** Ways to single claimants of an address. */
  readonly paths: (step: Step) => Opened<ClaimantPaths>;
  readonly capture: (file: string) => CaptureFrames;
  readonly icmp: (step: Step, version: 4 | 6) => Opened<IcmpSocket>;
  readonly echoWire: (step: Step, version: 4 | 6) => Opened<EchoWire>;
  /** How this machine reaches an address; null when nobody knows, or when it is its own. */
  readonly firstHop: (address: string, step: PingStep) => FirstHop | null;
  readonly systemPing: (interfaceName: string | null) => EchoMethod;
  /** Sockets for TCP segments of our own making, some of them: each speaks from a port of its own. */
  readonly segments: (step: Step, version: 4 | 6) => Opened<readonly RawSegments[]>;
  /** The system's ping, one packet at a time. */
  readonly pingProber: (address: string, interfaceName: string | null) => Prober;
  /** By which interface an address is reached; null when there is no telling. */
  readonly wayOut: (address: string, interfaceName: string | null) => WayOut | null;
  /** The name of an address by reverse DNS; null when it has none. */
  readonly nameOf: (address: string) => Promise<string | null>;
  readonly dial: Dial;
  /** To a partner on the far host (netcheck serve). */
  readonly partnerDial: PartnerDial;
  readonly udpPort: OpenUdpPort;
  /** The user's own ssh. */
  readonly ssh: Ssh;
  /** Who hears the segments of the step's peer. */
  readonly witness: (step: Step) => Opened<Witness>;
  /** What ssh -G prints for a login. */
  readonly clientSettings: (login: Login, signal: AbortSignal) => Promise<Opened<string>>;
  /** What this machine's own sshd -T prints, for sessions of that user. */
  readonly serverSettings: (target: SettingsTarget) => Opened<ServerDump>;
  /** The components of a ChrootDirectory; null when it can't be looked at, or told for whom it is. */
  readonly chrootPath: (directory: string, user: string) => readonly PathComponent[] | null;
  /** An IP address for a name; rejects with the resolver's code. */
  readonly resolve: (host: string) => Promise<string>;
  /** Documented idle timeouts of well-known devices, in seconds. */
  readonly knownIdleSeconds: readonly number[];
  /** In [0, 1). */
  readonly random: () => number;
}
