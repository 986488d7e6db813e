// "Consistent with": whoever fits is named, whoever does not is not, and nobody is called the culprit.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Candidate, candidatesFor, type Place, type SeenExpiry } from '../../src/diagnose/candidates.ts';
import type { Cause } from '../../src/diagnose/cause.ts';
import { diagnose } from '../../src/diagnose/index.ts';
import type { EvidenceOf } from '../../src/evidence.ts';
import { KNOWN_IDLE_TIMEOUTS, type KnownIdleTimeout } from '../../src/known-idle-timeouts.ts';
import { causeOf, HOST, idle } from './seen.ts';

type Ending = SeenExpiry['onExpiry'];

const PLACES: readonly Place[] = [null, 'first-hop', 'between', 'host'];
/** What each documented ending looks like to a client that asks after the silence. */
const SEEN_AS: Readonly<Record<KnownIdleTimeout['onExpiry'], readonly Ending[]>> = {
  'silent-drop': ['silent-drop'],
  reset: ['reset'],
  'reset-on-next-packet': ['reset'],
  close: ['closed-by-peer'],
  unknown: ['silent-drop', 'reset'],
  none: ['silent-drop', 'reset'],
};

/** A bracket of half a second or 1 % around a time, as the second pass leaves it. */
function around(seconds: number, onExpiry: Ending, transport: SeenExpiry['transport'] = 'tcp'): SeenExpiry {
  const half = Math.max(0.25, seconds / 200);
  return { livedSeconds: seconds - half, diedSeconds: seconds + half, onExpiry, transport };
}

function measured({ livedSeconds, diedSeconds, onExpiry, transport }: SeenExpiry): EvidenceOf<'idle-timeout'> {
  const bracket = { survivedSeconds: livedSeconds, expiredSeconds: diedSeconds, onExpiry, deaths: 3 };
  return idle({ ...bracket, transport, maxIdleSeconds: 1_000_000 });
}

function causeFor(seen: SeenExpiry, ...beside: EvidenceOf<'idle-enforcer'>[]): Cause {
  const kind = seen.onExpiry === 'closed-by-peer' ? 'server-closes-idle' : 'idle-timeout';
  return causeOf(kind, measured(seen), ...beside);
}

function enforcer(hop: number, address: string | null): EvidenceOf<'idle-enforcer'> {
  const where = { host: HOST, peerAddress: HOST, port: 443 };
  return { id: 'hop-1', kind: 'idle-enforcer', ...where, hop, address, heldSeconds: 1_000_000, perHop: [] };
}

const ids = (candidates: readonly Candidate[] = []): string[] => candidates.map(({ id }) => id).sort();
const byId = (id: string) => KNOWN_IDLE_TIMEOUTS.find((known) => known.id === id) as KnownIdleTimeout;

const known = fc.constantFrom(...KNOWN_IDLE_TIMEOUTS);
const ending = fc.constantFrom<Ending>('silent-drop', 'reset', 'closed-by-peer');
/** Brackets of any width, often near a known time. */
const seenExpiry: fc.Arbitrary<SeenExpiry> = fc
  .record({
    near: fc.oneof(
      known.map(({ seconds }) => seconds),
      fc.integer({ min: 3, max: 5000 }),
    ),
    below: fc.oneof(fc.double({ min: -11, max: 11, noNaN: true }), fc.double({ min: 0, max: 5000, noNaN: true })),
    width: fc.oneof(fc.double({ min: 0.1, max: 3, noNaN: true }), fc.double({ min: 0.1, max: 5000, noNaN: true })),
    onExpiry: ending,
    transport: fc.constantFrom('tcp', 'ssh'),
  })
  .map(({ near, below, width, onExpiry, transport }) => {
    const livedSeconds = Math.max(0, near - below);
    return { livedSeconds: livedSeconds || null, diedSeconds: livedSeconds + width, onExpiry, transport };
  });

