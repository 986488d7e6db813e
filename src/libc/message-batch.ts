// The array of mmsghdr structures that sendmmsg(2) and recvmmsg(2) work on, laid out once and used again.
//
//   struct mmsghdr (64 bytes on a 64-bit kernel)
//    0  msg_name        pointer      8  msg_namelen  uint32, 4 bytes of padding
//   16  msg_iov         pointer     24  msg_iovlen   size_t
//   32  msg_control     pointer     40  msg_controllen size_t
//   48  msg_flags       int, 4 bytes of padding
//   56  msg_len         uint32, 4 bytes of padding   (out: bytes of this message)
//   struct iovec: 0 iov_base pointer, 8 iov_len size_t

//   struct cmsghdr: 0 cmsg_len size_t, 8 cmsg_level int, 12 cmsg_type int; here followed by struct tpacket_auxdata (packet(7)):
//   16 tp_status  20 tp_len  24 tp_snaplen  28 tp_mac  30 tp_net  32 tp_vlan_tci  34 tp_vlan_tpid

import { PACKET_AUXDATA, SOL_PACKET, TP_STATUS_VLAN_VALID } from './constants.ts';
import { addressOf } from './library.ts';
import { LITTLE_ENDIAN } from './socket.ts';
import { SLL_PKTTYPE, SOCKADDR_LL_LENGTH } from './socket-address.ts';

const HEADER = 64;
const MSG_NAMELEN = 8;
const MSG_CONTROLLEN = 40;
const MSG_LEN = 56;
const IOVEC = 16;

/** Room for one control message that holds a tpacket_auxdata. */
const CONTROL = 40;
const AUXDATA_LENGTH = 16 + 20;
/** The lower 12 bits of a tag's control information; above them are priority and drop eligibility (IEEE 802.1Q). */
const VLAN_ID_MASK = 0xfff;

/** What a receiver offers the kernel for each message, in bytes; the first two are rounded up to eight. */
export interface MessageRoom {
  readonly name: number;
  readonly control: number;
}

const PACKET_ROOM: MessageRoom = { name: SOCKADDR_LL_LENGTH, control: CONTROL };

/** One batch serves one direction, because a receiver's names and control messages have lengths and a sender's have none. */
export class MessageBatch {
  readonly headers: Uint8Array;
  readonly #view: DataView;
  readonly #iovecs: DataView;
  readonly #names: Uint8Array;
  /** The control messages of all, each in its range. */
  readonly controls: DataView;
  readonly #data: Uint8Array;
  /** By message, as they were last asked for. */
  readonly #wholes: Uint8Array[] = [];
  readonly #parts: Uint8Array[] = [];
  readonly #nameViews: Uint8Array[] = [];
  readonly #count: number;
  readonly #snaplen: number;
  readonly #room: MessageRoom;
  readonly #nameStride: number;
  readonly #controlStride: number;

