// Loss as a path shows it: how much, and between which hops it begins.

import type { EvidenceOf } from '../evidence.ts';
import type { Verdict } from './cause.ts';
import { type Opinion, ofKind } from './define-rule.ts';
import { hopName } from './hop-name.ts';
import { lossOf } from './loss.ts';
import { lossOnPath, type PathLoss, seldomAnswering } from './loss-on-path.ts';
import { patientKeepalives } from './patient-keepalives.ts';
import { type Counted, chanceOfFewer, lossInterval, type Successes } from './statistics.ts';
import { type Subject, withPort } from './subject.ts';

type Path = EvidenceOf<'path'>;

/** Where it was, in words, and where to look. */
export interface PlaceOnPath {
  readonly says: string;
  readonly advice: string;
  /** Ids of further evidence that it rests on. */
  readonly because: readonly string[];
}

/** Loss rates that must be exceeded with 95 % confidence, and from how many packets on that is believed. */
const CONFIRMED = { above: 0.1, from: 30 };
const LIKELY = { above: 0.03, from: 10 };
/** A loss of a few percent is placed by so many. */
const ENOUGH = 1000;

/** By the paths of a subject; null when none of them tells more than that something is lost. */
export function placeByPath(subject: Subject): PlaceOnPath | null {
  for (const path of ofKind(subject, 'path')) {
    const loss = lossOnPath(path);
    if (loss !== null && isPlaced(path, loss)) return { ...placeOf(path, loss), because: [path.id] };
  }
  return null;
}

/** What other packets of the same run met. */
export interface Spared {
  readonly says: string;
  /** What would tell more. */
  readonly missing: string;
  readonly because: readonly string[];
}

/** A difference like this one is made by chance less often than that. */
const HARDLY_CHANCE = 0.01;

/** SYNs of the same run of which surely fewer were lost than of echo requests: routers and hosts limit ICMP, and not TCP. */
export function sparedTcp(subject: Subject, echoes: Counted): Spared | null {
  const answered: Successes = { succeeded: echoes.asked - echoes.lost, tried: echoes.asked };
  for (const path of ofKind(subject, 'path').filter(({ port, reached }) => port !== null && reached)) {
    const counts = [
      { id: path.id, succeeded: path.hops.at(-1)?.received ?? 0, tried: path.hops.at(-1)?.sent ?? 0 },
      ...ofKind(subject, 'dscp-comparison')
        .filter(({ port }) => port === path.port)
        .flatMap(({ id, marks }) =>
          marks.filter(({ dscp }) => dscp === 0).map((mark) => ({ id, succeeded: mark.answered, tried: mark.sent })),
        ),
    ];
    const sum = (of: (each: Successes) => number): number => counts.reduce((all, each) => all + of(each), 0);
    const syns = { succeeded: sum(({ succeeded }) => succeeded), tried: sum(({ tried }) => tried) };
    if (chanceOfFewer(answered, syns) >= HARDLY_CHANCE) continue;
    const lost = syns.tried - syns.succeeded;
    return {
      says: `But of ${syns.tried} SYNs to port ${path.port} ${lost === 0 ? 'none' : `only ${lost}`} ${lost > 1 ? 'were' : 'was'} lost: it may be ICMP alone that is limited on the way, and then ssh is spared.`,
      missing: `ask by TCP for longer: sudo netcheck --path ${withPort(subject.label, path.port as number)} --count ${ENOUGH}`,
      because: counts.map(({ id }) => id),
    };
  }
  return null;
}

