// Simulated claimants on virtual time: machines that answer SYNs and echo requests on one or more MACs.

import type { Mac } from '../../src/address/mac.ts';
import { encodeEchoRequest, internetChecksum } from '../../src/icmp/index.ts';
import { decodeIpv4Frame, encodeIpv4Frame, type Ipv4Frame, PROTOCOL_TCP } from '../../src/proof/frame.ts';
import type { Asker, OnFrame } from '../../src/proof/link.ts';
import { ACK, decodeSegment, encodeSegment, RST, SYN, type TcpSegment } from '../../src/proof/segment.ts';
import { ipv4, mac } from '../support/addresses.ts';
import type { FakeClock } from '../support/fake-clock.ts';

export const OWN = { mac: mac('02:00:00:00:00:01'), ip: ipv4('10.0.0.2'), port: 61_234 } as const;
export const TARGET = { ip: ipv4('10.0.0.5'), port: 22 } as const;
export const A = mac('52:54:00:00:00:0a');
export const B = mac('52:54:00:00:00:0b');
export const C = mac('52:54:00:00:00:0c');

export interface Machine {
  readonly macs: readonly Mac[];
  readonly port: 'open' | 'refused' | 'silent';
  readonly delayMs?: number;
  /** How many frames it misses before it answers. */
  readonly deafFor?: number;
  /** All its answers leave by this leg. */
  readonly answersFrom?: Mac;
  /** Its clock at virtual time 0; null: it stamps nothing; `random`: each connection begins anywhere. */
  readonly clock?: number | null | 'random';
  readonly pings?: boolean;
}

export interface SimulatedClaimants extends Asker {
  readonly sent: readonly { readonly atMs: number; readonly frame: Ipv4Frame; readonly segment: TcpSegment | null }[];
  /** Hands any bytes to whoever listens, now. */
  deliver(bytes: Uint8Array, vlanId?: number | null): void;
  /** How many listen. */
  listeners(): number;
}

export function simulatedClaimants(
  clock: FakeClock,
  machines: readonly Machine[],
  random: () => number,
): SimulatedClaimants {
  const sent: { atMs: number; frame: Ipv4Frame; segment: TcpSegment | null }[] = [];
  const listeners = new Set<OnFrame>();
  const states = machines.map((machine): State => {
    return { machine, halfOpen: false, heard: 0, id: Math.floor(random() * 0x1_0000) };
  });

  const deliver = (bytes: Uint8Array, vlanId: number | null = null): void => {
    for (const listener of listeners) {
      const lent = bytes.slice();
      listener(lent, vlanId);
      lent.fill(0xee);
    }
  };
  const take = (bytes: Uint8Array): void => {
    const decoded = decodeIpv4Frame(bytes);
    if (!decoded.ok) throw new Error(`sent a frame that nobody can read: ${decoded.reason}`);
    const frame = { ...decoded.packet, payload: decoded.packet.payload.slice() };
    const segment = frame.protocol === PROTOCOL_TCP ? decodeSegment(frame.payload) : null;
    if (segment !== null && !segment.ok) throw new Error(`sent a segment that nobody can read: ${segment.reason}`);
    sent.push({ atMs: clock.now(), frame, segment: segment?.segment ?? null });
    const state = states.find(({ machine }) => machine.macs.includes(frame.destinationMac));
    if (state === undefined || state.heard++ < (state.machine.deafFor ?? 0)) return;
    const { machine } = state;
    const payload =
      segment === null ? echoReply(machine, frame.payload) : handshake(state, segment.segment, clock.now(), random);
    if (payload === null) return;
    state.id = (state.id + 1) % 0x1_0000;
    const answer = encodeIpv4Frame({
      destinationMac: OWN.mac,
      sourceMac: machine.answersFrom ?? frame.destinationMac,
      id: state.id,
      ttl: 64,
      protocol: frame.protocol,
      sourceIp: TARGET.ip,
      destinationIp: OWN.ip,
      payload,
    });
    void clock.sleep(machine.delayMs ?? 0.5).then(() => deliver(answer));
  };

  return {
    ...OWN,
    sent,
    deliver,
    listeners: () => listeners.size,
    link: {
      send(frames) {
        for (const frame of frames) take(frame);
        return frames.length;
      },
      listen(onFrame) {
        listeners.add(onFrame);
        return () => listeners.delete(onFrame);
      },
    },
  };
}

interface State {
  readonly machine: Machine;
  halfOpen: boolean;
  heard: number;
  /** Of the last packet sent. */
  id: number;
}

function handshake(state: State, request: TcpSegment, nowMs: number, random: () => number): Uint8Array | null {
  const { machine } = state;
  if ((request.control & RST) !== 0) state.halfOpen = false;
  // As Linux does: a second SYN on a half-open connection is answered with a bare ACK.
  if (request.control !== SYN || machine.port === 'silent' || state.halfOpen) return null;
  state.halfOpen = machine.port === 'open';
  return encodeSegment(answerTo(request, machine, nowMs, random), TARGET.ip, OWN.ip);
}

function answerTo(request: TcpSegment, machine: Machine, nowMs: number, random: () => number): TcpSegment {
  const isOpen = machine.port === 'open';
  const offset = machine.clock === 'random' ? Math.floor(random() * 2 ** 32) : (machine.clock ?? 0);
  const value = (offset + Math.floor(nowMs)) % 2 ** 32;
  return {
    sourcePort: request.destinationPort,
    destinationPort: request.sourcePort,
    sequence: isOpen ? Math.floor(random() * 2 ** 32) : 0,
    acknowledgment: (request.sequence + 1) % 2 ** 32,
    control: isOpen ? SYN | ACK : RST | ACK,
    window: isOpen ? 0xffff : 0,
    mss: null,
    sackPermitted: false,
    timestamps: isOpen && machine.clock !== null ? { value, echo: request.timestamps?.value ?? 0 } : null,
  };
}

function echoReply(machine: Machine, request: Uint8Array): Uint8Array | null {
  if (!machine.pings) return null;
  const view = new DataView(request.buffer, request.byteOffset);
  const reply = encodeEchoRequest(4, { identifier: view.getUint16(4), sequence: view.getUint16(6) });
  reply.fill(0, 0, 4);
  new DataView(reply.buffer).setUint16(2, internetChecksum(reply));
  return reply;
}
