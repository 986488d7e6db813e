// The far end itself ends idle connections, with an orderly FIN: an application's own timer, not the network's.

import { formatSeconds } from '../../duration.ts';
import type { EvidenceOf } from '../../evidence.ts';
import { candidatesFor } from '../candidates.ts';
import { isPartner } from '../closer.ts';
import { defineRule, type Opinion } from '../define-rule.ts';
import { directionsOf } from '../directions.ts';
import { withNames } from '../naming.ts';
import { isResetDespiteKeepalives, whoReset } from '../resets.ts';
import { idleAgain, type Subject, withPort } from '../subject.ts';

type Idle = EvidenceOf<'idle-timeout'>;

export const serverClosesIdle = defineRule({
  cause: 'server-closes-idle',
  speaksOf: ['host'],
  needs: ['idle-timeout'],
  // One port has one service, whichever side spoke first.
  weigh: (subject) => directionsOf(subject).map(([idle]) => withNames(weighOne(subject, idle))),
});

/** Connections closed though others lived longer: several backends of which one closes, or a service that was stopped. */
function closesSome(subject: Subject, idle: Idle, target: string, early: Idle['probes']): Opinion {
  const shortest = formatSeconds(Math.min(...early.map(({ idleSeconds }) => idleSeconds)));
  // The passes begin at different times: closings in both can't have been one moment's.
  const again = new Set(early.map(({ pass }) => pass)).size > 1;
  return {
    subject: target,
    verdict: again ? 'likely' : 'possible',
    because: [idle.id],
    summary: `The service on ${target}, or a proxy in front of it, closed ${early.length} connections itself (FIN), the first after ${shortest} of silence, while others lived through ${formatSeconds(idle.survivedSeconds ?? 0)}: it closes some (several backends, a timer that varies)${again ? '' : ', or it was stopped'}.`,
    advice: again
      ? ["Compare the idle timeouts of the service's backends; TCP keepalives do not count as activity for them."]
      : [],
    missing: [`repeat: ${idleAgain(subject, idle)}`],
  };
}

/** Everything is reset at the same age, what keepalives keep busy included: a timer that counts data only, or the age. */
function resets(subject: Subject, idle: Idle, target: string): Opinion {
  const after = formatSeconds(idle.expiredSeconds ?? 0);
  const isTheirs = idle.resetFrom === 'peer';
  const who = isTheirs
    ? `The service on ${target}, or a proxy in front of it, resets`
    : `Something, most likely the service on ${target} or a proxy in front of it, resets`;
  return {
    subject: target,
    verdict: isTheirs ? 'confirmed' : 'likely',
    because: [idle.id],
    summary: `${who} a connection (RST) that has carried no data for ${after}, whether or not TCP keepalives keep it busy${whoReset(idle)}.`,
    advice: [
      "Change the service's own idle timeout, or its limit on how long a connection may last; TCP keepalives do not count as activity for it.",
      'Behind a load balancer or proxy, raise its idle timeout.',
    ],
    missing: isTheirs ? [] : [`see who sends the resets: sudo ${idleAgain(subject, idle)}`],
  };
}

/** sshd, or the shell that it started, says goodbye in an orderly way: no packet was lost. */
function endsSessions(subject: Subject, idle: Idle, target: string, after: string): Opinion {
  const isRepeated = idle.deaths > 1;
  return {
    subject: target,
    verdict: isRepeated ? 'likely' : 'possible',
    because: [idle.id],
    summary: isRepeated
      ? `The server itself ends a session on ${target} in an orderly way after ${after} of silence.`
      : `The server itself ended sessions on ${target} at one moment, ${after} after they fell silent: it may end idle ones, or it was stopped.`,
    advice: isRepeated
      ? [
          "On the server: ChannelTimeout and UnusedConnectionTimeout in sshd_config, TMOUT in the shell's start files, or what watches over idle logins there.",
        ]
      : [],
    missing: isRepeated ? [] : [`repeat: ${idleAgain(subject, idle)}`],
  };
}

function weighOne(subject: Subject, idle: Idle): Opinion {
  const target = withPort(subject.label, idle.port);
  const base = { subject: target, because: [idle.id], advice: [], missing: [] };
  const isClosed =
    idle.onExpiry === 'closed-by-peer' || idle.probes.some(({ outcome }) => outcome === 'closed-by-peer');
  if (isClosed && isPartner(idle)) {
    return {
      ...base,
      verdict: 'ruled-out',
      summary: `netcheck serve on ${target} closes no idle connection itself: what did so (FIN) stands in between.`,
    };
  }
  if (idle.onExpiry === 'closed-by-peer' && idle.expiredSeconds !== null) {
    const { expiredSeconds: diedSeconds, survivedSeconds: livedSeconds, onExpiry, transport } = idle;
    const after = formatSeconds(diedSeconds);
    if (idle.loggedIn) return endsSessions(subject, idle, target, after);
    const consistentWith = candidatesFor({ livedSeconds, diedSeconds, onExpiry, transport }, null);
    if (idle.transport === 'ssh') {
      return {
        ...base,
        verdict: 'possible',
        summary: `sshd on ${target} closes connections that have not logged in after ${after} (LoginGraceTime); that says nothing about sessions that have.`,
        consistentWith,
      };
    }
    if (idle.deaths < 2) {
      return {
        ...base,
        verdict: 'possible',
        summary: `The service on ${target}, or a proxy in front of it, closed connections at one moment, ${after} after they fell silent: it may close idle ones, or it was stopped.`,
        missing: [`repeat: ${idleAgain(subject, idle)}`],
      };
    }
    return {
      ...base,
      verdict: 'confirmed',
      summary: `The service on ${target}, or a proxy in front of it, closes a connection itself (FIN) after ${after} of silence.`,
      advice: [
        "Change the service's own idle timeout; TCP keepalives do not count as activity for it, only data does.",
        'Behind a load balancer or proxy, raise its idle timeout.',
      ],
      consistentWith,
    };
  }
  if (isResetDespiteKeepalives(idle) && idle.resetFrom !== 'middlebox') return resets(subject, idle, target);
  if (idle.survivedSeconds === null) {
    return {
      ...base,
      verdict: 'unknown',
      summary: `No connection to ${target} lived long enough to tell.`,
      missing: [idleAgain(subject, idle)],
    };
  }
  const early = idle.probes.filter(
    ({ outcome, idleSeconds }) => outcome === 'closed-by-peer' && idleSeconds < (idle.survivedSeconds ?? 0),
  );
  if (early.length > 0) return closesSome(subject, idle, target, early);
  const within = `${target} did not close a connection within ${formatSeconds(idle.survivedSeconds)} of silence`;
  if (idle.survivedSeconds >= idle.maxIdleSeconds * 0.95) {
    return { ...base, verdict: 'ruled-out', summary: `${within}.` };
  }
  return {
    ...base,
    verdict: 'unknown',
    summary: `${within}; ${idle.limitedTo?.because === 'quick' ? '--quick looks no further' : 'what it does later could not be seen'}.`,
    missing: [
      idle.onExpiry === null
        ? idleAgain(subject, idle)
        : `once the path no longer forgets connections: ${idleAgain(subject, idle)}`,
    ],
  };
}
