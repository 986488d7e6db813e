// Something on the path (a NAT, a firewall, a load balancer) forgets a connection that was idle for too long (RFC 5382 REQ-5).

import { formatSeconds } from '../../duration.ts';
import type { EvidenceOf } from '../../evidence.ts';
import { keepaliveSeconds } from '../../keepalive.ts';
import { candidatesFor, type Place } from '../candidates.ts';
import { isDeath, isPartner } from '../closer.ts';
import { defineRule, type Opinion, ofKind } from '../define-rule.ts';
import { directionsOf, weighTogether, whenSpeaking } from '../directions.ts';
import { enforcerName, enforcersOf } from '../enforcer-name.ts';
import { afterHowLong, type Expiry, earlyDeaths, expiryOf } from '../expiry.ts';
import { type Beside, keepaliveAdvice, keptAwakeBy } from '../keepalive-advice.ts';
import { withNames } from '../naming.ts';
import { howReset, isResetDespiteKeepalives, whoReset } from '../resets.ts';
import { effectInTime, settingsInForce, UNREAD } from '../settings-in-force.ts';
import { slowerTimers } from '../slower-timers.ts';
import { idleAgain, type Subject, withPort } from '../subject.ts';
import { triedBeside, UNTRIED } from '../trials.ts';

type Idle = EvidenceOf<'idle-timeout'>;

function besideOf(subject: Subject, idle: Idle, expiry: Expiry): Beside {
  const keepalive = ofKind(subject, 'kernel-keepalive')[0];
  const settings = settingsInForce(subject);
  if (idle.direction === 'inbound') return { keepalive, enforcer: undefined, tried: UNTRIED, settings };
  return { keepalive, enforcer: only(enforcersOf(subject, idle)), tried: triedBeside(subject, idle, expiry), settings };
}

/** Two that say the same kind of thing may contradict each other: then neither is quoted. */
function only<T>(items: readonly T[]): T | undefined {
  return items.length === 1 ? items[0] : undefined;
}

function cited({ keepalive, enforcer, tried, settings }: Beside): string[] {
  return [keepalive, enforcer, ...tried.trials, settings.client, settings.server].flatMap((item) =>
    item === undefined ? [] : [item.id],
  );
}

export const idleTimeout = defineRule({
  cause: 'idle-timeout',
  speaksOf: ['host'],
  needs: ['idle-timeout'],
  weigh: (subject) =>
    directionsOf(subject).map((both) => withNames(weighTogether(both, (idle) => weighOne(subject, idle)))),
});

function weighOne(subject: Subject, idle: Idle): Opinion {
  const expiry = expiryOf(idle);
  if (earlyDeaths(idle).length > 1) return forgetsSome(subject, idle);
  if (isResetDespiteKeepalives(idle)) {
    return idle.resetFrom === 'middlebox' ? resetsOnThePath(subject, idle) : lives(subject, idle);
  }
  if (expiry !== null && isDeath(expiry.onExpiry, idle)) return forgets(subject, idle, expiry);
  return lives(subject, idle);
}

/** One early death may be an accident; several are a path that does not treat all connections alike. */
function forgetsSome(subject: Subject, idle: Idle): Opinion {
  const target = withPort(subject.label, idle.port);
  const keepalive = ofKind(subject, 'kernel-keepalive')[0];
  // No idle time is known through which every connection lives: that a setting is short enough could not be said.
  const beside = { keepalive, enforcer: undefined, tried: UNTRIED, settings: UNREAD };
  const early = earlyDeaths(idle);
  const shortest = early[0] ?? 0;
  const survived = idle.survivedSeconds ?? 0;
  return {
    subject: target,
    verdict: 'likely',
    because: [idle.id, ...cited(beside)],
    summary: `Something on the path to ${target} forgets some idle connections: ${early.length} were dead after ${formatSeconds(shortest)} or more, while others lived through ${formatSeconds(survived)}. A timeout that varies looks so, as does a table that is full, or a cluster or several paths of which one forgets.`,
    advice: keepaliveAdvice(subject.label, { ...idle, survivedSeconds: shortest }, beside),
    missing: [`repeat, to see whether it is always so: ${idleAgain(subject, idle)}`],
  };
}

