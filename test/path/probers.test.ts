// Ways of asking: what they send, how they know their own packets again, and what they make of what comes back.

import { describe, expect, test } from 'vitest';
import { connectProber } from '../../src/path/connect-prober.ts';
import { icmpProber } from '../../src/path/icmp-prober.ts';
import { PingUnusable, parseProbeOutput, pingArguments } from '../../src/path/ping-prober.ts';
import { type Answer, PLAIN, type Probe } from '../../src/path/probe.ts';
import { tcpProber } from '../../src/path/tcp-prober.ts';
import { ACK, decodeSegment, encodeUnsummedSegment, RST, SYN } from '../../src/proof/index.ts';
import type { Dial } from '../../src/tcp/index.ts';
import { type FarHost, replyTo, simulatedSocket } from '../icmp/simulated-host.ts';
import { type FakeClock, fakeClock } from '../support/fake-clock.ts';

const ADDRESS = '10.0.0.5';
const OWN = '10.0.0.2';
const ROUTER = '10.0.0.1';
const NEVER = new AbortController().signal;
const WAIT_MS = 1000;

/** An ICMP error as a raw socket delivers it; what `quoted` is about begins with an IP header of ours, from `source`. */
function icmpError(
  type: number,
  code: number,
  transport: Uint8Array,
  quote: { source?: string; protocol?: number } = {},
): Uint8Array {
  const { source = OWN, protocol = 1 } = quote;
  const header = (from: string, to: string, proto: number): number[] => [
    0x45,
    0,
    0,
    56,
    0,
    0,
    0,
    0,
    64,
    proto,
    0,
    0,
    ...from.split('.').map(Number),
    ...to.split('.').map(Number),
  ];
  return Uint8Array.of(
    ...header(ROUTER, OWN, 1),
    ...[type, code, 0, 0, 0, 0, 0, 0],
    ...header(source, ADDRESS, protocol),
    ...transport.subarray(0, 8),
  );
}

async function askIcmp(host: FarHost, probe: Probe = PLAIN): Promise<Answer | null> {
  const clock = fakeClock();
  const socket = simulatedSocket(clock, 4, host);
  const prober = icmpProber(socket, { address: ADDRESS, sourceAddress: OWN, random: () => 0.3 }, clock);
  return clock.run(prober.ask(probe, WAIT_MS, NEVER));
}

describe('by echo requests', () => {
  test('a reply is one, with its time', async () => {
    const answer = await askIcmp((_, request) => [{ delayMs: 7, bytes: replyTo(4, request), from: ADDRESS }]);
    expect(answer).toEqual({ kind: 'reply', from: ADDRESS, rttMs: 7 });
  });

  test('silence, the reply of somebody else, and one that is late, are none', async () => {
    expect(await askIcmp(() => [])).toBeNull();
    expect(await askIcmp((_, request) => [{ delayMs: 7, bytes: replyTo(4, request), from: ROUTER }])).toBeNull();
    expect(await askIcmp((_, request) => [{ delayMs: 1200, bytes: replyTo(4, request), from: ADDRESS }])).toBeNull();
  });

  test('a hop answers for a probe that dies there, and tells what was rewritten before', async () => {
    const plain: FarHost = (_, request) => [{ delayMs: 3, bytes: icmpError(11, 0, request), from: ROUTER }];
    expect(await askIcmp(plain)).toEqual({ kind: 'time-exceeded', from: ROUTER, rttMs: 3, dscp: 0, rewritten: [] });
    const translated: FarHost = (_, request) => {
      const quoted = request.slice();
      quoted.set([9, 9], 4);
      return [{ delayMs: 3, bytes: icmpError(11, 0, quoted, { source: '192.0.2.1' }), from: ROUTER }];
    };
    expect(await askIcmp(translated)).toMatchObject({ rewritten: ['source', 'identifier'] });
    const strange: FarHost = (_, request) => {
      const quoted = request.slice();
      quoted.set([9, 9, 9, 9], 2);
      return [{ delayMs: 3, bytes: icmpError(11, 0, quoted), from: ROUTER }];
    };
    expect(await askIcmp(strange)).toBeNull();
  });

  test('too big, and unreachable, with who says so', async () => {
    const big: FarHost = (_, request) => {
      const bytes = icmpError(3, 4, request);
      bytes.set([5, 120], 26);
      return [{ delayMs: 3, bytes, from: ROUTER }];
    };
    expect(await askIcmp(big)).toEqual({ kind: 'too-big', from: ROUTER, mtuBytes: 1400 });
    const gone: FarHost = (_, request) => [{ delayMs: 3, bytes: icmpError(3, 1, request), from: ROUTER }];
    expect(await askIcmp(gone)).toEqual({ kind: 'unreachable', from: ROUTER, type: 3, code: 1 });
  });

  test('what the kernel does not send is not the network’s doing', async () => {
    expect(await askIcmp(() => 'Network is unreachable')).toEqual({
      kind: 'unsent',
      because: 'Network is unreachable',
    });
    const large = { ...PLAIN, sizeBytes: 9000 };
    expect(await askIcmp(() => 'Message too long', large)).toEqual({ kind: 'too-big', from: null, mtuBytes: null });
  });
});

