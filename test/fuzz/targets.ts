// Everything that reads bytes or text from outside, with something valid to begin from. Each throws when what it promises
// of any input does not hold: that it ends, throws nothing else than it says, and gives out no more than there is.

import { Buffer } from 'node:buffer';
import { readdirSync, readFileSync } from 'node:fs';
import { decodeArpFrame } from '../../src/arp-lite/index.ts';
import { NotACapture, readCapture } from '../../src/capture/index.ts';
import { pcapHeader, pcapRecord } from '../../src/capture/pcap.ts';
import { withoutTags } from '../../src/capture/vlan.ts';
import { parseDuration } from '../../src/duration.ts';
import { parseRoutes } from '../../src/host.ts';
import { decodeIcmp, decodeIcmpError } from '../../src/icmp/index.ts';
import { parsePingOutput } from '../../src/icmp/system-ping.ts';
import { PingUnusable, parseProbeOutput } from '../../src/path/ping-prober.ts';
import { parseTargets } from '../../src/plan/targets.ts';
import { UsageError } from '../../src/plan/usage.ts';
import { printable } from '../../src/printable.ts';
import { decodeIpv4Frame, encodeIpv4Frame } from '../../src/proof/frame.ts';
import { decodeSegment, encodeSegment } from '../../src/proof/segment.ts';
import { LineReader } from '../../src/serve/line-reader.ts';
import { decodeRequest, isPartnerGreeting } from '../../src/serve/protocol.ts';
import { parseJump } from '../../src/session/first-hop.ts';
import { refusalOf } from '../../src/session/refusal.ts';
import { sshIdentification } from '../../src/ssh/greeting.ts';
import { parseClientSettings, parseServerSettings } from '../../src/ssh/index.ts';
import { verifiedHostKey } from '../../src/ssh/key-exchange.ts';
import { decodeCapturedSegment } from '../../src/tcp/captured-segment.ts';
import { enhancedPacket, ethernetInterface, SECTION } from '../capture/pcapng-blocks.ts';
import { ipv4, mac } from '../support/addresses.ts';
import { hexBytes } from '../support/golden-frame.ts';

export interface FuzzTarget {
  readonly name: string;
  readonly seeds: readonly Uint8Array[];
  readonly run: (bytes: Uint8Array) => void;
}

const FRAMES = new URL('../../fixtures/frames/', import.meta.url);

const text = (value: string): Uint8Array => Buffer.from(value, 'latin1');
const asText = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8');

/** The golden frames of one protocol, which tests elsewhere explain byte by byte. */
function frames(prefix: string): Uint8Array[] {
  return readdirSync(FRAMES)
    .filter((name) => name.startsWith(prefix) && name.endsWith('.hex'))
    .map((name) => readFileSync(new URL(name, FRAMES), 'utf8'))
    .map(hexBytes);
}

