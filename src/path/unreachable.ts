// An ICMP error that says that a host, or its port, can not be reached, and who sent it.

export interface Unreachable {
  readonly from: string;
  readonly type: number;
  readonly code: number;
}

/**
 * Network or host unreachable, which nobody says of himself: in the host's name it comes from behind a NAT that forwards to the host
 * (RFC 792 and RFC 1122 section 3.2.2.1, type 3; RFC 4443, type 1).
 */
export function isOfRouter({ from, type, code }: Unreachable): boolean {
  return from.includes(':')
    ? type === 1 && [0, 2, 3].includes(code)
    : type === 3 && [0, 1, 5, 6, 7, 11, 12].includes(code);
}
