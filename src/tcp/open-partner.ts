// A connection on which the partner has greeted: before its banner was read, nobody is sent a byte.

import type { Clock } from '../clock.ts';
import { BANNER } from '../serve/index.ts';
import type { DialResult, Endpoint } from './dial.ts';
import type { PartnerConnection, PartnerDial } from './partner.ts';
import { CONNECT_TIMEOUT_MS } from './pool.ts';

/** The partner greets at once; its greeting may have to be sent again. */
const BANNER_MS = 4000;
const BANNER_GLANCE_MS = 20;

/** Fails with `no partner` where the peer greets otherwise, or not at all. Never rejects. */
export async function openPartner(
  dial: PartnerDial,
  endpoint: Endpoint,
  clock: Clock,
  signal: AbortSignal,
): Promise<DialResult<PartnerConnection>> {
  const dialled = await dial(endpoint, CONNECT_TIMEOUT_MS, signal);
  if (!dialled.ok) return dialled;
  const { connection } = dialled;
  for (const deadline = clock.now() + BANNER_MS; clock.now() < deadline && !signal.aborted; ) {
    const line = connection.takeLine();
    if (line === BANNER) return dialled;
    if (line !== null || connection.ending !== null) break;
    await clock.sleep(BANNER_GLANCE_MS, signal);
  }
  connection.close();
  return { ok: false, reason: 'refused', code: 'no partner' };
}
