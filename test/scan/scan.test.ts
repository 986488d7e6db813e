// A plan becomes evidence in the order of the plan, over simulated instruments; what can't be measured says why.

import { describe, expect, test } from 'vitest';
import { Ipv4Set } from '../../src/address/ipv4-set.ts';
import type { Mac } from '../../src/address/mac.ts';
import { encodeArpFrame, OPERATION } from '../../src/arp-lite/index.ts';
import { NotACapture } from '../../src/capture/index.ts';
import { eventSchema, type Observation } from '../../src/events.ts';
import type { Evidence, EvidenceKind, EvidenceOf } from '../../src/evidence.ts';
import type { HostEcho } from '../../src/icmp/index.ts';
import { PingUnusable, type Prober } from '../../src/path/index.ts';
import type {
  DupIpStep,
  IdleTimeoutStep,
  ListenStep,
  PathStep,
  PingStep,
  Plan,
  ReadStep,
  Step,
} from '../../src/plan/index.ts';
import type { ClaimantPaths } from '../../src/proof/index.ts';
import { type CaptureFrames, type FirstHop, type Instruments, type Opened, scan } from '../../src/scan/index.ts';
import { cidr, ipv4, mac } from '../support/addresses.ts';
import { type FakeClock, fakeClock } from '../support/fake-clock.ts';
import { duplicate, honest, type MemoryLan, memoryLan, proxy, type Station } from '../support/memory-lan.ts';
import { type MemoryNat, type MemoryNatOptions, memoryNat } from '../support/memory-nat.ts';
import { type MemoryPartnerOptions, memoryPartner } from '../support/memory-partner.ts';
import { memoryPath } from '../support/memory-path.ts';
import { nodeTimers } from '../tcp/simulate.ts';

const SHARED = ipv4('10.0.0.5');
const SINGLE = ipv4('10.0.0.6');
const A = mac('52:54:00:12:34:56');
const B = mac('02:00:00:00:00:03');
const SSH = new TextEncoder().encode('SSH-2.0-OpenSSH_9.9\r\n');

const NETWORK = cidr('10.0.0.0/24');
const ASKER = mac('02:00:00:00:00:01');
const ME = ipv4('10.0.0.2');

const setOf = (...addresses: readonly string[]): Ipv4Set => Ipv4Set.of(addresses.map(ipv4));

/** Asks for one address by itself, unless `some` says more. */
function dupIp(target: string, some: Partial<DupIpStep> = {}): DupIpStep {
  return {
    check: 'dup-ip',
    target,
    named: some.swept === undefined ? setOf(target) : Ipv4Set.EMPTY,
    swept: null,
    interfaceName: 'eth0',
    interfaceIndex: 2,
    senderMac: ASKER,
    senders: [{ ip: ME, network: NETWORK }],
    ownAddresses: new Map(),
    ownMacs: [ASKER],
    canaryRange: setOf('10.0.0.200'),
    excluded: Ipv4Set.EMPTY,
    expected: new Map(),
    proofPort: null,
    rounds: 3,
    roundIntervalSeconds: 0.3,
    ratePerSecond: 5000,
    listenSeconds: 1.5,
    worstCaseSeconds: 3,
    ...some,
  };
}

function listen(addresses: Ipv4Set | null, some: Partial<ListenStep> = {}): ListenStep {
  return {
    check: 'listen',
    target: addresses === null ? 'eth0' : [...addresses].join(', '),
    addresses,
    interfaceName: 'eth0',
    interfaceIndex: 2,
    ownMacs: [ASKER],
    ownAddresses: new Map([[ME, ASKER]]),
    expected: new Map(),
    seconds: 10,
    worstCaseSeconds: 10,
    ...some,
  };
}

function ping(host: string): PingStep {
  const pace = { count: 10, intervalSeconds: 0.2, waitSeconds: 1, worstCaseSeconds: 18 };
  const how = { interfaceName: null, interfaceIndex: 0, dataBytes: 56, dscp: 0, method: 'system-ping' } as const;
  return { check: 'ping', target: host, host, besideGateway: true, ...how, ...pace };
}

function idle(host: string, port: number, some: Partial<IdleTimeoutStep> = {}): IdleTimeoutStep {
  const limits = { maxIdleSeconds: 120, connections: 64, partnerConnections: 64, worstCaseSeconds: 400 };
  const wishes = { resolutionSeconds: null, quick: false, deep: false };
  const target = `${host}:${port}`;
  return { check: 'idle-timeout', target, host, port, interfaceName: null, ...limits, ...wishes, ...some };
}

const skippedStep: Step = {
  check: 'skipped',
  skippedCheck: 'ping',
  target: 'somewhere',
  because: 'interface eth9 is down',
  hint: 'bring it up: ip link set eth9 up',
};

const KEEPALIVE = { idleSeconds: 7200, intervalSeconds: 75, count: 9 };

interface World extends MemoryNatOptions {
  readonly stations?: readonly Station[];
  readonly echo?: Partial<HostEcho> | Error;
  /** How this machine reaches everybody. */
  readonly firstHop?: FirstHop;
  readonly names?: Readonly<Record<string, string>>;
  readonly link?: string;
  /** What answers for the system's ping, one packet at a time. */
  readonly prober?: (clock: FakeClock) => Prober;
  /** What the wire says by itself. */
  readonly onLan?: (lan: MemoryLan, clock: FakeClock) => void;
  readonly paths?: ClaimantPaths;
  /** The path to netcheck serve, for a greeting that is its. */
  readonly partner?: MemoryPartnerOptions;
  readonly capture?: CaptureFrames;
  readonly abortAfterSeconds?: number;
  readonly deadlineSeconds?: number;
  readonly keepalive?: Plan['keepalive'];
  readonly settingsOf?: Plan['settingsOf'];
  /** What `ssh -G` and `sshd -T` print; null: there are no such programs. */
  readonly ssh?: string | null;
  readonly sshd?: string | null;
  readonly chrootPath?: ReturnType<Instruments['chrootPath']>;
}

interface Scanned {
  readonly evidence: Evidence[];
  readonly path: MemoryNat;
  readonly observations: Observation[];
  readonly seconds: number;
}

