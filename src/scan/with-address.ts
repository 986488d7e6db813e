// Measures a host by one of its addresses; a name that does not resolve is why it is not measured.

import { isIpAddress } from '../address/ip.ts';
import type { Check, Finding } from '../evidence.ts';
import type { Instruments } from './instruments.ts';

/** Resolves the name first, unless its address is known; `what` is the check and the target that were asked for. */
export async function withAddress(
  what: { readonly check: Check; readonly target: string; readonly host: string; readonly address?: string },
  { resolve }: Instruments,
  signal: AbortSignal,
  measure: (address: string) => Promise<Finding[]>,
): Promise<Finding[]> {
  const known = what.address ?? what.host;
  if (isIpAddress(known)) return measure(known);
  const aborted = new Promise<null>((settle) => signal.addEventListener('abort', () => settle(null), { once: true }));
  let address: string | null;
  try {
    address = await Promise.race([resolve(what.host), aborted]);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? (error as Error).message;
    const because = `the name ${what.host} does not resolve (${code})`;
    const hint =
      code === 'EAI_AGAIN'
        ? 'no name server answered: give its address, or look at /etc/resolv.conf'
        : 'check the spelling, or give its address';
    return [{ kind: 'skipped', check: what.check, target: what.target, because, hint }];
  }
  return address === null ? [] : measure(address);
}
