// Echo requests that know their own: what they carry says which run and which request of it they are, so that neither
// another program's replies nor a stray one is ever counted.
//
//   data: 0 nonce of the run (8), 8 serial number of the request (4), 12 on: counted up

import { DATA_LENGTH, encodeEchoRequest, type IpVersion, internetChecksum } from './packet.ts';

const NONCE = 8;
const SERIAL = 8;
/** Fewer data bytes would not hold what tells them apart. */
export const SHORTEST_DATA = 12;
/** As many as ping(8) sends. */
export const USUAL_DATA = DATA_LENGTH;
/** An IPv4 packet of 65,535 bytes without its headers. */
export const LONGEST_DATA = 65_507;

const HEADER = 8;
const CHECKSUM = 2;
const SEQUENCE = 6;

export class EchoWriter {
  readonly #version: IpVersion;
  readonly #template: Uint8Array;
  readonly #nonce: Uint8Array;
  /** Of the template, whose sequence and serial are 0; not yet inverted. */
  readonly #sum: number;

  /** `random` in [0, 1) makes the nonce. @throws RangeError for too little or too much data. */
  constructor(version: IpVersion, identifier: number, dataBytes: number, random: () => number) {
    if (!(dataBytes >= SHORTEST_DATA && dataBytes <= LONGEST_DATA)) {
      throw new RangeError(`dataBytes must be from ${SHORTEST_DATA} to ${LONGEST_DATA}, got ${dataBytes}`);
    }
    const data = Uint8Array.from({ length: dataBytes }, (_, index) => index);
    this.#nonce = Uint8Array.from({ length: NONCE }, () => Math.floor(random() * 256));
    data.set(this.#nonce);
    data.fill(0, SERIAL, SERIAL + 4);
    this.#version = version;
    this.#template = encodeEchoRequest(version, { identifier, sequence: 0 }, data);
    this.#sum = ~internetChecksum(this.#template.map((byte, at) => (at >> 1 === CHECKSUM >> 1 ? 0 : byte))) & 0xffff;
  }

  /** Bytes for one request, to be written over and over. */
  blank(): Uint8Array {
    return this.#template.slice();
  }

  /** Makes `bytes`, which were `blank`, the request of that serial number. `sequence` is unsigned and 16 bits wide. */
  write(sequence: number, serial: number, bytes: Uint8Array): Uint8Array {
    put16(bytes, SEQUENCE, sequence);
    put16(bytes, HEADER + SERIAL, serial >>> 16);
    put16(bytes, HEADER + SERIAL + 2, serial & 0xffff);
    // RFC 1624: the sum of what changed is added to the sum of the rest.
    let sum = this.#sum + sequence + (serial >>> 16) + (serial & 0xffff);
    while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
    if (this.#version === 4) put16(bytes, CHECKSUM, ~sum & 0xffff);
    return bytes;
  }

  /** Which request a reply answers by what it carries; null when it is none of this run. */
  serialOf(data: Uint8Array): number | null {
    if (data.length < SHORTEST_DATA) return null;
    for (let at = 0; at < NONCE; at++) if (data[at] !== this.#nonce[at]) return null;
    return get16(data, SERIAL) * 0x1_0000 + get16(data, SERIAL + 2);
  }
}

// Without a DataView, which would have to be made for each message.
function put16(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 8;
  bytes[at + 1] = value & 0xff;
}

function get16(bytes: Uint8Array, at: number): number {
  return (bytes[at] as number) * 256 + (bytes[at + 1] as number);
}