async function scanned(steps: readonly Step[], world: World = {}): Promise<Scanned> {
  const virtual = fakeClock();
  const clock = nodeTimers(virtual);
  const path = memoryNat(clock, world);
  const interrupted = new AbortController();
  const { abortAfterSeconds, deadlineSeconds, keepalive = KEEPALIVE, settingsOf = [] } = world;
  if (abortAfterSeconds !== undefined) void clock.sleep(abortAfterSeconds * 1000).then(() => interrupted.abort());
  const observations: Observation[] = [];
  const instruments = instrumentsOf(world, virtual, path);
  const observe = (observation: Observation): void => {
    // Whatever is simulated here keeps to the contract of --events.
    eventSchema.parse({ ...observation, at: new Date(0).toISOString(), seconds: clock.now() / 1000 });
    observations.push(observation);
  };
  const deadline = deadlineSeconds === undefined ? {} : { deadlineSeconds };
  const work = scan({ steps, settingsOf, keepalive, ...deadline }, instruments, clock, interrupted.signal, observe);
  return { evidence: await virtual.run(work), path, observations, seconds: virtual.now() / 1000 };
}

function instrumentsOf(world: World, clock: FakeClock, path: MemoryNat): Instruments {
  const answered: HostEcho = {
    address: '10.0.0.5',
    sent: 10,
    received: 9,
    unsettled: 0,
    rttsMs: [1, 2, 3, 4, 5, 6, 7, 8, 9],
    series: [1, 2, 3, 4, null, 5, 6, 7, 8, 9],
    longestLossRun: 1,
    duplicates: 0,
    reordered: 0,
    hopLimits: [{ hopLimit: 64, count: 9 }],
    hopLimitChanges: 0,
    errors: [],
    unsent: 0,
    sendError: null,
  };
  return {
    link: () => {
      if (world.link !== undefined) return { ok: false, because: world.link };
      const lan = memoryLan(clock, world.stations ?? []);
      world.onLan?.(lan, clock);
      return { ok: true, value: lan };
    },
    paths: () =>
      world.paths === undefined ? { ok: false, because: 'not asked for' } : { ok: true, value: world.paths },
    capture: () => world.capture ?? captured([]),
    icmp: () => ({ ok: false, because: 'no raw sockets without root (CAP_NET_RAW)' }),
    echoWire: () => ({ ok: false, because: 'no raw sockets without root (CAP_NET_RAW)' }),
    firstHop: () => world.firstHop ?? null,
    systemPing:
      () =>
      async ({ addresses }) => {
        await clock.sleep(2000);
        if (world.echo instanceof Error) throw world.echo;
        const hosts = addresses.map((address) => ({ ...answered, ...(world.echo as Partial<HostEcho>), address }));
        return { hosts, kernelDrops: null, complete: true };
      },
    segments: () => ({ ok: false, because: 'no raw sockets without root (CAP_NET_RAW)' }),
    pingProber: () => world.prober?.(clock) ?? { ask: async () => null },
    wayOut: () => ({ sourceAddress: '10.0.0.99', interfaceName: 'eth0', mtuBytes: 1500, routeMtuBytes: null }),
    nameOf: async (address) => (address === '10.0.0.1' ? 'gw.example.org' : null),
    dial: path.dial,
    witness: () => ({ ok: true, value: path.witness }),
    partnerDial: memoryPartner(clock, world.partner).dial,
    clientSettings: async () => printed(world.ssh, (value) => value),
    serverSettings: () => printed(world.sshd, (dump) => ({ user: 'deploy', dump })),
    chrootPath: () => world.chrootPath ?? null,
    udpPort: () => ({ ok: false, because: 'ENETUNREACH' }),
    ssh: {
      firstHop: async () => ({ ok: false, because: 'there is no ssh in this world', hint: 'install one' }),
      sourceAddress: async () => ({ ok: true, address: null }),
      sessions: () => {
        throw new Error('nobody can log in in this world');
      },
    },
    resolve: async (host) => {
      const address = world.names?.[host];
      if (address !== undefined) return address;
      throw Object.assign(new Error(`getaddrinfo ENOTFOUND ${host}`), { code: 'ENOTFOUND' });
    },
    knownIdleSeconds: [],
    random: () => 0.5,
  };
}

function printed<T>(text: string | null | undefined, tell: (text: string) => T): Opened<T> {
  return text === null || text === undefined
    ? { ok: false, because: 'there is no such program' }
    : { ok: true, value: tell(text) };
}

/** Somebody says that an address is its own. */
function announcement(ip: string, from: Mac): Uint8Array {
  return arpFrame(ip, from, ip);
}

/** Somebody asks for an address in the name of another. */
function arpFrame(sender: string, from: Mac, target: string): Uint8Array {
  return encodeArpFrame({
    destinationMac: mac('ff:ff:ff:ff:ff:ff'),
    sourceMac: from,
    operation: OPERATION.request,
    senderMac: from,
    senderIp: ipv4(sender),
    targetMac: mac('00:00:00:00:00:00'),
    targetIp: ipv4(target),
  });
}

interface Seen {
  readonly atMs: number;
  readonly bytes: Uint8Array;
  readonly vlanId?: number;
  readonly interfaceId?: number;
}

function* captured(
  frames: readonly Seen[],
  end: 'complete' | 'corrupt' = 'complete',
  skippedFrames = 0,
): CaptureFrames {
  for (const { atMs, bytes, vlanId = null, interfaceId = 0 } of frames)
    yield { epochMs: atMs, bytes, vlanId, interfaceId };
  return { end, skippedFrames };
}

const READ: ReadStep = { check: 'read', target: 'lan.pcap', addresses: null, expected: new Map() };

/** Ways to claimants that say nothing. */
const SILENT_PATHS: ClaimantPaths = {
  asker: { link: { send: (frames) => frames.length, listen: () => () => {} }, mac: ASKER, ip: ME, port: 50_000 },
  markedConnections: { ok: false, because: 'there is no nft' },
  watch: () => Promise.resolve(),
  identify: async () => null,
};

function only<K extends EvidenceKind>(evidence: readonly Evidence[], kind: K): EvidenceOf<K> {
  const found = evidence.filter((item): item is EvidenceOf<K> & Evidence => item.kind === kind);
  expect(found).toHaveLength(1);
  return found[0] as EvidenceOf<K>;
}

const kinds = (evidence: readonly Evidence[]): string[] => evidence.map(({ id }) => id);

