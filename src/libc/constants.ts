// Numbers of the Linux user-space interface (include/uapi), equal on x86-64, arm64 and riscv64.

export const AF_INET = 2;
export const AF_INET6 = 10;
export const AF_NETLINK = 16;
export const AF_PACKET = 17;

export const SOCK_STREAM = 1;
export const SOCK_DGRAM = 2;
export const SOCK_RAW = 3;
export const SOCK_NONBLOCK = 0x800;
export const SOCK_CLOEXEC = 0x8_0000;

export const MSG_DONTWAIT = 0x40;
export const MSG_ERRQUEUE = 0x2000;
export const MSG_NOSIGNAL = 0x4000;

export const SOL_SOCKET = 1;
export const SO_ERROR = 4;
export const SO_SNDBUF = 7;
export const SO_RCVBUF = 8;
export const SO_KEEPALIVE = 9;
export const SO_LINGER = 13;
export const SO_BINDTODEVICE = 25;
export const SO_SNDBUFFORCE = 32;
export const SO_RCVBUFFORCE = 33;
export const SO_TIMESTAMPNS = 35;
export const SO_MEMINFO = 55;
/** Index of the packets that a socket had no room for among what SO_MEMINFO tells (sock_diag(7)). */
export const SK_MEMINFO_DROPS = 8;

export const IPPROTO_IP = 0;
export const IP_TOS = 1;
export const IP_TTL = 2;
export const IP_RECVERR = 11;
export const IP_MINTTL = 21;
export const IP_RECVTTL = 12;
export const IP_BIND_ADDRESS_NO_PORT = 24;

export const IPPROTO_ICMP = 1;
export const IPPROTO_ICMPV6 = 58;

export const IPPROTO_TCP = 6;
export const IPPROTO_UDP = 17;
export const TCP_KEEPIDLE = 4;
export const TCP_KEEPINTVL = 5;
export const TCP_KEEPCNT = 6;
export const TCP_INFO = 11;
export const TCP_USER_TIMEOUT = 18;

/** ee_origin of an error that came as ICMP, and as ICMPv6. */
export const SO_EE_ORIGIN_ICMP = 2;
export const SO_EE_ORIGIN_ICMP6 = 3;

export const IPPROTO_IPV6 = 41;
export const IPV6_CHECKSUM = 7;
export const IPV6_UNICAST_HOPS = 16;
export const IPV6_RECVERR = 25;
export const IPV6_MINHOPCOUNT = 73;
export const IPV6_RECVHOPLIMIT = 51;
export const IPV6_HOPLIMIT = 52;
export const IPV6_TCLASS = 67;

export const SOL_PACKET = 263;
export const PACKET_STATISTICS = 6;
export const PACKET_AUXDATA = 8;
export const PACKET_IGNORE_OUTGOING = 23;
/** sll_pkttype of a frame that this machine sent itself (packet(7)). */
export const PACKET_OUTGOING = 4;
/** tp_status of a frame whose VLAN tag was taken off and is told beside it. */
export const TP_STATUS_VLAN_VALID = 0x10;
/** Every EtherType, and VLAN-tagged frames too: sockets bound to one EtherType are given those without their tag. */
export const ETH_P_ALL = 0x0003;
export const ETH_P_IP = 0x0800;
export const ETH_P_IPV6 = 0x86dd;
export const SO_MARK = 36;
export const SO_ATTACH_FILTER = 26;
