// Whether it is this machine's own firewall that refuses its connections (a rule that rejects), in the name of the far host. Where
// the answer can't be heard the SYN is sent again, and that the firewall keeps that back is counted by the kernel.

import { type Dial, type Endpoint, KEPT_BACK } from './dial.ts';

/** As nftables and iptables call it. */
export const REJECTED_HERE = 'REJECT';

/** Nothing starts with more than that, and hosts mostly with 64 or 128: who is heard yet is a far host. */
const DEAF = 255;
/** Until the SYN was sent again, after 1 s (RFC 6298). */
const AFTER_REPETITION_MS = 1300;

/** Of a connect that was refused. Two more SYNs reach the far host if it was that. */
export async function isRejectedHere(dial: Dial, endpoint: Endpoint, signal: AbortSignal): Promise<boolean> {
  const result = await dial({ ...endpoint, minHopLimit: DEAF }, AFTER_REPETITION_MS, signal);
  if (result.ok) result.connection.close();
  return !result.ok && result.reason === 'local' && result.code === KEPT_BACK;
}
