// The vocabulary: everything that can be seen of a network, as one union. What was not measured is null or absent, never 0.
// The schemas are the published contract (schema/netcheck-1.schema.json is made from them); most rooms import types only.

import { z } from 'zod';

const seconds = z.number().nonnegative();
const count = z.int().nonnegative();
const port = z.int().min(1).max(65_535);
/** Given at birth and unique in a report; causes point at evidence by it. */
const id = z.string().min(1);

const check = z.enum(['dup-ip', 'read', 'ping', 'path', 'idle-timeout', 'mosh-ports']);
export type Check = z.infer<typeof check>;

const vendor = z.string().nullable().describe('Holder of the MAC block, null when nobody registered it');
const role = z
  .enum(['station', 'vrrp', 'hsrp', 'glbp', 'ms-nlb'])
  .describe('What the MAC block is reserved for; CARP shares the block of VRRP');
const locallyAdministered = z.boolean().describe('No vendor assigned the MAC: randomised, virtual or set by hand');

const claim = z.object({
  mac: z.string(),
  vendor,
  locallyAdministered,
  role,
  frameSourceMac: z.string().nullable().describe('Source of the frame where it differs from the claimed MAC'),
  vlanId: count.nullable().describe('VLAN it was heard in, null for the network that was asked'),
  via: z.enum(['reply', 'announcement', 'request', 'probe']),
  count,
  firstSeconds: z.number().describe('Since the address was first asked for, or since listening began'),
  lastSeconds: z.number(),
  rounds: z.array(count).describe('Rounds of probing in which it was heard, from 1'),
  canariesClaimed: z
    .array(z.string())
    .nullable()
    .describe('Addresses nobody should own that it answers for too (proxy ARP); null when none was asked for'),
});

const arpSource = z.enum(['probes', 'listening', 'capture']);

const arpClaims = z.object({
  id,
  kind: z.literal('arp-claims'),
  ip: z.string(),
  interface: z.string().nullable().describe('null for a capture'),
  source: arpSource,
  ownMac: z.string().nullable().describe('Our MAC, when the address is one of our own'),
  sweep: z.string().nullable().describe('The sweep it was asked in, null when it was asked for by itself'),
  probesSent: count,
  listenedSeconds: seconds,
  kernelDrops: count,
  dropsMadeUp: z.boolean().describe('Frames were lost, then everything was asked again without a loss'),
  complete: z.boolean().describe('False when it was interrupted or the interface failed'),
  claims: z.array(claim),
  unlistedFrames: count.describe('Frames of further claimants, when they are too many to be listed'),
  expected: z.array(z.string()).nullable().describe('MACs that the user named as rightful owners'),
  otherAddresses: z
    .object({ shared: count, notShared: count })
    .nullable()
    .describe(
      'Other addresses that all of its stations claim together, and that only some of them claim; null when not asked',
    ),
  flips: z
    .object({
      count,
      first: z.array(z.object({ atSeconds: z.number(), fromMac: z.string(), toMac: z.string() })),
    })
    .nullable()
    .describe('How often the address went from one MAC to another by itself; null when it was asked for'),
});

const arpSweep = z.object({
  id,
  kind: z.literal('arp-sweep'),
  target: z.string(),
  interface: z.string().nullable().describe('null for a capture'),
  source: arpSource,
  addressesAsked: count.nullable().describe('null when nothing was asked'),
  addressesAnswered: count,
  probesSent: count,
  rounds: count,
  listenedSeconds: seconds,
  waitedSeconds: seconds.describe('Of these, after the last probe'),
  frames: count.nullable().describe('ARP frames heard, when nothing was asked'),
  malformedFrames: count,
  kernelDrops: count,
  dropsMadeUp: z.boolean(),
  complete: z.boolean(),
  inventory: z
    .array(
      z.object({
        ip: z.string(),
        mac: z.string().describe('Who claimed it first'),
        vendor,
        locallyAdministered,
        role,
        firstSeconds: z.number(),
        claimants: count,
      }),
    )
    .describe('Who has which address, by address'),
});

const comparison = z.enum(['same', 'different', 'unknown']);

