// The EchoWire on the kernel's ICMP sockets: a raw one where we may (it is opened before root is given up), else a ping socket.

import { inetText } from '../address/ip.ts';
import type { Clock } from '../clock.ts';
import { EchoSocket } from '../libc/echo-socket.ts';
import { SystemError } from '../libc/library.ts';
import {
  type FilterInstruction,
  jeq,
  ldbIndexed,
  ldhIndexed,
  ldxIpv4HeaderLength,
  ret,
} from '../libc/packet-filter.ts';
import { type Readiness, whenReady } from '../libc/readiness.ts';
import { realTimeMs } from '../libc/real-time.ts';
import type { EchoListener, EchoWire, Outgoing, Sent } from './echo-wire.ts';
import { decodeMessage, echoData, type IpVersion, quotedDestination } from './packet.ts';

/** Fewer messages are sent sooner than another thread is woken up, and their times are known better. */
const WORTH_A_THREAD = 128;

/** A kernel's time stamp that is older than this is none of the same clock: it was set meanwhile. */
const MOST_AGE_MS = 60_000;

export interface KernelEchoOptions {
  readonly version: IpVersion;
  readonly interfaceName: string | null;
  /** Index of that interface, which link-local addresses need; 0 without one. */
  readonly interfaceIndex: number;
  readonly dscp: number;
}

/** @throws SystemError EPERM or EACCES when neither a raw nor a ping socket may be opened. */
export function openKernelEcho(options: KernelEchoOptions, clock: Clock, random: () => number): EchoWire {
  const identifier = Math.floor(random() * 0x1_0000);
  try {
    const filter = ownOnly(options.version, identifier);
    return wireOf(
      new EchoSocket({ ...options, type: 'raw', filter }, options.interfaceIndex),
      options,
      identifier,
      clock,
    );
  } catch (error) {
    if (!(error instanceof SystemError && error.code === 'EPERM')) throw error;
  }
  const socket = new EchoSocket({ ...options, type: 'ping', filter: null }, options.interfaceIndex);
  return wireOf(socket, options, null, clock);
}

function wireOf(
  socket: EchoSocket,
  { version }: KernelEchoOptions,
  rawIdentifier: number | null,
  clock: Clock,
): EchoWire {
  const identifier = rawIdentifier ?? socket.identifier();
  let readiness: Readiness | undefined;
  let listener: EchoListener | undefined;
  let closed = false;
  const isRaw = rawIdentifier !== null;
  const read = (): void => {
    const age = stampReader(clock);
    socket.takeErrors(({ type, code, from, to, quoted }) => {
      const sequence = quoted.length < 8 ? null : new DataView(quoted.buffer, quoted.byteOffset).getUint16(6);
      if (sequence !== null && from !== null) listener?.onRefusal({ type, code, from, to, sequence });
    });
    socket.receive(({ bytes: message, from, hopLimit, realTimeMs: stamp }) => {
      const decoded = decodeMessage(version, message);
      if (!decoded.ok || decoded.packet.identifier !== identifier) return;
      const { packet } = decoded;
      if (packet.kind === 'reply') {
        const { sequence } = packet;
        listener?.onReply({ sequence, data: echoData(message), from, hopLimit, atMs: age(stamp) });
      } else {
        const { type, code, sequence } = packet;
        const to = quotedDestination(version, message);
        listener?.onRefusal({ type, code, sequence, to, from: inetText(from) });
      }
    });
  };
  const sendNow = (requests: readonly Outgoing[], onHand: () => void): { taken: number; code: string | null } => {
    for (let attempt = 0; ; attempt++) {
      try {
        return { taken: socket.send(requests, onHand), code: null };
      } catch (error) {
        if (!(error instanceof SystemError)) throw error;
        // An ICMP error about an earlier request is told here, once; the error queue has it in full.
        if (attempt > 0) return { taken: 0, code: error.code };
      }
    }
  };
  return {
    version,
    kind: isRaw ? 'raw-socket' : 'ping-socket',
    identifier,
    async send(requests): Promise<Sent> {
      let atMs = 0;
      const onHand = (): void => {
        atMs = clock.now();
      };
      let taken = requests.length >= WORTH_A_THREAD ? await socket.sendAside(requests, onHand) : -1;
      let code: string | null = null;
      if (taken < 0) ({ taken, code } = sendNow(requests, onHand));
      // Why the kernel stopped half-way is only told to who asks again.
      return { taken, atMs, code: code ?? (taken < requests.length ? 'EAGAIN' : null) };
    },
    listen(next) {
      listener = next;
      readiness ??= whenReady(socket.fd, 'readable', read);
    },
    drops: () => socket.drops(),
    close() {
      if (closed) return;
      closed = true;
      readiness?.close();
      socket.close();
    },
  };
}

/**
 * Turns the kernel's time stamps into times on the clock, which no step of the wall clock moves: by how long ago they
 * were made, for messages that are read now.
 */
function stampReader(clock: Clock): (stamp: number | null) => number {
  const before = clock.now();
  const realNow = realTimeMs();
  const now = (before + clock.now()) / 2;
  return (stamp) => {
    if (stamp === null) return clock.now();
    const age = realNow - stamp;
    // What arrived since is read in the same go.
    if (age < 0) return Math.min(now - age, clock.now());
    return age > MOST_AGE_MS ? now : now - age;
  };
}

/** Replies with our identifier, and errors: whose they are is seen when they are read. */
function ownOnly(version: IpVersion, identifier: number): FilterInstruction[] {
  const [reply, errors] = version === 4 ? [0, [3, 11, 12]] : [129, [1, 2, 3, 4]];
  // The index register is where the ICMP header begins; in IPv6 a raw socket is given no more than that.
  const start: FilterInstruction[] = version === 4 ? [ldxIpv4HeaderLength(0)] : [[0x01, 0, 0, 0]];
  const last = errors.length - 1;
  return [
    ...start,
    ldbIndexed(0),
    jeq(reply, 0, 3),
    ldhIndexed(4),
    jeq(identifier, 0, errors.length + 1),
    ret(0xffff),
    ...errors.map((type, index): FilterInstruction => jeq(type, last - index + 1, 0)),
    ret(0),
    ret(0xffff),
  ];
}
