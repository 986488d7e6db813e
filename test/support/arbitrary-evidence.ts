// Evidence of every kind for fast-check: what a scan could have seen, of a few hosts and networks, so that they meet.

import fc from 'fast-check';
import { isLocallyAdministered, macRole, parseMac } from '../../src/address/mac.ts';
import type { ArpClaim, Evidence, EvidenceOf, Finding } from '../../src/evidence.ts';
import { withIds } from '../../src/scan/record.ts';
import { pathFindings } from './arbitrary-path.ts';

/** Names and the addresses they resolve to; two names of one host among them. */
const HOSTS = [
  { host: '10.0.0.5', address: '10.0.0.5' },
  { host: '10.0.0.6', address: '10.0.0.6' },
  { host: 'db.example.org', address: '10.0.0.5' },
  { host: 'alias.example.org', address: '10.0.0.5' },
  { host: 'far.example.org', address: '192.0.2.7' },
  { host: '2001:db8::5', address: '2001:db8::5' },
] as const;
const NETWORK = '10.0.0.0/24';
const MACS = [
  '52:54:00:12:34:56',
  '52:54:00:12:34:57',
  'b8:27:eb:00:00:01',
  '02:00:00:00:00:03',
  '00:00:5e:00:01:0a',
  '00:00:0c:07:ac:01',
  '00:07:b4:00:01:01',
  '00:07:b4:00:01:02',
] as const;

const host = fc.constantFrom(...HOSTS);
const ip = fc.constantFrom('10.0.0.5', '10.0.0.6');
const port = fc.constantFrom(22, 443);
const count = fc.nat({ max: 20 });
const seconds = fc.integer({ min: 0, max: 900_000 }).map((ms) => ms / 1000);

/** As it came off the network, where a saved report is read that nobody checked. */
const text = fc.oneof(fc.constant('ACME Ltd'), fc.string({ unit: 'binary', maxLength: 12 }));

const claim: fc.Arbitrary<ArpClaim> = fc
  .record({
    mac: fc.constantFrom(...MACS),
    vendor: fc.option(text),
    frameSourceMac: fc.option(fc.constantFrom(...MACS)),
    vlanId: fc.constantFrom(null, null, null, 7),
    via: fc.constantFrom('reply', 'announcement', 'request', 'probe'),
    count: fc.integer({ min: 1, max: 5 }),
    firstSeconds: fc.integer({ min: 0, max: 900 }).map((ms) => ms / 1000),
    rounds: fc.uniqueArray(fc.integer({ min: 1, max: 3 })).map((rounds) => rounds.sort()),
    canariesClaimed: fc.constantFrom<(string[] | null)[]>(null, [], [], ['10.0.0.77'], ['10.0.0.77', '192.0.2.9']),
  })
  .map((heard) => {
    const mac = parseMac(heard.mac) as NonNullable<ReturnType<typeof parseMac>>;
    const lastSeconds = heard.firstSeconds + (heard.count - 1) / 10;
    return { ...heard, role: macRole(mac), locallyAdministered: isLocallyAdministered(mac), lastSeconds };
  });

const macs: fc.Arbitrary<string[]> = fc.uniqueArray(fc.constantFrom(...MACS), { minLength: 1, maxLength: 2 });
const others = fc.record({ shared: fc.nat({ max: 30 }), notShared: fc.nat({ max: 3 }) });
const flips = fc.nat({ max: 3 }).map((times) => ({
  count: times,
  first: Array.from({ length: times }, (_, at) => ({ atSeconds: at, fromMac: MACS[0], toMac: MACS[1] })),
}));
// With their types told: inside a record they would be unknown.
const expected: fc.Arbitrary<string[] | null> = fc.option(macs);
const otherAddresses: fc.Arbitrary<{ shared: number; notShared: number } | null> = fc.option(others);
const maybeFlips: fc.Arbitrary<EvidenceOf<'arp-claims'>['flips']> = fc.option(flips);
const maybeText: fc.Arbitrary<string | null> = fc.option(text);

