// A script for a router of the lab: a box that ends what it forgets. It watches TCP over IPv4 (RFC 791, RFC 9293) as it comes
// from the client, and resets towards it, in the server's name, each connection that it did not hear for so long. Arguments:
// see ExpiryResetterOptions.

import { readFileSync } from 'node:fs';
import { and, keepWhere, ldb, ldh } from '../libc/packet-filter.ts';
import { PacketSocket } from '../libc/packet-socket.ts';
import { whenReady } from '../libc/readiness.ts';
import type { ExpiryResetterOptions } from './reset-behaviour.ts';
import { controlOf, flowOf, RST, resetFor, SYN } from './reset-frame.ts';
import { declareReady } from './service.ts';

const options = JSON.parse(process.argv[2] ?? '') as ExpiryResetterOptions;
const ETHERTYPE = 12;
const FRAGMENT = 20;
const PROTOCOL = 23;

// `ip netns exec` mounts the namespace's own /sys.
const interfaceIndex = Number(readFileSync(`/sys/class/net/${options.interface}/ifindex`, 'utf8'));
const wholeTcp = keepWhere([
  [
    [[ldh(ETHERTYPE)], 0x0800],
    [[ldb(PROTOCOL)], 6],
    [[ldh(FRAGMENT), and(0x1fff)], 0],
  ],
]);
const socket = new PacketSocket(interfaceIndex, wholeTcp);
const timers = new Map<string, NodeJS.Timeout>();

whenReady(socket.fd, 'readable', () => socket.receive(hear));
declareReady();

function hear(frame: Uint8Array): void {
  const flow = flowOf(frame);
  clearTimeout(timers.get(flow));
  timers.delete(flow);
  const control = controlOf(frame);
  if ((control & (SYN | RST)) !== 0) return;
  const reset = resetFor(frame);
  const expire = (): void => {
    timers.delete(flow);
    socket.send([reset]);
  };
  timers.set(flow, setTimeout(expire, options.afterIdleSeconds * 1000));
}