describe('a scan', () => {
  test('gives its evidence in the order of the plan, whatever is done first', async () => {
    const steps = [idle('10.0.0.5', 443), skippedStep, ping('10.0.0.5'), dupIp('10.0.0.5'), ping('10.0.0.6')];
    const { evidence } = await scanned(steps, { stations: [honest(SHARED, A)] });
    expect(kinds(evidence)).toEqual(['tcp-1', 'idle-1', 'skip-1', 'echo-1', 'arp-1', 'echo-2', 'krn-1']);
  });

  test('does everything at once', async () => {
    const { seconds } = await scanned([idle('10.0.0.5', 443), idle('10.0.0.6', 443), ping('10.0.0.5')]);
    expect(seconds).toBeLessThan(125);
  });

  test('tells of each step that it began and that it is done', async () => {
    const steps = [ping('10.0.0.5'), dupIp('10.0.0.5')];
    const { observations } = await scanned(steps, { stations: [honest(SHARED, A)] });
    for (const step of [1, 2]) {
      const told = observations.filter((each) => 'step' in each && each.step === step);
      expect(told[0]?.event).toBe('step-started');
      expect(told.at(-1)?.event).toBe('step-done');
    }
  });

  test('tells each finding when its step is done, and in the end what is in the report', async () => {
    const steps = [idle('10.0.0.5', 443), skippedStep, dupIp('10.0.0.5')];
    const { observations, evidence } = await scanned(steps, { stations: [honest(SHARED, A)] });
    const found = observations.flatMap((each) => (each.event === 'evidence' ? [each.finding] : []));
    const withoutIds = evidence.map(({ id: _, ...finding }) => finding);
    expect(found).toHaveLength(withoutIds.length);
    expect(found).toEqual(expect.arrayContaining(withoutIds));
  });

  test('finds out once what the kernel itself does about idle connections, where one was measured', async () => {
    const { evidence } = await scanned([idle('10.0.0.5', 443), idle('10.0.0.6', 443)]);
    expect(only(evidence, 'kernel-keepalive')).toEqual({ id: 'krn-1', kind: 'kernel-keepalive', ...KEEPALIVE });
    for (const world of [{ keepalive: null }, { dialling: 'refused' as const }]) {
      const other = await scanned([idle('10.0.0.5', 443)], world);
      expect(other.evidence.map(({ kind }) => kind)).not.toContain('kernel-keepalive');
    }
  });

  test('a name that does not resolve is why a step was skipped', async () => {
    const { evidence, path } = await scanned([ping('nowhere.example'), idle('nowhere.example', 22)]);
    const because = 'the name nowhere.example does not resolve (ENOTFOUND)';
    const hint = 'check the spelling, or give its address';
    expect(evidence).toEqual([
      { id: 'skip-1', kind: 'skipped', check: 'ping', target: 'nowhere.example', because, hint },
      { id: 'skip-2', kind: 'skipped', check: 'idle-timeout', target: 'nowhere.example:22', because, hint },
    ]);
    expect(path.dialled).toBe(0);
  });

  test('a name that resolves is told with its address', async () => {
    const names = { 'db.example': '192.0.2.7' };
    const { evidence } = await scanned([ping('db.example'), idle('db.example', 443)], { names });
    expect(evidence.slice(0, 3)).toMatchObject([
      { kind: 'echo', host: 'db.example', address: '192.0.2.7' },
      { kind: 'tcp-connect', host: 'db.example', address: '192.0.2.7' },
      { kind: 'idle-timeout', host: 'db.example', address: '192.0.2.7' },
    ]);
  });
});

