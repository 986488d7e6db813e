// Logins that never came to be: turned away, timed out, not connected. What scanners do all day is counted and not told as a fault.

import { formatSeconds } from '../duration.ts';
import { type Finding, targetOf } from './finding.ts';
import type { LogFacts, Statement } from './log-reader.ts';
import { rankedCauses } from './ranked-causes.ts';
import type { Drop } from './session.ts';

export function loginFindings({ beforeLogin, statements }: LogFacts): Finding[] {
  const said = new Set(statements.map(({ message }) => message.id));
  const adding = statements.filter(
    ({ message: { follows = [] } }) => follows === 'any' || !follows.some((id) => said.has(id)),
  );
  return [...notFinished(beforeLogin.known), ...adding.flatMap(told)];
}

/** Of addresses that log in at other times. */
function notFinished(drops: readonly Drop[]): Finding[] {
  const late = drops.filter(({ end }) => end === 'login-grace');
  const [first] = late;
  if (first?.message == null) return [];
  const ages = late.flatMap(({ ageSeconds }) => (ageSeconds === null ? [] : [ageSeconds]));
  const age = ages.length === 0 ? '' : `, ${formatSeconds(Math.max(...ages))} after the connect at most`;
  return [
    {
      kind: 'login-not-finished',
      certainty: 'stated',
      ofSessions: false,
      count: late.length,
      title: `${late.length === 1 ? '1 login was' : `${late.length} logins were`} not finished in time, from addresses that log in at other times`,
      proof: `sshd says so: "${first.line.slice(0, 200)}" (line ${first.lineNumber})${age}`,
      drops: late,
      causes: rankedCauses(targetOf(late), [
        ['login-grace', 'sshd closes what has not logged in by then, at that exact age'],
        ...first.message.causes.filter(([cause]) => cause !== 'scanner'),
      ]),
      rulesOut: first.message.rulesOut,
    },
  ];
}

function told({ message, count, line, fromKnown, firstTime, lastTime }: Statement): Finding[] {
  const isClient = message.side === 'client';
  // Strangers that are turned away are what these settings are for.
  if (!isClient && fromKnown === 0 && message.id.startsWith('penalty')) return [];
  const when =
    firstTime === '' ? '' : firstTime === lastTime ? `, at ${firstTime}` : `, from ${firstTime} to ${lastTime}`;
  return [
    {
      kind: isClient ? 'not-connected' : 'turned-away',
      certainty: 'stated',
      ofSessions: false,
      count,
      title: `${count === 1 ? 'Once' : `${count} times`}: ${message.meaning.replace(/\.$/, '')}`,
      proof: `"${line.slice(0, 200)}"${when}${!isClient && fromKnown > 0 ? `; ${fromKnown} of them for addresses that log in at other times` : ''}`,
      drops: [],
      causes: rankedCauses(
        { side: message.side, host: null, port: null, user: null, inServerLog: !isClient },
        message.causes,
      ),
      rulesOut: message.rulesOut,
    },
  ];
}
