// What the kernel counts of TCP in all, in this network namespace: /proc/net/netstat (proc_net(5)).

import { readFileSync } from 'node:fs';

/**
 * Segments that could not even be sent again (TCPRetransFail): a rule of this machine's own firewall drops them, or its queue is
 * full. A connect is never told so: it runs into its timeout as if the network were silent. null where the kernel does not count.
 */
export function failedRetransmissions(): number | null {
  try {
    return counterIn(readFileSync('/proc/net/netstat', 'utf8'), 'TcpExt', 'TCPRetransFail');
  } catch {
    return null;
  }
}

/** A line of names and a line of values for each group. */
export function counterIn(text: string, group: string, name: string): number | null {
  const [names, values] = text.split('\n').filter((line) => line.startsWith(`${group}: `));
  const value = values?.split(' ')[names?.split(' ').indexOf(name) ?? -1];
  return value === undefined ? null : Number(value);
}