/** What a codec gives back is a value that says whether it is one. */
function isDecoded(decoded: { readonly ok: boolean; readonly reason?: string }): void {
  if (!decoded.ok && !decoded.reason) throw new Error('no reason is given');
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

const PCAP = Buffer.concat([pcapHeader(), pcapRecord(1_700_000_000_000, FRAME), pcapRecord(1_700_000_000_500, FRAME)]);

const PCAPNG = Buffer.concat([
  SECTION,
  ethernetInterface(),
  enhancedPacket('00000000', '0a0b0600 00000000'),
  enhancedPacket('00000000', '0a0b0600 10000000'),
]);

const CLIENT_DUMP =
  'user alice\nhostname 10.0.0.5\nport 22\nserveraliveinterval 30\nserveralivecountmax 3\ntcpkeepalive yes\nipqos lowdelay throughput\nchanneltimeout session:*=5m\nproxyjump bastion\nrekeylimit 0 0\n';
const SERVER_DUMP =
  'clientaliveinterval 0\nclientalivecountmax 3\nlogingracetime 2m\nmaxstartups 10:30:100\nchrootdirectory /srv/%u\nunusedconnectiontimeout none\n';
const PING =
  'PING 10.0.0.5 (10.0.0.5) 56(84) bytes of data.\n64 bytes from 10.0.0.5: icmp_seq=1 ttl=64 time=0.045 ms\nFrom 10.0.0.1 icmp_seq=2 Destination Host Unreachable\n\n--- 10.0.0.5 ping statistics ---\n2 packets transmitted, 1 received, +1 errors, 50% packet loss, time 1001ms\n';
const PING_TOO_BIG =
  'PING 10.0.0.5 (10.0.0.5) 1472(1500) bytes of data.\nFrom 10.0.0.1 icmp_seq=1 Frag needed and DF set (mtu = 1400)\n\n--- 10.0.0.5 ping statistics ---\n1 packets transmitted, 0 received, +1 errors, 100% packet loss, time 0ms\n';
const KEX =
  'debug1: Server host key: ssh-ed25519 SHA256:uNiVztksCsDhcc0u9e8BgrJXVGDvMkFxVD5k2ydIhXw\ndebug1: SSH2_MSG_NEWKEYS sent\n';
const ROUTES =
  'Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\neth0\t00000000\t0100000A\t0003\t0\t0\t100\t00000000\n';

function capture(bytes: Uint8Array): void {
  try {
    let given = 0;
    // In two pieces: what lies across a border is read the same.
    const half = bytes.length >> 1;
    for (const frame of readCapture([bytes.subarray(0, half), bytes.subarray(half)])) given += frame.bytes.length;
    if (given > bytes.length * 2) throw new Error(`${given} bytes were given out of ${bytes.length}`);
  } catch (error) {
    if (!(error instanceof NotACapture)) throw error;
  }
}

function pingAnswer(bytes: Uint8Array): void {
  try {
    parseProbeOutput(asText(bytes), '10.0.0.5');
  } catch (error) {
    if (!(error instanceof PingUnusable)) throw error;
  }
}

function targets(line: string): void {
  try {
    parseTargets('--dup-ip', { typed: line, lines: [line] });
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
  }
}

function isPrintable(said: string | null): void {
  if (said !== null && /\p{Cc}/u.test(said)) throw new Error('a control character came through');
}

export const TARGETS: readonly FuzzTarget[] = [
  { name: 'ARP', seeds: frames('arp-'), run: (bytes) => isDecoded(decodeArpFrame(bytes)) },
  { name: 'VLAN tags', seeds: frames('arp-'), run: (bytes) => void withoutTags(bytes) },
  { name: 'ICMP', seeds: frames('icmp4-'), run: (bytes) => isDecoded(decodeIcmp(4, bytes)) },
  { name: 'ICMPv6', seeds: frames('icmp6-'), run: (bytes) => isDecoded(decodeIcmp(6, bytes)) },
  { name: 'ICMP error', seeds: frames('icmp4-'), run: (bytes) => isDecoded(decodeIcmpError(4, bytes)) },
  { name: 'ICMPv6 error', seeds: frames('icmp6-'), run: (bytes) => isDecoded(decodeIcmpError(6, bytes)) },
  { name: 'IPv4 frame', seeds: [FRAME], run: (bytes) => isDecoded(decodeIpv4Frame(bytes)) },
  { name: 'TCP segment', seeds: [SEGMENT], run: (bytes) => isDecoded(decodeSegment(bytes)) },
  { name: 'captured segment', seeds: [FRAME.subarray(14)], run: (bytes) => isDecoded(decodeCapturedSegment(bytes)) },
  { name: 'capture file', seeds: [PCAP, PCAPNG], run: capture },
  {
    name: 'SSH identification',
    seeds: [text('Welcome\r\nSSH-2.0-OpenSSH_9.9 Debian\r\n'), text('SSH-1.99-x\n')],
    run: (bytes) => isPrintable(sshIdentification(bytes)),
  },
  { name: 'host key in ssh -v', seeds: [text(KEX)], run: (bytes) => void verifiedHostKey(asText(bytes)) },
  { name: 'ssh -G', seeds: [text(CLIENT_DUMP)], run: (bytes) => void parseClientSettings(asText(bytes)) },
  { name: 'sshd -T', seeds: [text(SERVER_DUMP)], run: (bytes) => void parseServerSettings(asText(bytes)) },
  {
    name: 'ProxyJump',
    seeds: [text('alice@[2001:db8::5]:2222,b'), text('ssh://a@b:22/')],
    run: (bytes) => void parseJump(asText(bytes)),
  },
  {
    name: 'ssh complaint',
    seeds: [
      text('alice@host: Permission denied (publickey,password).\r\n'),
      text('@@@ WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED! @@@\n'),
    ],
    run: (bytes) =>
      isPrintable(
        refusalOf(
          { said: asText(bytes), greeting: asText(bytes), answered: asText(bytes), wasAsked: false },
          { destination: 'alice@host', port: null },
        ).because,
      ),
  },
  { name: 'ping output', seeds: [text(PING)], run: (bytes) => void parsePingOutput(asText(bytes)) },
  { name: 'ping output of one packet', seeds: [text(PING), text(PING_TOO_BIG)], run: pingAnswer },
  { name: '/proc/net/route', seeds: [text(ROUTES)], run: (bytes) => void parseRoutes(asText(bytes)) },
  {
    name: 'words of netcheck serve',
    seeds: [text('netcheck-serve/1\r\nspeak 12.500\r\nspoken\r\n')],
    run: (bytes) => {
      const lines = new LineReader().push(bytes);
      for (const line of lines) decodeRequest(line);
      isPartnerGreeting(bytes);
    },
  },
  {
    name: 'targets',
    seeds: [text('10.0.0.5,10.0.0.0/24'), text('10.0.0.5-9 self'), text('10.0.0.5:22')],
    run: (bytes) => targets(asText(bytes)),
  },
  {
    name: 'durations',
    seeds: [text('90s'), text('1.5h'), text('200ms')],
    run: (bytes) => void parseDuration(asText(bytes)),
  },
  {
    name: 'what is printed',
    seeds: [text('plain'), Buffer.from('\x1b[2J\u202e\u009b31m\u2028漢', 'utf8')],
    run: (bytes) => isPrintable(printable(asText(bytes))),
  },
];
