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
