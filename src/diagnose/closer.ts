// Who ended an idle connection: the path, or the service at its end.

import type { EvidenceOf } from '../evidence.ts';

type Idle = EvidenceOf<'idle-timeout'>;

/** The peer is netcheck serve, and the control spoke with it. A session's shell is spoken to as well, but behind an sshd. */
export function isPartner({ control, transport }: Idle): boolean {
  return control.speaks === 'payload' && transport === 'tcp';
}

/**
 * Whether the path did it. A FIN may be the service's own, but netcheck serve closes nothing within a day: where the control
 * spoke with it, and spoke on, somebody in between has closed.
 */
export function isDeath(outcome: Idle['probes'][number]['outcome'] | null, idle: Idle): boolean {
  return outcome === 'silent-drop' || outcome === 'reset' || (outcome === 'closed-by-peer' && isPartner(idle));
}