describe('--dup-ip', () => {
  test('tells every claim on one address', async () => {
    const { evidence } = await scanned([dupIp('10.0.0.5')], { stations: [duplicate(SHARED, [A, B])] });
    const { claims, ...seen } = only(evidence, 'arp-claims');
    expect(seen).toMatchObject({
      ip: '10.0.0.5',
      interface: 'eth0',
      ownMac: null,
      sweep: null,
      probesSent: 3,
      complete: true,
    });
    expect(claims).toHaveLength(2);
    for (const [each, vendor] of [
      [A, 'QEMU/KVM'],
      [B, null],
    ] as const) {
      expect(claims).toContainEqual(
        expect.objectContaining({ mac: each, vendor, role: 'station', via: 'reply', count: 3, rounds: [1, 2, 3] }),
      );
    }
  });

  test('silence is evidence too', async () => {
    const { evidence } = await scanned([dupIp('10.0.0.5')]);
    expect(only(evidence, 'arp-claims')).toMatchObject({ probesSent: 3, claims: [], complete: true });
  });

  test('of a sweep tells the whole, who has which address, and each address that answered', async () => {
    const swept = { addresses: setOf('10.0.0.1', '10.0.0.5', '10.0.0.6'), label: '10.0.0.0/29' };
    const step = dupIp('10.0.0.0/29', { swept });
    const { evidence } = await scanned([step], { stations: [duplicate(SHARED, [A, B]), honest(SINGLE, A)] });
    expect(evidence).toMatchObject([
      {
        id: 'sweep-1',
        target: '10.0.0.0/29',
        source: 'probes',
        addressesAsked: 3,
        addressesAnswered: 2,
        rounds: 3,
        frames: null,
        complete: true,
        inventory: [
          { ip: '10.0.0.5', claimants: 2 },
          { ip: '10.0.0.6', mac: A, vendor: 'QEMU/KVM', claimants: 1 },
        ],
      },
      { id: 'arp-1', ip: '10.0.0.5', sweep: '10.0.0.0/29', claims: [{ count: 3 }, { count: 3 }] },
      { id: 'arp-2', ip: '10.0.0.6', sweep: '10.0.0.0/29', claims: [{ mac: A }] },
    ]);
  });

  test('asks for what was named and what is swept at once, and tells a named address by itself', async () => {
    const swept = { addresses: setOf('10.0.0.5', '10.0.0.6'), label: '10.0.0.5-6' };
    const step = dupIp('10.0.0.5, 10.0.0.9, 10.0.0.5-6', { named: setOf('10.0.0.5', '10.0.0.9'), swept });
    const { evidence } = await scanned([step], { stations: [honest(SHARED, A), honest(SINGLE, B)] });
    expect(evidence).toMatchObject([
      { kind: 'arp-claims', ip: '10.0.0.5', sweep: null, probesSent: 3, claims: [{ mac: A }] },
      { kind: 'arp-claims', ip: '10.0.0.9', sweep: null, probesSent: 3, claims: [] },
      { kind: 'arp-sweep', target: '10.0.0.5-6', addressesAsked: 2, addressesAnswered: 2 },
      { kind: 'arp-claims', ip: '10.0.0.6', sweep: '10.0.0.5-6', claims: [{ mac: B }] },
    ]);
  });

  test('a proxy gives itself away by the canaries, and a machine does not', async () => {
    const { evidence } = await scanned([dupIp('10.0.0.5')], { stations: [honest(SHARED, A), proxy(B)] });
    const { claims } = only(evidence, 'arp-claims');
    const canaries = Object.fromEntries(claims.map(({ mac: each, canariesClaimed }) => [each, canariesClaimed]));
    expect(canaries[A]).toEqual([]);
    expect(canaries[B]).toEqual(['10.0.0.200', expect.stringMatching(/^192\.0\.2\./)]);
  });

  test.each([
    {
      what: 'stations that have the same other addresses',
      stations: [duplicate(SHARED, [A, B]), duplicate(SINGLE, [A, B])],
      others: { shared: 1, notShared: 0 },
    },
    {
      what: 'stations that each have another one',
      stations: [duplicate(SHARED, [A, B]), honest(SINGLE, A), honest(ipv4('10.0.0.7'), B)],
      others: { shared: 0, notShared: 2 },
    },
    { what: 'one station: nothing is asked', stations: [honest(SHARED, A), honest(SINGLE, A)], others: null },
  ])('asks rivals for the addresses around: $what', async ({ stations, others }) => {
    const { evidence } = await scanned([dupIp('10.0.0.5')], { stations });
    expect(only(evidence, 'arp-claims').otherAddresses).toEqual(others);
  });

  test('whom the user expects is told beside who answers', async () => {
    const expected = new Map([[SHARED, [A, B]]]);
    const { evidence } = await scanned([dupIp('10.0.0.5', { expected })], { stations: [honest(SHARED, A)] });
    expect(only(evidence, 'arp-claims').expected).toEqual([A, B]);
  });

  test('our own address is asked for without a name, and our own cards are nobody else', async () => {
    const own = { ownAddresses: new Map([[ME, ASKER]]), ownMacs: [ASKER, A] };
    const lans: MemoryLan[] = [];
    const { evidence } = await scanned([dupIp('10.0.0.2', own)], {
      stations: [honest(ME, A), honest(ME, B)],
      onLan: (lan) => lans.push(lan),
    });
    expect(only(evidence, 'arp-claims')).toMatchObject({ ownMac: ASKER, claims: [{ mac: B }], otherAddresses: null });
    for (const { frame } of lans.flatMap(({ sent }) => sent)) {
      if (frame.targetIp === ME) expect(frame.senderIp).toBe('0.0.0.0');
    }
  });

  test('each rival is asked who it is, and its silence is told', async () => {
    const stations = [duplicate(SHARED, [A, B])];
    const { evidence } = await scanned([dupIp('10.0.0.5', { proofPort: 22 })], { stations, paths: SILENT_PATHS });
    const silent = { outcome: 'silent', answeredFrom: null, hostKey: null, echoIds: null };
    expect(only(evidence, 'claimant-proof')).toMatchObject({
      ip: '10.0.0.5',
      sweep: null,
      interface: 'eth0',
      port: 22,
      linkLevelOnly: 'there is no nft',
      claimants: [silent, silent],
      clocks: 'unknown',
      counters: 'unknown',
    });
  });

  test.each([
    { why: 'there is one machine', step: dupIp('10.0.0.6', { proofPort: 22 }) },
    { why: 'it was not to be asked', step: dupIp('10.0.0.5', { proofPort: null }) },
    { why: 'we have no address in its network', step: dupIp('10.0.0.5', { proofPort: 22, senders: [] }) },
  ])('nobody is asked who it is where $why', async ({ step }) => {
    const stations = [duplicate(SHARED, [A, B]), honest(SINGLE, A)];
    const { evidence } = await scanned([step], { stations, paths: SILENT_PATHS });
    expect(evidence.map(({ kind }) => kind)).toEqual(['arp-claims']);
  });

  test('without a packet socket is skipped with the reason', async () => {
    const { evidence } = await scanned([dupIp('10.0.0.5')], { link: 'Operation not permitted' });
    expect(only(evidence, 'skipped')).toMatchObject({
      check: 'dup-ip',
      target: '10.0.0.5',
      because: 'no packet socket on eth0 (Operation not permitted)',
      hint: 'run with sudo',
    });
  });
});

describe('--listen', () => {
  test.each([
    { addresses: null, check: 'listen' },
    { addresses: setOf('10.0.0.5'), check: 'dup-ip' },
  ])('without a packet socket is called as it was typed: $check', async ({ addresses, check }) => {
    const { evidence } = await scanned([listen(addresses)], { link: 'Operation not permitted' });
    expect(only(evidence, 'skipped').check).toBe(check);
  });

  const flipping = (lan: MemoryLan, clock: FakeClock): void => {
    const say = (atMs: number, bytes: Uint8Array, vlanId: number | null = null): void =>
      void clock.sleep(atMs).then(() => lan.deliver(bytes, vlanId));
    say(1000, announcement('10.0.0.5', A));
    say(2000, announcement('10.0.0.5', B));
    say(3000, arpFrame('10.0.0.5', A, '10.0.0.1'));
    say(4000, announcement('10.0.0.2', B));
    say(5000, announcement('10.0.0.6', B), 7);
    say(6000, announcement('10.0.0.2', ASKER));
    say(7000, Uint8Array.of(1, 2, 3));
  };

  test('sends nothing, and tells what was heard and when it changed hands', async () => {
    const lans: MemoryLan[] = [];
    const { evidence, seconds } = await scanned([listen(setOf('10.0.0.5'))], {
      onLan: (lan, clock) => {
        lans.push(lan);
        flipping(lan, clock);
      },
    });
    expect(lans.flatMap(({ sent }) => sent)).toEqual([]);
    expect(seconds).toBeCloseTo(10, 1);
    expect(evidence).toMatchObject([
      {
        kind: 'arp-claims',
        ip: '10.0.0.5',
        source: 'listening',
        sweep: null,
        probesSent: 0,
        claims: [
          { mac: A, via: 'announcement', count: 2, firstSeconds: 1, lastSeconds: 3, canariesClaimed: null },
          { mac: B, count: 1, firstSeconds: 2 },
        ],
        flips: {
          count: 2,
          first: [
            { atSeconds: 2, fromMac: A, toMac: B },
            { atSeconds: 3, fromMac: B, toMac: A },
          ],
        },
      },
    ]);
  });

  test('to everybody tells each address heard of, our own among them, and the VLAN it was heard in', async () => {
    const { evidence } = await scanned([listen(null)], { onLan: flipping });
    expect(evidence).toMatchObject([
      {
        kind: 'arp-sweep',
        source: 'listening',
        addressesAsked: null,
        addressesAnswered: 3,
        frames: 6,
        malformedFrames: 1,
        inventory: [
          { ip: '10.0.0.2', mac: B },
          { ip: '10.0.0.5', mac: A, claimants: 2 },
          { ip: '10.0.0.6', mac: B },
        ],
      },
      { ip: '10.0.0.2', ownMac: ASKER, claims: [{ mac: B }] },
      { ip: '10.0.0.5', ownMac: null },
      { ip: '10.0.0.6', claims: [{ mac: B, vlanId: 7 }] },
    ]);
  });
});