function forgets(subject: Subject, idle: Idle, expiry: Expiry): Opinion {
  const { survivedSeconds, onExpiry, variesSeconds } = expiry;
  const beside = besideOf(subject, idle, expiry);
  const target = withPort(subject.label, idle.port);
  const isClosed = onExpiry === 'closed-by-peer';
  const somebody = isClosed ? 'A proxy or a load balancer' : 'Something';
  const who = beside.enforcer === undefined ? somebody : capital(enforcerName(beside.enforcer));
  const varies =
    variesSeconds === null
      ? ''
      : ` (it varies from one connection to another, by ${formatSeconds(variesSeconds)} at least)`;
  const then = onExpiry === 'reset' ? howReset(idle) + whoReset(idle) : THEN[onExpiry];
  const heedless = beside.tried.keptAliveBy === 'data' ? '; that box counts only data, no empty TCP keepalive' : '';
  const confirmed = expiry.deaths > 1;
  const slower = slowerTimers(subject, idle);
  const speaker = keptAwakeBy(beside.settings, beside.tried, survivedSeconds);
  return {
    subject: target,
    verdict: confirmed ? 'confirmed' : 'likely',
    because: [idle.id, ...cited(beside), ...slower.because],
    summary: `${who} on the path to ${target} ${isClosed ? 'closes' : 'forgets'} an idle connection ${afterHowLong(expiry)}${varies}${whenSpeaking(idle)}; ${then}${heedless}.${slower.summary}`,
    ...(speaker === null ? {} : { effect: effectInTime(speaker), moments: [] }),
    advice: [...keepaliveAdvice(subject.label, { ...idle, survivedSeconds }, beside), ...slower.advice],
    missing: confirmed ? [] : [`only one connection died so; repeat: ${idleAgain(subject, idle)}`],
    consistentWith: candidatesFor({ ...expiry, transport: idle.transport }, placeOf(beside)),
  };
}

/** A box on the path that counts data only, or the age of a connection: which of both can't be told without sending data. */
function resetsOnThePath(subject: Subject, idle: Idle): Opinion {
  const target = withPort(subject.label, idle.port);
  const interval = keepaliveSeconds(idle.survivedSeconds);
  return {
    subject: target,
    verdict: 'likely',
    because: [idle.id],
    summary: `Something on the path to ${target} resets (RST) a connection that has carried no data for ${formatSeconds(idle.expiredSeconds ?? 0)}, whether or not TCP keepalives keep it busy${whoReset(idle)}.`,
    advice: [
      `Empty TCP keepalives do not help. Where it is idleness that counts, data does: ssh -o ServerAliveInterval=${interval} ${subject.label}.`,
      'Or raise the limit where it is: the TCP idle timeout, or the longest duration, of the firewall or load balancer on the path.',
    ],
    missing: [],
  };
}
/** What that looks like. */
const THEN: Readonly<Record<Exclude<NonNullable<Idle['onExpiry']>, 'reset'>, string>> = {
  'silent-drop':
    'later packets vanish without a word, so the session freezes until ssh gives up with "Broken pipe" or "timed out"',
  'closed-by-peer':
    'ssh shows that as "closed by remote host", but the far side (netcheck serve) closes no idle connection itself',
};

