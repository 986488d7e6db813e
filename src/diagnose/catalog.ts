// What every cause has besides its rule: a title for people and the command that measures it. A cause that is missing
// here does not compile.

import type { Check } from '../evidence.ts';
import type { CauseKind } from './cause.ts';

export interface CauseInfo {
  /** What it is, in a few words. */
  readonly title: string;
  /** What it does to an SSH session. */
  readonly effect: string;
  /** Checks that look for it. */
  readonly checks: readonly Check[];
  /** The command that would tell, for a subject. */
  readonly measure: (subject: string) => string;
}

const hostOf = (subject: string): string => subject.replace(/:\d+$/, '');

export const CATALOG: Readonly<Record<CauseKind, CauseInfo>> = {
  'duplicate-ip': {
    title: 'duplicate IP address',
    effect: 'sessions freeze or are reset whenever packets reach the other machine',
    checks: ['dup-ip'],
    measure: (subject) => `sudo netcheck --dup-ip ${subject} (on a machine in the same LAN)`,
  },
  unreachable: {
    title: 'unreachable',
    effect: 'no session can be opened, and open ones freeze',
    checks: ['dup-ip', 'ping', 'idle-timeout'],
    measure: (subject) => `netcheck --ping ${hostOf(subject)}`,
  },
  'idle-timeout': {
    title: 'idle timeout in the network',
    effect: 'a session left alone for longer is dead, and shows it at the next key press',
    checks: ['idle-timeout'],
    measure: (subject) => `netcheck --idle-timeout ${hostOf(subject)}:22`,
  },
  'server-closes-idle': {
    title: 'the server closes idle connections',
    effect: 'a session left alone for longer ends, whatever the network does',
    checks: ['idle-timeout'],
    measure: (subject) => `netcheck --idle-timeout ${hostOf(subject)}:22`,
  },
  'packet-loss': {
    title: 'packet loss',
    effect: 'sessions stutter, and strict keepalive settings end them',
    checks: ['ping'],
    measure: (subject) => `netcheck --ping ${hostOf(subject)}`,
  },
};
