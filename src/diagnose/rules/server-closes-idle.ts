// The far end itself ends idle connections, with an orderly FIN: an application's own timer, not the network's.

import { formatSeconds } from '../../duration.ts';
import type { EvidenceOf } from '../../evidence.ts';
import { defineRule, type Opinion, ofKind } from '../define-rule.ts';
import { type Subject, withPort } from '../subject.ts';

export const serverClosesIdle = defineRule({
  cause: 'server-closes-idle',
  speaksOf: ['host'],
  needs: ['idle-timeout'],
  weigh: (subject) => ofKind(subject, 'idle-timeout').map((idle) => weighOne(subject, idle)),
});

function weighOne(subject: Subject, idle: EvidenceOf<'idle-timeout'>): Opinion {
  const target = withPort(subject.label, idle.port);
  const base = { subject: target, because: [idle.id], advice: [], missing: [] };
  if (idle.onExpiry === 'closed-by-peer' && idle.expiredSeconds !== null) {
    const after = formatSeconds(idle.expiredSeconds);
    if (idle.transport === 'ssh') {
      return {
        ...base,
        verdict: 'possible',
        summary: `sshd on ${target} closes connections that have not logged in after ${after} (LoginGraceTime); that says nothing about sessions that have.`,
      };
    }
    if (idle.deaths < 2) {
      return {
        ...base,
        verdict: 'possible',
        summary: `The service on ${target}, or a proxy in front of it, closed connections at one moment, ${after} after they fell silent: it may close idle ones, or it was stopped.`,
        missing: [`repeat: netcheck --idle-timeout ${target}`],
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
    };
  }
  if (idle.survivedSeconds === null) {
    return {
      ...base,
      verdict: 'unknown',
      summary: `No connection to ${target} lived long enough to tell.`,
      missing: [`netcheck --idle-timeout ${target}`],
    };
  }
  const within = `${target} did not close a connection within ${formatSeconds(idle.survivedSeconds)} of silence`;
  if (idle.survivedSeconds >= idle.maxIdleSeconds * 0.95) {
    return { ...base, verdict: 'ruled-out', summary: `${within}.` };
  }
  return {
    ...base,
    verdict: 'unknown',
    summary: `${within}; what it does later could not be seen.`,
    missing: [
      idle.onExpiry === null
        ? `netcheck --idle-timeout ${target}`
        : `once the path no longer forgets connections: netcheck --idle-timeout ${target}`,
    ],
  };
}