const claimantProof = z.object({
  id,
  kind: z.literal('claimant-proof'),
  ip: z.string(),
  sweep: z.string().nullable().describe('The sweep it was found in, null when it was asked for by itself'),
  interface: z.string(),
  port,
  linkLevelOnly: z
    .string()
    .nullable()
    .describe('Why no host keys were read; null when connections went to each claimant'),
  claimants: z.array(
    z.object({
      mac: z.string(),
      outcome: z.enum(['open', 'refused', 'silent']),
      answeredFrom: z
        .string()
        .nullable()
        .describe('Source of the answer: another MAC is another leg, or a machine behind'),
      ttl: count.nullable(),
      clockOffset: count.nullable().describe('TCP timestamp minus our time in ms, modulo 2^32 (RFC 7323)'),
      banner: z.string().nullable().describe('SSH identification string'),
      hostKey: z.object({ type: z.string(), fingerprint: z.string() }).nullable(),
      echoIds: z
        .array(count)
        .nullable()
        .describe('IP identification of its echo replies, which were asked for in turn'),
    }),
  ),
  clocks: comparison.describe('TCP timestamp clocks: one machine has one'),
  counters: comparison.describe('IP identification counters: one machine has one per destination'),
});

const rtt = z.object({
  min: z.number(),
  mean: z.number(),
  max: z.number(),
  stddev: z.number(),
  median: z.number().optional(),
  jitter: z
    .number()
    .nullable()
    .optional()
    .describe('Mean difference between a round trip and the one before it (D of RFC 3550, unsmoothed); null for one'),
});

const echoMethod = z.enum(['raw-socket', 'ping-socket', 'system-ping']);
const methodNote = z.string().nullable().describe('Why the system ping was used, null with a socket of our own');
const unsettled = count
  .optional()
  .describe('Of those without an answer, how many might still have had one when it was interrupted');
const longestLossRun = count.optional().describe('Most requests in a row without an answer');
const sizeBytes = count.optional().describe('Data in each request, without headers');
const dscp = z.int().min(0).max(63).optional().describe('Code point that requests were marked with (RFC 2474)');
const icmpErrors = z.array(z.object({ from: z.string(), type: count, code: count, count }));

const echo = z.object({
  id,
  kind: z.literal('echo'),
  host: z.string(),
  address: z.string(),
  method: echoMethod,
  methodNote,
  sent: count,
  received: count,
  unsettled,
  longestLossRun,
  duplicates: count,
  reordered: count.optional().describe('Answers that a later one had overtaken (RFC 4737)'),
  intervalSeconds: seconds.optional(),
  sizeBytes,
  dscp,
  hopLimits: z
    .array(z.object({ hopLimit: count, count }))
    .optional()
    .describe('TTL of the answers, the commonest first'),
  hopLimitChanges: count.optional().describe('How often it was another one than in the answer before'),
  kernelDrops: count.nullable().optional().describe('Answers lost because we did not read in time; null: not known'),
  link: z
    .object({
      interface: z.string(),
      gateway: z.string().nullable().describe('First router on the way; null when the host is on the link itself'),
      wireless: z.boolean(),
      signalDbm: z.number().nullable().describe('null when it is not wireless, or the kernel does not say'),
    })
    .nullable()
    .optional()
    .describe('How this machine reaches it; null when that is not known'),
  gateway: z
    .object({
      address: z.string(),
      sent: count,
      received: count,
      unsettled,
      longestLossRun,
      rttMs: rtt.nullable(),
    })
    .nullable()
    .optional()
    .describe('The first router, asked at the same times; null when it was not'),
  rttMs: rtt.nullable().describe('null when nothing came back'),
  rttSeriesMs: z
    .array(z.number().nonnegative().nullable())
    .optional()
    .describe('Of each request in turn, null where it was lost; absent where there are too many'),
  errors: icmpErrors.describe('ICMP errors in place of replies'),
  complete: z.boolean(),
});

const addressRanges = z.array(z.string()).describe('Addresses and ranges (first-last), ascending');

