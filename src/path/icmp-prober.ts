// Asks by echo requests over a raw ICMP socket; routers answer for those that die there, and quote them.

import type { Clock } from '../clock.ts';
import {
  decodeIcmp,
  decodeIcmpError,
  encodeSizedEcho,
  type IcmpError,
  type IcmpSocket,
  type QuotedPacket,
  type SendOptions,
  USUAL_ECHO_BYTES,
} from '../icmp/index.ts';
import { Pending } from './pending.ts';
import type { Answer, Probe, Prober, Rewritten } from './probe.ts';

/** ICMP errors about packets that are no echo requests are for somebody else. */
export type OnError = (error: IcmpError, from: string) => void;

export interface IcmpProberOptions {
  readonly address: string;
  /** To be told what to expect in quotes; null when it is not known. */
  readonly sourceAddress: string | null;
  readonly random: () => number;
}

interface Sent {
  readonly to: string;
  readonly checksum: number | null;
}

const PROTOCOLS = { 4: 1, 6: 58 } as const;

export function icmpProber(
  socket: IcmpSocket,
  options: IcmpProberOptions,
  clock: Clock,
  onOtherError: OnError = () => {},
): Prober {
  const { version } = socket;
  const uint16 = (): number => Math.floor(options.random() * 0x1_0000);
  const [identifier, checksum] = [uint16(), 1 + Math.floor(options.random() * 0xfffe)];
  let sequence = uint16();
  const pending = new Pending<number>(clock);
  const sent = new Map<number, Sent>();

  socket.listen((bytes, source) => {
    // A link-local source carries its zone, `fe80::1%eth0`.
    const from = source.split('%', 1)[0] as string;
    const decoded = decodeIcmpError(version, bytes);
    if (decoded.ok) {
      if (decoded.error.quoted.protocol === PROTOCOLS[version]) hearError(decoded.error, from);
      else onOtherError(decoded.error, from);
      return;
    }
    const echo = decodeIcmp(version, bytes);
    if (!echo.ok || echo.packet.kind !== 'reply' || echo.packet.identifier !== identifier) return;
    const rttMs = pending.elapsedMs(echo.packet.sequence);
    if (rttMs === null || sent.get(echo.packet.sequence)?.to !== from) return;
    pending.settle(echo.packet.sequence, { kind: 'reply', from, rttMs });
  });

  const hearError = (error: IcmpError, from: string): void => {
    const quote = quotedEcho(error.quoted);
    const ours = sent.get(quote.sequence);
    const rttMs = pending.elapsedMs(quote.sequence);
    // Of identifier and checksum a NAT may have rewritten one, which the other must make up for.
    const isOurs = quote.identifier === identifier || quote.checksum === ours?.checksum;
    if (ours === undefined || rttMs === null || !isOurs) return;
    const rewritten: Rewritten[] = [
      ...(options.sourceAddress !== null && error.quoted.source !== options.sourceAddress ? ['source' as const] : []),
      ...(error.quoted.destination !== ours.to ? ['destination' as const] : []),
      ...(quote.identifier !== identifier ? ['identifier' as const] : []),
      ...(ours.checksum !== null && quote.checksum !== ours.checksum ? ['checksum' as const] : []),
    ];
    pending.settle(quote.sequence, answerOf(error, from, rttMs, rewritten));
  };

  return {
    ask(probe: Probe, waitMs, signal) {
      const to = probe.to ?? options.address;
      sequence = (sequence + 1) & 0xffff;
      const key = sequence;
      const sizeBytes = probe.sizeBytes ?? USUAL_ECHO_BYTES[version];
      const message = encodeSizedEcho(version, { identifier, sequence: key }, sizeBytes, checksum);
      sent.set(key, { to, checksum: version === 4 ? checksum : null });
      return pending
        .wait(key, waitMs, signal, (onSend) => socket.send(message, to, { ...sendOptions(probe), onSend }))
        .then((answer) => localTooBig(answer, probe));
    },
  };
}

/** What an error that quotes one of our packets means for it. */
export function answerOf(error: IcmpError, from: string, rttMs: number, rewritten: readonly Rewritten[]): Answer {
  switch (error.meaning) {
    case 'time-exceeded':
      return { kind: 'time-exceeded', from, rttMs, dscp: error.quoted.dscp, rewritten };
    case 'too-big':
      return { kind: 'too-big', from, mtuBytes: error.mtuBytes };
    default:
      return { kind: 'unreachable', from, type: error.type, code: error.code };
  }
}

export function sendOptions({ hopLimit, sizeBytes, dscp }: Probe): SendOptions {
  return { dontFragment: sizeBytes !== null, dscp, ...(hopLimit === null ? {} : { hopLimit }) };
}

/** EMSGSIZE in the words of strerror(3): our own interface does not take it. */
function localTooBig(answer: Answer | null, { sizeBytes }: Probe): Answer | null {
  const isTooBig = answer?.kind === 'unsent' && sizeBytes !== null && answer.because.includes('Message too long');
  return isTooBig ? { kind: 'too-big', from: null, mtuBytes: null } : answer;
}

/** ICMP: 2 checksum, 4 identifier, 6 sequence. */
function quotedEcho({ transport }: QuotedPacket): { identifier: number; sequence: number; checksum: number } {
  const view = new DataView(transport.buffer, transport.byteOffset, transport.length);
  return { checksum: view.getUint16(2), identifier: view.getUint16(4), sequence: view.getUint16(6) };
}
