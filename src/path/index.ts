// path: who stands between this machine and a host, how large a packet gets through, and what becomes of marked ones.

export { connectProber } from './connect-prober.ts';
export type { MeasuredHop, Tally } from './hop.ts';
export { icmpProber } from './icmp-prober.ts';
export { findVanishingPoint, type VanishingPoint } from './large-packets.ts';
export { compareMarks, followMarks, type MarkAtHop, type MarkedTally } from './marks.ts';
export { findPathMtu, type PathMtu } from './path-mtu.ts';
export { PingUnusable, pingProber } from './ping-prober.ts';
export type { Prober, TcpReply } from './probe.ts';
export { openRawSegments, type RawSegments } from './raw-segments.ts';
export type { SegmentSocket } from './segment-socket.ts';
export { tcpProber } from './tcp-prober.ts';
export { Trace, type TracedPath, type TraceProgress } from './trace.ts';
export { type WayOut, wayOutTo } from './way-out.ts';
