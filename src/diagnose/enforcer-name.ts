// The hop that forgets, as it is called in sentences.

import type { EvidenceOf } from '../evidence.ts';
import { ofKind } from './define-rule.ts';
import type { Subject } from './subject.ts';

export type FoundEnforcer = EvidenceOf<'idle-enforcer'> & { readonly hop: number };

/** Searches that found a hop, beside this measurement. */
export function enforcersOf(
  subject: Subject,
  { port, awakeUpToHop }: Pick<EvidenceOf<'idle-timeout'>, 'port' | 'awakeUpToHop'>,
): FoundEnforcer[] {
  return ofKind(subject, 'idle-enforcer').filter(
    (item): item is FoundEnforcer => item.port === port && item.awakeUpToHop === awakeUpToHop && item.hop !== null,
  );
}

/**
 * `hop 2 (10.2.0.2)`. What dies on the way is never answered: a box that counts only packets from the far side, or those that
 * were answered, looks like the host.
 */
export function enforcerName({ hop, address, peerAddress }: FoundEnforcer): string {
  if (address === peerAddress)
    return `hop ${hop} (the host itself: its own firewall, or a box on the way that counts only what is answered)`;
  return address === null ? `hop ${hop} (which does not tell its address)` : `hop ${hop} (${address})`;
}