const echoSweep = z.object({
  id,
  kind: z.literal('echo-sweep'),
  target: z.string(),
  interface: z.string().nullable().describe('null: by the routing table'),
  method: echoMethod,
  methodNote,
  sizeBytes,
  dscp,
  addressesAsked: count,
  addressesAnswered: count,
  asked: addressRanges,
  answered: addressRanges,
  requestsSent: count,
  duplicates: count,
  rounds: count,
  tookSeconds: seconds,
  waitedSeconds: seconds.describe('Of these, after the last request'),
  atFullSpeed: z.boolean().describe('Nothing was paced: round trips may hold the time in our own queue'),
  rttMs: z
    .object({ min: z.number(), median: z.number(), mean: z.number(), max: z.number() })
    .nullable()
    .describe('Of the fastest answer of each host; null when nobody answered'),
  slowest: z
    .array(z.object({ ip: z.string(), rttMs: z.number() }))
    .describe('The longest round trips, the longest first; not all of them'),
  lossy: z
    .array(z.object({ ip: z.string(), asked: count, answered: count }))
    .describe('Hosts that answered some requests and not others, the worst first; not all of them'),
  lossyHosts: count.describe('How many there are of these'),
  errors: icmpErrors.describe('ICMP errors in place of replies, counted by hosts that never answered'),
  notAsked: z
    .array(z.object({ code: z.string().describe('The reason in the words of errno(3)'), addresses: count }))
    .describe('Addresses to which this machine could send nothing'),
  kernelDrops: count.nullable().describe('Answers lost because we did not read in time; null: not known'),
  dropsMadeUp: z.boolean().describe('Answers were lost, then the silent were asked again without a loss'),
  complete: z.boolean(),
});

const pathMethod = z
  .enum(['raw-socket', 'system-ping', 'connect'])
  .describe('connect: connections of the kernel, whose packets may pass only so many routers');
const wayNote = z.string().nullable().describe('Why it was not done with a raw socket; null when it was');
const protocol = z.enum(['icmp', 'tcp']);
const portOfTcp = port.nullable().describe('null for ICMP');
const icmpError = { from: z.string(), type: count, code: count };
const codePoint = z.int().min(0).max(63);
const hopNumber = z.int().positive();

const path = z.object({
  id,
  kind: z.literal('path'),
  host: z.string(),
  address: z.string(),
  protocol,
  port: portOfTcp,
  method: pathMethod,
  methodNote: wayNote,
  reached: z.boolean(),
  endedBecause: z
    .enum(['reached', 'unreachable', 'silence', 'loop', 'interrupted'])
    .describe('silence: nobody is heard beyond the last hop listed; loop: packets come back to where they were'),
  unreachable: z
    .object(icmpError)
    .nullable()
    .describe('The ICMP error that says that the host, or its port, can not be reached, and who sent it'),
  refused: z.boolean().nullable().describe('Whether the port answered with a reset; null when it did not, or for ICMP'),
  rounds: count.describe('Rounds in which the hops were asked; routers are asked for errors less often'),
  hops: z.array(
    z.object({
      ttl: hopNumber,
      addresses: z.array(z.string()).describe('Who answered, the most frequent first; empty for a silent hop'),
      names: z
        .array(z.string().nullable())
        .optional()
        .describe('By reverse DNS, of each address; absent: not asked for'),
      sent: count.describe(
        'Probes that were to die there, or to arrive; as many as a router answers without limiting itself',
      ),
      received: count,
      rttMs: rtt.nullable().describe('null when nothing came back, or no times are told'),
      asked: z
        .object({ sent: count, received: count, rttMs: rtt.nullable() })
        .nullable()
        .describe('Echo requests to the address of the hop itself; null for the host, and where it has no address'),
      rewritten: z
        .array(z.enum(['source', 'destination', 'port', 'identifier', 'checksum']))
        .describe('What its errors quote otherwise than it was sent: a NAT in front of it rewrote it'),
    }),
  ),
  complete: z.boolean(),
});

const sizeTried = z.object({ bytes: count, times: count });

const pathMtu = z.object({
  id,
  kind: z.literal('path-mtu'),
  host: z.string(),
  address: z.string(),
  method: pathMethod,
  methodNote: wayNote,
  interface: z.string(),
  interfaceMtuBytes: count,
  mtuBytes: count.nullable().describe('Largest IP packet that gets through; null when it could not be told'),
  reportedBy: z.string().nullable().describe('Who said that larger ones do not fit its link; null: nobody did'),
  reportedMtuBytes: count.nullable().describe('What it said is the MTU of that link'),
  isBlackHole: z.boolean().describe('Larger packets vanish, and nobody says why'),
  passed: sizeTried.nullable().describe('Largest that came back, and how often; null when none did'),
  failed: sizeTried.nullable().describe('Smallest that never did, and how often it was tried'),
  vanishes: z
    .object({ afterHop: count, beforeHop: hopNumber })
    .nullable()
    .describe(
      'Large packets still reach the one hop, and only small ones the other; null when not known, or none vanish',
    ),
  peerMssBytes: count.nullable().describe('Maximum segment size that the port offers; null when it was not asked'),
  unmeasuredBecause: z.string().min(1).nullable().describe('Why mtuBytes could not be told, or proved'),
  complete: z.boolean(),
});