/** A host behind a raw TCP socket, and what was sent to it. */
function tcpWorld(clock: FakeClock, answer: (sequence: number) => { control: number; acknowledgment: number } | null) {
  const sent: { readonly sequence: number; readonly sourcePort: number; readonly control: number }[] = [];
  let listener: (segment: Uint8Array) => void = () => {};
  const base = { sequence: 0, window: 0, sackPermitted: false, timestamps: null };
  const socket = {
    version: 4 as const,
    address: ADDRESS,
    port: 22,
    sourceAddress: OWN,
    sourcePort: 40_000,
    send(bytes: Uint8Array) {
      const decoded = decodeSegment(bytes);
      if (!decoded.ok) throw new Error('not a segment');
      sent.push(decoded.segment);
      const back = answer(decoded.segment.sequence);
      if (back === null) return;
      const segment = encodeUnsummedSegment({ ...base, sourcePort: 22, destinationPort: 40_000, mss: 1400, ...back });
      void clock.sleep(5).then(() => listener(segment));
    },
    listen(onSegment: (segment: Uint8Array) => void) {
      listener = onSegment;
    },
  };
  return { sent, prober: tcpProber(socket, () => 0.999, clock) };
}

describe('by SYNs', () => {
  test('a SYN-ACK is an answer, with the segment size it offers, and a reset is one that refuses', async () => {
    const clock = fakeClock();
    const open = tcpWorld(clock, (sequence) => ({ control: SYN | ACK, acknowledgment: (sequence + 1) >>> 0 }));
    expect(await clock.run(open.prober.ask(PLAIN, WAIT_MS, NEVER))).toEqual({
      kind: 'reply',
      from: ADDRESS,
      rttMs: 5,
      tcp: { refused: false, mssBytes: 1400 },
    });
    const closed = tcpWorld(clock, (sequence) => ({ control: RST | ACK, acknowledgment: (sequence + 1) >>> 0 }));
    expect(await clock.run(closed.prober.ask(PLAIN, WAIT_MS, NEVER))).toMatchObject({
      tcp: { refused: true, mssBytes: null },
    });
  });

  test('all probes share the ports, and an answer to another sequence number is none', async () => {
    const clock = fakeClock();
    const { sent, prober } = tcpWorld(clock, () => ({ control: SYN | ACK, acknowledgment: 17 }));
    const answers = await clock.run(
      Promise.all([1, 2, 3].map((hopLimit) => prober.ask({ ...PLAIN, hopLimit }, WAIT_MS, NEVER))),
    );
    expect(answers).toEqual([null, null, null]);
    expect(new Set(sent.map(({ sourcePort }) => sourcePort)).size).toBe(1);
    const syns = sent.filter(({ control }) => control === SYN).map(({ sequence }) => sequence);
    expect(new Set(syns).size).toBe(3);
    // Whatever they may have half opened is reset before the next, and once more.
    const [first = 0, second = 0] = syns;
    expect(sent.filter(({ control }) => control === RST).map(({ sequence }) => sequence)).toEqual(
      [first, first, second].map((each) => (each + 1) >>> 0),
    );
  });

  test('a router’s error is known by the sequence number that it quotes, whatever a NAT made of the port', async () => {
    const clock = fakeClock();
    const { sent, prober } = tcpWorld(clock, () => null);
    const asking = prober.ask({ ...PLAIN, hopLimit: 1 }, WAIT_MS, NEVER);
    const transport = new Uint8Array(8);
    void clock.sleep(4).then(() => {
      const view = new DataView(transport.buffer);
      view.setUint16(0, 55_555);
      view.setUint16(2, 22);
      view.setUint32(4, sent[0]?.sequence ?? 0);
      const quoted = { source: OWN, destination: ADDRESS, protocol: 6, dscp: 0, transport };
      prober.hearError({ meaning: 'time-exceeded', type: 11, code: 0, mtuBytes: null, quoted }, ROUTER);
    });
    expect(await clock.run(asking)).toEqual({
      kind: 'time-exceeded',
      from: ROUTER,
      rttMs: 4,
      dscp: 0,
      rewritten: ['port'],
    });
  });
});

