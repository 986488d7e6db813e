// Waits for file descriptors on Node's own event loop, so that no thread and no timer spins.

import koffi from 'koffi';
import type { Fd } from './socket.ts';

/** koffi 3.3 calls back with libuv's status first; its type declaration omits it. */
type PollCallback = (status: number, events: { readable: boolean; writable: boolean }) => void;

export interface Readiness {
  /** Stops watching. Must be called before the descriptor is closed. */
  close(): void;
}

/**
 * Calls `onReady` whenever `fd` can be read (or written), or has an error to report: the next call on it tells which.
 * The callback runs from setImmediate: koffi calls from outside Node's callback scope, where promises would not go on.
 */
export function whenReady(fd: Fd, direction: 'readable' | 'writable', onReady: () => void): Readiness {
  const interest = direction === 'readable' ? { readable: true } : { writable: true };
  let closed = false;
  let scheduled = false;
  let stopped = false;
  const onPoll: PollCallback = (status) => {
    // libuv stops a watch that reported an error (EPOLLERR); it goes on once the error has been taken.
    if (status < 0) stopped = true;
    if (scheduled) return;
    scheduled = true;
    setImmediate(() => {
      scheduled = false;
      if (closed) return;
      onReady();
      if (stopped && !closed) {
        stopped = false;
        handle.start(interest, onPoll as never);
      }
    });
  };
  const handle = koffi.node.poll(fd, interest, onPoll as never);
  return {
    close() {
      if (closed) return;
      closed = true;
      handle.close();
    },
  };
}
