// A script for lab hosts: answers ARP requests (RFC 826) for one address late, several times, or never.

import { readFileSync } from 'node:fs';
import { decodeArpFrame, encodeArpFrame, OPERATION, openAfPacketLink } from '../arp-lite/index.ts';
import type { ArpStationOptions } from './arp-behaviour.ts';
import { declareReady } from './service.ts';

const options = JSON.parse(process.argv[2] ?? '') as ArpStationOptions;
// `ip netns exec` mounts the namespace's own /sys.
const interfaceIndex = Number(readFileSync(`/sys/class/net/${options.interface}/ifindex`, 'utf8'));
const link = openAfPacketLink(interfaceIndex);

link.listen(hear, (error) => {
  throw error;
});
declareReady();

function hear(frame: Uint8Array): void {
  const decoded = decodeArpFrame(frame);
  if (!decoded.ok) return;
  const { operation, senderMac, senderIp, targetIp } = decoded.packet;
  if (operation !== OPERATION.request || targetIp !== options.address) return;
  answer(
    encodeArpFrame({
      destinationMac: senderMac,
      sourceMac: options.mac,
      operation: OPERATION.reply,
      senderMac: options.mac,
      senderIp: options.address,
      targetMac: senderMac,
      targetIp: senderIp,
    }),
  );
}

function answer(reply: Uint8Array): void {
  switch (options.behaviour.kind) {
    case 'late':
      setTimeout(() => link.send([reply]), options.behaviour.delayMs);
      return;
    case 'repeat':
      link.send(Array.from({ length: options.behaviour.times }, () => reply));
      return;
    case 'silent':
      return;
  }
}
