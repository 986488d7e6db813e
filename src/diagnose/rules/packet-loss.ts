// Packets that never arrive, while others do: how many, in what bursts, and on which side of the first router.

import { formatSeconds } from '../../duration.ts';
import type { EvidenceOf } from '../../evidence.ts';
import type { Verdict } from '../cause.ts';
import { defineRule, type Opinion, ofKind } from '../define-rule.ts';
import { lossOf } from '../loss.ts';
import { isToldByErrors } from '../loss-on-path.ts';
import { type LossPlace, placeByGateway } from '../loss-place.ts';
import { placeByPath, sparedTcp, weighPathLoss } from '../path-loss.ts';
import { patientKeepalives } from '../patient-keepalives.ts';
import { type Counted, lossInterval } from '../statistics.ts';
import { type Subject, withPort } from '../subject.ts';

type Echo = EvidenceOf<'echo'>;

/** Loss rates that must be exceeded with 95 % confidence: TCP and ssh keepalives suffer at the upper one. */
const CONFIRMED_ABOVE = 0.1;
const LIKELY_ABOVE = 0.03;
/** Losses come in bursts, so that few requests in a short time say less than their interval claims. */
const CONFIRMED_FROM = 30;
const LIKELY_FROM = 10;

/** Ways to say where packets get lost, the best first: the first that knows anything is believed. */
const PLACES: readonly ((subject: Subject, echo: Echo) => LossPlace | null)[] = [
  (subject) => placeByPath(subject),
  (_, echo) => placeByGateway(echo),
];

export const packetLoss = defineRule({
  cause: 'packet-loss',
  speaksOf: ['host', 'network'],
  quietAbout: ['network'],
  needs: ['echo', 'echo-sweep', 'path'],
  weigh(subject) {
    const byEcho = ofKind(subject, 'echo').map((echo) => weighOne(subject, echo));
    const byPath = ofKind(subject, 'path').map((path) => weighPath(subject, path));
    // What echo requests found has its place by the path; what they did not may still have been lost on that.
    const found = byEcho.some(({ verdict }) => isFound(verdict));
    const told = byEcho.some(({ verdict }) => verdict !== 'unknown');
    const more = found
      ? []
      : byPath.filter(({ verdict }) => byEcho.length === 0 || isFound(verdict) || (!told && verdict !== 'unknown'));
    const kept = more.length === 0 ? byEcho : [];
    return [...kept, ...more, ...ofKind(subject, 'echo-sweep').map((sweep) => weighSweep(subject, sweep))];
  },
});

function isFound(verdict: Verdict): boolean {
  return verdict !== 'ruled-out' && verdict !== 'unknown';
}

function weighPath(subject: Subject, path: EvidenceOf<'path'>): Opinion {
  const last = path.hops.at(-1);
  const isRejected = isToldByErrors(path);
  if (path.reached && last !== undefined && last.received > 0 && !isRejected) return weighPathLoss(subject, path);
  const { label } = subject;
  return {
    subject: label,
    because: [path.id],
    advice: [],
    verdict: 'unknown',
    summary: isRejected
      ? `${label} answers ${path.port === null ? 'echo requests' : `SYNs to port ${path.port}`} by ICMP errors, of which a host sends only so many: no loss rate follows from that.`
      : `${label} was not reached along the path: no loss rate follows from that.`,
    missing: [`a TCP connection may tell more: netcheck --idle-timeout ${withPort(label, 22)} --max-idle 10s`],
  };
}

function weighOne(subject: Subject, echo: Echo): Opinion {
  const { label } = subject;
  const { lost, asked } = lossOf(echo);
  const base = { subject: label, because: [echo.id], advice: [], missing: [] };
  if (echo.received === 0) return { ...base, ...nothingCame(label, echo, asked) };
  const { lower, upper } = lossInterval(lost, asked);
  const besides = oddities(echo);
  if (lost === 0) {
    return {
      ...base,
      verdict: 'ruled-out',
      summary: `All ${asked} echo requests to ${label} came back; a loss above ${percent(upper)} would have shown (95% confidence).${besides}`,
    };
  }
  const range = `between ${percent(lower)} and ${percent(upper)} of packets get lost (95% confidence)`;
  const counted = `${lost} of ${asked} echo requests to ${label} were lost`;
  if ((echo.kernelDrops ?? 0) > 0) {
    return {
      ...base,
      verdict: 'unknown',
      summary: `${counted}, but this machine itself did not read ${echo.kernelDrops} answers in time: that is no loss of the network's.`,
      missing: [`repeat when the machine is less busy: netcheck --ping ${label}`],
    };
  }
  const where = PLACES.map((find) => find(subject, echo)).find((place) => place !== null);
  const spared = sparedTcp(subject, { lost, asked });
  if (spared !== null) {
    return {
      ...base,
      verdict: 'possible',
      because: [echo.id, ...spared.because],
      summary: [`${counted}: ${range}.`, burst(echo, lost), spared.says].filter(Boolean).join(' ') + besides,
      missing: [spared.missing],
    };
  }
  const verdict = verdictOf(echo, { lost, asked }, lower);
  return {
    ...base,
    verdict,
    because: [echo.id, ...(where?.because ?? [])],
    summary: [`${counted}: ${range}.`, where?.says, burst(echo, lost)].filter(Boolean).join(' ') + besides,
    advice: [
      where?.advice ?? 'Look for the lossy link: Wi-Fi, a half-duplex or overloaded port, a saturated uplink.',
      ...patientKeepalives(subject),
    ],
    missing:
      verdict === 'confirmed'
        ? []
        : [`${lost === 1 ? 'a single loss may be chance; ' : ''}ask more often: netcheck --ping ${label} --count 200`],
  };
}

