// What is said of a reset (RST) that ended idle connections: when it comes, and who sent it.

import type { EvidenceOf } from '../evidence.ts';

type Idle = EvidenceOf<'idle-timeout'>;

/** To be put behind `after 299 to 301 s; `. */
export function howReset({ resetAt }: Idle): string {
  switch (resetAt) {
    case 'next-packet':
      return 'the next packet is answered with a reset (RST), which ssh shows as "Connection reset" or "Broken pipe"';
    case 'expiry':
      return 'a reset (RST) then arrives by itself, whether or not anything is sent, which ssh shows at once as "Connection reset by peer"';
    case null:
      return 'it is then ended by a reset (RST), which ssh shows as "Connection reset" or "Broken pipe"';
  }
}

/** Who sent it and by which signs that is told, to be put behind that. Never more than the signs prove. */
export function whoReset({ resetFrom, resetOrigin }: Idle): string {
  if (resetFrom === null || resetOrigin === null) return '';
  const { because, hop, address } = resetOrigin;
  switch (resetFrom) {
    case 'middlebox': {
      const where =
        hop === null ? 'a box that is nearer' : `a box at hop ${hop}${address === null ? '' : ` (${address})`}`;
      return `; it was sent not by the host but by ${where}, in its name: ${because}`;
    }
    case 'peer':
      return `; by its signs it came from the host, or from what stands at its address (its firewall, a load balancer): ${because}`;
    case 'unknown':
      return `; who sent it is not known: ${because}`;
  }
}

/** Whether a timer that keepalives do not stop resets connections: then the box that does so is what the signs say it is. */
export function isResetDespiteKeepalives({ onExpiry, despiteKeepalives }: Idle): boolean {
  return onExpiry === 'reset' && despiteKeepalives === true;
}
