// Why ARP can't be spoken on an interface, as the skipped step that says so.

import type { HostFacts, InterfaceFacts } from '../host.ts';
import type { ScanOptions } from './options.ts';
import type { SkippedStep } from './step.ts';
import { skip, skipIfDown } from './usage.ts';

/** null when it can; `check` is what was to be done with it. */
export function arpProblem(
  check: 'dup-ip' | 'listen',
  holder: InterfaceFacts,
  target: string,
  { canOpenRawSockets }: HostFacts,
  { interfaceName, dupIp, exclude, listenSeconds }: ScanOptions,
): SkippedStep | null {
  const down = skipIfDown(check, target, holder);
  if (down !== null) return down;
  if (!holder.arp || holder.mac === null) {
    const hint = 'choose an Ethernet or Wi-Fi one with -i';
    return skip(check, target, `interface ${holder.name} does not speak ARP`, hint);
  }
  if (canOpenRawSockets) return null;
  const typed = [
    ...dupIp.map((each) => `--dup-ip ${each.typed}`),
    ...exclude.map((each) => `--exclude ${each.typed}`),
    ...(listenSeconds === null ? [] : [`--listen ${listenSeconds}`]),
    ...(interfaceName === null ? [] : [`-i ${interfaceName}`]),
  ];
  return skip(check, target, 'ARP needs root (CAP_NET_RAW)', `run: sudo netcheck ${typed.join(' ')}`);
}