const dscpComparison = z.object({
  id,
  kind: z.literal('dscp-comparison'),
  host: z.string(),
  address: z.string(),
  protocol,
  port: portOfTcp,
  method: pathMethod,
  methodNote: wayNote,
  marks: z
    .array(
      z.object({
        dscp: codePoint,
        sent: count,
        answered: count.describe('Of TCP: by a SYN-ACK or a reset'),
        refused: count.describe('Of these by a reset'),
        errors: z.array(z.object({ ...icmpError, count })),
        answeredUpToHop: count
          .nullable()
          .describe('Farthest router that was reached with this mark; null when none was asked'),
      }),
    )
    .describe('Differentiated Services Codepoints, packets with each in turn: 0 none, 18 AF21, 46 EF'),
  changes: z
    .array(z.object({ sentDscp: codePoint, hop: hopNumber, arrivedDscp: codePoint }))
    .describe('The first hop that a mark reached as another one'),
  complete: z.boolean(),
});

const tcpConnect = z.object({
  id,
  kind: z.literal('tcp-connect'),
  host: z.string(),
  address: z.string(),
  port,
  outcome: z
    .enum(['open', 'refused', 'reset', 'closed', 'timed-out', 'unreachable'])
    .describe('reset and closed: it was accepted, and ended at once'),
  code: z.string().nullable().describe('The reason in the words of errno(3)'),
  connectMs: z.number().nullable(),
  greeting: z.string().nullable().describe('SSH identification string, null when the peer sent none'),
});

const idleOutcome = z.enum(['alive', 'silent-drop', 'reset', 'closed-by-peer', 'inconclusive']);

const awakeUpToHop = count
  .optional()
  .describe('Every box up to this hop was kept awake, so that only what lies beyond could forget; absent: none was');

const senderSigns = z.object({
  ttl: count.describe('Hop limit on arrival'),
  ipId: count.nullable().describe('IP identification, null in IPv6'),
  dontFragment: z.boolean().nullable(),
});

const resetOrigin = z.object({
  because: z.string().min(1).describe('What the signs say, or why nothing can be told'),
  hop: count.nullable().describe('Hop that the resets came from; null when their TTL does not tell'),
  address: z.string().nullable().describe('Address of that hop'),
  seen: z.array(
    z.object({
      idleSeconds: seconds,
      answer: senderSigns.describe('The SYN-ACK of the connection'),
      reset: senderSigns,
    }),
  ),
});
const ending = z.enum(['reset', 'closed-by-peer', 'unanswered', 'unreachable']);
const speaks = z
  .enum(['keepalive', 'payload'])
  .describe('With what it is kept awake: empty keepalives (also where absent), or data that a partner answers');