describe('--read', () => {
  const frames: readonly Seen[] = [
    { atMs: 1_700_000_000_000, bytes: announcement('10.0.0.5', A) },
    { atMs: 1_700_000_002_500, bytes: announcement('10.0.0.5', B) },
    { atMs: 1_700_000_004_000, bytes: announcement('10.0.0.6', A), vlanId: 7 },
  ];

  test('tells the frames of a capture at their own times', async () => {
    const { evidence } = await scanned([READ], { capture: captured(frames) });
    expect(evidence).toMatchObject([
      { kind: 'arp-sweep', target: 'lan.pcap', interface: null, source: 'capture', frames: 3, listenedSeconds: 4 },
      {
        kind: 'arp-claims',
        ip: '10.0.0.5',
        interface: null,
        sweep: 'lan.pcap',
        claims: [
          { mac: A, firstSeconds: 0 },
          { mac: B, firstSeconds: 2.5 },
        ],
        flips: { count: 1 },
      },
      { ip: '10.0.0.6', claims: [{ mac: A, vlanId: 7 }] },
    ]);
  });

  test('of a trunk, where all frames have a tag, tells what the stations of one VLAN share', async () => {
    const trunk = ['10.0.0.5', '10.0.0.6'].flatMap((ip) => [
      { atMs: 1_700_000_000_000, bytes: announcement(ip, A), vlanId: 7 },
      { atMs: 1_700_000_001_000, bytes: announcement(ip, B), vlanId: 7 },
    ]);
    const carried = { atMs: 1_700_000_002_000, bytes: announcement('10.0.0.7', A), vlanId: 100 * 4096 + 7 };
    const { evidence } = await scanned([READ], { capture: captured([...trunk, carried]) });
    expect(evidence.slice(1)).toMatchObject([
      { ip: '10.0.0.5', claims: [{ vlanId: 7 }, { vlanId: 7 }], otherAddresses: { shared: 1 } },
      { ip: '10.0.0.6', claims: [{ vlanId: 7 }, { vlanId: 7 }], otherAddresses: { shared: 1 } },
      { ip: '10.0.0.7', claims: [{ vlanId: 7, carrierVlanId: 100 }], otherAddresses: null },
    ]);
  });

  test('of several interfaces judges each by itself', async () => {
    const seen = [
      { atMs: 0, bytes: announcement('10.0.0.5', A), interfaceId: 2 },
      { atMs: 1000, bytes: announcement('10.0.0.5', B), interfaceId: 3 },
      { atMs: 2000, bytes: announcement('10.0.0.5', A), interfaceId: 2 },
    ];
    const { evidence } = await scanned([READ], { capture: captured(seen) });
    const rows = [A, B].map((mac) => ({ ip: '10.0.0.5', mac, claimants: 1 }));
    expect(evidence).toMatchObject([
      { kind: 'arp-sweep', addressesAnswered: 1, inventory: rows },
      { ip: '10.0.0.5', claims: [{ mac: A, count: 2 }], elsewhere: [B], flips: { count: 0 } },
      { ip: '10.0.0.5', claims: [{ mac: B }], elsewhere: [A], flips: null },
    ]);
  });

  test('takes a bridge, its ports, and an interface with its VLANs for one network each', async () => {
    const [bridge, portOfA, portOfB, trunk, inVlan] = [1, 2, 3, 4, 5];
    const seen = [
      { atMs: 0, bytes: announcement('10.0.0.5', A), interfaceId: portOfA },
      { atMs: 1, bytes: announcement('10.0.0.5', A), interfaceId: bridge },
      { atMs: 1000, bytes: announcement('10.0.0.5', B), interfaceId: portOfB },
      { atMs: 1001, bytes: announcement('10.0.0.5', B), interfaceId: bridge },
      { atMs: 2000, bytes: announcement('10.0.0.7', A), interfaceId: trunk, vlanId: 7 },
      { atMs: 2001, bytes: announcement('10.0.0.7', A), interfaceId: inVlan },
      { atMs: 2002, bytes: announcement('10.0.0.7', B), interfaceId: trunk, vlanId: 8 },
    ];
    const { evidence } = await scanned([READ], { capture: captured(seen) });
    expect(evidence.slice(1)).toMatchObject([
      { ip: '10.0.0.5', claims: [{ mac: A }, { mac: B }] },
      { ip: '10.0.0.7', claims: [{ mac: A, vlanId: null }], elsewhere: [B] },
      { ip: '10.0.0.7', claims: [{ mac: B, vlanId: 8 }], elsewhere: [A] },
    ]);
    expect(evidence[1]).not.toHaveProperty('elsewhere');
  });

  test.each([
    { what: 'a capture of nothing but other link types', seen: [], kinds: ['arp-sweep', 'skipped'] },
    { what: 'one with others beside Ethernet', seen: frames.slice(0, 1), kinds: ['arp-sweep', 'arp-claims'] },
  ])('$what says what could not be read', async ({ seen, kinds }) => {
    const { evidence } = await scanned([READ], { capture: captured(seen, 'complete', 10) });
    expect(evidence.map(({ kind }) => kind)).toEqual(kinds);
    if (seen.length > 0) return;
    expect(only(evidence, 'skipped').because).toMatch(/^none of its 10 frames can be read: they are neither Ethernet/);
  });

  test('of a damaged capture tells what came before, and that it is damaged', async () => {
    const { evidence } = await scanned([READ], { capture: captured(frames.slice(0, 1), 'corrupt') });
    expect(evidence.map(({ kind }) => kind)).toEqual(['arp-sweep', 'arp-claims', 'skipped']);
    expect(only(evidence, 'skipped')).toMatchObject({ check: 'read', because: 'the capture is damaged' });
  });

  test.each([
    { what: 'is none', error: new NotACapture('is no capture'), because: 'the file is no capture' },
    {
      what: 'is not there',
      error: Object.assign(new Error('no such file'), { code: 'ENOENT' }),
      because: "it can't be read (ENOENT)",
    },
  ])('a capture that $what is skipped with the reason', async ({ error, because }) => {
    // biome-ignore lint/correctness/useYield: it fails before its first frame
    const broken = function* (): CaptureFrames {
      throw error;
    };
    const { evidence } = await scanned([READ], { capture: broken() });
    expect(evidence).toMatchObject([{ kind: 'skipped', check: 'read', target: 'lan.pcap', because }]);
  });
});

