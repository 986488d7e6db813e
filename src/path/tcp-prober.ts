// Asks by SYNs to one port: whoever drops ICMP for the host still lets them through. The kernel, which knows of no such
// connection, ends each that is accepted with a reset, so that the service never hears of it.

import { parseIpv4 } from '../address/ipv4.ts';
import type { Clock } from '../clock.ts';
import type { IcmpError, SendOptions } from '../icmp/index.ts';
import { ACK, decodeSegment, encodeSegment, encodeUnsummedSegment, RST, SYN, type TcpSegment } from '../proof/index.ts';
import { answerOf, sendOptions } from './icmp-prober.ts';
import { Pending } from './pending.ts';
import { PLAIN, type Prober, type Rewritten } from './probe.ts';
import type { SegmentSocket } from './segment-socket.ts';

const PROTOCOL_TCP = 6;
const WINDOW = 64_240;
/** What a card with 1500 bytes offers. */
const MSS = { 4: 1460, 6: 1440 } as const;

export interface TcpProber extends Prober {
  /** To be shown ICMP errors that arrive on another socket. */
  hearError(error: IcmpError, from: string): void;
}

/** SYNs whose connections may be half open at the host: each is reset before so many later ones. */
const RESETS = 2;

/**
 * Probes of one path share ports and addresses and are told apart by their sequence numbers. A host takes a second SYN of a
 * connection that it has half opened for a stray one, and says nothing or acknowledges the first (RFC 9293 section 3.10.7.4). It
 * stays half open where its SYN-ACK or our kernel's reset is lost: then one lost packet would cost all later probes too, until the
 * host's patience is over. So the SYNs before it are reset, one after the other, before each is sent.
 */
export function tcpProber(socket: SegmentSocket, random: () => number, clock: Clock): TcpProber {
  const pending = new Pending<number>(clock);
  let sequence = Math.floor(random() * 0x1_0000_0000);
  const halfOpen: number[] = [];
  /** A firewall that rejects by ICMP does so for resets, too, and sends only so many errors: SYNs would get none. */
  let isRejected = false;
  const [from, to] = [parseIpv4(socket.sourceAddress), parseIpv4(socket.address)];
  const send = (fields: Pick<TcpSegment, 'sequence' | 'control' | 'window' | 'mss'>, options: SendOptions): void => {
    const segment = {
      ...fields,
      sourcePort: socket.sourcePort,
      destinationPort: socket.port,
      acknowledgment: 0,
      sackPermitted: false,
      timestamps: null,
    };
    socket.send(
      from === null || to === null ? encodeUnsummedSegment(segment) : encodeSegment(segment, from, to),
      options,
    );
  };
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
      const syn = { sequence, control: SYN, window: WINDOW, mss: MSS[socket.version] };
      const earlier = halfOpen.slice(-RESETS);
      halfOpen.splice(0, halfOpen.length, ...earlier, sequence);
      return pending.wait(sequence, waitMs, signal, async (onSend) => {
        // In the window it is the next byte that the host expects, whatever it has heard since.
        for (const each of isRejected ? [] : earlier) {
          send({ sequence: (each + 1) >>> 0, control: RST, window: 0, mss: null }, sendOptions(PLAIN));
        }
        onSend();
        send(syn, sendOptions(probe));
      });
    },
    hearError(error, from) {
      const { protocol, transport, source, destination } = error.quoted;
      if (protocol !== PROTOCOL_TCP) return;
      const view = new DataView(transport.buffer, transport.byteOffset, transport.length);
      const key = view.getUint32(4);
      const rttMs = pending.elapsedMs(key);
      if (rttMs === null) {
        const isReset = view.getUint16(0) === socket.sourcePort && ((key - sequence) & 0xffff) === 1;
        isRejected ||= isReset && error.meaning === 'unreachable';
        return;
      }
      // It never reached the host.
      if (halfOpen.includes(key)) halfOpen.splice(halfOpen.indexOf(key), 1);
      const rewritten: Rewritten[] = [
        ...(source !== socket.sourceAddress ? ['source' as const] : []),
        ...(destination !== socket.address ? ['destination' as const] : []),
        ...(view.getUint16(0) !== socket.sourcePort || view.getUint16(2) !== socket.port ? ['port' as const] : []),
      ];
      pending.settle(key, answerOf(error, from, rttMs, rewritten));
    },
  };
}
