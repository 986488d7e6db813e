// Large packets that vanish without a word (RFC 2923 section 2.1): TCP sends them again and again, and nothing moves.

import type { EvidenceOf } from '../../evidence.ts';
import { defineRule, type Opinion, ofKind } from '../define-rule.ts';
import { hopName, hopOf } from '../hop-name.ts';
import { headerBytes, lastingMtuAdvice, mtuAdvice } from '../mtu-advice.ts';
import { type Subject, withPort } from '../subject.ts';

type Mtu = EvidenceOf<'path-mtu'>;

export const pathMtu = defineRule({
  cause: 'path-mtu',
  speaksOf: ['host'],
  needs: ['path-mtu'],
  weigh: (subject) => ofKind(subject, 'path-mtu').map((mtu) => weighOne(subject, mtu)),
});

function weighOne(subject: Subject, mtu: Mtu): Opinion {
  const { label } = subject;
  const { mtuBytes, isBlackHole } = mtu;
  const base = { subject: label, because: [mtu.id], advice: [], missing: [] };
  if (mtuBytes === null || mtu.passed === null) return unknown(subject, mtu);
  if (!isBlackHole) {
    return { ...base, verdict: 'ruled-out', summary: noBlackHole(subject, mtu) };
  }
  return { ...base, ...blackHole(subject, { ...mtu, mtuBytes }) };
}

function noBlackHole(subject: Subject, mtu: Mtu): string {
  const { label } = subject;
  if (mtu.failed === null) {
    return `Packets of ${mtu.interfaceMtuBytes} bytes, as large as interface ${mtu.interface} takes, get through to ${label} whole.`;
  }
  const passing = `Packets of up to ${mtu.mtuBytes} bytes get through to ${label}`;
  // The kernel holds what ping sends to the route, in releases before 2024; raw sockets go by the interface.
  if (mtu.method === 'system-ping' && mtu.mtuBytes === mtu.routeMtuBytes) {
    return `${passing}, and sessions from here send no larger ones: the route of this machine is limited to that. Whether larger ones of other machines vanish takes root to tell.`;
  }
  return `${passing}; that larger ones do not fit is said by ${hopOf(mtu.reportedBy ?? '', ofKind(subject, 'path'))}, as it should be, and TCP goes by it.`;
}

/** Without evidence behind it, as what nobody asked about, where the host itself lets nobody measure. */
function unknown(subject: Subject, mtu: Mtu): Opinion {
  const { label } = subject;
  const { mtuBytes, reportedBy, passed } = mtu;
  const said =
    mtuBytes === null || reportedBy === null
      ? ''
      : ` ${hopOf(reportedBy, ofKind(subject, 'path'))} reports a link of ${mtuBytes} bytes, so that one is no black hole.`;
  return {
    subject: label,
    verdict: 'unknown',
    because: passed === null ? [] : [mtu.id],
    summary: `How large a packet gets through to ${label} could not be told: ${mtu.unmeasuredBecause ?? 'it was interrupted'}.${said}`,
    advice: [],
    missing: [
      passed === null
        ? `log in and copy something: ssh ${label} 'head -c 100000 /dev/zero' | wc -c (a black hole stops it)`
        : `repeat: sudo netcheck --path ${withPort(label, 22)}`,
    ],
  };
}

function blackHole(
  subject: Subject,
  mtu: Mtu & { readonly mtuBytes: number },
): Pick<Opinion, 'verdict' | 'summary' | 'advice' | 'missing'> {
  const { mtuBytes, failed, passed, vanishes, peerMssBytes, address, interfaceMtuBytes, reportedBy } = mtu;
  const paths = ofKind(subject, 'path');
  const [path] = paths;
  const where =
    vanishes === null
      ? ''
      : ` They still reach ${hopName(vanishes.afterHop, path)}, and no longer ${hopName(vanishes.beforeHop, path)}.`;
  const how =
    reportedBy === null
      ? 'vanish, and no router says why'
      : `do not fit, and what ${hopOf(reportedBy, paths)} says of it is wrong (${mtu.reportedMtuBytes} bytes), so that TCP sends again what does not fit`;
  const counted =
    reportedBy === null
      ? `${failed?.bytes} bytes failed all ${failed?.times} times, ${mtuBytes} came back ${passed?.times} times`
      : `${failed?.bytes} bytes were refused, ${mtuBytes} came back`;
  const { routeMtuBytes } = mtu;
  const route = routeMtuBytes === undefined ? '' : `, and the route of this machine lets ${routeMtuBytes} pass`;
  const what = `Packets of more than ${mtuBytes} bytes to ${subject.label} ${how}: ${counted}; the interface sends up to ${interfaceMtuBytes}${route}.${where}`;
  if (routeMtuBytes !== undefined && routeMtuBytes <= mtuBytes) {
    return {
      verdict: 'possible',
      summary: `${what} That route keeps TCP sessions of this machine out of the black hole, both ways, because it limits their segments; it is still there for other machines.`,
      advice: lastingMtuAdvice(mtu),
      missing: ['what others meet: run netcheck on a machine whose route is not limited'],
    };
  }
  const largestBytes = peerMssBytes === null ? null : peerMssBytes + headerBytes(address);
  if (largestBytes !== null && largestBytes <= mtuBytes) {
    return {
      verdict: 'possible',
      summary: `${what} TCP is spared: the port asks for segments of at most ${peerMssBytes} bytes, which fit.`,
      advice: [],
      missing: ['the other direction: run netcheck on the far host, too'],
    };
  }
  const advice = mtuAdvice(mtu);
  if (vanishes !== null) return { verdict: 'confirmed', summary: what, advice, missing: [] };
  return {
    verdict: 'likely',
    summary: `${what} ${somewhere(path)}, on the way there or back, or the host itself drops large echo requests.`,
    advice,
    missing: [`the way back: run netcheck on ${subject.label} towards this machine`],
  };
}

/** Of a black hole that no hop could be told to be in front of. */
function somewhere(path: EvidenceOf<'path'> | undefined): string {
  const routers = path?.reached ? path.hops.slice(0, -1) : undefined;
  if (routers?.length === 0) return 'No router is in between: they vanish on the link';
  if (routers?.every(({ addresses }) => addresses.length === 0)) {
    return 'No router answers, so that it can not be told between which they vanish';
  }
  return 'They still reach the last router that answers, so they vanish between it and the host';
}