function firstHopTold({ interfaceName, gateway, wireless, signalDbm }: FirstHop): object {
  return { interface: interfaceName, gateway, wireless, signalDbm };
}

describe('--ping', () => {
  test('summarises the round trips and says which way was taken', async () => {
    const { evidence } = await scanned([ping('10.0.0.5')]);
    expect(only(evidence, 'echo')).toMatchObject({
      method: 'system-ping',
      methodNote: "by the system's ping: no raw sockets without root (CAP_NET_RAW)",
      sent: 10,
      received: 9,
      rttMs: { min: 1, mean: 5, max: 9, stddev: 2.582 },
    });
  });

  test('has no round-trip time where nothing came back, rather than 0', async () => {
    const { evidence } = await scanned([ping('10.0.0.5')], { echo: { received: 0, rttsMs: [] } });
    expect(only(evidence, 'echo')).toMatchObject({ received: 0, rttMs: null });
  });

  test('asks the first router at the same times, and tells how it is reached', async () => {
    const firstHop = { interfaceName: 'wlan0', interfaceIndex: 3, gateway: '10.0.0.1', wireless: true, signalDbm: -61 };
    const { evidence } = await scanned([ping('192.0.2.7')], { firstHop });
    expect(only(evidence, 'echo')).toMatchObject({
      link: { interface: 'wlan0', gateway: '10.0.0.1', wireless: true, signalDbm: -61 },
      gateway: { address: '10.0.0.1', sent: 10, received: 9, longestLossRun: 1 },
    });
  });

  test('who is the first router itself is not asked twice', async () => {
    const firstHop = { interfaceName: 'eth0', interfaceIndex: 2, gateway: null, wireless: false, signalDbm: null };
    const { evidence } = await scanned([ping('10.0.0.1')], { firstHop });
    expect(only(evidence, 'echo')).toMatchObject({ link: firstHopTold(firstHop), gateway: null });
  });

  test('counts each kind of ICMP error once', async () => {
    const error = { from: '10.0.0.1', type: 3, code: 1 };
    const { evidence } = await scanned([ping('10.0.0.5')], {
      echo: { received: 0, rttsMs: [], errors: [error, error, { ...error, code: 13 }] },
    });
    expect(only(evidence, 'echo').errors).toEqual([
      { ...error, count: 2 },
      { ...error, code: 13, count: 1 },
    ]);
  });

  test.each([
    { what: 'no ping installed', echo: new Error('spawn ping ENOENT'), says: /ping did not work: spawn ping ENOENT/ },
    {
      what: 'nothing could be sent',
      echo: { sent: 10, received: 0, rttsMs: [], sendError: 'Network is unreachable' },
      says: /no echo request could be sent to 10\.0\.0\.5 \(Network is unreachable\)/,
    },
  ])('is skipped where it can not be done: $what', async ({ echo, says }) => {
    const { evidence } = await scanned([ping('10.0.0.5')], { echo });
    expect(only(evidence, 'skipped')).toMatchObject({ check: 'ping', because: expect.stringMatching(says) });
  });

  test.each([
    ['EPERM', /^29 of 40 echo requests .*\(EPERM: this machine's own firewall forbids it\)$/, /nft list ruleset/],
    ['ENOBUFS', /\(ENOBUFS: this machine's own queue is full\)$/, /tc -s qdisc/],
    ['ENETUNREACH', /\(ENETUNREACH\)$/, /ip route get 10\.0\.0\.5/],
  ])('what this machine itself did not send is told beside what came back (%s)', async (sendError, says, hint) => {
    const { evidence } = await scanned([ping('10.0.0.5')], {
      echo: { sent: 11, received: 11, unsent: 29, sendError },
    });
    expect(only(evidence, 'echo')).toMatchObject({ sent: 11, received: 11 });
    const skipped = { check: 'ping', because: expect.stringMatching(says), hint: expect.stringMatching(hint) };
    expect(only(evidence, 'skipped')).toMatchObject(skipped);
  });
});

describe('--idle-timeout', () => {
  test('tells the bracket, each probe and the control', async () => {
    const { evidence, path } = await scanned([idle('10.0.0.5', 443)], { nat: { idleSeconds: 30, onExpiry: 'silent' } });
    const seen = only(evidence, 'idle-timeout');
    expect(seen).toMatchObject({
      transport: 'tcp',
      direction: 'outbound',
      onExpiry: 'silent-drop',
      maxIdleSeconds: 120,
      limitedTo: null,
      control: { outages: [], ended: null },
      connectionsOpened: path.dialled,
      connectionsFailed: 0,
      complete: true,
    });
    expect(seen.survivedSeconds).toBeLessThanOrEqual(30.03);
    expect(seen.expiredSeconds).toBeGreaterThanOrEqual(29.97);
    expect(seen.deaths).toBeGreaterThan(1);
    expect(seen.probes.filter(({ outcome }) => outcome === 'silent-drop').length).toBeGreaterThanOrEqual(seen.deaths);
    expect(seen.probes.map(({ idleSeconds }) => idleSeconds)).toEqual(
      seen.probes.map(({ idleSeconds }) => idleSeconds).sort((a, b) => a - b),
    );
  });

  test('a partner is asked in both directions, which share the connections', async () => {
    const greeting = new TextEncoder().encode('netcheck-serve/1\r\n');
    const partner = { nat: { idleSeconds: 30, onExpiry: 'silent', revives: true } } as const;
    const { evidence, path } = await scanned([idle('10.0.0.5', 7022)], { greeting, partner });
    const seen = evidence.filter((item) => item.kind === 'idle-timeout');
    expect(seen).toMatchObject([
      { id: 'idle-1', direction: 'outbound', expiredSeconds: null, connectionsOpened: path.dialled + 1 },
      { id: 'idle-2', direction: 'inbound', onExpiry: 'silent-drop', transport: 'tcp', limitedTo: null },
    ]);
    expect(seen[1]?.survivedSeconds).toBeLessThanOrEqual(30.1);
    expect(seen[1]?.expiredSeconds).toBeGreaterThanOrEqual(29.9);
    const opened = seen.map(({ connectionsOpened }) => connectionsOpened);
    expect((opened[0] ?? 0) + (opened[1] ?? 0)).toBeLessThanOrEqual(idle('h', 1).connections);
  });

  test('a refused port is told as such, and nothing is said of idling', async () => {
    const { evidence } = await scanned([idle('10.0.0.5', 443)], { dialling: 'refused' });
    expect(evidence).toEqual([
      {
        id: 'tcp-1',
        kind: 'tcp-connect',
        host: '10.0.0.5',
        address: '10.0.0.5',
        port: 443,
        outcome: 'refused',
        code: 'ECONNREFUSED',
        connectMs: null,
        greeting: null,
      },
    ]);
  });

  test('a machine that can open no connection was not able to measure', async () => {
    const { evidence } = await scanned([idle('10.0.0.5', 443)], { descriptors: 0 });
    expect(only(evidence, 'skipped')).toMatchObject({
      check: 'idle-timeout',
      because: 'this machine could not open a connection to 10.0.0.5 (EMFILE: too few files may be open)',
    });
  });

  test.each([
    { what: 'a peer that greets as sshd', port: 7022, greeting: SSH },
    { what: 'a silent port 22, which may be a slow sshd', port: 22, greeting: undefined },
    { what: 'another one to which somebody tried to log in', port: 7022, greeting: undefined, mayBeSsh: true },
  ])('asks within the limits of sshd: $what', async ({ port, greeting, mayBeSsh = false }) => {
    const world = greeting === undefined ? {} : { greeting };
    const step = idle('10.0.0.5', port, { maxIdleSeconds: 900, mayBeSsh });
    const { evidence, path, seconds } = await scanned([step], world);
    expect(only(evidence, 'idle-timeout')).toMatchObject({
      transport: 'ssh',
      survivedSeconds: expect.closeTo(90, 1),
      maxIdleSeconds: 900,
      limitedTo: { seconds: 90, because: 'ssh-unauthenticated' },
    });
    expect(path.dialled).toBeLessThanOrEqual(5);
    expect(path.mostOpen).toBeLessThanOrEqual(5);
    expect(seconds).toBeLessThanOrEqual(100);
    const said = greeting === undefined ? null : 'SSH-2.0-OpenSSH_9.9';
    expect(only(evidence, 'tcp-connect')).toMatchObject({ outcome: 'open', greeting: said });
  });

  test('a shorter question to sshd is not called limited', async () => {
    const { evidence } = await scanned([idle('10.0.0.5', 22, { maxIdleSeconds: 60 })], { greeting: SSH });
    expect(only(evidence, 'idle-timeout')).toMatchObject({ transport: 'ssh', limitedTo: null });
  });

  test('another service on port 22 is asked as any other', async () => {
    const greeting = new TextEncoder().encode('220 mail.example\r\n');
    const { evidence } = await scanned([idle('10.0.0.5', 22)], { greeting });
    expect(only(evidence, 'idle-timeout')).toMatchObject({ transport: 'tcp', limitedTo: null });
    expect(only(evidence, 'tcp-connect')).toMatchObject({ greeting: null });
  });

  test('never opens more connections than were allowed, the control included', async () => {
    const step = idle('10.0.0.5', 443, { connections: 12 });
    const { path } = await scanned([step], { nat: { idleSeconds: 30, onExpiry: 'reset-on-next-packet' } });
    expect(path.dialled).toBeLessThanOrEqual(12);
  });
});

describe('an interruption', () => {
  test('gives what was seen by then, and says that it is not complete', async () => {
    const steps = [idle('10.0.0.5', 443), dupIp('10.0.0.5')];
    const { evidence, seconds } = await scanned(steps, { stations: [honest(SHARED, A)], abortAfterSeconds: 1 });
    expect(seconds).toBeLessThan(1.2);
    expect(only(evidence, 'arp-claims')).toMatchObject({ complete: false, claims: [{ mac: A }] });
    expect(only(evidence, 'idle-timeout')).toMatchObject({ complete: false, survivedSeconds: null });
  });

  test('before a connection came about leaves nothing to tell', async () => {
    const { evidence } = await scanned([idle('10.0.0.5', 443)], { dialling: 'timed-out', abortAfterSeconds: 1 });
    expect(evidence).toEqual([]);
  });
});

describe('a deadline', () => {
  const QUICK = { quick: true, maxIdleSeconds: 40, wantedIdleSeconds: 900 };

  test('that is kept changes nothing', async () => {
    const { evidence, seconds } = await scanned([idle('10.0.0.5', 443, QUICK)], { deadlineSeconds: 58 });
    expect(seconds).toBeLessThan(50);
    expect(only(evidence, 'idle-timeout')).toMatchObject({
      complete: true,
      survivedSeconds: expect.closeTo(40, 0),
      maxIdleSeconds: 900,
      limitedTo: { seconds: 40, because: 'quick' },
    });
  });

  test('before anything is known is told as such, in the events too', async () => {
    const steps = [idle('10.0.0.5', 443, QUICK), ping('10.0.0.5')];
    const { evidence, observations } = await scanned(steps, { dialling: 'timed-out', deadlineSeconds: 3 });
    const because = expect.stringMatching(/no result when the time of --quick was over, after 3 s/);
    expect(only(evidence, 'skipped')).toMatchObject({ check: 'idle-timeout', target: '10.0.0.5:443', because });
    expect(observations).toContainEqual(
      expect.objectContaining({ event: 'evidence', step: 1, finding: expect.objectContaining({ because }) }),
    );
  });

  test('is no reason where it was interrupted before', async () => {
    const world = { dialling: 'timed-out', abortAfterSeconds: 1, deadlineSeconds: 3 } as const;
    const { evidence } = await scanned([idle('10.0.0.5', 443, QUICK)], world);
    expect(evidence).toEqual([]);
  });

  test('does not hide that sshd lets nobody ask for longer', async () => {
    const step = idle('10.0.0.5', 22, { maxIdleSeconds: 120, wantedIdleSeconds: 900 });
    const { evidence } = await scanned([step], { greeting: SSH });
    expect(only(evidence, 'idle-timeout').limitedTo).toEqual({ seconds: 90, because: 'ssh-unauthenticated' });
  });
});

describe('SSH settings', () => {
  const DUMP = 'user deploy\nserveraliveinterval 30\nserveralivecountmax 3\ntcpkeepalive yes\n';
  const SETTINGS_OF = [{ host: '10.0.0.5', destination: '10.0.0.5', ownAddress: '10.0.0.5' }];

  test('come beside what was measured, of the host and of its sshd', async () => {
    const component = { path: '/srv', ownerUid: 1000, mode: 0o755, isDirectory: true };
    const { evidence, observations } = await scanned([ping('10.0.0.5')], {
      settingsOf: SETTINGS_OF,
      ssh: DUMP,
      sshd: 'clientaliveinterval 0\nchrootdirectory /srv\nchanneltimeout session:*=5m\n',
      chrootPath: [component],
    });
    expect(evidence.map(({ id }) => id)).toEqual(['echo-1', 'ssh-1', 'sshd-1']);
    expect(only(evidence, 'ssh-client-settings')).toMatchObject({
      host: '10.0.0.5',
      unreadBecause: null,
      user: 'deploy',
      serverAliveInterval: 30,
      hasProxyCommand: false,
      channelTimeout: null,
    });
    expect(only(evidence, 'ssh-server-settings')).toMatchObject({
      user: 'deploy',
      clientAliveInterval: 0,
      clientAliveCountMax: null,
      channelTimeout: [{ channel: 'session:*', seconds: 300 }],
      chrootPath: [{ path: '/srv', ownerUid: 1000, mode: '755', problem: 'not-root' }],
    });
    expect(observations.filter(({ event }) => event === 'evidence')).toHaveLength(3);
  });

  test('that can not be read are unknown, and hinder nothing', async () => {
    const { evidence } = await scanned([ping('10.0.0.5')], { settingsOf: SETTINGS_OF });
    expect(only(evidence, 'echo').received).toBe(9);
    const client = only(evidence, 'ssh-client-settings');
    expect(client).toMatchObject({ unreadBecause: 'there is no such program', serverAliveInterval: null });
    expect(client.hasProxyCommand).toBeNull();
    expect(only(evidence, 'ssh-server-settings')).toMatchObject({
      unreadBecause: 'there is no such program',
      user: null,
    });
  });

  test('alone answer no question: of a host that could not be measured there are none', async () => {
    const settingsOf = [{ host: 'nowhere.example.org', destination: 'nowhere.example.org', ownAddress: null }];
    const { evidence } = await scanned([ping('nowhere.example.org')], { settingsOf, ssh: DUMP });
    expect(evidence.map(({ kind }) => kind)).toEqual(['skipped']);
  });
});

describe('--path', () => {
  const PATH: PathStep = {
    check: 'path',
    target: '10.0.9.9',
    host: '10.0.9.9',
    port: null,
    interfaceName: null,
    rounds: 10,
    intervalSeconds: 0.2,
    waitSeconds: 1,
    names: false,
    method: 'system-ping',
    worstCaseSeconds: 44,
  };
  const routers = [{ address: '10.0.0.1' }, { address: '10.0.2.1', mtuBytes: 1400 }];
  const prober = (clock: FakeClock): Prober => memoryPath(clock, { address: '10.0.9.9', routers });

  test('tells hops, path MTU and marks, and by which means', async () => {
    const { evidence, observations } = await scanned([PATH], { prober });
    expect(evidence.map(({ id }) => id)).toEqual(['path-1', 'mtu-1', 'dscp-1']);
    const method = { method: 'system-ping', methodNote: expect.stringContaining('CAP_NET_RAW') };
    const path = only(evidence, 'path');
    expect(path).toMatchObject({ reached: true, protocol: 'icmp', port: null, refused: null, ...method });
    expect(path.hops.map(({ ttl, addresses, asked }) => [ttl, addresses, asked?.received ?? null])).toEqual([
      [1, ['10.0.0.1'], 9],
      [2, ['10.0.2.1'], 9],
      [3, ['10.0.9.9'], null],
    ]);
    expect(path.hops.every((hop) => hop.names === undefined)).toBe(true);
    expect(only(evidence, 'path-mtu')).toMatchObject({
      ...method,
      interface: 'eth0',
      interfaceMtuBytes: 1500,
      mtuBytes: 1400,
      reportedBy: '10.0.2.1',
      unmeasuredBecause: null,
    });
    expect(only(evidence, 'dscp-comparison').marks).toMatchObject([
      { dscp: 0, answered: 10, answeredUpToHop: null },
      { dscp: 18, answered: 10, answeredUpToHop: 2 },
      { dscp: 46, answered: 10, answeredUpToHop: 2 },
    ]);
    expect(observations.some((each) => each.event === 'path-probes' && each.distance === 3)).toBe(true);
  });

  test('asks for names where that is wanted', async () => {
    const { evidence } = await scanned([{ ...PATH, names: true }], { prober });
    expect(only(evidence, 'path').hops.map(({ names }) => names)).toEqual([['gw.example.org'], [null], [null]]);
  });

  test('a ping that does not work is why it was skipped', async () => {
    const broken = { ask: () => Promise.reject(new PingUnusable('there is no ping')) };
    const { evidence } = await scanned([PATH], { prober: () => broken });
    expect(evidence).toEqual([
      expect.objectContaining({ kind: 'skipped', check: 'path', because: 'ping did not work: there is no ping' }),
    ]);
  });

  test.each([
    ['one', 0, '1 of 16 probes of the path to 10.0.9.9 could not be sent, and none of the others was answered (EPERM'],
    ['each', Number.POSITIVE_INFINITY, 'no probe could be sent to 10.0.9.9 (EPERM'],
  ])(
    'where nothing is heard and %s was kept back, that is said, and the network is not blamed',
    async (_what, last, words) => {
      const silent = {
        address: '10.0.9.9',
        routers: [],
        isSilent: true,
        keepsBack: (number: number) => number <= last,
      };
      const { evidence } = await scanned([PATH], { prober: (clock) => memoryPath(clock, silent) });
      expect(evidence).toEqual([
        expect.objectContaining({ kind: 'skipped', check: 'path', because: expect.stringContaining(words) }),
      ]);
    },
  );

  test('what was interrupted is told as far as it went', async () => {
    const { evidence } = await scanned([{ ...PATH, rounds: 1000 }], { prober, abortAfterSeconds: 3 });
    expect(only(evidence, 'path')).toMatchObject({ reached: true, complete: false });
  });
});
