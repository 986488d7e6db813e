// The frames that ask: requests in our own name where we have an address in the target's network, RFC 5227 probes elsewhere.

import { type Cidr, cidrRange } from '../address/cidr.ts';
import { type Ipv4, ipv4ToUint32, UNSPECIFIED_IPV4 } from '../address/ipv4.ts';
import { BROADCAST_MAC, type Mac, ZERO_MAC } from '../address/mac.ts';
import { encodeArpFrame, OPERATION, writeTargetIp } from './packet.ts';

/** In whose name addresses are asked for. */
export interface Sender {
  readonly mac: Mac;
  /** Our addresses on this link, each for the network it is in. What is in none is asked for with sender 0.0.0.0. */
  readonly addresses: readonly { readonly ip: Ipv4; readonly network: Cidr }[];
}

/** Writes the frame that asks for one address, an unsigned 32-bit number, over the MINIMUM_FRAME_LENGTH bytes of another. */
export type WriteRequest = (target: number, frame: Uint8Array) => void;

/**
 * Encodes once per name that is asked in; each target then changes four bytes of a copy. `ownAddresses` and the sender's are
 * asked for with sender 0.0.0.0: a request with sender = target is an announcement. Broadcast unless `destinationMac` is given.
 */
export function requestWriter(
  { mac, addresses }: Sender,
  ownAddresses: readonly Ipv4[] = [],
  destinationMac: Mac = BROADCAST_MAC,
): WriteRequest {
  const template = (senderIp: Ipv4): Uint8Array =>
    encodeArpFrame({
      destinationMac,
      sourceMac: mac,
      operation: OPERATION.request,
      senderMac: mac,
      senderIp,
      targetMac: ZERO_MAC,
      targetIp: UNSPECIFIED_IPV4,
    });
  const own = new Set([...ownAddresses, ...addresses.map(({ ip }) => ip)].map(ipv4ToUint32));
  const names = addresses.map(({ ip, network }) => ({ ...cidrRange(network), encoded: template(ip) }));
  const probe = template(UNSPECIFIED_IPV4);
  return (target, frame) => {
    const name = own.has(target) ? undefined : names.find(({ first, last }) => first <= target && target <= last);
    frame.set(name?.encoded ?? probe);
    writeTargetIp(frame, target);
  };
}