const idleTimeout = z.object({
  id,
  kind: z.literal('idle-timeout'),
  host: z.string(),
  address: z.string(),
  port,
  transport: z.enum(['tcp', 'ssh']),
  loggedIn: z.boolean().optional().describe('Through sessions that had logged in; absent: without a login'),
  login: z.string().optional().describe('Whose sessions they were, as it was typed'),
  oneByOne: z
    .boolean()
    .optional()
    .describe('With one connection at a time, because somebody had to type a password for each; absent: side by side'),
  direction: z.enum(['outbound', 'inbound']),
  awakeUpToHop,
  survivedSeconds: seconds.nullable().describe('Longest idle that lived, null if none'),
  expiredSeconds: seconds.nullable().describe('Shortest that died, null if none did'),
  onExpiry: z.enum(['silent-drop', 'reset', 'closed-by-peer']).nullable(),
  resetAt: z
    .enum(['next-packet', 'expiry'])
    .nullable()
    .describe(
      'Whether a reset answers the next packet or comes by itself when the time is over; null when neither can be told',
    ),
  resetFrom: z
    .enum(['peer', 'middlebox', 'unknown'])
    .nullable()
    .describe('Who sent the resets, by their IP headers; null when nothing was reset'),
  resetOrigin: resetOrigin.nullable().describe('null when nothing was reset'),
  despiteKeepalives: z
    .boolean()
    .nullable()
    .describe(
      'Whether connections that keepalives keep busy end in the same way after the same time; null when that was not seen',
    ),
  deaths: count.describe('Connections that died so at expiredSeconds or later; one alone is not confirmed'),
  maxIdleSeconds: seconds.describe('Longest idle that was asked for'),
  limitedTo: z
    .object({ seconds, because: z.enum(['ssh-unauthenticated', 'ssh-server-keepalive', 'quick']) })
    .nullable()
    .describe(
      'Set when it was not asked for as long as that: the peer does not let one, or there was no time (--quick)',
    ),
  control: z.object({
    outages: z.array(z.object({ fromSeconds: seconds, toSeconds: seconds })),
    ended: ending.nullable(),
    speaks: speaks.optional(),
    keepalivesLost: ending
      .nullable()
      .optional()
      .describe(
        'How one that was kept busy with empty keepalives was lost beside a control of payload, null if it lived',
      ),
  }),
  suspensions: z
    .array(z.object({ untilSeconds: seconds, forSeconds: seconds }))
    .describe('Times in which this machine was suspended: its clock stood still, the path went on forgetting'),
  connectionsOpened: count,
  connectionsFailed: count,
  connectionFailures: z
    .array(
      z.object({
        reason: z.enum(['refused', 'reset', 'timed-out', 'unreachable', 'local', 'login']),
        code: z.string().describe('The reason in the words of errno(3), or of ssh for a login'),
        count,
      }),
    )
    .describe('Why those could not be opened; local: this machine refused, and the network was not asked'),
  complete: z.boolean(),
  probes: z.array(
    z.object({
      idleSeconds: seconds,
      outcome: idleOutcome,
      code: z.string().nullable(),
      pass: z.union([z.literal(1), z.literal(2)]),
      asked: z.boolean().optional().describe('False when it ended by itself, after idleSeconds, before it was asked'),
    }),
  ),
});

const idleEnforcer = z.object({
  id,
  kind: z.literal('idle-enforcer'),
  host: z.string(),
  peerAddress: z.string().describe('Address of the host'),
  port,
  hop: count.nullable().describe('Where the connection is forgotten; null when the outcomes do not tell'),
  address: z.string().nullable().describe('Address of that hop, null when it sends no ICMP time exceeded'),
  awakeUpToHop,
  heldSeconds: seconds.describe('How long the connections were kept awake, each up to its hop'),
  perHop: z.array(
    z.object({
      hop: count.describe('How far the probes went; 0 is a connection that idled'),
      address: z.string().nullable(),
      outcome: idleOutcome,
    }),
  ),
});

const keepaliveTrial = z.object({
  id,
  kind: z.literal('keepalive-trial'),
  host: z.string(),
  address: z.string(),
  port,
  speaks: speaks.optional(),
  intervalSeconds: seconds,
  lastedSeconds: seconds,
  silentSeconds: seconds.optional().describe('Of these the last ones, without an answer'),
  outcome: idleOutcome,
});

const sshServerKeepalive = z.object({
  id,
  kind: z.literal('ssh-server-keepalive'),
  host: z.string(),
  address: z.string(),
  port,
  intervalSeconds: seconds.describe('Between two of them: ClientAliveInterval, as far as can be told from the wire'),
  count: count.describe('How many arrived, on all sessions on which nobody spoke'),
});

const route = z.object({
  id,
  kind: z.literal('route'),
  host: z.string(),
  address: z.string(),
  interface: z.string(),
  gateway: z.string().nullable().describe('First hop on the way; null when the host is on the link itself'),
});

const kernelKeepalive = z.object({
  id,
  kind: z.literal('kernel-keepalive'),
  idleSeconds: seconds,
  intervalSeconds: seconds,
  count,
});

const channelTimeout = z
  .array(z.object({ channel: z.string().describe('Type of channel, may hold wildcards'), seconds }))
  .nullable()
  .describe('After how long without data a channel is closed; null where the release has no such option');
const unreadBecause = z.string().min(1).nullable().describe('Why nothing could be read; null when it was');