describe('a candidate', () => {
  test.each(KNOWN_IDLE_TIMEOUTS)('$id is found by its default and its documented ending', (product) => {
    const transport = product.kind === 'endpoint' ? 'ssh' : 'tcp';
    for (const onExpiry of [product.onExpiry, ...(product.alsoOnExpiry ?? [])].flatMap((way) => SEEN_AS[way])) {
      const cause = causeFor(around(product.seconds, onExpiry, transport));
      expect(ids(cause.consistentWith)).toContain(product.id);
      expect(cause.summary).toMatch(/ Consistent\b/);
      expect(cause.summary).toContain(product.product);
    }
  });

  test('has its time within what was seen, and an ending that fits', () => {
    fc.assert(
      fc.property(seenExpiry, fc.constantFrom(...PLACES), (seen, place) => {
        for (const { id, seconds } of candidatesFor(seen, place)) {
          // Never sooner than a rounding explains; later by what garbage collection takes, at most.
          expect(seconds).toBeLessThanOrEqual(seen.diedSeconds + 1);
          expect(seconds).toBeGreaterThan((seen.livedSeconds ?? 0) - 10);
          const { onExpiry, alsoOnExpiry = [], onExpiryInferred } = byId(id);
          const ways = [onExpiry, ...alsoOnExpiry].flatMap((way) => SEEN_AS[way]);
          // Balancers that nothing is documented of may close; an ending that was only inferred may be another.
          const isOpen = onExpiry === 'unknown' || onExpiryInferred;
          if (!isOpen) expect(ways).toContain(seen.onExpiry);
        }
      }),
      { numRuns: 1000 },
    );
  });

  test('is ranked by where the connection was forgotten, and excluded by nothing but time and ending', () => {
    fc.assert(
      fc.property(seenExpiry, (seen) => {
        const anywhere = ids(candidatesFor(seen, null));
        for (const place of PLACES) expect(ids(candidatesFor(seen, place))).toEqual(anywhere);
      }),
    );
    const first = (place: Place) => candidatesFor(around(7440, 'silent-drop'), place)[0]?.id;
    expect(first('first-hop')).toBe('openwrt');
    const aDay = (place: Place) => candidatesFor(around(86_400, 'silent-drop'), place).map(({ id }) => id);
    expect(aDay('first-hop').indexOf('mikrotik')).toBeLessThan(aDay('first-hop').indexOf('kube-proxy'));
    expect(aDay('host').indexOf('kube-proxy')).toBeLessThan(aDay('host').indexOf('mikrotik'));
  });

  test.each<{ seen: SeenExpiry; here: readonly string[] }>([
    {
      seen: around(350, 'reset'),
      here: ['aws-nat-gateway', 'aws-network-firewall', 'aws-nlb-tcp', 'aws-sg-conntrack-nitro6'],
    },
    { seen: around(350, 'silent-drop'), here: ['aws-network-firewall', 'aws-sg-conntrack-nitro6'] },
    { seen: around(350, 'closed-by-peer'), here: ['aws-nlb-tcp', 'aws-nlb-tls'] },
    { seen: around(240, 'reset'), here: ['azure-firewall', 'azure-lb', 'azure-nat-gateway'] },
    { seen: { ...around(240, 'reset'), resetAt: 'expiry' }, here: ['azure-firewall', 'azure-lb'] },
    { seen: { ...around(240, 'reset'), resetAt: 'next-packet' }, here: ['azure-nat-gateway'] },
    { seen: around(60, 'closed-by-peer'), here: ['aws-clb', 'nginx-http'] },
    { seen: around(120, 'closed-by-peer'), here: ['natmap-forward'] },
    { seen: around(120, 'closed-by-peer', 'ssh'), here: ['natmap-forward', 'openssh-logingrace'] },
    { seen: around(1800, 'closed-by-peer'), here: ['aks-outbound-lb'] },
    { seen: around(60, 'silent-drop'), here: [] },
    { seen: around(23, 'reset'), here: [] },
    // Garbage collection: late, never early.
    { seen: { ...around(355, 'silent-drop') }, here: ['aws-network-firewall', 'aws-sg-conntrack-nitro6'] },
    { seen: { ...around(347, 'silent-drop') }, here: [] },
    { seen: { ...around(65, 'closed-by-peer') }, here: [] },
  ])('$seen.onExpiry after $seen.diedSeconds s by $seen.transport: $here', ({ seen, here }) => {
    expect(ids(candidatesFor(seen, null))).toEqual(here);
  });
});

