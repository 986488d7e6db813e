// The SSH settings that were read for a subject, and what its keepalives mean for a path that forgets.

import { formatSeconds } from '../duration.ts';
import type { EvidenceOf } from '../evidence.ts';
import { ofKind } from './define-rule.ts';
import type { Subject } from './subject.ts';

export type ClientSettings = EvidenceOf<'ssh-client-settings'>;
export type ServerSettings = EvidenceOf<'ssh-server-settings'>;

/** undefined: not read. */
export interface SettingsInForce {
  readonly client: ClientSettings | undefined;
  readonly server: ServerSettings | undefined;
}

export const UNREAD: SettingsInForce = { client: undefined, server: undefined };

export function settingsInForce(subject: Subject): SettingsInForce {
  return {
    client: ofSubject(subject, ofKind(subject, 'ssh-client-settings')),
    server: ofSubject(subject, ofKind(subject, 'ssh-server-settings')),
  };
}

/** A host that goes by two names may have settings for each: those of the name it is told by. */
function ofSubject<S extends ClientSettings | ServerSettings>({ label }: Subject, items: readonly S[]): S | undefined {
  const read = items.filter(({ unreadBecause }) => unreadBecause === null);
  const byName = read.filter(({ host }) => host === label);
  const candidates = byName.length > 0 ? byName : read;
  // What sshd says of itself, before what its files say of it.
  return candidates.find((each) => !('readBy' in each) || each.readBy !== 'files') ?? candidates[0];
}

/** Who speaks soon enough already. */
export interface SpeaksInTime {
  readonly who: 'ServerAliveInterval' | 'ClientAliveInterval';
  readonly intervalSeconds: number;
  /** On the wire, with nothing else to say. */
  readonly everySeconds: number;
  readonly because: string;
}

/** OpenSSH's server says its word every second time that its interval is over (9.2, decision 008); others may sooner. */
const SERVER_SPEAKS_EVERY = 2;

/** Whose keepalives come before the path forgets, after `survivedSeconds` at the earliest; null when nobody's are known to. */
export function speaksInTime({ client, server }: SettingsInForce, survivedSeconds: number | null): SpeaksInTime | null {
  const speakers = [
    { who: 'ServerAliveInterval', intervalSeconds: client?.serverAliveInterval ?? 0, because: client?.id ?? '' },
    { who: 'ClientAliveInterval', intervalSeconds: server?.clientAliveInterval ?? 0, because: server?.id ?? '' },
  ] as const;
  const inTime = speakers
    .map((each) => ({ ...each, everySeconds: each.intervalSeconds * timesOf(each.who) }))
    .filter(({ intervalSeconds, everySeconds }) => intervalSeconds > 0 && everySeconds < (survivedSeconds ?? 0));
  return inTime[0] ?? null;
}

function timesOf(who: SpeaksInTime['who']): number {
  return who === 'ClientAliveInterval' ? SERVER_SPEAKS_EVERY : 1;
}

/** The longest ClientAliveInterval whose words come within so many seconds. */
export function clientAliveWithin(seconds: number): number {
  return Math.floor(seconds / SERVER_SPEAKS_EVERY);
}

/** What that changes for a session. */
export function effectInTime({ who, everySeconds }: SpeaksInTime): string {
  const speaker = who === 'ServerAliveInterval' ? 'ssh speaks every' : 'the server speaks within';
  return `a session left alone for longer would be dead, but yours is kept alive: ${speaker} ${formatSeconds(everySeconds)} (${who})`;
}
