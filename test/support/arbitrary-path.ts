// Evidence of --path for fast-check: any path, any path MTU, any marks.

import fc from 'fast-check';
import type { EvidenceOf, Finding } from '../../src/evidence.ts';

type Where = { readonly host: string; readonly address: string };

const rtt = { min: 0.2, mean: 0.3, max: 0.5, stddev: 0.1 };
const way = fc.record({
  method: fc.constantFrom('raw-socket', 'system-ping', 'connect'),
  methodNote: fc.constantFrom(null, 'by the system’s ping: there is no raw socket'),
});
const by = fc.constantFrom({ protocol: 'icmp' as const, port: null }, { protocol: 'tcp' as const, port: 22 });
const ending = fc.constantFrom('reached', 'unreachable', 'silence', 'loop', 'interrupted');
const size = fc.record({ bytes: fc.integer({ min: 576, max: 1500 }), times: fc.integer({ min: 1, max: 20 }) });

/** So many of which so many came back. */
const tally = fc
  .tuple(fc.integer({ min: 1, max: 1000 }), fc.double({ min: 0, max: 1, noNaN: true }))
  .map(([sent, share]) => ({ sent, received: Math.round(sent * share) }));

export function pathFindings(
  host: fc.Arbitrary<Where>,
  maybeText: fc.Arbitrary<string | null>,
): readonly fc.Arbitrary<Finding>[] {
  return [path(host, maybeText), mtu(host), marks(host)];
}

function path(host: fc.Arbitrary<Where>, maybeText: fc.Arbitrary<string | null>): fc.Arbitrary<Finding> {
  const hop = fc.record({
    tally,
    asked: fc.option(tally),
    isSilent: fc.boolean(),
    name: maybeText,
    rewritten: fc.uniqueArray(fc.constantFrom('source', 'checksum')) as fc.Arbitrary<('source' | 'checksum')[]>,
  });
  return fc
    .record({
      where: host,
      by,
      way,
      ending,
      hops: fc.array(hop, { maxLength: 4 }),
      refused: fc.boolean(),
      complete: fc.boolean(),
    })
    .map(({ where, by: means, way: how, ending: endedBecause, hops, refused, complete }) => {
      const ended = endedBecause === 'reached' && hops.length === 0 ? 'silence' : endedBecause;
      const reached = ended === 'reached';
      return {
        kind: 'path',
        ...where,
        ...means,
        ...(how as Pick<EvidenceOf<'path'>, 'method' | 'methodNote'>),
        reached,
        endedBecause: ended as EvidenceOf<'path'>['endedBecause'],
        unreachable: ended === 'unreachable' ? { from: '10.0.1.1', type: 3, code: 1 } : null,
        refused: reached && means.port !== null ? refused : null,
        rounds: 10,
        hops: hops.map((each, index) => {
          const isHost = reached && index === hops.length - 1;
          const received = each.isSilent && !isHost ? 0 : each.tally.received;
          const addresses = isHost ? [where.address] : received === 0 ? [] : [`10.0.${index + 1}.1`];
          return {
            ttl: index + 1,
            addresses,
            ...(each.name === null ? {} : { names: addresses.map(() => each.name) }),
            sent: each.tally.sent,
            received,
            rttMs: received === 0 ? null : rtt,
            asked:
              isHost || each.asked === null ? null : { ...each.asked, rttMs: each.asked.received === 0 ? null : rtt },
            rewritten: each.rewritten,
          };
        }),
        complete,
      };
    });
}

function mtu(host: fc.Arbitrary<Where>): fc.Arbitrary<Finding> {
  return fc
    .record({
      where: host,
      way,
      passed: fc.option(size),
      times: fc.option(fc.integer({ min: 1, max: 20 })),
      said: fc.boolean(),
      mss: fc.constantFrom(null, 536, 1460),
      route: fc.constantFrom(null, 1300, 1499),
      isLocated: fc.boolean(),
    })
    .map(({ where, way: how, passed, times, said, mss, route, isLocated }) => {
      const isSmaller = passed !== null && times !== null && passed.bytes < 1500;
      const isBlackHole = isSmaller && !said;
      return {
        kind: 'path-mtu',
        ...where,
        ...(how as Pick<EvidenceOf<'path-mtu'>, 'method' | 'methodNote'>),
        interface: 'eth0',
        interfaceMtuBytes: 1500,
        ...(route === null ? {} : { routeMtuBytes: route }),
        mtuBytes: passed === null ? null : isSmaller ? passed.bytes : 1500,
        reportedBy: isSmaller && said ? '10.0.1.1' : null,
        reportedMtuBytes: isSmaller && said ? passed.bytes : null,
        isBlackHole,
        passed,
        failed: isSmaller ? { bytes: passed.bytes + 1, times } : null,
        vanishes: isBlackHole && isLocated ? { afterHop: 1, beforeHop: 2 } : null,
        peerMssBytes: mss,
        unmeasuredBecause: passed === null ? 'the host answers no echo request' : null,
        complete: true,
      };
    });
}

function marks(host: fc.Arbitrary<Where>): fc.Arbitrary<Finding> {
  const mark = fc.record({
    answered: fc.nat({ max: 10 }),
    refusedShare: fc.constantFrom(0, 0, 1),
    upTo: fc.option(fc.nat({ max: 3 })),
  });
  return fc
    .record({
      where: host,
      by,
      way,
      marks: fc.tuple(mark, mark, mark),
      changed: fc.boolean(),
      errors: fc.boolean(),
      complete: fc.boolean(),
    })
    .map(({ where, by: means, way: how, marks: each, changed, errors, complete }) => ({
      kind: 'dscp-comparison',
      ...where,
      ...means,
      ...(how as Pick<EvidenceOf<'dscp-comparison'>, 'method' | 'methodNote'>),
      marks: each.map(({ answered, refusedShare, upTo }, index) => ({
        dscp: [0, 18, 46][index] as number,
        sent: 10,
        answered,
        refused: means.port === null ? 0 : answered * refusedShare,
        errors: errors && answered < 10 ? [{ from: '10.0.1.1', type: 3, code: 13, count: 10 - answered }] : [],
        answeredUpToHop: upTo,
      })),
      changes: changed ? [{ sentDscp: 46, hop: 2, arrivedDscp: 0 }] : [],
      complete,
    }));
}
