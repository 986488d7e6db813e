// What other programs, the kernel and far sides print, and what is typed.

import { sessionTimeout } from '../../src/diagnose/channel-timeout.ts';
import { parseDuration } from '../../src/duration.ts';
import { parseRoutes6, parseSignal, routeTo6 } from '../../src/first-hop.ts';
import { parseRoutes } from '../../src/host.ts';
import { parsePingOutput } from '../../src/icmp/system-ping.ts';
import { PingUnusable, parseProbeOutput } from '../../src/path/ping-prober.ts';
import { parseDestination } from '../../src/plan/destination.ts';
import { parseExpected, parseTargets } from '../../src/plan/targets.ts';
import { UsageError } from '../../src/plan/usage.ts';
import { LineReader } from '../../src/serve/line-reader.ts';
import { decodeRequest, encodeSpeak, isPartnerGreeting } from '../../src/serve/protocol.ts';
import { parseJump } from '../../src/session/first-hop.ts';
import { refusalOf } from '../../src/session/refusal.ts';
import { parseSurvey } from '../../src/session/survey.ts';
import { sshIdentification } from '../../src/ssh/greeting.ts';
import { parseClientSettings, parseServerSettings } from '../../src/ssh/index.ts';
import { verifiedHostKey } from '../../src/ssh/key-exchange.ts';
import { readSshdConfig } from '../../src/ssh/sshd-config.ts';
import { asText, comesBack, type FuzzTarget, isPrintable, mayThrow, text } from './target.ts';

const CLIENT_DUMP =
  'user alice\nhostname 10.0.0.5\nport 22\nserveraliveinterval 30\nserveralivecountmax 3\ntcpkeepalive yes\nipqos lowdelay throughput\nchanneltimeout session:*=5m\nproxyjump bastion\nrekeylimit 0 0\n';
const SERVER_DUMP =
  'clientaliveinterval 0\nclientalivecountmax 3\nlogingracetime 2m\nmaxstartups 10:30:100\nchrootdirectory /srv/%u\nunusedconnectiontimeout none\nchanneltimeout session:shell=1h\n';
const SSHD_CONFIG =
  'Include /etc/ssh/sshd_config.d/*.conf\nClientAliveInterval = 30\nChannelTimeout "*:?=5m" # why\nMatch User bob\n  ChrootDirectory /srv\n';
const SURVEY = `netcheck-user alice\nnetcheck-shell /bin/bash\nnetcheck-tmout 300\nnetcheck-sshd\n|${SERVER_DUMP.replaceAll('\n', '\n|')}\nnetcheck-file /etc/ssh/sshd_config\n|${SSHD_CONFIG.replaceAll('\n', '\n|')}\nnetcheck-closed /etc/ssh/sshd_config.d/a.conf\n`;
const PING =
  'PING 10.0.0.5 (10.0.0.5) 56(84) bytes of data.\n64 bytes from 10.0.0.5: icmp_seq=1 ttl=64 time=0.045 ms\nFrom 10.0.0.1 icmp_seq=2 Destination Host Unreachable\n\n--- 10.0.0.5 ping statistics ---\n2 packets transmitted, 1 received, +1 errors, 50% packet loss, time 1001ms\n';
const PING_BUSYBOX =
  'PING 10.0.0.5 (10.0.0.5): 56 data bytes\n64 bytes from 10.0.0.5: seq=0 ttl=64 time=0.100 ms\n\n--- 10.0.0.5 ping statistics ---\n1 packets transmitted, 1 packets received, 0% packet loss\n';
const PING_TOO_BIG =
  'PING 10.0.0.5 (10.0.0.5) 1472(1500) bytes of data.\nFrom 10.0.0.1 icmp_seq=1 Frag needed and DF set (mtu = 1400)\n\n--- 10.0.0.5 ping statistics ---\n1 packets transmitted, 0 received, +1 errors, 100% packet loss, time 0ms\n';
const KEX =
  'debug1: Connection established.\r\ndebug1: Server host key: ssh-ed25519 SHA256:uNiVztksCsDhcc0u9e8BgrJXVGDvMkFxVD5k2ydIhXw\r\ndebug1: SSH2_MSG_NEWKEYS sent\n';
const ROUTES =
  'Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\neth0\t00000000\t0100000A\t0003\t0\t0\t100\t00000000\n';
const ROUTES_6 =
  '20010db8000000000000000000000000 40 00000000000000000000000000000000 00 fe800000000000000000000000000001 00000400 00000000 00000000 00000003 eth0\n';
const WIRELESS = 'Inter-| sta-|   Quality\n face | tus | link level noise\n wlan0: 0000   54.  -56.  -256        0\n';

function config(bytes: Uint8Array): void {
  const [main = '', other = ''] = asText(bytes).split('\0');
  const files = [
    { path: '/etc/ssh/sshd_config', text: main },
    {
      path: '/etc/ssh/sshd_config.d/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.conf',
      text: other,
    },
  ];
  const { dump } = readSshdConfig(files, []);
  if (dump.length > 200 * (bytes.length + 1000)) throw new Error(`${dump.length} characters of ${bytes.length}`);
  sessionTimeout('sshd', [...(parseServerSettings(dump).channelTimeout ?? [])]);
}

