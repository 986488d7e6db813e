// What became of idle connections, and whose doing it was: the path's, the server's, an outage's, or nobody's.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Verdict } from '../../src/diagnose/cause.ts';
import type { EvidenceOf } from '../../src/evidence.ts';
import { causeOf, HOST, idle, keepalive } from './seen.ts';

type Idle = EvidenceOf<'idle-timeout'>;
const TARGET = `${HOST}:443`;

const died = (onExpiry: Idle['onExpiry'], deaths = 3): Partial<Idle> => ({
  survivedSeconds: 299,
  expiredSeconds: 301,
  onExpiry,
  deaths,
});
const resetBy = (resetFrom: Idle['resetFrom'], hop: number | null, address: string | null): Partial<Idle> => ({
  ...died('reset'),
  resetAt: 'next-packet',
  resetFrom,
  resetOrigin: { because: 'so say the signs', hop, address, seen: [] },
});
/** As by a timer that counts data only. */
const resetAll = (resetFrom: Idle['resetFrom']): Partial<Idle> => ({
  ...resetBy(resetFrom, null, null),
  resetAt: 'expiry',
  despiteKeepalives: true,
  control: { outages: [], ended: 'reset' },
});
const SSH_LIMIT: Partial<Idle> = {
  transport: 'ssh',
  survivedSeconds: 90,
  limitedTo: { seconds: 90, because: 'ssh-unauthenticated' },
};

test.each([
  ['idle-timeout', died('silent-drop', 1)],
  ['server-closes-idle', died('closed-by-peer', 1)],
] as const)('what is to be repeated goes through the same sessions (%s)', (kind, evidence) => {
  const through = idle({ ...evidence, transport: 'ssh', loggedIn: true, login: 'me@there:2022' });
  expect(causeOf(kind, through).missing.join()).toContain('netcheck --idle-timeout me@there:2022');
});

interface Case {
  readonly seen: string;
  readonly evidence: Partial<Idle>;
  readonly verdict: Verdict;
  readonly says: RegExp;
}

