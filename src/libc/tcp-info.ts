// What the kernel knows of a TCP connection: the leading, never-changing part of struct tcp_info (tcp(7)).

import { IPPROTO_TCP, TCP_INFO } from './constants.ts';
import { type Fd, getOption, LITTLE_ENDIAN } from './socket.ts';

const UNACKED = 24;
const RETRANS = 36;
const LAST_DATA_SENT = 44;
const LAST_DATA_RECV = 52;
const LAST_ACK_RECV = 56;
const RTT = 68;
const TOTAL_RETRANS = 100;
const SEGMENTS_IN = 140;
const LENGTH = 144;

export interface TcpInfo {
  /** Segments that were sent and not acknowledged yet. */
  readonly unacknowledgedSegments: number;
  /** Milliseconds since we last sent payload (since the handshake, when we never did). */
  readonly lastDataSentMs: number;
  /** Milliseconds since payload last arrived (since the handshake, when none did). */
  readonly lastDataReceivedMs: number;
  /** Milliseconds since an ACK last arrived; it falls when the peer answers a keepalive probe. */
  readonly lastAckReceivedMs: number;
  /** Segments that were sent again, or should have been. */
  readonly retransmissions: number;
  /** Of those, the ones that left this machine and are not acknowledged: its firewall, or a full queue, may keep them back. */
  readonly retransmittedUnacked: number;
  /** All that arrived, what TCP takes no notice of included; 0 before Linux 4.2. */
  readonly segmentsReceived: number;
  /** Smoothed round-trip time. */
  readonly rttMs: number;
}

export function tcpInfo(fd: Fd): TcpInfo {
  const view = getOption(fd, IPPROTO_TCP, TCP_INFO, LENGTH);
  return {
    unacknowledgedSegments: view.getUint32(UNACKED, LITTLE_ENDIAN),
    lastDataSentMs: view.getUint32(LAST_DATA_SENT, LITTLE_ENDIAN),
    lastDataReceivedMs: view.getUint32(LAST_DATA_RECV, LITTLE_ENDIAN),
    lastAckReceivedMs: view.getUint32(LAST_ACK_RECV, LITTLE_ENDIAN),
    retransmissions: view.getUint32(TOTAL_RETRANS, LITTLE_ENDIAN),
    retransmittedUnacked: view.getUint32(RETRANS, LITTLE_ENDIAN),
    segmentsReceived: view.byteLength < LENGTH ? 0 : view.getUint32(SEGMENTS_IN, LITTLE_ENDIAN),
    rttMs: view.getUint32(RTT, LITTLE_ENDIAN) / 1000,
  };
}
