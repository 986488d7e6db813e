// icmp: echo requests, over a raw socket or through the system's ping.

export { type EchoMethod, type EchoRequest, type EchoResult, type ReportedError, socketEcho } from './echo.ts';
export { decodeIcmpError, type IcmpError, type QuotedPacket } from './icmp-error.ts';
export {
  type Decoded,
  decodeIcmp,
  encodeEchoRequest,
  type IcmpMessage,
  type IpVersion,
  internetChecksum,
} from './packet.ts';
export { packetOptions } from './packet-options.ts';
export { openRawIcmpSocket, RawSocketUnavailable } from './raw-socket.ts';
export { ECHO_OVERHEAD, encodeSizedEcho, USUAL_ECHO_BYTES } from './sized-echo.ts';
export type { IcmpSocket, SendOptions } from './socket.ts';
export { parsePingOutput, systemPingEcho } from './system-ping.ts';