const source = fc.constantFrom('probes', 'probes', 'listening', 'capture');

const arpClaims: fc.Arbitrary<Finding> = fc.record({
  kind: fc.constant('arp-claims'),
  ip,
  interface: fc.constantFrom('eth0', 'eth0', null),
  source,
  ownMac: fc.constantFrom(null, null, '02:00:00:00:00:99'),
  sweep: fc.constantFrom(null, null, NETWORK),
  probesSent: fc.constantFrom(1, 3),
  listenedSeconds: fc.constant(2.2),
  kernelDrops: fc.constantFrom(0, 0, 0, 7),
  dropsMadeUp: fc.boolean(),
  complete: fc.boolean(),
  claims: fc.uniqueArray(claim, { maxLength: 4, selector: ({ mac }) => mac }),
  unlistedFrames: fc.constantFrom(0, 0, 0, 9),
  expected,
  otherAddresses,
  flips: maybeFlips,
});

const arpSweep: fc.Arbitrary<Finding> = fc.record({
  kind: fc.constant('arp-sweep'),
  target: fc.constant(NETWORK),
  interface: fc.constantFrom('eth0', null),
  source,
  addressesAsked: fc.constantFrom(254, 1, null),
  addressesAnswered: count,
  probesSent: fc.constant(762),
  rounds: fc.constant(3),
  listenedSeconds: fc.constant(2.4),
  waitedSeconds: fc.constant(1.5),
  frames: fc.constantFrom(null, 1, 500),
  malformedFrames: fc.constantFrom(0, 0, 1),
  kernelDrops: fc.constantFrom(0, 0, 0, 7),
  dropsMadeUp: fc.boolean(),
  complete: fc.boolean(),
  inventory: fc.array(
    fc
      .record({ ip, claim, claimants: fc.integer({ min: 1, max: 3 }) })
      .map(({ ip: address, claim: first, claimants }) => {
        const { mac, vendor, locallyAdministered, role, firstSeconds } = first;
        return { ip: address, mac, vendor, locallyAdministered, role, firstSeconds, claimants };
      }),
    { maxLength: 3 },
  ),
});

const comparison = fc.constantFrom('same', 'different', 'unknown');

const claimant = fc
  .record({
    mac: fc.constantFrom(...MACS),
    outcome: fc.constantFrom('open', 'refused', 'silent'),
    from: fc.constantFrom(null, ...MACS),
    ttl: fc.constantFrom(null, 63, 64),
    banner: fc.option(text),
    key: fc.constantFrom(null, 'SHA256:one', 'SHA256:two'),
  })
  .map(({ mac, outcome, from, ttl, banner, key }) => ({
    mac,
    outcome,
    answeredFrom: outcome === 'silent' ? null : (from ?? mac),
    ttl,
    clockOffset: null,
    banner: outcome === 'open' ? banner : null,
    hostKey: outcome === 'open' && key !== null ? { type: 'ssh-ed25519', fingerprint: key } : null,
    echoIds: null,
  }));

const claimantProof: fc.Arbitrary<Finding> = fc.record({
  kind: fc.constant('claimant-proof'),
  ip,
  sweep: fc.constantFrom(null, NETWORK),
  interface: fc.constant('eth0'),
  port,
  linkLevelOnly: maybeText,
  claimants: fc.uniqueArray(claimant, { minLength: 2, maxLength: 4, selector: ({ mac }) => mac }),
  clocks: comparison,
  counters: comparison,
});

const figures = fc.record({ sent: count, lost: count, unsettled: fc.nat(2) }).map(({ sent, lost, unsettled }) => {
  const received = Math.max(0, sent - lost);
  const rttMs = received === 0 ? null : { min: 0.4, mean: 1.25, max: 3, stddev: 0.5, median: 1.1, jitter: 0.3 };
  return { sent, received, unsettled: Math.min(unsettled, sent - received), longestLossRun: sent - received, rttMs };
});

