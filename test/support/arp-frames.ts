// ARP frames that stations send by themselves, as bytes.

import type { Ipv4 } from '../../src/address/ipv4.ts';
import { BROADCAST_MAC, type Mac, ZERO_MAC } from '../../src/address/mac.ts';
import { type ArpFrame, encodeArpFrame, OPERATION } from '../../src/arp-lite/index.ts';
import { ipv4 } from './addresses.ts';

/** `mac` says that it has `ip`, and asks for it: nobody is to answer. */
export function announcement(ip: Ipv4, mac: Mac, changed: Partial<ArpFrame> = {}): Uint8Array {
  return encodeArpFrame({
    destinationMac: BROADCAST_MAC,
    sourceMac: mac,
    operation: OPERATION.request,
    senderMac: mac,
    senderIp: ip,
    targetMac: ZERO_MAC,
    targetIp: ip,
    ...changed,
  });
}

/** `mac`, which has `ip`, asks for another address. */
export function question(target: Ipv4, ip: Ipv4, mac: Mac): Uint8Array {
  return announcement(ip, mac, { targetIp: target });
}

/** `mac` asks for an address that it wants to have (RFC 5227). */
export function probe(target: Ipv4, mac: Mac): Uint8Array {
  return question(target, ipv4('0.0.0.0'), mac);
}

/** `mac` answers a question that `to` asked. */
export function answer(ip: Ipv4, mac: Mac, to = ipv4('10.0.0.2')): Uint8Array {
  return announcement(ip, mac, { operation: OPERATION.reply, targetIp: to });
}
