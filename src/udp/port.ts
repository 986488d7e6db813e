// The port to UDP: what probing needs of one far port.

/** An ICMP error in answer to a datagram (RFC 792, RFC 4443). */
export interface Rejection {
  readonly version: 4 | 6;
  readonly type: number;
  readonly code: number;
  /** Who sent it; null when that is not known. */
  readonly from: string | null;
}

/** Datagrams to and from one port of one host. */
export interface UdpPort {
  /** Why it was not sent, in the words of errno(3): an error about an earlier datagram, which `answer` tells, or this machine's own refusal. */
  send(): string | null;
  /** What has come of it by now; null: nothing. */
  answer(): 'datagram' | Rejection | null;
  close(): void;
}

export interface UdpEndpoint {
  /** IPv4 or IPv6 address, not a name. */
  readonly address: string;
  readonly port: number;
  readonly interfaceName: string | null;
}

/** Why this machine can't send there, in the words of errno(3). */
export type OpenUdpPort = (
  endpoint: UdpEndpoint,
) => { readonly ok: true; readonly value: UdpPort } | { readonly ok: false; readonly because: string };