describe('by SYNs to a port that is rejected by ICMP', () => {
  test('resets, which are rejected too and cost the errors for SYNs, are sent no more', async () => {
    const clock = fakeClock();
    const { sent, prober } = tcpWorld(clock, () => null);
    const ask = async (): Promise<number> => {
      const before = sent.length;
      await clock.run(prober.ask(PLAIN, WAIT_MS, NEVER));
      return sent.slice(before).filter(({ control }) => control === RST).length;
    };
    const hear = (sequence: number): void => {
      const transport = new Uint8Array(8);
      const view = new DataView(transport.buffer);
      view.setUint16(0, 40_000);
      view.setUint16(2, 22);
      view.setUint32(4, sequence);
      const quoted = { source: OWN, destination: ADDRESS, protocol: 6, dscp: 0, transport };
      prober.hearError({ meaning: 'unreachable', type: 3, code: 10, mtuBytes: null, quoted }, ADDRESS);
    };
    expect([await ask(), await ask()]).toEqual([0, 1]);
    // Of a SYN that nobody waits for any more.
    hear(sent[0]?.sequence ?? 0);
    expect(await ask()).toBe(2);
    hear(((sent[0]?.sequence ?? 0) + 1) >>> 0);
    expect(await ask()).toBe(0);
  });
});

describe('by connections', () => {
  const ask = (dial: Dial): Promise<Answer | null> => {
    const clock = fakeClock();
    const prober = connectProber(dial, { address: ADDRESS, port: 22, interfaceName: null }, clock);
    return clock.run(prober.ask({ ...PLAIN, hopLimit: 2 }, WAIT_MS, NEVER));
  };
  test.each([
    ['refused', 'ECONNREFUSED', { kind: 'reply', tcp: { refused: true } }],
    ['timed-out', 'ETIMEDOUT', null],
    ['local', 'EMFILE', { kind: 'unsent', because: 'EMFILE' }],
    ['local', 'ECANCELED', null],
  ] as const)('%s (%s)', async (reason, code, expected) => {
    const answer = await ask(async () => ({ ok: false, reason, code }));
    if (expected === null) expect(answer).toBeNull();
    else expect(answer).toMatchObject(expected);
  });

  test('one waits for its repetition only while nothing was heard, and what answers that is no answer', async () => {
    const clock = fakeClock();
    const waits: number[] = [];
    const takesMs = [1200, 10, 10];
    const dial: Dial = async (_endpoint, timeoutMs) => {
      waits.push(timeoutMs);
      await clock.sleep(takesMs.shift() ?? 0);
      return { ok: false, reason: 'refused', code: 'ECONNREFUSED' };
    };
    const prober = connectProber(dial, { address: ADDRESS, port: 22, interfaceName: null }, clock);
    const answers = await clock.run(
      (async () => {
        const asked: (Answer | null)[] = [];
        while (takesMs.length > 0) asked.push(await prober.ask(PLAIN, 3300, NEVER));
        return asked;
      })(),
    );
    expect(answers.map((answer) => answer?.kind ?? null)).toEqual([null, 'reply', 'reply']);
    expect(waits).toEqual([1300, 1300, 950]);
  });

  test('the router at which it ended', async () => {
    const reported = { from: ROUTER, type: 11, code: 0, isTimeExceeded: true };
    const dial: Dial = async () => ({ ok: false, reason: 'unreachable', code: 'EHOSTUNREACH', reported });
    expect(await ask(dial)).toMatchObject({ kind: 'time-exceeded', from: ROUTER });
    const refused = { from: ROUTER, type: 3, code: 13, isTimeExceeded: false };
    const other: Dial = async () => ({ ok: false, reason: 'unreachable', code: 'EHOSTUNREACH', reported: refused });
    expect(await ask(other)).toEqual({ kind: 'unreachable', from: ROUTER, type: 3, code: 13 });
  });
});

