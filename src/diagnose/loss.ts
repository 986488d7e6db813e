// How many echoes were lost: what was still on its way when somebody interrupted, and what we failed to read, is none of them.

import type { Counted } from './statistics.ts';

interface Asked {
  readonly sent: number;
  readonly received: number;
  readonly unsettled?: number | undefined;
}

export function lossOf({ sent, received, unsettled = 0 }: Asked): Counted {
  const asked = sent - unsettled;
  return { asked, lost: Math.max(0, asked - received) };
}
