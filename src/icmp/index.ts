// icmp: echo requests to one host or to many, over the kernel's sockets or through the system's ping.

export { type EchoMethod, type EchoRequest, type EchoResult, wireEcho } from './echo.ts';
export { type EchoSweepOptions, type EchoSweepResult, echoSweep } from './echo-sweep.ts';
export type { HostEcho, ReportedError } from './echo-tally.ts';
export type { EchoWire } from './echo-wire.ts';
export { decodeIcmpError, type IcmpError, type QuotedPacket } from './icmp-error.ts';
export { openKernelEcho } from './kernel-echo.ts';
export { isOwnRejection } from './own-rejection.ts';
export {
  type Decoded,
  decodeIcmp,
  encodeEchoRequest,
  type IcmpMessage,
  type IpVersion,
  internetChecksum,
} from './packet.ts';
export { packetOptions } from './packet-options.ts';
export { loadPing, runPing } from './ping-package.ts';
export { sweepBySystemPing } from './program-sweep.ts';
export { openRawIcmpSocket, RawSocketUnavailable } from './raw-socket.ts';
export { ECHO_OVERHEAD, encodeSizedEcho, USUAL_ECHO_BYTES } from './sized-echo.ts';
export type { IcmpSocket, SendOptions } from './socket.ts';
export { SweepTable, type SweptHost, type SweptHosts } from './sweep-table.ts';
export { ipv4Hosts, listedHosts } from './swept-hosts.ts';
export { parsePingOutput, systemPingEcho } from './system-ping.ts';
