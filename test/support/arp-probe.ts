// ARP on a lab host's interface, frame by frame: what was sent, and what came in the time after.

import type { Ipv4 } from '../../src/address/ipv4.ts';
import { BROADCAST_MAC, type Mac, ZERO_MAC } from '../../src/address/mac.ts';
import { type ArpFrame, decodeArpFrame, encodeArpFrame, OPERATION } from '../../src/arp-lite/index.ts';
import type { Lab, LabHost, LanFacts } from '../../src/lab/index.ts';
import { hexBytes } from './golden-frame.ts';

/** The built link, for a program that node runs by itself. */
const ARP_MODULE = new URL('../../dist/arp-lite/index.js', import.meta.url).href;

/** The sender of a probe (RFC 5227): it has no address yet. */
export const NO_ADDRESS = '0.0.0.0' as Ipv4;

export interface HeardFrame {
  readonly bytes: Uint8Array;
  /** Since the sending, or since listening began when nothing was sent. */
  readonly afterMs: number;
}

export interface Hearing {
  /** Left out, 300 ms: kernels answer before the sending call returns. */
  readonly listenMs?: number;
  /** While fewer frames than this have come, it listens on, for five seconds more: a script may have to wait for a CPU. */
  readonly atLeast?: number;
}

/** Sends the frames, if any, and listens. Fails when the host's program complains. */
export async function exchangeFrames(
  host: LabHost,
  frames: readonly Uint8Array[],
  { listenMs = 300, atLeast = 0 }: Hearing = {},
): Promise<HeardFrame[]> {
  const program = `
    import { readFileSync } from 'node:fs';
    import { openAfPacketLink } from '${ARP_MODULE}';
    const link = openAfPacketLink(Number(readFileSync('/sys/class/net/eth0/ifindex', 'utf8')));
    const heard = [];
    let startedAt;
    link.listen(
      (frame) => heard.push([performance.now() - startedAt, Buffer.from(frame).toString('hex')]),
      (error) => { throw error; },
    );
    startedAt = performance.now();
    link.send(${JSON.stringify(frames.map(toHex))}.map((frame) => Buffer.from(frame, 'hex')));
    // What waits in the socket is read before it is judged, however late this timer is.
    const judgeAfter = (ms) => setTimeout(() => setImmediate(judge), ms);
    const judge = () => {
      if (heard.length < ${atLeast} && performance.now() - startedAt < ${listenMs} + 5000) return judgeAfter(10);
      link.close();
      console.log(JSON.stringify(heard));
    };
    judgeAfter(${listenMs});`;
  const { stdout, stderr } = await host.run(process.execPath, ['--input-type=module', '-e', program]);
  if (stderr !== '') throw new Error(stderr);
  return (JSON.parse(stdout) as [number, string][]).map(([afterMs, hex]) => ({ afterMs, bytes: hexBytes(hex) }));
}

/** A LAN with a scanner that asks. */
export type AskingLan = Lab<'scanner'> & Pick<LanFacts<'scanner'>, 'addresses' | 'macs'>;

export interface QuestionOptions extends Hearing {
  /** Left out, everybody is asked. */
  readonly destinationMac?: Mac;
  /** Left out, the scanner's address. */
  readonly senderIp?: Ipv4;
  /** How often the question is sent, at once. Left out, once. */
  readonly times?: number;
}

export interface Answer {
  readonly mac: Mac;
  readonly afterMs: number;
}

/** The scanner asks; the replies of the time after, in the order they came. */
export async function askArp(lan: AskingLan, targetIp: Ipv4, options: QuestionOptions = {}): Promise<Answer[]> {
  const { times = 1 } = options;
  const frames = Array.from({ length: times }, () => requestFrame(lan, targetIp, options));
  return arpPackets(await exchangeFrames(lan.hosts.scanner, frames, options))
    .filter(({ operation, senderIp }) => operation === OPERATION.reply && senderIp === targetIp)
    .map(({ senderMac: mac, afterMs }) => ({ mac, afterMs }));
}

/** The scanner's question. */
export function requestFrame(
  { addresses, macs }: AskingLan,
  targetIp: Ipv4,
  { destinationMac = BROADCAST_MAC, senderIp = addresses.scanner }: QuestionOptions = {},
): Uint8Array {
  return encodeArpFrame({
    destinationMac,
    sourceMac: macs.scanner,
    operation: OPERATION.request,
    senderMac: macs.scanner,
    senderIp,
    targetMac: ZERO_MAC,
    targetIp,
  });
}

/** Those of the frames that are well-formed ARP. */
export function arpPackets(frames: readonly HeardFrame[]): (ArpFrame & { readonly afterMs: number })[] {
  return frames.flatMap(({ bytes, afterMs }) => {
    const decoded = decodeArpFrame(bytes);
    return decoded.ok ? [{ ...decoded.packet, afterMs }] : [];
  });
}

/** Who answered, in no particular order. */
export const answerers = (answers: readonly Answer[]): Mac[] => answers.map(({ mac }) => mac).sort();

function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
