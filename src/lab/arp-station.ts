// A script for lab hosts: speaks ARP (RFC 826) as no kernel would, see arp-behaviour.ts.

import { readFileSync } from 'node:fs';
import { type ArpFrame, decodeArpFrame, OPERATION, openAfPacketLink } from '../arp-lite/index.ts';
import type { ArpStationOptions } from './arp-behaviour.ts';
import { makeNoise } from './arp-noise.ts';
import { malformedFrames } from './malformed-frames.ts';
import { declareReady } from './service.ts';
import { announcementOf, answerTo, nextMac, probeFor, tagged } from './station-frames.ts';

const options = JSON.parse(process.argv[2] ?? '') as ArpStationOptions;
const { address, mac, behaviour } = options;
const speaker = { mac, sourceMac: options.sourceMac ?? mac };

/** Frames made and handed over at once in a flood; between two lots there is time for the end of the lab. */
const LOT = 1024;

// `ip netns exec` mounts the namespace's own /sys.
const interfaceIndex = Number(readFileSync(`/sys/class/net/${options.interface}/ifindex`, 'utf8'));
const link = openAfPacketLink(interfaceIndex);
let requests = 0;
let isFlooding = false;

link.listen(hear, (error) => {
  throw error;
});
if (behaviour.kind === 'prober') repeatedly(behaviour.everyMs, 0, probeFor(address, speaker));
if (behaviour.kind === 'announcer') {
  repeatedly(behaviour.everyMs, behaviour.offsetMs ?? 0, announcementOf(address, speaker));
}
if (behaviour.kind === 'noise') void makeNoise(link, speaker.sourceMac, behaviour.framesPerSecond, behaviour.seconds);
declareReady();

function hear(frame: Uint8Array): void {
  const decoded = decodeArpFrame(frame);
  if (!decoded.ok) return;
  const { operation, senderIp, targetIp } = decoded.packet;
  const isQuestion = operation === OPERATION.request && senderIp !== targetIp;
  if (!isQuestion || (targetIp !== address && behaviour.kind !== 'proxy')) return;
  requests++;
  answer(decoded.packet);
}

function answer(request: ArpFrame): void {
  const reply = answerTo(request, speaker);
  switch (behaviour.kind) {
    case 'late':
      setTimeout(() => void link.send([reply]), behaviour.delayMs);
      return;
    case 'repeat':
      void link.send(Array.from({ length: behaviour.times }, () => reply));
      return;
    case 'flood':
      flood(request, behaviour.frames, behaviour.senders ?? 1);
      return;
    case 'malformed':
      void link.send(malformedFrames(reply, behaviour.frames, behaviour.seed));
      return;
    case 'vlan':
      void link.send([tagged(reply, behaviour.id)]);
      return;
    case 'takeover':
      if (requests >= (behaviour.from ?? 1) && requests <= (behaviour.to ?? Infinity)) void link.send([reply]);
      return;
    case 'proxy':
      void link.send([reply]);
      return;
    case 'silent':
    case 'prober':
    case 'announcer':
    case 'noise':
      return;
  }
}

function flood(request: ArpFrame, frames: number, senders: number): void {
  if (isFlooding) return;
  isFlooding = true;
  const replyFrom = (sender: number) => answerTo(request, { ...speaker, mac: nextMac(mac, sender) });
  const single = replyFrom(0);
  let sent = 0;
  const sendLot = async () => {
    const length = Math.min(LOT, frames - sent);
    const lot = Array.from({ length }, (_, index) => (senders === 1 ? single : replyFrom((sent + index) % senders)));
    sent += await link.send(lot);
    if (sent < frames) setImmediate(sendLot);
    else isFlooding = false;
  };
  void sendLot();
}

/** Sends at every multiple of `everyMs` on the machine's clock, `offsetMs` later. */
function repeatedly(everyMs: number, offsetMs: number, frame: Uint8Array): void {
  let nextAt = Math.ceil((Date.now() - offsetMs) / everyMs) * everyMs + offsetMs;
  const wait = () =>
    setTimeout(() => {
      void link.send([frame]);
      nextAt += everyMs;
      wait();
    }, nextAt - Date.now());
  wait();
}