describe('idle-timeout', () => {
  test.each<Case>([
    {
      seen: 'silent deaths',
      evidence: died('silent-drop'),
      verdict: 'confirmed',
      says: /^Something on the path to 10\.0\.0\.5:443 forgets an idle connection after 299 to 301 s; later packets vanish/,
    },
    {
      seen: 'resets of the next packet',
      evidence: { ...died('reset'), resetAt: 'next-packet' },
      verdict: 'confirmed',
      says: /after 299 to 301 s; the next packet is answered with a reset \(RST\), which ssh shows/,
    },
    {
      seen: 'resets at expiry',
      evidence: { ...died('reset'), resetAt: 'expiry' },
      verdict: 'confirmed',
      says: /after 299 to 301 s; a reset \(RST\) then arrives by itself, whether or not anything is sent/,
    },
    {
      seen: 'resets of which the moment is not known',
      evidence: died('reset'),
      verdict: 'confirmed',
      says: /after 299 to 301 s; it is then ended by a reset \(RST\), which/,
    },
    {
      seen: 'resets of a box at a known hop',
      evidence: resetBy('middlebox', 2, '10.0.2.1'),
      verdict: 'confirmed',
      says: /; it was sent not by the host but by a box at hop 2 \(10\.0\.2\.1\), in its name: so say the signs\./,
    },
    {
      seen: 'resets of a box somewhere nearer',
      evidence: resetBy('middlebox', null, null),
      verdict: 'confirmed',
      says: /; it was sent not by the host but by a box that is nearer, in its name: so say the signs\./,
    },
    {
      seen: 'resets that look like the host',
      evidence: resetBy('peer', null, null),
      verdict: 'confirmed',
      says: /; by its signs it came from the host, or from what stands at its address \(its firewall, a load balancer\): so/,
    },
    {
      seen: 'resets of nobody in particular',
      evidence: resetBy('unknown', null, null),
      verdict: 'confirmed',
      says: /; who sent it is not known: so say the signs\./,
    },
    {
      seen: 'a server that resets all that carries no data',
      evidence: resetAll('peer'),
      verdict: 'unknown',
      says: /can't be tested for longer than its server keeps a connection; it lives through 299 s/,
    },
    {
      seen: 'somebody who resets all that carries no data',
      evidence: resetAll('unknown'),
      verdict: 'unknown',
      says: /can't be tested for longer/,
    },
    {
      seen: 'a box on the path that resets all that carries no data',
      evidence: resetAll('middlebox'),
      verdict: 'likely',
      says: /^Something on the path .* no data for 301 s, whether or not TCP keepalives keep it busy; it was sent not by the host/,
    },
    { seen: 'one death only', evidence: died('silent-drop', 1), verdict: 'likely', says: /^Something on the path/ },
    {
      seen: 'death at the shortest time that was asked about',
      evidence: { ...died('reset'), survivedSeconds: null, expiredSeconds: 2 },
      verdict: 'confirmed',
      says: /within 2 s/,
    },
    { seen: 'nothing died', evidence: {}, verdict: 'ruled-out', says: /lives through 15 min of silence/ },
    {
      seen: 'a server that closes (FIN)',
      evidence: died('closed-by-peer'),
      verdict: 'unknown',
      says: /can't be tested for longer than its server keeps a connection; it lives through 299 s/,
    },
    {
      seen: 'less than --quick looks: nothing is said of sshd',
      evidence: { survivedSeconds: 15, limitedTo: { seconds: 40, because: 'quick' } },
      verdict: 'unknown',
      says: /^No idle timeout can be told/,
    },
    {
      seen: 'as long as --quick looks, which is shorter than most timeouts',
      evidence: { survivedSeconds: 20, limitedTo: { seconds: 20, because: 'quick' } },
      verdict: 'unknown',
      says: /^As far as --quick looks, a connection to 10\.0\.0\.5:443 lives through 20 s of silence/,
    },
    { seen: 'no longer than sshd allows', evidence: SSH_LIMIT, verdict: 'unknown', says: /LoginGraceTime/ },
    {
      seen: "an sshd whose own keepalives come sooner than the longest idle time, which nobody's silence outlasts",
      evidence: {
        transport: 'ssh',
        loggedIn: true,
        survivedSeconds: 14.8,
        limitedTo: { seconds: 15, because: 'ssh-server-keepalive' },
      },
      verdict: 'unknown',
      says: /keepalives of its own every 15 s.*lives through 14.8 s.*can't be seen/,
    },
    {
      seen: 'the same, when nothing could be asked in between',
      evidence: {
        transport: 'ssh',
        loggedIn: true,
        survivedSeconds: null,
        limitedTo: { seconds: 1, because: 'ssh-server-keepalive' },
      },
      verdict: 'unknown',
      says: /keepalives of its own every 1 s.*nothing is known yet/,
    },
    {
      seen: 'sessions that the server ended, the control that spoke living on',
      evidence: {
        ...died('closed-by-peer'),
        transport: 'ssh',
        loggedIn: true,
        control: { outages: [], ended: null, speaks: 'payload' },
      },
      verdict: 'unknown',
      says: /longer than its server keeps a connection/,
    },
    {
      seen: 'a silent death within what sshd allows',
      evidence: { ...SSH_LIMIT, survivedSeconds: 29, expiredSeconds: 30, onExpiry: 'silent-drop', deaths: 2 },
      verdict: 'confirmed',
      says: /after 29 to 30 s/,
    },
    {
      seen: 'an interruption',
      evidence: { survivedSeconds: 60, complete: false },
      verdict: 'unknown',
      says: /^Interrupted: it lives through 60 s\.$/,
    },
    {
      seen: 'an interruption before anything was known',
      evidence: { survivedSeconds: null, complete: false },
      verdict: 'unknown',
      says: /^Interrupted: nothing is known yet\.$/,
    },
    {
      seen: 'an outage',
      evidence: { survivedSeconds: 60, control: { outages: [{ fromSeconds: 61, toSeconds: 90 }], ended: null } },
      verdict: 'unknown',
      says: /control connection.*the path or the server was down, or a box on the path lost its table/,
    },
    {
      seen: 'a machine that was suspended',
      evidence: {
        survivedSeconds: 60,
        suspensions: [{ untilSeconds: 70, forSeconds: 600 }],
        control: { outages: [], ended: 'unanswered' },
      },
      verdict: 'unknown',
      says: /this machine was suspended for 10 min meanwhile: its clock stood still.*\(it lives through 60 s\)/,
    },
    {
      seen: 'a server that restarted',
      evidence: { survivedSeconds: 60, control: { outages: [], ended: 'reset' } },
      verdict: 'unknown',
      says: /cut off too/,
    },
    {
      seen: 'connections that could not be opened',
      evidence: { survivedSeconds: 60, connectionsFailed: 20 },
      verdict: 'unknown',
      says: /20 of \d+ connections could not be opened: the server or a firewall takes only so many/,
    },
    {
      seen: 'a machine that is out of file descriptors',
      evidence: {
        survivedSeconds: null,
        connectionsFailed: 20,
        connectionFailures: [{ reason: 'local', code: 'EMFILE', count: 20 }],
      },
      verdict: 'unknown',
      says: /this machine refused to open connections \(20 times EMFILE\) \(nothing is known yet\)/,
    },
    {
      seen: 'a peer that keeps talking',
      evidence: {
        survivedSeconds: 1,
        probes: [0.9, 1].map((idleSeconds) => ({ idleSeconds, outcome: 'alive', code: null, pass: 1 })),
      },
      verdict: 'unknown',
      says: /the service itself keeps speaking/,
    },
    {
      seen: 'one early death among long survivors',
      evidence: {
        survivedSeconds: 900,
        probes: [{ idleSeconds: 60, outcome: 'silent-drop', code: 'ETIMEDOUT', pass: 1 }],
      },
      verdict: 'possible',
      says: /lived through 15 min of silence, but another one was dead after 60 s/,
    },
    {
      seen: 'several early deaths among long survivors',
      evidence: {
        survivedSeconds: 900,
        probes: [60, 120].map((idleSeconds) => ({ idleSeconds, outcome: 'silent-drop', code: 'ETIMEDOUT', pass: 1 })),
      },
      verdict: 'likely',
      says: /forgets some idle connections: 2 were dead after 60 s or more, while others lived through 15 min/,
    },
  ])('$seen: $verdict', ({ evidence, verdict, says }) => {
    const cause = causeOf('idle-timeout', idle(evidence));
    expect(cause).toMatchObject({ verdict, subject: TARGET, because: ['idle-1'] });
    expect(cause.summary).toMatch(says);
  });

  test('one death asks for a repetition', () => {
    const { missing } = causeOf('idle-timeout', idle(died('silent-drop', 1)));
    expect(missing.join()).toContain(`netcheck --idle-timeout ${TARGET}`);
  });

  test('the advised interval is at most a third of what survived', () => {
    const survived = fc.integer({ min: 1000, max: 7_200_000 }).map((ms) => ms / 1000);
    fc.assert(
      fc.property(survived, (survivedSeconds) => {
        const evidence = { ...died('silent-drop'), survivedSeconds, expiredSeconds: survivedSeconds + 1 };
        const { advice } = causeOf('idle-timeout', idle(evidence));
        const intervals = [...advice.join('\n').matchAll(/Interval[ =](\d+)/g)].map(([, seconds]) => Number(seconds));
        if (survivedSeconds < 3) expect(intervals).toEqual([]);
        else expect(new Set(intervals)).toEqual(new Set([Math.floor(survivedSeconds / 3)]));
        for (const seconds of intervals) expect(seconds).toBeLessThanOrEqual(survivedSeconds / 3);
      }),
    );
  });

  test.each([
    { seconds: 7200, says: /too late for this path, so it does not help/ },
    { seconds: 60, says: /soon enough for this path/ },
  ])("the kernel's own keepalive after $seconds s is weighed too", ({ seconds, says }) => {
    const cause = causeOf('idle-timeout', idle(died('silent-drop')), keepalive(seconds));
    expect(cause.because).toEqual(['idle-1', 'krn-1']);
    expect(cause.advice.join('\n')).toMatch(says);
  });

  test('an IPv6 host is named with brackets, and its ssh_config entry without', () => {
    const cause = causeOf('idle-timeout', idle({ ...died('reset'), host: '2001:db8::5', address: '2001:db8::5' }));
    expect(cause.subject).toBe('[2001:db8::5]:443');
    expect(cause.advice.join('\n')).toContain('Host 2001:db8::5\n');
  });
});

