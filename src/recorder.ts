// --pcap: the frames that links show, with the wall clock's time, in a capture file that is opened once root is given up.

import { CaptureFile } from './capture/index.ts';
import type { Tap } from './open.ts';

export class Recorder {
  #file: CaptureFile | null = null;

  /** Nothing is sent or received before the file is open. */
  readonly tap: Tap = (frame, vlanId) => this.#file?.record(performance.timeOrigin + performance.now(), frame, vlanId);

  /** @throws the system's error when the file can't be made. */
  open(path: string): void {
    this.#file = new CaptureFile(path);
  }

  /** What is not in the file that was saved; null when all is. */
  get shortfall(): string | null {
    return this.#file?.shortfall ?? null;
  }

  /** Puts the file in its place; why there is none, null when there is or none was wanted. */
  close(): string | null {
    this.#file?.close();
    return this.#file?.problem ?? null;
  }
}