const link = fc.option(
  fc.record({
    interface: fc.constantFrom('eth0', 'wlan0'),
    gateway: fc.constantFrom(null, '10.0.0.1'),
    wireless: fc.boolean(),
    signalDbm: fc.constantFrom(null, -75),
  }),
);

const echo: fc.Arbitrary<Finding> = fc
  .record({
    where: host,
    own: figures,
    systemPing: fc.boolean(),
    complete: fc.boolean(),
    errors: count,
    link,
    gateway: fc.option(figures.map((each) => ({ address: '10.0.0.1', ...each }))),
    odd: fc.nat(2),
    rttSeriesMs: fc.array(fc.option(fc.constantFrom(0.4, 2.5, 31)), { maxLength: 12 }),
  })
  .map(({ where, own, systemPing, complete, errors, odd, ...how }) => ({
    kind: 'echo',
    ...where,
    ...own,
    ...how,
    method: systemPing ? 'system-ping' : 'raw-socket',
    methodNote: systemPing ? "by the system's ping: no raw sockets without root (CAP_NET_RAW)" : null,
    duplicates: odd,
    reordered: odd,
    intervalSeconds: 0.2,
    sizeBytes: 56,
    dscp: 0,
    hopLimits: [],
    hopLimitChanges: odd,
    kernelDrops: systemPing ? null : odd,
    errors: errors % 3 === 1 ? [{ from: `10.0.0.${1 + (errors % 2)}`, type: 3, code: errors % 4, count: 1 }] : [],
    complete,
  }));

const echoSweep: fc.Arbitrary<Finding> = fc
  .record({
    answered: fc.nat(6),
    lossy: fc.boolean(),
    drops: fc.nat(2),
    complete: fc.boolean(),
    dropsMadeUp: fc.boolean(),
  })
  .map(({ answered, lossy, drops, complete, dropsMadeUp }) => ({
    kind: 'echo-sweep',
    target: NETWORK,
    interface: null,
    method: 'raw-socket',
    methodNote: null,
    addressesAsked: 6,
    addressesAnswered: answered,
    asked: ['10.0.0.1-10.0.0.6'],
    answered: answered === 0 ? [] : [`10.0.0.1-10.0.0.${answered}`],
    requestsSent: 12,
    duplicates: 0,
    rounds: 2,
    tookSeconds: 1.2,
    waitedSeconds: 1,
    atFullSpeed: false,
    rttMs: answered === 0 ? null : { min: 0.1, median: 0.2, mean: 0.3, max: 0.9 },
    slowest: answered === 0 ? [] : [{ ip: '10.0.0.1', rttMs: 0.9 }],
    lossy: lossy && answered > 0 ? [{ ip: '10.0.0.1', asked: 2, answered: 1 }] : [],
    lossyHosts: lossy && answered > 0 ? 1 : 0,
    errors: [],
    notAsked: [],
    kernelDrops: drops,
    dropsMadeUp,
    complete,
  }));

const tcpConnect: fc.Arbitrary<Finding> = fc
  .record({
    where: host,
    port,
    outcome: fc.constantFrom('open', 'refused', 'reset', 'timed-out', 'unreachable'),
    greeting: fc.option(text),
  })
  .map(({ where, outcome, greeting, ...rest }) => ({
    kind: 'tcp-connect',
    ...where,
    ...rest,
    outcome,
    code: outcome === 'open' ? null : `E${outcome.toUpperCase()}`,
    connectMs: outcome === 'open' ? 12.5 : null,
    greeting: outcome === 'open' ? greeting : null,
  }));

const signs = fc.record({
  ttl: fc.constantFrom(62, 63, 64),
  ipId: fc.option(fc.constantFrom(0, 4711)),
  dontFragment: fc.option(fc.boolean()),
});

const resetOrigin = fc
  .record({
    from: fc.constantFrom('peer', 'middlebox', 'unknown'),
    hop: fc.option(fc.integer({ min: 1, max: 3 })),
    router: fc.option(fc.constantFrom('192.0.2.1', '192.0.2.2')),
    seen: fc.array(fc.record({ idleSeconds: seconds, answer: signs, reset: signs }), { maxLength: 2 }),
  })
  .map(({ from, hop, router, seen }) => ({
    resetFrom: from,
    resetOrigin: { because: 'the resets say so', hop, address: hop === null ? null : router, seen },
  }));