describe('server-closes-idle', () => {
  test.each<Case>([
    {
      seen: 'FINs',
      evidence: died('closed-by-peer'),
      verdict: 'confirmed',
      says: /^The service on 10\.0\.0\.5:443, or a proxy in front of it, closes a connection itself \(FIN\) after 301 s/,
    },
    {
      seen: 'FINs at one moment',
      evidence: died('closed-by-peer', 1),
      verdict: 'possible',
      says: /may close idle ones, or it was stopped/,
    },
    {
      seen: 'an sshd that waited for a login',
      evidence: { ...SSH_LIMIT, ...died('closed-by-peer'), transport: 'ssh' },
      verdict: 'possible',
      says: /LoginGraceTime/,
    },
    {
      seen: 'an sshd that ends sessions which had logged in',
      evidence: {
        ...died('closed-by-peer'),
        transport: 'ssh',
        loggedIn: true,
        control: { outages: [], ended: null, speaks: 'payload' },
      },
      verdict: 'likely',
      says: /server itself ends a session .* in an orderly way after/,
    },
    {
      seen: 'an sshd that ended all sessions at one moment',
      evidence: { ...died('closed-by-peer'), deaths: 1, transport: 'ssh', loggedIn: true },
      verdict: 'possible',
      says: /at one moment.*or it was stopped/,
    },
    {
      seen: 'some closed in both passes while others lived on',
      evidence: {
        survivedSeconds: 900,
        probes: ([1, 2] as const).map((pass) => ({
          idleSeconds: 5,
          outcome: 'closed-by-peer' as const,
          code: null,
          pass,
        })),
      },
      verdict: 'likely',
      says: /closed 2 connections itself \(FIN\), the first after 5 s of silence, while others lived through 15 min/,
    },
    {
      seen: 'some closed in one pass while others lived on',
      evidence: {
        survivedSeconds: 900,
        probes: [{ idleSeconds: 5, outcome: 'closed-by-peer', code: null, pass: 1 }],
      },
      verdict: 'possible',
      says: /or it was stopped\.$/,
    },
    {
      seen: 'resets by the host of all that carries no data',
      evidence: resetAll('peer'),
      verdict: 'confirmed',
      says: /^The service on 10\.0\.0\.5:443, or a proxy in front of it, resets a connection \(RST\) that has carried no data for 301 s/,
    },
    {
      seen: 'such resets by nobody knows whom',
      evidence: resetAll('unknown'),
      verdict: 'likely',
      says: /^Something, most likely the service on .*; who sent it is not known/,
    },
    {
      seen: 'such resets by a box on the path',
      evidence: resetAll('middlebox'),
      verdict: 'unknown',
      says: /within 299 s of silence; what it does later/,
    },
    { seen: 'nothing', evidence: {}, verdict: 'ruled-out', says: /did not close a connection within 15 min/ },
    {
      seen: 'deaths on the path',
      evidence: died('silent-drop'),
      verdict: 'unknown',
      says: /within 299 s of silence; what it does later/,
    },
    { seen: 'no survivor', evidence: { survivedSeconds: null }, verdict: 'unknown', says: /lived long enough/ },
  ])('$seen: $verdict', ({ evidence, verdict, says }) => {
    const cause = causeOf('server-closes-idle', idle(evidence));
    expect(cause).toMatchObject({ verdict, subject: TARGET, because: ['idle-1'] });
    expect(cause.summary).toMatch(says);
  });
});
