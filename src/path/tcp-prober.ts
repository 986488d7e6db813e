// Asks by SYNs to one port: whoever drops ICMP for the host still lets them through. The kernel, which knows of no such
// connection, ends each that is accepted with a reset, so that the service never hears of it.

import { parseIpv4 } from '../address/ipv4.ts';
import type { Clock } from '../clock.ts';
import type { IcmpError } from '../icmp/index.ts';
import { ACK, decodeSegment, encodeSegment, encodeUnsummedSegment, RST, SYN } from '../proof/index.ts';
import { answerOf, sendOptions } from './icmp-prober.ts';
import { Pending } from './pending.ts';
import type { Prober, Rewritten } from './probe.ts';
import type { SegmentSocket } from './segment-socket.ts';

const PROTOCOL_TCP = 6;
const WINDOW = 64_240;
/** What a card with 1500 bytes offers. */
const MSS = { 4: 1460, 6: 1440 } as const;

export interface TcpProber extends Prober {
  /** To be shown ICMP errors that arrive on another socket. */
  hearError(error: IcmpError, from: string): void;
}

/**
 * Probes of one path share ports and addresses and are told apart by their sequence numbers. A host takes a second SYN
 * of a connection that it has half opened for a stray one: who asks it wants the answer to one before sending the next.
 */
export function tcpProber(socket: SegmentSocket, random: () => number, clock: Clock): TcpProber {
  const pending = new Pending<number>(clock);
  let sequence = Math.floor(random() * 0x1_0000_0000);
  socket.listen((bytes) => {
    const decoded = decodeSegment(bytes);
    if (!decoded.ok) return;
    const { control, acknowledgment, mss } = decoded.segment;
    const refused = (control & RST) !== 0;
    if (!refused && (control & (SYN | ACK)) !== (SYN | ACK)) return;
    const key = (acknowledgment - 1) >>> 0;
    const rttMs = pending.elapsedMs(key);
    if (rttMs === null) return;
    pending.settle(key, {
      kind: 'reply',
      from: socket.address,
      rttMs,
      tcp: { refused, mssBytes: refused ? null : mss },
    });
  });
  return {
    ask(probe, waitMs, signal) {
      // Far enough apart that no answer fits two of them.
      sequence = (sequence + 0x1_0000) >>> 0;
      const syn = {
        sourcePort: socket.sourcePort,
        destinationPort: socket.port,
        sequence,
        acknowledgment: 0,
        control: SYN,
        window: WINDOW,
        mss: MSS[socket.version],
        sackPermitted: false,
        timestamps: null,
      };
      const [from, to] = [parseIpv4(socket.sourceAddress), parseIpv4(socket.address)];
      const segment = from === null || to === null ? encodeUnsummedSegment(syn) : encodeSegment(syn, from, to);
      return pending.wait(sequence, waitMs, signal, async (onSend) => {
        onSend();
        socket.send(segment, sendOptions(probe));
      });
    },
    hearError(error, from) {
      const { protocol, transport, source, destination } = error.quoted;
      if (protocol !== PROTOCOL_TCP) return;
      const view = new DataView(transport.buffer, transport.byteOffset, transport.length);
      const key = view.getUint32(4);
      const rttMs = pending.elapsedMs(key);
      if (rttMs === null) return;
      const rewritten: Rewritten[] = [
        ...(source !== socket.sourceAddress ? ['source' as const] : []),
        ...(destination !== socket.address ? ['destination' as const] : []),
        ...(view.getUint16(0) !== socket.sourcePort || view.getUint16(2) !== socket.port ? ['port' as const] : []),
      ];
      pending.settle(key, answerOf(error, from, rttMs, rewritten));
    },
  };
}
