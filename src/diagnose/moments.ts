// When each cause ends a session: what tells two of them apart that are there at once.

import { type Cause, type CauseKind, MOMENTS, type Moment } from './cause.ts';

interface MomentInfo {
  /** What was seen, as the one who saw it would say. */
  readonly seen: string;
  /** What causes of this moment do not do. */
  readonly never: string;
}

export const MOMENT: Readonly<Record<Moment, MomentInfo>> = {
  'no-session': { seen: 'no session could be opened at all', never: '' },
  'at-login': { seen: 'the session ended right after the login', never: '' },
  'in-use': {
    seen: 'it stuttered, froze or was reset while you typed or something was running',
    never: 'pauses have nothing to do with it',
  },
  'much-data': { seen: 'it froze when much came at once (ls -l, a pager, scp)', never: 'single keys go through' },
  'after-pause': {
    seen: 'it was dead, frozen or closed when you came back after a pause',
    never: 'it never ends a session in use',
  },
};

/** Of each cause, the moments in which a session usually ends by it. */
const MOMENTS_OF: Readonly<Record<CauseKind, readonly Moment[]>> = {
  'duplicate-ip': ['in-use'],
  'own-address-conflict': ['in-use'],
  unreachable: ['no-session'],
  'idle-timeout': ['after-pause'],
  'server-closes-idle': ['after-pause'],
  'path-mtu': ['at-login', 'much-data'],
  'qos-marking': ['at-login'],
  'sshd-settings': ['after-pause'],
  'keepalive-too-strict': ['in-use', 'after-pause'],
  'packet-loss': ['in-use'],
};

export interface MomentsOf<T> {
  readonly moment: Moment;
  readonly causes: readonly T[];
  /** What the only cause of this moment does not do; null where there are several, or it shows in other moments too. */
  readonly never: string | null;
}

/** Causes by the moment in which they show; empty unless they show in different ones. */
export function byMoment<T extends Pick<Cause, 'cause' | 'moments'>>(found: readonly T[]): MomentsOf<T>[] {
  const groups = MOMENTS.map((moment) => ({
    moment,
    causes: found.filter(({ cause, moments = MOMENTS_OF[cause] }) => moments.includes(moment)),
  })).filter(({ causes }) => causes.length > 0);
  if (groups.length < 2 || found.length < 2) return [];
  return groups.map(({ moment, causes }) => {
    const [only] = causes;
    const elsewhere = groups.filter((group) => only !== undefined && group.causes.includes(only)).length > 1;
    return { moment, causes, never: causes.length > 1 || elsewhere ? null : MOMENT[moment].never || null };
  });
}