const idleTimeout: fc.Arbitrary<Finding> = fc
  .record({
    where: host,
    port,
    survived: fc.option(fc.oneof(seconds, fc.constantFrom(59.5, 239.5, 349.5, 599.5))),
    died: fc.option(fc.constantFrom('silent-drop', 'reset', 'closed-by-peer')),
    width: fc.constantFrom(0.5, 1, 60),
    earlier: fc.constantFrom([], [], [0.4], [3, 1], [400, 30]),
    deaths: fc.integer({ min: 1, max: 4 }),
    resetAt: fc.option(fc.constantFrom('next-packet', 'expiry')),
    origin: resetOrigin,
    despite: fc.boolean(),
    limited: fc.boolean(),
    outage: fc.boolean(),
    slept: fc.boolean(),
    ended: fc.option(fc.constantFrom('reset', 'closed-by-peer', 'unanswered', 'unreachable')),
    spoken: fc.constantFrom(
      {},
      { speaks: 'keepalive' as const },
      { speaks: 'payload' as const, keepalivesLost: null },
      { speaks: 'payload' as const, keepalivesLost: 'closed-by-peer' as const },
    ),
    failed: fc.nat({ max: 2 }),
    complete: fc.boolean(),
  })
  .map(
    ({
      where,
      port: to,
      survived,
      died,
      width,
      earlier,
      deaths,
      resetAt,
      origin,
      despite,
      limited,
      outage,
      slept,
      ended,
      spoken,
      failed,
      complete,
    }) => {
      const expired = died === null ? null : (survived ?? 0) + width;
      return {
        kind: 'idle-timeout',
        ...where,
        port: to,
        transport: limited ? 'ssh' : 'tcp',
        ...(limited && despite ? { loggedIn: true } : {}),
        direction: 'outbound',
        survivedSeconds: survived,
        expiredSeconds: expired,
        onExpiry: died,
        resetAt: died === 'reset' ? resetAt : null,
        ...(died === 'reset' ? origin : { resetFrom: null, resetOrigin: null }),
        despiteKeepalives: died === null || died === 'closed-by-peer' ? null : died === 'reset' && despite,
        deaths: died === null ? 0 : deaths,
        maxIdleSeconds: 900,
        limitedTo: limited
          ? { seconds: 90, because: failed === 1 ? 'quick' : despite ? 'ssh-server-keepalive' : 'ssh-unauthenticated' }
          : null,
        control: { outages: outage ? [{ fromSeconds: 10, toSeconds: 14 }] : [], ended, ...spoken },
        suspensions: slept ? [{ untilSeconds: 20, forSeconds: 300 }] : [],
        connectionsOpened: 40,
        connectionsFailed: failed,
        connectionFailures: failed === 0 ? [] : [{ reason: 'local', code: 'EMFILE', count: failed }],
        complete,
        probes: [
          ...(survived === null
            ? []
            : [0.01 * survived, survived].map((idleSeconds) => {
                return { idleSeconds, outcome: 'alive' as const, code: null, pass: 1 as const };
              })),
          // Some that died sooner than others lived.
          ...earlier
            .map((seconds) => (survived ?? 0) - seconds)
            .filter((idleSeconds) => idleSeconds > 0)
            .map((idleSeconds) => {
              return { idleSeconds, outcome: died ?? ('reset' as const), code: null, pass: 1 as const };
            }),
          ...(expired === null || died === null
            ? []
            : [{ idleSeconds: expired, outcome: died, code: 'ETIMEDOUT', pass: 2 as const }]),
        ],
      };
    },
  );

