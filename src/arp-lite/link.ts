// The port to a network: what a sweep needs from a link, be it an AF_PACKET socket or a simulated LAN.

/** Frames of one EtherType on one Ethernet link. */
export interface Link {
  /** Hands frames to the wire in order; returns how many were taken. Fewer than given: the queue is full, try later. */
  send(frames: readonly Uint8Array[]): number;
  /** Starts handing over every frame from other machines, as it comes; the bytes are valid during the call only. */
  listen(onFrame: (frame: Uint8Array) => void, onError: (error: Error) => void): void;
  /** Frames lost since opening because they came faster than they were read. */
  drops(): number;
  close(): void;
}
