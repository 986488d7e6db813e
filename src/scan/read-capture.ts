// --read: what a capture says, frame by frame, at the times written in it.

import { Eavesdropper, isArp } from '../arp-lite/index.ts';
import { NotACapture } from '../capture/index.ts';
import type { Clock } from '../clock.ts';
import type { StepObservation } from '../events.ts';
import type { Finding } from '../evidence.ts';
import type { ReadStep } from '../plan/index.ts';
import { toSeconds } from './arp-evidence.ts';
import { tellHeard } from './heard.ts';
import type { CaptureFrames } from './instruments.ts';
import { seldom } from './seldom.ts';

/** Frames between two looks at whether it is to end, and two turns of the event loop. */
const FRAMES_PER_TURN = 5000;

export async function scanRead(
  step: ReadStep,
  frames: CaptureFrames,
  clock: Clock,
  signal: AbortSignal,
  tell: (observation: StepObservation) => void,
): Promise<Finding[]> {
  const ear = new Eavesdropper(step.addresses);
  const told = (seconds: number): Finding[] =>
    tellHeard(step, ear, {
      interface: null,
      source: 'capture',
      own: new Map(),
      listenedSeconds: toSeconds(seconds * 1000),
      kernelDrops: 0,
      complete: !signal.aborted,
    });
  const skip = (because: string, hint: string): Finding => {
    return { kind: 'skipped', check: 'read', target: step.target, because, hint };
  };
  try {
    const { seconds, isDamaged, unread } = await replay(frames, ear, clock, signal, tell);
    if (unread > 0) {
      const because = `none of its ${unread} frames can be read: they are neither Ethernet nor Linux "cooked" (Wi-Fi in monitor mode, a tunnel), or are cut short`;
      return [
        ...told(seconds),
        skip(because, 'capture on an Ethernet interface: sudo tcpdump -i eth0 -w lan.pcap arp'),
      ];
    }
    const hint = 'what came before the damage was looked at; capture again if that is not enough';
    return isDamaged ? [...told(seconds), skip('the capture is damaged', hint)] : told(seconds);
  } catch (error) {
    const hint = 'give a file that tcpdump -w or Wireshark wrote';
    if (error instanceof NotACapture) return [skip(`the file ${error.message}`, hint)];
    if (error instanceof Error && 'code' in error) return [skip(`it can't be read (${error.code})`, hint)];
    throw error;
  }
}

/**
 * Lets the ear hear all frames; how many seconds they span. A capture that was cut short is not damaged. `unread` are frames of
 * which no Ethernet could be made, where all are such: beside others they are a tunnel's, which carries no ARP.
 */
async function replay(
  frames: CaptureFrames,
  ear: Eavesdropper,
  clock: Clock,
  signal: AbortSignal,
  tell: (observation: StepObservation) => void,
): Promise<{ seconds: number; isDamaged: boolean; unread: number }> {
  const tellFrames = seldom(clock, (read: number) => tell({ event: 'frames-read', frames: read }));
  let firstMs: number | null = null;
  let lastMs = 0;
  let count = 0;
  let next = frames.next();
  while (!next.done && !signal.aborted) {
    const { epochMs, bytes, vlanId, interfaceId } = next.value;
    // A frame without a time (pcapng's simple packets) is as old as the one before it.
    lastMs = Math.max(lastMs, epochMs ?? lastMs);
    firstMs ??= lastMs;
    // Captures hold more than ARP.
    if (isArp(bytes)) ear.hear(bytes, vlanId, lastMs, interfaceId);
    count++;
    if (count % FRAMES_PER_TURN === 0) {
      tellFrames(count);
      await clock.sleep(0, signal);
    }
    next = frames.next();
  }
  const isDamaged = next.done === true && next.value.end === 'corrupt';
  const unread = next.done === true && count === 0 ? next.value.skippedFrames : 0;
  return { seconds: (lastMs - (firstMs ?? 0)) / 1000, isDamaged, unread };
}