const idleEnforcer: fc.Arbitrary<Finding> = fc
  .record({
    where: host,
    port,
    held: seconds,
    hop: fc.option(fc.integer({ min: 1, max: 3 })),
    router: fc.option(fc.constantFrom('192.0.2.1', '192.0.2.2')),
  })
  .map(({ where, port: to, held, hop, router }) => ({
    kind: 'idle-enforcer',
    host: where.host,
    peerAddress: where.address,
    port: to,
    hop,
    address: hop === null ? null : router,
    heldSeconds: held,
    perHop: [0, 1, 2, 3].map((at) => ({
      hop: at,
      address: at === 0 ? null : router,
      outcome: hop !== null && at >= hop ? 'alive' : 'silent-drop',
    })),
  }));

const keepaliveTrial: fc.Arbitrary<Finding> = fc
  .record({
    where: host,
    port,
    speaks: fc.constantFrom('keepalive' as const, 'payload' as const),
    intervalSeconds: fc.integer({ min: 1, max: 300 }),
    lastedSeconds: seconds,
    silentSeconds: seconds,
    outcome: fc.constantFrom('alive', 'silent-drop', 'reset', 'closed-by-peer', 'inconclusive'),
  })
  .map(({ where, ...rest }) => ({ kind: 'keepalive-trial', ...where, ...rest }));

const sshServerKeepalive: fc.Arbitrary<Finding> = fc
  .record({ where: host, port, intervalSeconds: fc.constantFrom(2, 15, 300), count: fc.integer({ min: 6, max: 90 }) })
  .map(({ where, port: to, intervalSeconds, count }) => ({
    kind: 'ssh-server-keepalive',
    host: where.host,
    address: where.address,
    port: to,
    intervalSeconds,
    count,
  }));

const route: fc.Arbitrary<Finding> = fc
  .tuple(host, fc.constantFrom(null, '10.0.0.5', '10.0.0.6'))
  .map(([at, gateway]) => ({ kind: 'route' as const, ...at, interface: 'eth0', gateway }));

const kernelKeepalive: fc.Arbitrary<Finding> = fc.record({
  kind: fc.constant('kernel-keepalive'),
  idleSeconds: fc.constantFrom(60, 7200),
  intervalSeconds: fc.constant(75),
  count: fc.constant(9),
});

const channelTimeout = fc.constantFrom<EvidenceOf<'ssh-client-settings'>['channelTimeout'][]>(
  null,
  [],
  [{ channel: 'session:*', seconds: 300 }],
  [{ channel: '(', seconds: 9 }],
);
const interval = fc.constantFrom(null, 0, 1, 2, 30, 7200);
const countMax = fc.constantFrom(null, 0, 1, 3);
const unread = fc.constantFrom(null, null, null, 'there is no ssh program on this machine');

const sshClientSettings: fc.Arbitrary<Finding> = fc
  .record({
    where: host,
    unreadBecause: unread,
    user: maybeText,
    hostname: maybeText,
    port: fc.constantFrom(null, 22),
    serverAliveInterval: interval,
    serverAliveCountMax: countMax,
    tcpKeepAlive: fc.constantFrom(null, true, false),
    ipqos: maybeText,
    rekeyLimit: fc.constantFrom(null, '0 0'),
    channelTimeout,
    proxyJump: maybeText,
    hasProxyCommand: fc.constantFrom(null, true, false),
  })
  .map(({ where, ...rest }) => ({ kind: 'ssh-client-settings', host: where.host, ...rest }));

