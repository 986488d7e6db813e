// Frames, packets and captures.

import { readdirSync, readFileSync } from 'node:fs';
import { Eavesdropper } from '../../src/arp-lite/eavesdropper.ts';
import { decodeArpFrame, encodeArpFrame } from '../../src/arp-lite/index.ts';
import { readArpNumbers } from '../../src/arp-lite/packet.ts';
import { NotACapture, readCapture } from '../../src/capture/index.ts';
import { pcapHeader, pcapRecord } from '../../src/capture/pcap.ts';
import { withoutTags, withTag } from '../../src/capture/vlan.ts';
import { decodeIcmp, decodeIcmpError } from '../../src/icmp/index.ts';
import { decodeIpv4Frame, encodeIpv4Frame } from '../../src/proof/frame.ts';
import { decodeSegment, encodeSegment, encodeUnsummedSegment } from '../../src/proof/segment.ts';
import { decodeCapturedSegment } from '../../src/tcp/captured-segment.ts';
import { enhancedPacket, ethernetInterface, SECTION } from '../capture/pcapng-blocks.ts';
import { ipv4, mac } from '../support/addresses.ts';
import { hexBytes } from '../support/golden-frame.ts';
import { comesBack, type FuzzTarget, isDecoded, mayThrow } from './target.ts';

const FRAMES = new URL('../../fixtures/frames/', import.meta.url);

/** The golden frames of one protocol, which tests elsewhere explain byte by byte. */
function frames(prefix: string): Uint8Array[] {
  return readdirSync(FRAMES)
    .filter((name) => name.startsWith(prefix) && name.endsWith('.hex'))
    .map((name) => readFileSync(new URL(name, FRAMES), 'utf8'))
    .map(hexBytes);
}

const SEGMENT = encodeSegment(
  {
    sourcePort: 22,
    destinationPort: 40_000,
    sequence: 7,
    acknowledgment: 9,
    control: 0x12,
    window: 1024,
    mss: 1460,
    sackPermitted: true,
    timestamps: { value: 1, echo: 2 },
  },
  ipv4('10.0.0.5'),
  ipv4('10.0.0.2'),
);
const FRAME = encodeIpv4Frame({
  sourceMac: mac('52:54:00:12:34:56'),
  destinationMac: mac('52:54:00:12:34:57'),
  sourceIp: ipv4('10.0.0.5'),
  destinationIp: ipv4('10.0.0.2'),
  protocol: 6,
  ttl: 64,
  id: 4711,
  payload: SEGMENT,
});
const IPV6_SEGMENT = Uint8Array.from([
  ...[0x60, 0, 0, 0, 0, SEGMENT.length, 6, 64],
  ...Array.from({ length: 32 }, (_, index) => index),
  ...SEGMENT,
]);
const PCAP = Buffer.concat([pcapHeader(), pcapRecord(1_700_000_000_000, FRAME), pcapRecord(1_700_000_000_500, FRAME)]);
const PCAPNG = Buffer.concat([
  SECTION,
  ethernetInterface(),
  enhancedPacket('00000000', '0a0b0600 00000000'),
  enhancedPacket('00000000', '0a0b0600 10000000'),
]);

function arp(bytes: Uint8Array): void {
  const decoded = decodeArpFrame(bytes);
  isDecoded(decoded);
  if ((readArpNumbers(bytes) !== null) !== decoded.ok) throw new Error('the two ways to read a frame differ');
  if (decoded.ok) comesBack(decoded, decodeArpFrame(encodeArpFrame(decoded.packet)));
}

function tags(bytes: Uint8Array): void {
  const { bytes: bare, vlanId } = withoutTags(bytes);
  if (vlanId !== null && vlanId < 4096 && bare.length >= 14)
    comesBack(withoutTags(withTag(bare, vlanId)).vlanId, vlanId);
}

function ipv4Frame(bytes: Uint8Array): void {
  const decoded = decodeIpv4Frame(bytes);
  isDecoded(decoded);
  if (decoded.ok) comesBack(decoded, decodeIpv4Frame(encodeIpv4Frame(decoded.packet)));
}

function segment(bytes: Uint8Array): void {
  const decoded = decodeSegment(bytes);
  isDecoded(decoded);
  if (decoded.ok) comesBack(decoded, decodeSegment(encodeUnsummedSegment(decoded.segment)));
}

function capture(bytes: Uint8Array): void {
  mayThrow(NotACapture, () => {
    let given = 0;
    const written: Uint8Array[] = [pcapHeader()];
    const listener = new Eavesdropper(null);
    // In two pieces: what lies across a border is read the same.
    const half = bytes.length >> 1;
    const read = [...readCapture([bytes.subarray(0, half), bytes.subarray(half)])];
    for (const { bytes: frame, epochMs, vlanId } of read) {
      given += frame.length;
      listener.hear(frame, vlanId, epochMs ?? 0);
      written.push(pcapRecord(0, frame));
    }
    if (given > bytes.length * 2) throw new Error(`${given} bytes were given out of ${bytes.length}`);
    const again = [...readCapture([Buffer.concat(written)])].map((frame) => frame.bytes.length);
    if (read.every(({ vlanId, bytes: frame }) => vlanId === null && !isTagged(frame))) {
      comesBack(
        read.map((frame) => frame.bytes.length),
        again,
      );
    }
  });
}

/** Tags that are more than are taken off would be taken off the second time; frames too short have none. */
function isTagged(frame: Uint8Array): boolean {
  return frame.length < 14 || withoutTags(frame).bytes.length !== frame.length;
}

export const PACKETS: readonly FuzzTarget[] = [
  { name: 'ARP', seeds: frames('arp-'), run: arp },
  { name: 'VLAN tags', seeds: frames('arp-').flatMap((frame) => [frame, withTag(frame, 7)]), run: tags },
  { name: 'ICMP', seeds: frames('icmp4-'), run: (bytes) => isDecoded(decodeIcmp(4, bytes)) },
  { name: 'ICMPv6', seeds: frames('icmp6-'), run: (bytes) => isDecoded(decodeIcmp(6, bytes)) },
  { name: 'ICMP error', seeds: frames('icmp4-'), run: (bytes) => isDecoded(decodeIcmpError(4, bytes)) },
  { name: 'ICMPv6 error', seeds: frames('icmp6-'), run: (bytes) => isDecoded(decodeIcmpError(6, bytes)) },
  { name: 'IPv4 frame', seeds: [FRAME], run: ipv4Frame },
  { name: 'TCP segment', seeds: [SEGMENT], run: segment },
  {
    name: 'captured segment',
    seeds: [FRAME.subarray(14), IPV6_SEGMENT],
    run: (bytes) => isDecoded(decodeCapturedSegment(bytes)),
  },
  { name: 'capture file', seeds: [PCAP, PCAPNG], share: 0.5, run: capture },
];
