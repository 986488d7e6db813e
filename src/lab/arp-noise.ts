// A network full of ARP that is nobody's business: announcements (RFC 5227) of thousands of stations, at a rate.

import type { Ipv4 } from '../address/ipv4.ts';
import { uint32ToIpv4 } from '../address/ipv4.ts';
import type { Mac } from '../address/mac.ts';
import type { Link } from '../arp-lite/index.ts';
import { announcementOf, nextMac } from './station-frames.ts';

/** Stations that are made up, each with an address of its own from 198.18.0.0 on (RFC 2544). */
const STATIONS = 4096;
const FIRST_ADDRESS = 0xc6_12_00_00;
/** Padded, as some cards do, so that what is not read soon fills a buffer twice as fast. The lab's links take no longer ones. */
const FRAME_BYTES = 256;
/** Frames per system call. */
const LOT = 512;
/** What was not sent in time is made up for, but for no longer than that. */
const LONGEST_BURST_MS = 50;

/** From one card, so that the switch has one more MAC to learn and not thousands. */
export function noiseFrames(sourceMac: Mac): Uint8Array[] {
  return Array.from({ length: STATIONS }, (_, index) => {
    const address: Ipv4 = uint32ToIpv4(FIRST_ADDRESS + index);
    const frame = new Uint8Array(FRAME_BYTES);
    frame.set(announcementOf(address, { mac: nextMac(sourceMac, 1 + index), sourceMac }));
    return frame;
  });
}

/** Sends as many as that, or as many as the link takes, for so long; then it is quiet. */
export async function makeNoise(link: Link, sourceMac: Mac, framesPerSecond: number, seconds: number): Promise<void> {
  const frames = noiseFrames(sourceMac);
  const perMs = framesPerSecond / 1000;
  const endsAt = performance.now() + seconds * 1000;
  let [at, owed, countedAt] = [0, 0, performance.now()];
  while (performance.now() < endsAt) {
    const now = performance.now();
    owed = Math.min(owed + (now - countedAt) * perMs, perMs * LONGEST_BURST_MS);
    countedAt = now;
    const lot = frames.slice(at, at + Math.min(LOT, Math.floor(owed)));
    const taken = lot.length === 0 ? 0 : await link.send(lot);
    at = (at + taken) % STATIONS;
    owed -= taken;
    if (owed < LOT) await new Promise((resolve) => setTimeout(resolve, 1));
  }
}
