// What to do about a path that takes smaller packets than the interface and does not say so, in commands to paste.

import type { EvidenceOf } from '../evidence.ts';
import { shellWord } from './shell-word.ts';

type Mtu = EvidenceOf<'path-mtu'>;

/** IP and TCP headers without options, bytes: the maximum segment size is the MTU less these (RFC 9293, RFC 6691). */
export function headerBytes(address: string): number {
  return address.includes(':') ? 40 + 20 : 20 + 20;
}

/** What WireGuard puts around a packet: IP, UDP and 32 bytes of its own; by IPv4, and by IPv6. */
const WIREGUARD_BYTES = { 4: 60, 6: 80 };
/** PPPoE (RFC 2516) takes 8 of Ethernet's 1500 bytes. */
const PPPOE_MTU_BYTES = 1492;
/** The rest of a packet that is carried in what others carry belongs to no tunnel of its own below that. */
const ETHERNET_MTU_BYTES = 1500;

type Measured = Mtu & { readonly mtuBytes: number };

export function mtuAdvice(measured: Measured): string[] {
  const { mtuBytes, ...mtu } = measured;
  const [address, name] = [shellWord(mtu.address), shellWord(mtu.interface)];
  const isIpv6 = address.includes(':');
  // A route of its own is there already where it is limited too little.
  const verb = mtu.routeMtuBytes === undefined ? 'add' : 'replace';
  const route = `${isIpv6 ? 'ip -6 route' : 'ip route'} ${verb} ${address}${isIpv6 ? '/128' : '/32'} via <gateway> dev ${name} mtu lock ${mtuBytes}`;
  return [
    `To try it at once, on this machine: sudo ip link set dev ${name} mtu ${mtuBytes}\nor for this host only: sudo ${route}\n(ip route get ${address} shows the gateway; both last until the next boot)`,
    ...lastingMtuAdvice(measured),
  ];
}

/** All but what concerns this machine alone. */
export function lastingMtuAdvice({ mtuBytes, address, reportedBy }: Measured): string[] {
  const mss = mtuBytes - headerBytes(address);
  const isIpv6 = address.includes(':');
  const iptables = isIpv6 ? 'ip6tables' : 'iptables';
  return [
    `For everybody behind it, on the router in front of the narrow link, limit TCP to what fits: nft add rule inet filter forward tcp flags syn tcp option maxseg size set ${mss}\nor: ${iptables} -t mangle -A FORWARD -p tcp --tcp-flags SYN,RST SYN -j TCPMSS --set-mss ${mss}\n(“size set rt mtu”, or --clamp-mss-to-pmtu, goes by that router’s own interfaces)`,
    reportedBy === null
      ? `The cause itself is a firewall that drops ICMP errors: let ${isIpv6 ? 'ICMPv6 type 2 (packet too big)' : 'ICMP type 3 code 4 (fragmentation needed)'} through on every box in between.`
      : `The cause itself is ${reportedBy}: it takes its link, often a tunnel, for wider than it is; set its MTU to ${mtuBytes} there.`,
    ...tunnelAdvice(mtuBytes),
    'Where you can’t change the network: sudo sysctl -w net.ipv4.tcp_mtu_probing=1, on both ends, lets Linux find the size by itself; sessions then stall for a few seconds instead of for good.',
  ];
}

function tunnelAdvice(mtuBytes: number): string[] {
  if (mtuBytes >= ETHERNET_MTU_BYTES) return [];
  const pppoe =
    mtuBytes === PPPOE_MTU_BYTES
      ? `${PPPOE_MTU_BYTES} is what PPPoE leaves of 1500: set it on the ppp interface and on the LAN behind, or clamp as above. `
      : '';
  return [
    `${pppoe}A WireGuard tunnel over this path needs MTU = ${mtuBytes - WIREGUARD_BYTES[4]} (${mtuBytes - WIREGUARD_BYTES[6]} over IPv6); a tunnel that is itself the narrow link needs MTU = ${mtuBytes} on both ends.`,
  ];
}
