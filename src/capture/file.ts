// Capture files on disk: read in chunks, and written so that an older capture is never half overwritten.

import { closeSync, openSync, readSync } from 'node:fs';
import { type Replacement, replacementFor, writeWhole } from '../save.ts';
import { LONGEST_RECORD, pcapHeader, pcapRecord } from './pcap.ts';
import { withTag } from './vlan.ts';

const CHUNK_BYTES = 256 * 1024;
/** Of one file: a noisy network fills a disk in an hour. 1 GB is 15 million frames of ARP. */
const MOST_BYTES = 10 ** 9;
/** Records that are gathered before they are written. */
const GATHERED_BYTES = 64 * 1024;

/** The file's bytes, 256 KiB at a time; it is closed also when the consumer stops early. @throws the system's errors. */
export function* chunksOf(path: string): Generator<Uint8Array, void, void> {
  const fd = openSync(path, 'r');
  try {
    for (;;) {
      // A new one each time: who was given a chunk may go on reading it.
      const chunk = new Uint8Array(CHUNK_BYTES);
      const length = readSync(fd, chunk);
      if (length === 0) return;
      yield chunk.subarray(0, length);
    }
  } finally {
    closeSync(fd);
  }
}

/** A capture being written. It never fails a measurement: when it can't go on, it stops and says why. */
export class CaptureFile implements Disposable {
  readonly #replacement: Replacement;
  readonly #buffer = new Uint8Array(GATHERED_BYTES + LONGEST_RECORD);
  #gathered = 0;
  /** null once it is closed or has failed. */
  #fd: number | null;
  #problem: string | null = null;
  readonly #mostBytes: number;
  #bytes = 0;
  /** Frames that were not recorded, because the file is full. */
  #left = 0;

  /** @throws the system's error when nothing can be written there; main asks `savingProblem` first. */
  constructor(path: string, mostBytes = MOST_BYTES) {
    this.#mostBytes = mostBytes;
    this.#replacement = replacementFor(path);
    this.#fd = this.#replacement.fd;
    this.#gather(pcapHeader());
  }

  /** Why there will be no capture, in the system's words; null while all goes well. */
  get problem(): string | null {
    return this.#problem;
  }

  /** What is not in the capture, though it was saved; null when all is. */
  get shortfall(): string | null {
    if (this.#left === 0) return null;
    return `it ends at ${this.#mostBytes / 10 ** 6} MB; ${this.#left} later frames are not in it`;
  }

  /** The kernel hands over frames without their tag: with a `vlanId` it is put back in. Does nothing after a failure. */
  record(epochMs: number, frame: Uint8Array, vlanId: number | null): void {
    if (this.#fd === null) return;
    const record = pcapRecord(epochMs, vlanId === null ? frame : withTag(frame, vlanId));
    // Once full it stays so: a shorter frame that comes later would make believe that none came before it.
    if (this.#left > 0 || this.#bytes + record.length > this.#mostBytes) {
      this.#left++;
      return;
    }
    this.#gather(record);
    if (this.#gathered >= GATHERED_BYTES) this.#attempt((fd) => this.#write(fd));
  }

  /** Puts the capture in its place. Never throws: ask `problem` whether it is there. */
  close(): void {
    this.#attempt((fd) => {
      this.#write(fd);
      this.#fd = null;
      closeSync(fd);
      this.#replacement.commit();
    });
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #gather(bytes: Uint8Array): void {
    this.#bytes += bytes.length;
    this.#buffer.set(bytes, this.#gathered);
    this.#gathered += bytes.length;
  }

  #write(fd: number): void {
    writeWhole(fd, this.#buffer.subarray(0, this.#gathered));
    this.#gathered = 0;
  }

  /** Half a capture is removed at once: it may be what fills the disk. */
  #attempt(action: (fd: number) => void): void {
    if (this.#fd === null) return;
    try {
      action(this.#fd);
    } catch (error) {
      this.#problem = (error as Error).message;
      if (this.#fd !== null) closeSync(this.#fd);
      this.#fd = null;
      this.#replacement.discard();
    }
  }
}