function placeOf({ enforcer }: Beside): Place {
  if (enforcer === undefined) return null;
  if (enforcer.address === enforcer.peerAddress) return 'host';
  return enforcer.hop === 1 ? 'first-hop' : 'between';
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

function lives(subject: Subject, idle: Idle): Opinion {
  const target = withPort(subject.label, idle.port);
  const base = { subject: target, because: [idle.id], advice: [] };
  const { survivedSeconds, maxIdleSeconds, limitedTo } = idle;
  const upTo = survivedSeconds === null ? null : formatSeconds(survivedSeconds);
  const again = idleAgain(subject, idle);
  const [accident] = earlyDeaths(idle);
  if (survivedSeconds !== null && accident !== undefined) {
    return {
      ...base,
      verdict: 'possible',
      summary: `A connection to ${target} lived through ${upTo} of silence, but another one was dead after ${formatSeconds(accident)}: an accident, or a path that does not treat all connections alike.`,
      missing: [`repeat: ${again}`],
    };
  }
  if (survivedSeconds !== null && survivedSeconds >= maxIdleSeconds * 0.95) {
    return {
      ...base,
      verdict: 'ruled-out',
      summary: `A connection to ${target} lives through ${upTo} of silence${whenSpeaking(idle)}${meanwhileDown(idle)}.`,
      missing: [],
    };
  }
  const lived = upTo === null ? 'nothing is known yet' : `it lives through ${upTo}`;
  if (limitedTo?.because === 'quick' && survivedSeconds !== null && survivedSeconds >= limitedTo.seconds * 0.95) {
    return {
      ...base,
      verdict: 'unknown',
      summary: `As far as --quick looks, a connection to ${target} lives through ${upTo} of silence${whenSpeaking(idle)}.`,
      missing: [`most timeouts are longer: leave --quick out, or ${again}`],
    };
  }
  if (!idle.complete) {
    const why = limitedTo?.because === 'quick' ? 'The minute of --quick, or you, ended it early' : 'Interrupted';
    return { ...base, verdict: 'unknown', summary: `${why}: ${lived}${whenSpeaking(idle)}.`, missing: [again] };
  }
  if (idle.onExpiry === 'closed-by-peer' || isResetDespiteKeepalives(idle)) {
    return {
      ...base,
      verdict: 'unknown',
      summary: `The path to ${target} can't be tested for longer than its server keeps a connection; ${lived}.`,
      missing: [
        ...(idle.limitedTo?.because === 'ssh-unauthenticated'
          ? [`through sessions that log in: netcheck --idle-timeout you@${target}`]
          : []),
        `ask a service that lets clients idle: netcheck --idle-timeout ${anotherPort(subject.label)}`,
      ],
    };
  }
  if (limitedTo?.because === 'ssh-server-keepalive') {
    return {
      ...base,
      verdict: 'unknown',
      summary: `The sshd of ${target} sends keepalives of its own every ${formatSeconds(limitedTo.seconds)}, so that no session there idles for longer: ${lived}, and what the path would do after that can't be seen through them.`,
      missing: [`ask a port that is not sshd's: netcheck --idle-timeout ${anotherPort(subject.label)}`],
    };
  }
  if (limitedTo?.because === 'ssh-unauthenticated' && survivedSeconds !== null) {
    return {
      ...base,
      verdict: 'unknown',
      summary: `A connection to ${target} lives through ${upTo} of silence; beyond ${formatSeconds(limitedTo.seconds)} sshd can't be asked without logging in, because it cuts such connections itself (LoginGraceTime).`,
      missing: [
        `log in for it: netcheck --idle-timeout you@${withPort(subject.label, idle.port)}`,
        `or ask a partner on that host (netcheck serve), or a port that is not sshd's: netcheck --idle-timeout ${anotherPort(subject.label)}`,
      ],
    };
  }
  const { why, missing } = whyNothing(subject, idle, again);
  return {
    ...base,
    verdict: 'unknown',
    summary: `No idle timeout can be told for ${target}${whenSpeaking(idle)}: ${why} (${lived}).`,
    missing,
  };
}

/** An outage freezes sessions by itself, whatever the path remembers; that connection alone may have been lost, too (a full table). */
function meanwhileDown({ control: { outages } }: Idle): string {
  const seconds = outages.reduce((sum, { fromSeconds, toSeconds }) => sum + toSeconds - fromSeconds, 0);
  return seconds === 0
    ? ''
    : `, though the control connection, which was kept busy, got no answer for ${formatSeconds(seconds)} meanwhile`;
}

function anotherPort(host: string): string {
  return host.includes(':') ? `[${host}]:<another port>` : `${host}:<another port>`;
}

function whyNothing(subject: Subject, idle: Idle, again: string): { why: string; missing: string[] } {
  const { control, connectionsFailed, connectionFailures, connectionsOpened, probes, suspensions } = idle;
  const steady = [`repeat when the connection is steady: ${again}`, `netcheck --ping ${subject.label}`];
  if (suspensions.length > 0) {
    const seconds = suspensions.reduce((sum, { forSeconds }) => sum + forSeconds, 0);
    const why = `this machine was suspended for ${formatSeconds(seconds)} meanwhile: its clock stood still while the path went on forgetting`;
    return { why, missing: [`repeat while the machine stays awake: ${again}`] };
  }
  if (connectionFailures.some(({ code }) => code === 'TCPRetransFail')) {
    const why =
      'this machine itself kept its packets back (TCPRetransFail), by its own firewall or because its queue is full, and the control connection was cut off too';
    return { why, missing: [`look at its rules (sudo nft list ruleset), then ${again}`] };
  }
  if (
    control.keepalivesAnswered === false &&
    connectionsFailed === 0 &&
    (control.ended ?? 'unanswered') === 'unanswered'
  ) {
    const why =
      'connections come about, but not one TCP keepalive on them was ever answered: something drops segments without payload, and by those the path is asked';
    const partner = `ask a partner on that host, which answers with data (netcheck serve): netcheck --idle-timeout ${anotherPort(subject.label)}`;
    const mend = `find what drops them (a firewall that normalises TCP, a rule on their length), then ${again}`;
    return { why, missing: isPartner(idle) ? [mend] : [partner, mend] };
  }
  if (control.ended !== null || control.outages.length > 0) {
    const why =
      'the control connection, which was kept busy all the time, was cut off too: the path or the server was down, or a box on the path lost its table (a restart, or it is full)';
    return { why, missing: steady };
  }
  const local = connectionFailures.filter(({ reason }) => reason === 'local');
  if (local.length > 0) {
    const codes = local.map(({ code, count }) => `${count} times ${code}`).join(', ');
    const why = `this machine refused to open ${connectionsFailed === 1 ? 'a connection' : 'connections'} (${codes})`;
    const isFull = local.some(({ code }) => code === 'EMFILE');
    return { why, missing: [isFull ? `allow more open files: ulimit -n 1024; ${again}` : `repeat: ${again}`] };
  }
  if (connectionsFailed > 0) {
    const why = `${connectionsFailed} of ${connectionsOpened} connections could not be opened: the server or a firewall takes only so many at once`;
    return { why, missing: [`ask with fewer: ${again} --connections 5`] };
  }
  if (probes.length > 1 && probes.every(({ outcome }) => outcome === 'alive')) {
    const why =
      'the service itself keeps speaking, be it by TCP keepalives of its own, so that its connections never idle for longer';
    return {
      why,
      missing: [`ask a service that waits for its clients: netcheck --idle-timeout ${anotherPort(subject.label)}`],
    };
  }
  return { why: 'connections ended in ways that say nothing about idling', missing: steady };
}
