// What drops have in common, and what that says. One drop belongs to one finding.

import type { Target } from './message.ts';
import type { RankedCause } from './ranked-causes.ts';
import { safeHost } from './safe-name.ts';
import type { Drop } from './session.ts';

export type FindingKind =
  | 'chroot'
  | 'damaged'
  | 'closed-by-setting'
  | 'restart'
  | 'after-login'
  | 'other-machine'
  | 'same-moment'
  | 'same-idle-time'
  | 'same-age'
  | 'no-pattern'
  | 'single'
  | 'login-not-finished'
  | 'turned-away'
  | 'not-connected';

export interface Finding {
  readonly kind: FindingKind;
  /** `stated`: OpenSSH says so itself. `pattern`: the times say so. `hint`: it fits, and so may other things. */
  readonly certainty: 'stated' | 'pattern' | 'hint';
  /** Whether it speaks of sessions that were open; else of logins that never came to be. */
  readonly ofSessions: boolean;
  /** How many drops, or lines, it speaks of. */
  readonly count: number;
  readonly title: string;
  /** What in the log shows it. */
  readonly proof: string;
  readonly drops: readonly Drop[];
  /** The likeliest first. */
  readonly causes: readonly RankedCause[];
  readonly rulesOut: readonly string[];
}

const CERTAINTIES: readonly Finding['certainty'][] = ['stated', 'pattern', 'hint'];

/** Open sessions before logins, what is surer first, then what explains more; the rest in the order of the log. */
export function rankFindings(findings: readonly Finding[]): Finding[] {
  return findings.toSorted(
    (a, b) =>
      Number(b.ofSessions) - Number(a.ofSessions) ||
      CERTAINTIES.indexOf(a.certainty) - CERTAINTIES.indexOf(b.certainty) ||
      b.count - a.count ||
      (a.drops[0]?.lineNumber ?? 0) - (b.drops[0]?.lineNumber ?? 0) ||
      (a.title < b.title ? -1 : 1),
  );
}

/** Whom the commands are about: the one other side that all drops share. */
export function targetOf(drops: readonly Drop[]): Target {
  const [first] = drops;
  const same = <K extends 'peer' | 'port' | 'user'>(key: K): Drop[K] | null =>
    first !== undefined && drops.every((drop) => drop[key] === first[key]) ? first[key] : null;
  const side = first?.side ?? 'server';
  const host = same('peer');
  return {
    side,
    host: safeHost(host),
    port: side === 'client' ? same('port') : null,
    user: null,
    inServerLog: side === 'server',
  };
}
