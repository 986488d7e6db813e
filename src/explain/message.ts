// What a message of OpenSSH is in the catalogue: its wordings through the releases, and what it says of the network.

import type { Suspicions } from './ranked-causes.ts';

export type Side = 'client' | 'server' | 'either';

export interface Wording {
  /** Finds it in a line, whatever stands around it. Groups: `host` (the other side), `port`, `user`. */
  readonly pattern: RegExp;
  /** As OpenSSH prints it, with capitals where a name or a number stands. */
  readonly says: string;
  /** Which releases say it so. */
  readonly releases: string;
  /** Where the message may come from either side, and this wording from one only. */
  readonly side?: Side;
}

export interface Message {
  /** One word for programs; it stays. */
  readonly id: string;
  readonly side: Side;
  readonly wordings: readonly Wording[];
  /** What it means, in one sentence that a person in a hurry can read. */
  readonly meaning: string;
  /** What happened to the TCP connection. */
  readonly event: string;
  readonly rulesOut: readonly string[];
  readonly causes: Suspicions;
  /** Messages after which it adds nothing: it is said of the same end. */
  readonly follows?: readonly string[] | 'any';
}

/** Who is spoken of, as far as the message says so. Only what can safely stand in a command is kept. */
export interface Target {
  readonly side: Side;
  /** The other side of the connection, as seen by `side`. */
  readonly host: string | null;
  readonly port: number | null;
  readonly user: string | null;
  /** The server's log is being read already. */
  readonly inServerLog?: boolean;
}

/** A message that was found in a text. */
export interface Recognised {
  /** The line, as it was given. */
  readonly line: string;
  readonly message: Message;
  readonly wording: Wording;
  readonly target: Target;
}