function survey(bytes: Uint8Array): void {
  const { user, shell, files, closed } = parseSurvey(asText(bytes));
  for (const said of [user, shell, ...closed, ...files.map(({ path }) => path)]) isPrintable(said);
  readSshdConfig(files, closed);
}

function serveWords(bytes: Uint8Array): void {
  const reader = new LineReader();
  for (const line of reader.push(bytes)) {
    const request = decodeRequest(line);
    if (request.ok) comesBack(request, decodeRequest(encodeSpeak(request.seconds)));
  }
  isPartnerGreeting(bytes);
}

function settings(dump: ReturnType<typeof parseClientSettings> | ReturnType<typeof parseServerSettings>): void {
  sessionTimeout('ssh', [...(dump.channelTimeout ?? [])]);
  for (const value of Object.values(dump)) if (typeof value === 'string') isPrintable(value);
}

function complaint(bytes: Uint8Array): void {
  const said = asText(bytes);
  const refusal = refusalOf(
    { said, greeting: said, answered: said, wasAsked: false },
    { destination: 'alice@host', port: null },
  );
  isPrintable(refusal.because);
  isPrintable(refusal.hint);
}

function typedTargets(bytes: Uint8Array): void {
  const line = asText(bytes);
  const list = { typed: line, lines: [line] };
  mayThrow(UsageError, () => void parseTargets('--dup-ip', list));
  mayThrow(UsageError, () => void parseExpected([list]));
  mayThrow(UsageError, () => void parseDestination('', line));
}

export const PROGRAMS: readonly FuzzTarget[] = [
  {
    name: 'SSH identification',
    seeds: [text('Welcome\r\nSSH-2.0-OpenSSH_9.9 Debian\r\n'), text('SSH-1.99-x\n')],
    run: (bytes) => isPrintable(sshIdentification(bytes)),
  },
  {
    name: 'host key in ssh -v',
    seeds: [text(KEX)],
    dictionary: ['debug1: Remote: ', 'debug1: SSH2_MSG_NEWKEYS sent\n', '** ', '\r\n'],
    run: (bytes) => void verifiedHostKey(asText(bytes)),
  },
  {
    name: 'ssh -G',
    seeds: [text(CLIENT_DUMP)],
    dictionary: ['channeltimeout ', '*=5m', 'none', 'yes', '**********'],
    run: (bytes) => settings(parseClientSettings(asText(bytes))),
  },
  {
    name: 'sshd -T',
    seeds: [text(SERVER_DUMP)],
    dictionary: ['channeltimeout ', '*=5m', 'none', 'yes', '**********'],
    run: (bytes) => settings(parseServerSettings(asText(bytes))),
  },
  {
    name: 'sshd_config',
    seeds: [text(SSHD_CONFIG), text(`${SSHD_CONFIG}\0Include *\n`)],
    dictionary: ['Include ', '*', '*a*a*a*a*a', '?', '\0', 'Match ', '"', '#'],
    share: 0.5,
    run: config,
  },
  {
    name: 'survey of a far side',
    seeds: [text(SURVEY)],
    dictionary: ['netcheck-', 'netcheck-file ', 'netcheck-sshd', '\n|', 'Include '],
    share: 0.5,
    run: survey,
  },
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
      text('Exceeded MaxStartups\r\n'),
    ],
    dictionary: ['Not allowed at this time', 'Permissions 0644 for x are too open', 'channel 0: open failed'],
    run: complaint,
  },
  {
    name: 'ping output',
    seeds: [text(PING), text(PING_BUSYBOX)],
    dictionary: ['99999', 'icmp_seq=', 'time=', '4294967296 packets transmitted, 1 received'],
    share: 0.5,
    run: (bytes) => void parsePingOutput(asText(bytes)),
  },
  {
    name: 'ping output of one packet',
    seeds: [text(PING), text(PING_TOO_BIG)],
    dictionary: ['ping: local error: message too long, mtu=1400\n', 'Time to live exceeded', 'mtu = '],
    share: 0.5,
    run: (bytes) => mayThrow(PingUnusable, () => void parseProbeOutput(asText(bytes), '10.0.0.5')),
  },
  { name: 'proc net route', seeds: [text(ROUTES)], run: (bytes) => void parseRoutes(asText(bytes)) },
  {
    name: 'proc net ipv6_route',
    seeds: [text(ROUTES_6)],
    run: (bytes) => void routeTo6(parseRoutes6(asText(bytes)), '2001:db8::5'),
  },
  { name: 'proc net wireless', seeds: [text(WIRELESS)], run: (bytes) => void parseSignal(asText(bytes), 'wlan0') },
  {
    name: 'words of netcheck serve',
    seeds: [text('netcheck-serve/1\r\n'), text('speak 12.500\r\nspoken\r\n')],
    dictionary: ['speak ', '86400', '0.1', '\r\n'],
    run: serveWords,
  },
  {
    name: 'targets',
    seeds: [
      text('10.0.0.5,10.0.0.0/24'),
      text('10.0.0.5-9 self'),
      text('10.0.0.5:22'),
      text('10.0.0.5=02:00:00:00:00:01'),
    ],
    dictionary: ['/0', '0.0.0.0', '255.255.255.255', '-', '@', '[::]', 'fe80::1%eth0'],
    run: typedTargets,
  },
  {
    name: 'durations',
    seeds: [text('90s'), text('1.5h'), text('200ms')],
    run: (bytes) => void parseDuration(asText(bytes)),
  },
];
