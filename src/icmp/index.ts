// icmp: echo requests, over a raw socket or through the system's ping.

export { type EchoMethod, type EchoRequest, type EchoResult, type ReportedError, socketEcho } from './echo.ts';
export { type Decoded, decodeIcmp, encodeEchoRequest, type IcmpMessage, internetChecksum } from './packet.ts';
export { openRawIcmpSocket, RawSocketUnavailable } from './raw-socket.ts';
export type { IcmpSocket } from './socket.ts';
export { systemPingEcho } from './system-ping.ts';
