// 48-bit MAC addresses as values (IEEE 802), and the roles that some address blocks are reserved for.

/** Lower-case, colon-separated, e.g. `52:54:00:12:34:56`. */
export type Mac = string & { readonly __brand: 'Mac' };

export const MAC_LENGTH = 6;
export const BROADCAST_MAC = 'ff:ff:ff:ff:ff:ff' as Mac;
export const ZERO_MAC = '00:00:00:00:00:00' as Mac;

/** Reads colon- or hyphen-separated pairs in either case. null when it is not a 48-bit MAC. */
export function parseMac(text: string): Mac | null {
  const normal = text.toLowerCase().replaceAll('-', ':');
  return /^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/.test(normal) ? (normal as Mac) : null;
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** The MAC at `offset`; the caller has checked that six bytes are there. */
export function readMac(bytes: Uint8Array, offset: number): Mac {
  let text = HEX[bytes[offset] as number] as string;
  for (let index = 1; index < MAC_LENGTH; index++) text += `:${HEX[bytes[offset + index] as number]}`;
  return text as Mac;
}

/** Writes the MAC's six bytes at `offset`. */
export function writeMac(bytes: Uint8Array, offset: number, mac: Mac): void {
  for (let index = 0; index < MAC_LENGTH; index++) {
    bytes[offset + index] = Number.parseInt(mac.slice(index * 3, index * 3 + 2), 16);
  }
}

/** The MAC at `offset` as a 48-bit number, which costs less than its text when frames come by the million. */
export function readMacNumber(view: DataView, offset: number): number {
  return view.getUint16(offset) * 2 ** 32 + view.getUint32(offset + 2);
}

export function macToNumber(mac: Mac): number {
  return Number.parseInt(mac.replaceAll(':', ''), 16);
}

export function numberToMac(number: number): Mac {
  return number
    .toString(16)
    .padStart(12, '0')
    .replace(/..(?!$)/g, '$&:') as Mac;
}

/** Who a MAC can belong to. All but `station` are shared by several machines on purpose. */
export type MacRole = 'station' | 'vrrp' | 'hsrp' | 'glbp' | 'ms-nlb';

/**
 * What a MAC block is reserved for: first-hop redundancy or load balancing.
 * VRRP (RFC 5798 section 7.3) and CARP share `00:00:5e:00:01:xx`; HSRP is `00:00:0c:07:ac:xx` (v1) and
 * `00:00:0c:9f:fx:xx` (v2); GLBP is `00:07:b4:xx:xx:xx`; Microsoft's Network Load Balancing is `02:bf`, `03:bf` and
 * `01:00:5e:7f` before the address, or a part of it (unicast, multicast, IGMP mode).
 */
export function macRole(mac: Mac): MacRole {
  if (mac.startsWith('00:00:5e:00:01:')) return 'vrrp';
  if (mac.startsWith('00:00:0c:07:ac:') || mac.startsWith('00:00:0c:9f:f')) return 'hsrp';
  if (mac.startsWith('00:07:b4:')) return 'glbp';
  if (mac.startsWith('02:bf:') || mac.startsWith('03:bf:') || mac.startsWith('01:00:5e:7f:')) return 'ms-nlb';
  return 'station';
}

/** Assigned by an administrator or by software (IEEE 802c): no vendor owns it. */
export function isLocallyAdministered(mac: Mac): boolean {
  return (Number.parseInt(mac.slice(0, 2), 16) & 0b10) !== 0;
}
