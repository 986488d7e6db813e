// The IcmpSocket port on the raw-socket package (raw(7)). Needs CAP_NET_RAW when it is opened, not after.

import { Buffer } from 'node:buffer';
import { createRequire } from 'node:module';
import type { IpVersion } from './packet.ts';
import { packetOptions } from './packet-options.ts';
import type { IcmpSocket } from './socket.ts';

/** The part of raw-socket 1.8 that is used here; the package has no types of its own. */
interface RawSocketPackage {
  createSocket(options: { addressFamily: number; protocol: number; bufferSize: number }): RawSocket;
  AddressFamily: { IPv4: number; IPv6: number };
  Protocol: { ICMP: number; ICMPv6: number };
}
interface RawSocket {
  on(event: 'message', listener: (bytes: Buffer, from: string) => void): void;
  on(event: 'error', listener: (error: Error) => void): void;
  send(
    bytes: Buffer,
    offset: number,
    length: number,
    to: string,
    before: () => void,
    done: (error: Error | null) => void,
  ): void;
  setOption(level: number, option: number, value: Buffer, length: number): void;
  close(): void;
}

const SOL_SOCKET = 1;
const SO_BINDTODEVICE = 25;

/** Why a raw socket could not be opened: the package is not there (it did not build), or the kernel refused. */
export class RawSocketUnavailable extends Error {
  readonly reason: 'not-installed' | 'not-permitted';

  constructor(reason: RawSocketUnavailable['reason'], message: string) {
    super(message);
    this.name = 'RawSocketUnavailable';
    this.reason = reason;
  }
}

/**
 * Sockets that are open. The package holds its socket by nothing but weak references: while a send waits for the kernel,
 * only the socket itself leads to those who wait, and the garbage collector would take them all.
 */
const held = new Set<RawSocket>();

/** @throws RawSocketUnavailable */
export function openRawIcmpSocket(version: IpVersion, interfaceName: string | null): IcmpSocket {
  const raw = loadPackage();
  const socket = open(raw, version, interfaceName);
  held.add(socket);
  let onPacket: (packet: Uint8Array, from: string) => void = () => {};
  socket.on('message', (bytes, from) => onPacket(Uint8Array.from(bytes), from));
  const setPacketOptions = packetOptions(version, (level, option, value) => {
    const bytes = Buffer.from(Int32Array.of(value).buffer);
    socket.setOption(level, option, bytes, bytes.length);
  });
  // Errors of receiving are the network's (an ICMP error about another program's packet); none ends the socket.
  socket.on('error', () => {});
  return {
    version,
    send: (message, to, options = {}) =>
      new Promise((resolve, reject) => {
        const before = (): void => {
          setPacketOptions(options);
          options.onSend?.();
        };
        const done = (error: Error | null): void => (error ? reject(error) : resolve());
        // A view, not a copy: large probes are sent by the dozen.
        const bytes = Buffer.from(message.buffer, message.byteOffset, message.length);
        socket.send(bytes, 0, message.length, to, before, done);
      }),
    listen(listener) {
      onPacket = listener;
    },
    close() {
      held.delete(socket);
      socket.close();
    },
  };
}

function loadPackage(): RawSocketPackage {
  try {
    return createRequire(import.meta.url)('raw-socket') as RawSocketPackage;
  } catch (error) {
    throw new RawSocketUnavailable('not-installed', (error as Error).message.split('\n', 1)[0] ?? '');
  }
}

function open(raw: RawSocketPackage, version: IpVersion, interfaceName: string | null): RawSocket {
  try {
    const socket = raw.createSocket({
      addressFamily: version === 4 ? raw.AddressFamily.IPv4 : raw.AddressFamily.IPv6,
      protocol: version === 4 ? raw.Protocol.ICMP : raw.Protocol.ICMPv6,
      bufferSize: 65_536,
    });
    if (interfaceName !== null) {
      const name = Buffer.from(`${interfaceName}\0`);
      socket.setOption(SOL_SOCKET, SO_BINDTODEVICE, name, name.length);
    }
    return socket;
  } catch (error) {
    throw new RawSocketUnavailable('not-permitted', (error as Error).message);
  }
}
