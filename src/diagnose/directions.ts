// One path, measured with this side speaking first after the silence and with the far side speaking first: what both say
// together. Loose pickup (nf_conntrack_tcp_loose, nf_conntrack-sysctl) and NATs that keep ports revive a flow for one side only.

import { formatSeconds } from '../duration.ts';
import type { EvidenceOf } from '../evidence.ts';
import { VERDICTS } from './cause.ts';
import { isDeath } from './closer.ts';
import { type Opinion, ofKind } from './define-rule.ts';
import { afterHowLong, expiryOf } from './expiry.ts';
import { clientAliveWithin } from './settings-in-force.ts';
import type { Subject } from './subject.ts';

type Idle = EvidenceOf<'idle-timeout'>;

/** Measurements of one port: both directions where both were measured, else the one that was. */
export type Directions = readonly [Idle] | readonly [outbound: Idle, inbound: Idle];

/** What was measured with a part of the path kept awake is not of the path: slower-timers.ts tells it. */
export function directionsOf(subject: Subject): Directions[] {
  const ofThePath = ofKind(subject, 'idle-timeout').filter(({ awakeUpToHop }) => awakeUpToHop === undefined);
  const inbound = new Set(ofThePath.filter(({ direction }) => direction === 'inbound'));
  const paired = ofThePath
    .filter(({ direction }) => direction === 'outbound')
    .map((outbound): Directions => {
      const other = [...inbound].find((each) => isOfOneMeasurement(outbound, each));
      if (other === undefined) return [outbound];
      inbound.delete(other);
      return [outbound, other];
    });
  return [...paired, ...[...inbound].map((alone): Directions => [alone])];
}

function isOfOneMeasurement(outbound: Idle, inbound: Idle): boolean {
  const { address, port, login, loggedIn = false } = outbound;
  return (
    address === inbound.address &&
    port === inbound.port &&
    login === inbound.login &&
    loggedIn === (inbound.loggedIn ?? false)
  );
}

/** To be put behind what is said of an outbound and an inbound measurement alike. */
export function whenSpeaking({ direction }: Idle): string {
  return direction === 'inbound' ? ' when the far side speaks first' : '';
}

/** What is true of the path whichever side speaks first, said once. `weigh` judges one direction. */
export function weighTogether(directions: Directions, weigh: (idle: Idle) => Opinion): Opinion {
  const [outbound, inbound] = directions;
  if (inbound === undefined) return weighAlone(outbound, weigh(outbound));
  const leading = leads(outbound, inbound, weigh) ? outbound : inbound;
  const other = leading === outbound ? inbound : outbound;
  const opinion = weigh(leading);
  const summary = `${opinion.summary.replace(/\.$/, '')}${addition(opinion, leading, other)}.`;
  const because = [...new Set([leading.id, other.id, ...opinion.because])];
  // A single advice is to mend the path: no side can speak often enough for it.
  const dies = isDead(inbound) && inbound.onExpiry !== 'closed-by-peer' && opinion.advice.length > 1;
  const advice = dies
    ? [
        ...opinion.advice.slice(0, 1),
        whoMustSpeak(inbound),
        ...opinion.advice.slice(1),
        ...(isDead(outbound) ? [] : [UNTRIED_INBOUND]),
      ]
    : opinion.advice;
  return { ...opinion, summary, because, advice };
}

/** A path that was asked by this side alone may still lose what the far side says first. */
function weighAlone({ direction }: Idle, opinion: Opinion): Opinion {
  if (opinion.verdict !== 'ruled-out' || direction === 'inbound') return opinion;
  const summary = `${opinion.summary.replace(/\.$/, '')} when this side speaks first. Whether the far side is heard when it does takes a partner there to tell (netcheck serve).`;
  return { ...opinion, summary };
}

/**
 * The direction that decides: of two that die the inbound one only where it certainly dies sooner, because the hop and the
 * keepalive are measured outbound; else the one with the surer verdict.
 */
function leads(outbound: Idle, inbound: Idle, weigh: (idle: Idle) => Opinion): boolean {
  if (isDead(outbound) && isDead(inbound)) {
    const [mine, theirs] = [expiryOf(outbound), expiryOf(inbound)];
    return (theirs?.expiredSeconds ?? 0) > (mine?.survivedSeconds ?? mine?.expiredSeconds ?? 0);
  }
  return VERDICTS.indexOf(weigh(outbound).verdict) <= VERDICTS.indexOf(weigh(inbound).verdict);
}

function isDead(idle: Idle): boolean {
  return isDeath(idle.onExpiry, idle);
}

function addition({ verdict }: Opinion, leading: Idle, other: Idle): string {
  const who = other.direction === 'inbound' ? 'the far side' : 'this side';
  const { survivedSeconds } = other;
  const expiry = expiryOf(other);
  if (isDead(other) && expiry !== null) {
    return `; when ${who} speaks first, ${afterHowLong(expiry)}`;
  }
  if (survivedSeconds === null) return `; when ${who} speaks first, nothing could be told`;
  if (verdict === 'ruled-out') return `, and through ${formatSeconds(survivedSeconds)} when ${who} speaks first`;
  const lives = `; when ${who} speaks first, it lives through ${formatSeconds(survivedSeconds)}`;
  const isRevived =
    isDead(leading) &&
    other.direction === 'outbound' &&
    survivedSeconds >= (leading.expiredSeconds ?? Number.POSITIVE_INFINITY);
  return isRevived
    ? `${lives}: its packet begins the flow anew, so that what the server says after such a silence (tail -f, a prompt) is lost until you type, and for good once the server has given up`
    : lives;
}

const UNTRIED_INBOUND =
  'Which hop it is, and whether that keepalive holds, could not be tried: the path forgets nothing when this side speaks first.';

function whoMustSpeak(inbound: Idle): string {
  return `It matters who speaks: ServerAliveInterval lets this side speak, which keeps both directions alive. ClientAliveInterval is the server speaking first: unless it is at most ${clientAliveWithin(expiryOf(inbound)?.survivedSeconds ?? 0)} s (OpenSSH says its word every second time only), it is lost like any other word of the server.`;
}
