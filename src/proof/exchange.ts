// What asking one claimant has in common, whatever is asked: frames to its MAC, and packets of the address to us.

import type { Ipv4 } from '../address/ipv4.ts';
import type { Mac } from '../address/mac.ts';
import { decodeIpv4Frame, encodeIpv4Frame, type Ipv4Frame } from './frame.ts';
import type { Asker } from './link.ts';

const TTL = 64;

/** Our packet for `ip`, in a frame that only `mac` takes. */
export function frameTo(asker: Asker, ip: Ipv4, mac: Mac, protocol: number, payload: Uint8Array): Uint8Array {
  const addresses = { destinationMac: mac, sourceMac: asker.mac, sourceIp: asker.ip, destinationIp: ip };
  return encodeIpv4Frame({ ...addresses, id: 0, ttl: TTL, protocol, payload });
}

/** A packet of this protocol from `ip` to us; null for any other bytes, and for another VLAN: that is not this LAN. */
export function packetFrom(
  asker: Asker,
  ip: Ipv4,
  protocol: number,
  bytes: Uint8Array,
  vlanId: number | null,
): Ipv4Frame | null {
  const frame = vlanId === null ? decodeIpv4Frame(bytes) : null;
  if (!frame?.ok) return null;
  const { packet } = frame;
  const isOurs = packet.protocol === protocol && packet.sourceIp === ip && packet.destinationIp === asker.ip;
  return isOurs ? packet : null;
}