describe('what is said of candidates', () => {
  test('names them and says that they fit, never that it is one of them', () => {
    fc.assert(
      fc.property(seenExpiry, ({ ...seen }) => {
        const { summary, advice, consistentWith = [] } = causeFor(seen);
        const [before = '', sentence = ''] = summary.split(/ (?=Consistent\b)/);
        for (const { product } of consistentWith) expect(before).not.toContain(product);
        expect(sentence === '').toBe(consistentWith.length === 0);
        expect(sentence).not.toMatch(/\b(is|was|it's|culprit|caused?)\b/);
        for (const text of advice) expect(text).not.toMatch(/\bit is (?!lost)/i);
      }),
      { numRuns: 500 },
    );
  });

  test('one time that many share names them all; a bracket that holds many names a handful and counts the others', () => {
    const anHour = causeFor(around(3600, 'silent-drop'));
    expect(anHour.consistentWith?.length).toBeGreaterThan(5);
    for (const { product } of anHour.consistentWith ?? []) expect(anHour.summary).toContain(product);
    const wide = causeFor({ ...around(600, 'silent-drop'), livedSeconds: 200, diedSeconds: 4000 });
    const all = wide.consistentWith ?? [];
    const named = all.filter(({ product }) => wide.summary.includes(product));
    expect(named.length).toBe(5);
    expect(wide.summary).toContain(
      `Consistent with ${all.length} known defaults from 240 to 3600 s, which the measured range does not tell apart`,
    );
    expect(wide.summary).toMatch(new RegExp(`; and ${all.length - 5} more\\.$`));
  });

  test('a time that nobody has by default says nothing', () => {
    const cause = causeFor(around(23, 'silent-drop'));
    expect(cause).not.toHaveProperty('consistentWith');
    expect(cause.summary).not.toMatch(/Consistent/);
  });

  test('the hop that forgets comes into it', () => {
    const seen = around(86_400, 'silent-drop');
    const order = (...beside: EvidenceOf<'idle-enforcer'>[]) =>
      causeFor(seen, ...beside).consistentWith?.map(({ id }) => id) ?? [];
    expect(order(enforcer(1, '192.0.2.1')).indexOf('mikrotik')).toBeLessThan(
      order(enforcer(1, '192.0.2.1')).indexOf('kube-proxy'),
    );
    expect(order(enforcer(4, HOST)).indexOf('kube-proxy')).toBeLessThan(order(enforcer(4, HOST)).indexOf('mikrotik'));
  });

  test('one that ignores empty keepalives says so where it fits, and only there', () => {
    const says = /AWS Classic Load Balancer: keepalives without payload do not refresh it.*TCPKeepAlive does not/;
    expect(causeFor(around(60, 'closed-by-peer')).advice.join('\n')).toMatch(says);
    expect(causeFor(around(350, 'closed-by-peer')).advice.join('\n')).not.toMatch(says);
  });

  test('both directions are named by the one that leads', () => {
    const outbound = measured(around(350, 'reset'));
    const inbound = { ...measured(around(240, 'silent-drop')), id: 'idle-2', direction: 'inbound' as const };
    const cause = causeOf('idle-timeout', outbound, inbound);
    expect(ids(cause.consistentWith)).toEqual(['azure-basic-lb-aks-api', 'azure-lb']);
    expect(diagnose([inbound, outbound])).toEqual(diagnose([outbound, inbound]));
  });
});