// As iputils 20221126 prints them.
const SUMMARY =
  '\n--- 10.0.0.5 ping statistics ---\n1 packets transmitted, 0 received, +1 errors, 100% packet loss, time 0ms\n';
const heard = (line: string): string => `PING 10.0.0.5 (10.0.0.5) 56(84) bytes of data.\n${line}\n${SUMMARY}`;

describe("by the system's ping", () => {
  test.each([
    [
      'From 10.0.0.1 icmp_seq=1 Time to live exceeded',
      { kind: 'time-exceeded', from: ROUTER, rttMs: null, dscp: null, rewritten: [] },
    ],
    ['From 10.0.0.1 icmp_seq=1 Frag needed and DF set (mtu = 1400)', { kind: 'too-big', from: ROUTER, mtuBytes: 1400 }],
    ['From 10.0.0.1 icmp_seq=1 Destination Host Unreachable', { kind: 'unreachable', from: ROUTER, type: 3, code: 1 }],
    ['ping: local error: message too long, mtu=1400', { kind: 'too-big', from: null, mtuBytes: 1400 }],
    ['', null],
  ])('%s', (line, expected) => {
    expect(parseProbeOutput(heard(line), ADDRESS)).toEqual(expected);
  });

  test('a reply, and IPv6', () => {
    const reply = heard('64 bytes from 10.0.0.5: icmp_seq=1 ttl=61 time=0.123 ms').replace(
      '0 received, +1 errors',
      '1 received',
    );
    expect(parseProbeOutput(reply, ADDRESS)).toEqual({ kind: 'reply', from: ADDRESS, rttMs: 0.123 });
    const big = heard('From 2001:db8::1 icmp_seq=1 Packet too big: mtu=1280');
    expect(parseProbeOutput(big, '2001:db8::5')).toEqual({ kind: 'too-big', from: '2001:db8::1', mtuBytes: 1280 });
    const died = heard('From 2001:db8::1 icmp_seq=1 Time exceeded: Hop limit');
    expect(parseProbeOutput(died, '2001:db8::5')).toMatchObject({ kind: 'time-exceeded', from: '2001:db8::1' });
  });

  test('what ping complains of is why nothing is known', () => {
    expect(() => parseProbeOutput('ping: invalid argument: x\n', ADDRESS)).toThrow(PingUnusable);
    expect(() => parseProbeOutput('', ADDRESS)).toThrow('ping printed nothing');
  });

  test('size, mark, hop limit and interface are its own options', () => {
    const probe = { hopLimit: 3, sizeBytes: 1500, dscp: 46 };
    expect(pingArguments(probe, 4, 'eth0', 'do').join(' ')).toBe('-s 1472 -M do -t 3 -Q 184 -I eth0');
    expect(pingArguments({ ...PLAIN, sizeBytes: 1280 }, 6, null, 'probe').join(' ')).toBe('-s 1232 -M probe');
    expect(pingArguments(PLAIN, 4, null, 'do').join(' ')).toBe('-s 56');
  });
});