function verdictOf({ longestLossRun }: Echo, { lost, asked }: Counted, lower: number): Verdict {
  if (lower < LIKELY_ABOVE || asked < LIKELY_FROM) return 'possible';
  // All in one gap is one event, be it as long as it may: no rate.
  const isOneGap = lost > 1 && longestLossRun === lost;
  return lower >= CONFIRMED_ABOVE && asked >= CONFIRMED_FROM && !isOneGap ? 'confirmed' : 'likely';
}

function nothingCame(
  label: string,
  { sent, gateway, errors }: Echo,
  asked: number,
): Pick<Opinion, 'verdict' | 'summary' | 'missing'> {
  const reached =
    gateway === null || gateway === undefined || gateway.received === 0 || errors.length > 0
      ? ''
      : ` Your gateway ${gateway.address} answered ${gateway.received} of ${gateway.sent} at the same times: the silence begins beyond it.`;
  return {
    verdict: 'unknown',
    summary:
      sent === 0
        ? 'No echo request was sent.'
        : `None of ${asked} echo requests was answered: no loss rate follows from that.${reached}`,
    missing: [`a TCP connection may tell more: netcheck --idle-timeout ${withPort(label, 22)} --max-idle 10s`],
  };
}

/** What the longest gap does to a session; nothing for single losses. */
function burst({ longestLossRun, intervalSeconds }: Echo, lost: number): string {
  if (longestLossRun === undefined || intervalSeconds === undefined || longestLossRun < 2) return '';
  const all = longestLossRun === lost ? 'All of them fell into one gap:' : 'The longest gap was';
  const gap = formatSeconds(longestLossRun * intervalSeconds);
  return `${all} ${longestLossRun} in a row (${gap}): TCP sends again and a session outlives it, unless its keepalives wait less than that for an answer: (ServerAliveCountMax + 1) × ServerAliveInterval.`;
}

/** What else is not as it should be, though it loses nothing. */
function oddities({ duplicates, reordered = 0, hopLimits = [], hopLimitChanges = 0 }: Echo): string {
  const notes = [
    ...(duplicates > 0 ? [`${duplicates} ${duplicates === 1 ? 'answer' : 'answers'} came more than once`] : []),
    ...(reordered > 0 ? [`${reordered} ${reordered === 1 ? 'was' : 'were'} overtaken by later ones`] : []),
    ...(hopLimitChanges > 0
      ? [
          `the TTL of answers changed ${hopLimitChanges} times (${hopLimits.map(({ hopLimit }) => hopLimit).join(', ')}): they come by several paths, or from several machines`,
        ]
      : []),
  ];
  return notes.length === 0 ? '' : ` Besides, ${notes.join('; ')}.`;
}

/** Of a network as a whole: whether whoever answers does so reliably. */
function weighSweep({ label }: Subject, sweep: EvidenceOf<'echo-sweep'>): Opinion {
  const { addressesAsked, addressesAnswered, lossyHosts, lossy } = sweep;
  const base = { subject: label, because: [sweep.id], advice: [], missing: [] };
  const counted = `${addressesAnswered} of ${addressesAsked} addresses of ${label} answered`;
  const unread = (sweep.kernelDrops ?? 0) > 0 && !sweep.dropsMadeUp;
  if (!sweep.complete || addressesAnswered === 0 || unread) {
    const why = !sweep.complete
      ? 'it was not carried to its end'
      : unread
        ? `this machine did not read ${sweep.kernelDrops} answers in time`
        : 'no loss rate follows from silence';
    const missing = unread ? `ask slower: netcheck --ping ${label} --rate 1000` : `netcheck --ping ${label}`;
    return { ...base, verdict: 'unknown', summary: `${counted}: ${why}.`, missing: [missing] };
  }
  if (lossyHosts === 0) {
    const { upper } = lossInterval(0, addressesAnswered);
    const summary = `${counted}, each of them every time it was asked: a loss above ${percent(upper)} common to all would have shown (95% confidence).`;
    return { ...base, verdict: 'ruled-out', summary };
  }
  const [worst] = lossy;
  const hosts = lossyHosts === 1 ? '1 host' : `${lossyHosts} hosts`;
  const summary = `${counted}; ${hosts} of these did not do so every time, ${worst?.ip} least of all (${worst?.answered} of ${worst?.asked}).`;
  return { ...base, verdict: 'possible', summary, missing: [`netcheck --ping ${worst?.ip} --count 200`] };
}

function percent(ratio: number): string {
  return `${Number((ratio * 100).toPrecision(2))}%`;
}
