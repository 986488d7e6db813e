// What was asked for on the command line, before anything is decided. Types only.

/** Targets as they were typed, and what they stand for: the lines of a file, or the text itself. */
export interface TargetList {
  readonly typed: string;
  readonly lines: readonly string[];
}

/** `netcheck [user@]host[:port]`: everything about one host, and what the system says of it before anything is sent. */
export interface Examination {
  readonly typed: string;
  /** null: nobody was asked, because nothing is to be sent, not even to a name server. */
  readonly whereabouts: Whereabouts | null;
}

/** Where the TCP connection of a login goes (`ssh -G`, the system's resolver). */
export type Whereabouts =
  | {
      readonly known: true;
      /** As it was typed; or the first jump host before it, as the user's configuration calls it. */
      readonly host: string;
      readonly port: number;
      readonly address: string;
      /** That finding this out has taken, of the time of --quick. */
      readonly lookupSeconds: number;
    }
  | {
      readonly known: false;
      readonly because: string;
      readonly hint: string;
      /** It may be there, but nobody knows by which way (ProxyCommand); false: there is no such name. */
      readonly isOutOfReach: boolean;
    };

/** What was asked for on the command line. */
export interface ScanOptions {
  readonly examine: Examination | null;
  readonly dupIp: readonly TargetList[];
  /** Taken out of `dupIp`. */
  readonly exclude: readonly TargetList[];
  /** `address=mac,mac`: owners that the user knows of. */
  readonly expect: readonly TargetList[];
  /** Listen for so long instead of asking; null: ask. */
  readonly listenSeconds: number | null;
  /** Capture files. */
  readonly read: readonly string[];
  /** TCP port at which each claimant of a contested address is asked who it is; null: none is. */
  readonly proofPort: number | null;
  readonly rounds: number;
  readonly ping: readonly TargetList[];
  /** How many packets; null: each check's own default. */
  readonly count: number | null;
  /** Between two echo requests to a host; null: the check's own default. */
  readonly intervalSeconds: number | null;
  /** Data in each echo request; null: as ping(8) does. */
  readonly sizeBytes: number | null;
  /** Differentiated services code point of echo requests; null: none. */
  readonly dscp: number | null;
  readonly path: readonly string[];
  /** Asks reverse DNS for the names of hops. */
  readonly names: boolean;
  readonly idleTimeout: readonly string[];
  readonly moshPorts: readonly string[];
  /** null: chosen from the routing table. */
  readonly interfaceName: string | null;
  /** Packets per second of a sweep. */
  readonly rate: number | 'max';
  /** How long to wait for the last answer; null: each check's own default. */
  readonly waitSeconds: number | null;
  readonly maxIdleSeconds: number;
  /** null: as many as the longest idle time asks for. */
  readonly connections: number | null;
  /** How wide an idle timeout's bracket may stay; null: as narrow as is worth its time. */
  readonly resolutionSeconds: number | null;
  /** Only the first pass. */
  readonly quick: boolean;
  /** Looks for slower timers behind the hop that forgets first. */
  readonly deep: boolean;
}
