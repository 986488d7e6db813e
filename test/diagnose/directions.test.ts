// One path in both directions: what is said when the far side's word fares otherwise than ours.

import { describe, expect, test } from 'vitest';
import type { Verdict } from '../../src/diagnose/cause.ts';
import { diagnose } from '../../src/diagnose/index.ts';
import type { EvidenceOf } from '../../src/evidence.ts';
import { causeOf, HOST, idle } from './seen.ts';

type Idle = EvidenceOf<'idle-timeout'>;

const dead = (survivedSeconds: number, expiredSeconds: number): Partial<Idle> => ({
  survivedSeconds,
  expiredSeconds,
  onExpiry: 'silent-drop',
  deaths: 3,
});
const cut: Partial<Idle> = {
  survivedSeconds: 60,
  control: { outages: [{ fromSeconds: 61, toSeconds: 90 }], ended: null },
};
const both = (outbound: Partial<Idle>, inbound: Partial<Idle>): [Idle, Idle] => [
  idle(outbound),
  idle({ id: 'idle-2', direction: 'inbound', ...inbound }),
];

interface Case {
  readonly seen: string;
  readonly evidence: readonly [Idle, Idle];
  readonly verdict: Verdict;
  readonly says: RegExp;
}

describe('both directions', () => {
  test.each<Case>([
    {
      seen: 'both live',
      evidence: both({}, {}),
      verdict: 'ruled-out',
      says: /lives through 15 min.* 15 min when the far/,
    },
    {
      seen: 'both die alike',
      evidence: both(dead(299, 301), dead(290, 302)),
      verdict: 'confirmed',
      says: /after 299 to 301 s; later.*; when the far side speaks first, after 290 to 302 s\. Consistent/,
    },
    {
      seen: 'inbound dies sooner',
      evidence: both(dead(299, 301), dead(59, 61)),
      verdict: 'confirmed',
      says: /after 59 to 61 s when the far side speaks first; later.*; when this side speaks first, after 299 to 301 s\.$/,
    },
    {
      seen: 'outbound is revived',
      evidence: both({}, dead(59, 61)),
      verdict: 'confirmed',
      says: /after 59 to 61 s when the far side speaks first;.*this side speaks first, it lives through 15 min: .*until you type, and for good once the server has given up\.$/,
    },
    {
      seen: 'outbound lived, but for a shorter time',
      evidence: both({ survivedSeconds: 30 }, dead(59, 61)),
      verdict: 'confirmed',
      says: /when this side speaks first, it lives through 30 s\.$/,
    },
    {
      seen: 'only outbound dies',
      evidence: both(dead(299, 301), {}),
      verdict: 'confirmed',
      says: /after 299 to 301 s; .*; when the far side speaks first, it lives through 15 min\. Consistent/,
    },
    {
      seen: 'outbound lives, inbound could not be told',
      evidence: both({}, cut),
      verdict: 'unknown',
      says: /when the far side speaks first: the control.*; when this side speaks first, it lives through 15 min\.$/,
    },
  ])('$seen: $verdict', ({ evidence, verdict, says }) => {
    const cause = causeOf('idle-timeout', ...evidence);
    expect(cause.verdict).toBe(verdict);
    expect([...cause.because].sort()).toEqual(['idle-1', 'idle-2']);
    expect(cause.summary).toMatch(says);
    const causes = diagnose(evidence).map(({ cause: kind, subject }) => `${kind} ${subject}`);
    expect(new Set(causes).size).toBe(causes.length);
    expect(diagnose(evidence.toReversed())).toEqual(diagnose(evidence));
  });

  test('a session that logged in is no other direction of what was measured without a login', () => {
    const [outbound, inbound] = both({}, dead(59, 61));
    const logged = { ...inbound, loggedIn: true, login: 'me@host' };
    const causes = diagnose([outbound, logged]).filter(({ cause }) => cause === 'idle-timeout');
    expect(causes.map(({ because }) => because)).toEqual(expect.arrayContaining([['idle-1'], ['idle-2']]));
  });

  test('the advised interval is a third of the shorter one, and says who must speak', () => {
    const { advice } = causeOf('idle-timeout', ...both(dead(299, 301), dead(59, 61)));
    expect(advice.join('\n')).toContain('ServerAliveInterval 19\n');
    expect(advice.join('\n')).toMatch(
      /ClientAliveInterval is the server speaking first: unless it is at most 29 s \(OpenSSH says its word every second time only\)/,
    );
    expect(advice.join('\n')).not.toContain('could not be tried');
  });

  test('what was not tried in the direction that dies is said', () => {
    const { advice } = causeOf('idle-timeout', ...both({}, dead(59, 61)));
    expect(advice.at(-1)).toMatch(/^Which hop it is, and whether that keepalive holds, could not be tried/);
  });

  test('a path that only this side asked is ruled out for that direction alone', () => {
    const { verdict, summary } = causeOf('idle-timeout', idle({}));
    expect(verdict).toBe('ruled-out');
    expect(summary).toMatch(
      /lives through 15 min of silence when this side speaks first\. Whether the far side is heard/,
    );
    expect(causeOf('idle-timeout', ...both({}, {})).summary).not.toContain('Whether the far side is heard');
  });

  test('an outage meanwhile is not kept quiet', () => {
    const control = { outages: [{ fromSeconds: 5, toSeconds: 10 }], ended: null };
    const { verdict, summary } = causeOf('idle-timeout', idle({ control }));
    expect(verdict).toBe('ruled-out');
    expect(summary).toContain('though the control connection, which was kept busy, got no answer for 5 s meanwhile');
  });

  test('an inbound measurement alone is judged too', () => {
    const alone = idle({ direction: 'inbound', ...dead(59, 61) });
    expect(causeOf('idle-timeout', alone)).toMatchObject({ verdict: 'confirmed', subject: `${HOST}:443` });
  });
});