const sshClientSettings = z.object({
  id,
  kind: z.literal('ssh-client-settings'),
  host: z.string().describe('As it was typed, and given to ssh -G'),
  unreadBecause,
  user: z.string().nullable(),
  hostname: z.string().nullable(),
  port: port.nullable(),
  serverAliveInterval: seconds.nullable().describe('0: off'),
  serverAliveCountMax: count.nullable(),
  tcpKeepAlive: z.boolean().nullable(),
  ipqos: z.string().nullable(),
  rekeyLimit: z.string().nullable(),
  channelTimeout,
  proxyJump: z.string().nullable().describe('null when ssh connects to the host itself'),
  hasProxyCommand: z.boolean().nullable(),
});

const sshServerSettings = z.object({
  id,
  kind: z.literal('ssh-server-settings'),
  host: z.string().describe('As it was typed'),
  user: z.string().nullable().describe('For whom Match blocks were looked through, by sshd -T'),
  readBy: z
    .enum(['sshd -T', 'files'])
    .optional()
    .describe('files: sshd_config as it can be read, without Match blocks; absent: sshd -T on the server itself'),
  leftOut: z.string().nullable().optional().describe('What was not read of those files, and may decide otherwise'),
  shell: z
    .object({
      program: z.string().describe('The login shell'),
      tmoutSeconds: seconds.nullable().describe('TMOUT of an interactive one, 0: none; null: it could not be asked'),
      watched: z
        .object({
          outcome: z.enum(['ended', 'lost', 'open']).describe('ended: by itself, with a status; lost: its connection'),
          silentSeconds: seconds,
          exitStatus: count.nullable(),
        })
        .nullable()
        .describe('What became of one that nobody typed at; null when none was watched'),
    })
    .nullable()
    .optional()
    .describe('Read through a session; absent: none was'),
  unreadBecause,
  clientAliveInterval: seconds.nullable().describe('0: off'),
  clientAliveCountMax: count.nullable(),
  tcpKeepAlive: z.boolean().nullable(),
  loginGraceTime: seconds.nullable().describe('0: off'),
  channelTimeout,
  unusedConnectionTimeout: seconds.nullable().describe('0: off; null where the release has no such option'),
  maxSessions: count.nullable(),
  maxStartups: z.string().nullable(),
  rekeyLimit: z.string().nullable(),
  chrootDirectory: z.string().nullable().describe('As it is written; null when there is none'),
  chrootPath: z
    .array(
      z.object({
        path: z.string(),
        ownerUid: count,
        mode: z.string().describe('Permission bits, octal'),
        problem: z.enum(['not-root', 'writable', 'no-directory']).nullable().describe('Why sshd refuses it'),
      }),
    )
    .nullable()
    .describe('Each component of it; null when it could not be looked at'),
});

const udpPorts = z.object({
  id,
  kind: z.literal('udp-ports'),
  host: z.string(),
  address: z.string(),
  ports: z.array(
    z.object({
      port,
      outcome: z
        .enum(['answered', 'rejected', 'silent'])
        .describe('silent: dropped on the way, or taken by somebody who does not answer, as mosh-server does'),
      rejection: z
        .object({
          from: z.string().nullable().describe('Who sent the ICMP error'),
          ipVersion: z.union([z.literal(4), z.literal(6)]),
          type: count,
          code: count,
        })
        .nullable(),
    }),
  ),
  complete: z.boolean(),
});

const skipped = z.object({
  id,
  kind: z.literal('skipped'),
  check,
  target: z.string(),
  because: z.string().min(1),
  hint: z.string().min(1),
});

export const evidenceSchema = z.discriminatedUnion('kind', [
  arpClaims,
  arpSweep,
  claimantProof,
  echo,
  path,
  pathMtu,
  dscpComparison,
  echoSweep,
  tcpConnect,
  idleTimeout,
  idleEnforcer,
  keepaliveTrial,
  sshServerKeepalive,
  route,
  kernelKeepalive,
  sshClientSettings,
  sshServerSettings,
  udpPorts,
  skipped,
]);

export type Evidence = z.infer<typeof evidenceSchema>;
export type EvidenceKind = Evidence['kind'];
/** The evidence of one kind, e.g. `EvidenceOf<'echo'>`. */
export type EvidenceOf<K extends EvidenceKind> = Extract<Evidence, { kind: K }>;
export type ArpClaim = z.infer<typeof claim>;
export type InventoryRow = EvidenceOf<'arp-sweep'>['inventory'][number];

type WithoutId<E> = E extends Evidence ? Omit<E, 'id'> : never;
/** Evidence before it is given its id. */
export type Finding = WithoutId<Evidence>;
