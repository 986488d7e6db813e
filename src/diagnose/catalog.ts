// What every cause has besides its rule: a title for people and the command that measures it. A cause that is missing
// here does not compile.

import type { Check } from '../evidence.ts';
import type { CauseKind } from './cause.ts';
import { type Subject, withPort } from './subject.ts';

export interface CauseInfo {
  /** What it is, in a few words. */
  readonly title: string;
  /** What it does to an SSH session. */
  readonly effect: string;
  /** Checks that look for it. */
  readonly checks: readonly Check[];
  /** The command that would tell, for a subject. */
  readonly measure: (subject: Subject) => string;
}

const ping = ({ label }: Subject): string => `netcheck --ping ${label}`;
const path = ({ label }: Subject): string => `sudo netcheck --path ${withPort(label, 22)}`;
const idle = ({ label }: Subject): string => `netcheck --idle-timeout ${withPort(label, 22)}`;
const dupIp = ({ kind, label, address, evidence }: Subject): string => {
  if (evidence.some((item) => item.kind === 'skipped' && item.check === 'read')) return `netcheck --read ${label}`;
  if (evidence.some((item) => item.kind === 'skipped' && item.check === 'listen')) return 'sudo netcheck --listen 10m';
  if (kind === 'network') return `sudo netcheck --dup-ip ${label}`;
  if ((address ?? label).includes(':')) return 'duplicate IPv6 addresses are not looked for';
  return `sudo netcheck --dup-ip ${address ?? '<its IPv4 address>'} (on a machine in the same LAN)`;
};

export const CATALOG: Readonly<Record<CauseKind, CauseInfo>> = {
  'duplicate-ip': {
    title: 'duplicate IP address',
    effect: 'sessions freeze or are reset whenever packets reach the other machine',
    checks: ['dup-ip', 'listen', 'read'],
    measure: dupIp,
  },
  'own-address-conflict': {
    title: 'another machine has this machine’s address',
    effect: 'what is sent to this machine reaches the other one in turn, and its sessions freeze or are reset',
    checks: ['dup-ip', 'listen'],
    measure: () => 'sudo netcheck --dup-ip self',
  },
  unreachable: {
    title: 'unreachable',
    effect: 'no session can be opened, and open ones freeze',
    checks: ['dup-ip', 'ping', 'path', 'idle-timeout'],
    measure: ping,
  },
  'idle-timeout': {
    title: 'idle timeout in the network',
    effect: 'a session left alone for longer is dead, and shows it at the next key press',
    checks: ['idle-timeout'],
    measure: idle,
  },
  'server-closes-idle': {
    title: 'the server closes idle connections',
    effect: 'a session left alone for longer ends, whatever the network does',
    checks: ['idle-timeout'],
    measure: idle,
  },
  'path-mtu': {
    title: 'large packets vanish (path MTU black hole)',
    effect:
      'a login hangs at the key exchange, or it works and the session freezes at the first large output (ls -l, scp), while small packets pass',
    checks: ['path'],
    measure: path,
  },
  'qos-marking': {
    title: 'packets are dropped for their mark (IPQoS)',
    effect: 'a login works, because ssh marks its packets only then, and the session freezes or is reset at once',
    checks: ['path'],
    measure: path,
  },
  'sshd-settings': {
    title: 'settings of sshd that end sessions',
    effect: 'sessions end by the server’s own rule, whatever the network does',
    checks: [],
    measure: ({ label }) => `on the server itself: sudo netcheck --ping ${label}`,
  },
  'keepalive-too-strict': {
    title: 'keepalives that give up too soon',
    effect:
      'a session is ended by its own keepalives ("Timeout, server … not responding"), while the network is merely slow or lossy',
    checks: ['ping'],
    measure: ping,
  },
  'packet-loss': {
    title: 'packet loss',
    effect: 'sessions stutter, and strict keepalive settings end them',
    checks: ['ping', 'path'],
    measure: ping,
  },
};
