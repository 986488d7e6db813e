// The port to a network: what a sweep needs from a link, be it an AF_PACKET socket or a simulated LAN.

/** Takes a frame without its VLAN tag, and the tag's id beside it; the bytes are valid during the call only. */
export type OnFrame = (frame: Uint8Array, vlanId: number | null) => void;

/** Frames of one EtherType on one Ethernet link. */
export interface Link {
  /**
   * Hands frames to the wire in order; resolves with how many were taken, and keeps none of their bytes. Fewer than given:
   * the queue is full, try later. Several calls may be under way; they overtake each other. Rejects with the system's
   * error when the link fails.
   */
  send(frames: readonly Uint8Array[]): Promise<number>;
  /**
   * Starts handing over every frame from other machines, as it comes. Who listened before is handed what has come until
   * now, and no longer listens.
   */
  listen(onFrame: OnFrame, onError: (error: Error) => void): void;
  /** Frames lost since opening because they came faster than they were read. */
  drops(): number;
  close(): void;
}

/** Nobody listens any more, and what comes is let go by; the link stays open. */
export function stopListening(link: Link): void {
  const ignore = (): void => {};
  link.listen(ignore, ignore);
}