/** A path by itself, whose host was reached. */
export function weighPathLoss(subject: Subject, path: Path): Opinion {
  const { label } = subject;
  const base = { subject: label, because: [path.id], advice: [], missing: [] };
  const again = `ask more often: sudo netcheck --path ${withPort(label, path.port ?? 22)} --count ${ENOUGH}`;
  const sent = path.hops.at(-1)?.sent ?? 0;
  const loss = lossOnPath(path);
  if (loss === null) {
    const { upper } = lossInterval(0, Math.max(1, sent));
    const [seldom] = seldomAnswering(path);
    const limited =
      seldom === undefined
        ? ''
        : ` That ${hopName(seldom, path)} answers only some of what it is asked is a limit of its own: what it passes on arrives.`;
    return {
      ...base,
      verdict: 'ruled-out',
      summary: `All ${sent} probes of the path to ${label} were answered; a loss above ${percent(upper)} would have shown (95% confidence).${limited}`,
    };
  }
  const beside = sparedEchoes(subject, path, loss);
  const verdict = beside === null ? verdictOf(loss) : 'possible';
  const counted = `${loss.lost} of ${loss.sent} probes to ${label} were lost: between ${percent(loss.lower)} and ${percent(loss.upper)} of packets get lost (95% confidence).`;
  if (beside !== null) {
    const { says, missing, because } = beside;
    return { ...base, verdict, because: [path.id, ...because], summary: `${counted} ${says}`, missing: [missing] };
  }
  const place = placeOf(path, loss);
  return {
    ...base,
    verdict,
    summary: `${counted} ${place.says}`,
    advice: [place.advice, ...patientKeepalives(subject)],
    missing: (verdict === 'confirmed' && isPlaced(path, loss)) || loss.sent >= ENOUGH ? [] : [again],
  };
}

/**
 * Echo requests of the same run of which surely fewer were lost, while every router on the way passes the probes on: hosts and
 * firewalls let only so many connections begin, or answer only so many requests at once. null: nothing of the kind.
 */
function sparedEchoes({ evidence, label }: Subject, path: Path, { lost, sent, byHop }: PathLoss): Spared | null {
  if (byHop < (path.hops.at(-1)?.ttl ?? 0)) return null;
  const echoes = evidence.filter((item): item is EvidenceOf<'echo'> => item.kind === 'echo' && item.received > 0);
  const counts = echoes.map(lossOf);
  const asked = counts.reduce((sum, each) => sum + each.asked, 0);
  const lostEchoes = counts.reduce((sum, each) => sum + each.lost, 0);
  const probes: Successes = { succeeded: sent - lost, tried: sent };
  if (chanceOfFewer(probes, { succeeded: asked - lostEchoes, tried: asked }) >= HARDLY_CHANCE) return null;
  const but = `But of ${asked} echo requests, which were sent more slowly, ${lostEchoes === 0 ? 'none' : `only ${lostEchoes}`} ${lostEchoes > 1 ? 'were' : 'was'} lost`;
  const because = echoes.map(({ id }) => id);
  return path.port === null
    ? {
        says: `${but}: the host may answer only so many at once.`,
        missing: `ask by TCP, as ssh does: sudo netcheck --path ${withPort(label, 22)} --count ${ENOUGH}`,
        because,
      }
    : {
        says: `${but}: it may be that only so many connections to port ${path.port} may begin, and then open ones are spared.`,
        missing: `ask for longer by what is not limited so: netcheck --ping ${label} --count 200`,
        because,
      };
}

function verdictOf({ lower, sent }: PathLoss): Verdict {
  if (lower >= CONFIRMED.above && sent >= CONFIRMED.from) return 'confirmed';
  return lower >= LIKELY.above && sent >= LIKELY.from ? 'likely' : 'possible';
}

/** Something is known to be without loss, or to share it. */
function isPlaced(path: Path, { afterHop, byHop }: PathLoss): boolean {
  return afterHop > 0 || byHop < (path.hops.at(-1)?.ttl ?? 0);
}

function placeOf(path: Path, loss: PathLoss): Pick<PlaceOnPath, 'says' | 'advice'> {
  const { afterHop, byHop } = loss;
  if (!isPlaced(path, loss) && byHop > 1) {
    return {
      says: 'Where on the way can not be told by so few, or by what the routers answer.',
      advice: 'Look for the lossy link: Wi-Fi, a half-duplex or overloaded port, a saturated uplink.',
    };
  }
  if (afterHop === 0 && byHop === 1 && path.hops.length > 1) {
    return {
      says: `It begins between you and your gateway, ${hopName(1, path)}.`,
      advice: 'Look at your own link first: Wi-Fi, the cable, a half-duplex port.',
    };
  }
  const between = `between ${hopName(afterHop, path)} and ${hopName(byHop, path)}`;
  return {
    says: `It begins ${between}${afterHop === 0 ? '' : `: what ${hopName(afterHop, path)} is asked comes back`}.`,
    advice: `Look at the link ${between}, or tell whoever runs it: overloaded, half-duplex, radio.`,
  };
}

function percent(ratio: number): string {
  return `${Number((ratio * 100).toPrecision(2))}%`;
}