const sshServerSettings: fc.Arbitrary<Finding> = fc
  .record({
    where: host,
    user: maybeText,
    unreadBecause: unread,
    clientAliveInterval: interval,
    clientAliveCountMax: countMax,
    tcpKeepAlive: fc.constantFrom(null, true, false),
    loginGraceTime: fc.constantFrom(null, 0, 120),
    channelTimeout,
    unusedConnectionTimeout: fc.constantFrom(null, 0, 300),
    maxSessions: fc.constantFrom(null, 10),
    maxStartups: fc.constantFrom(null, '10:30:100'),
    rekeyLimit: fc.constantFrom(null, '0 0'),
    chrootDirectory: maybeText,
    readBy: fc.constantFrom('sshd -T' as const, 'files' as const),
    leftOut: fc.constantFrom(null, 'Match blocks'),
    shell: fc.constantFrom<NonNullable<EvidenceOf<'ssh-server-settings'>['shell']> | null>(
      null,
      { program: '/bin/bash', tmoutSeconds: 300, watched: null },
      {
        program: '/bin/bash',
        tmoutSeconds: 5,
        watched: { outcome: 'ended', silentSeconds: 5.1, exitStatus: 0 },
      },
    ),
    chrootPath: fc.constantFrom<EvidenceOf<'ssh-server-settings'>['chrootPath'][]>(
      null,
      [],
      [
        { path: '/', ownerUid: 0, mode: '755', problem: null },
        { path: '/srv', ownerUid: 1000, mode: '775', problem: 'not-root' },
      ],
    ),
  })
  .map(({ where, ...rest }) => ({ kind: 'ssh-server-settings', host: where.host, ...rest }));

const udpPorts: fc.Arbitrary<Finding> = fc
  .record({
    where: host,
    ports: fc.array(
      fc.constantFrom<EvidenceOf<'udp-ports'>['ports'][number]>(
        { port: 60_000, outcome: 'silent', rejection: null },
        { port: 60_001, outcome: 'answered', rejection: null },
        { port: 60_002, outcome: 'rejected', rejection: { from: '10.0.0.1', ipVersion: 4, type: 3, code: 13 } },
        { port: 60_003, outcome: 'rejected', rejection: { from: null, ipVersion: 6, type: 1, code: 9 } },
      ),
      { maxLength: 3 },
    ),
    complete: fc.boolean(),
  })
  .map(({ where, ...rest }) => ({ kind: 'udp-ports', ...where, ...rest }));

const skipped: fc.Arbitrary<Finding> = fc
  .oneof(
    fc.record({ check: fc.constant('dup-ip'), target: fc.constantFrom('10.0.0.5', '10.0.0.6', NETWORK) }),
    fc.record({ check: fc.constant('read'), target: fc.constant('lan.pcap') }),
    fc.record({ check: fc.constant('ping'), target: host.map((where) => where.host) }),
    fc.record({ check: fc.constant('path'), target: fc.constantFrom('10.0.0.5', '[2001:db8::5]:22') }),
    fc.record({
      check: fc.constant('idle-timeout'),
      target: fc.constantFrom('10.0.0.5:22', '[2001:db8::5]:22', 'far.example.org:443', 'me@far.example.org'),
    }),
  )
  .map(({ check, target }) => ({
    kind: 'skipped',
    check: check as 'dup-ip' | 'read' | 'ping' | 'path' | 'idle-timeout',
    target,
    because: 'it needs root (CAP_NET_RAW)',
    hint: 'run with sudo',
  }));

/** Evidence as a run gives it: every id once. The machine's own keepalive at most once. */
export const evidenceList: fc.Arbitrary<Evidence[]> = fc
  .tuple(
    fc.array(
      fc.oneof(
        arpClaims,
        arpClaims,
        arpSweep,
        claimantProof,
        echo,
        ...pathFindings(host, maybeText),
        echoSweep,
        tcpConnect,
        idleTimeout,
        idleEnforcer,
        keepaliveTrial,
        sshClientSettings,
        sshServerSettings,
        sshServerKeepalive,
        route,
        udpPorts,
        skipped,
      ),
      {
        maxLength: 10,
      },
    ),
    fc.option(kernelKeepalive),
  )
  .map(([findings, keepalive]) => withIds(keepalive === null ? findings : [...findings, keepalive]));

/** Text that a terminal would act on. */
export const hostileText: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary', maxLength: 6 }),
      fc.constantFrom(
        '\x1b[2J',
        '\x1b]0;title\x07',
        '\r',
        '\b',
        '\x9b31m',
        '\u202e',
        '\u200b',
        '\u2028',
        '\x00',
        '\ud800',
        '\t',
      ),
    ),
    { maxLength: 6 },
  )
  .map((parts) => parts.join(''));