  constructor(direction: 'send' | 'receive', count: number, snaplen: number, room = PACKET_ROOM) {
    this.#count = count;
    this.#snaplen = snaplen;
    this.#room = room;
    // Multiples of eight, so that every structure stays aligned.
    this.#nameStride = aligned(room.name);
    this.#controlStride = aligned(room.control);
    // One ArrayBuffer each: V8 never moves their memory, so the addresses written below stay true.
    this.headers = new Uint8Array(count * HEADER);
    this.#view = new DataView(this.headers.buffer);
    this.#iovecs = new DataView(new ArrayBuffer(count * IOVEC));
    this.#names = new Uint8Array(count * this.#nameStride);
    this.controls = new DataView(new ArrayBuffer(count * this.#controlStride));
    this.#data = new Uint8Array(count * snaplen);
    const [names, iovecs, data] = [addressOf(this.#names), addressOf(this.#iovecs), addressOf(this.#data)];
    const controls = addressOf(this.controls);
    for (let index = 0; index < count; index++) {
      this.#view.setBigUint64(index * HEADER, names + BigInt(index * this.#nameStride), LITTLE_ENDIAN);
      this.#view.setBigUint64(index * HEADER + 16, iovecs + BigInt(index * IOVEC), LITTLE_ENDIAN);
      this.#view.setBigUint64(index * HEADER + 24, 1n, LITTLE_ENDIAN);
      this.#view.setBigUint64(index * HEADER + 32, controls + BigInt(index * this.#controlStride), LITTLE_ENDIAN);
      this.#iovecs.setBigUint64(index * IOVEC, data + BigInt(index * snaplen), LITTLE_ENDIAN);
      this.#iovecs.setBigUint64(index * IOVEC + 8, BigInt(snaplen), LITTLE_ENDIAN);
    }
    // Without a name a bound packet socket takes the destination from the frame itself.
    if (direction === 'receive') this.reset();
  }

  /** Offers room for every peer's name and control message to the next recvmmsg, which writes the used lengths over it. */
  reset(used = this.#count): void {
    for (let index = 0; index < used; index++) {
      this.#view.setUint32(index * HEADER + MSG_NAMELEN, this.#room.name, LITTLE_ENDIAN);
      this.#view.setUint32(index * HEADER + MSG_CONTROLLEN, this.#room.control, LITTLE_ENDIAN);
    }
  }

  /** Copies frames from `from` on, as many as fit, for the next sendmmsg; returns how many. */
  fill(frames: readonly Uint8Array[], from: number): number {
    const count = Math.min(this.#count, frames.length - from);
    for (let index = 0; index < count; index++) this.put(index, frames[from + index] as Uint8Array);
    return count;
  }

  /** Copies one, to be message `index` of the next sendmmsg. */
  put(index: number, frame: Uint8Array): void {
    if (frame.length > this.#snaplen) throw new RangeError(`frame of ${frame.length} bytes exceeds ${this.#snaplen}`);
    this.#data.set(frame, index * this.#snaplen);
    this.#setLength(index, frame.length);
  }

  /** All messages go to socket addresses like this one, of which `setAddress` then changes the address. */
  nameLike(name: Uint8Array): void {
    for (let index = 0; index < this.#count; index++) {
      this.#names.set(name, index * this.#nameStride);
      this.#view.setUint32(index * HEADER + MSG_NAMELEN, name.length, LITTLE_ENDIAN);
    }
  }

  /** Whom message `index` goes to: the bytes of its address, at their place in the socket address. */
  setAddress(index: number, at: number, address: Uint8Array): void {
    this.#names.set(address, index * this.#nameStride + at);
  }

  /** Who sent message `index`, as a socket address: a view that the next recvmmsg overwrites. */
  name(index: number): Uint8Array {
    const start = index * this.#nameStride;
    this.#nameViews[index] ??= this.#names.subarray(start, start + this.#room.name);
    return this.#nameViews[index];
  }

  /** Where the control messages of message `index` begin in `controls`, and where they end. */
  controlRange(index: number): [start: number, end: number] {
    const start = index * this.#controlStride;
    const length = this.#view.getUint32(index * HEADER + MSG_CONTROLLEN, LITTLE_ENDIAN);
    return [start, start + Math.min(length, this.#controlStride)];
  }

  /** iov_len, whose upper half stays 0. */
  #setLength(index: number, length: number): void {
    this.#iovecs.setUint32(index * IOVEC + (LITTLE_ENDIAN ? 8 : 12), length, LITTLE_ENDIAN);
  }

  /**
   * Received bytes of message `index`, without the first `skip`: a view that the next recvmmsg overwrites. Messages of one
   * length share it from call to call: a view for each would keep the garbage collector busy.
   */
  payload(index: number, skip = 0): Uint8Array {
    const length = Math.min(this.#view.getUint32(index * HEADER + MSG_LEN, LITTLE_ENDIAN), this.#snaplen);
    const [start, end] = [index * this.#snaplen + Math.min(skip, length), index * this.#snaplen + length];
    const views = skip === 0 ? this.#wholes : this.#parts;
    const known = views[index];
    if (known !== undefined && known.byteOffset === start && known.length === end - start) return known;
    const view = this.#data.subarray(start, end);
    views[index] = view;
    return view;
  }

  /** sll_pkttype of message `index`: to us, to all, to others, or our own. */
  packetType(index: number): number {
    return this.#names[index * this.#nameStride + SLL_PKTTYPE] as number;
  }

  /** VLAN that message `index` came in, where the kernel or the card has taken its tag off; null without a tag, and for id 0. */
  vlanId(index: number): number | null {
    const at = index * this.#controlStride;
    const length = this.#view.getUint32(index * HEADER + MSG_CONTROLLEN, LITTLE_ENDIAN);
    const isAuxdata =
      length >= AUXDATA_LENGTH &&
      this.controls.getInt32(at + 8, LITTLE_ENDIAN) === SOL_PACKET &&
      this.controls.getInt32(at + 12, LITTLE_ENDIAN) === PACKET_AUXDATA;
    if (!isAuxdata || (this.controls.getUint32(at + 16, LITTLE_ENDIAN) & TP_STATUS_VLAN_VALID) === 0) return null;
    return this.controls.getUint16(at + 32, LITTLE_ENDIAN) & VLAN_ID_MASK || null;
  }
}

function aligned(bytes: number): number {
  return Math.ceil(bytes / 8) * 8;
}
