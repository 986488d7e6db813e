// Sessions that were open and ended: what their times have in common. Timing is what tells causes apart.

import { ageSeconds, finding, quietSeconds, quote, Remaining, range, sessionsWere } from './drop-finding.ts';
import type { Finding } from './finding.ts';
import type { LogFacts } from './log-reader.ts';
import { AFTER_LOGIN_SECONDS, type Drop } from './session.ts';
import { statedFindings } from './stated-findings.ts';
import { sameMoment, timers } from './timing-findings.ts';

/** Something was said so shortly before that nothing idled. */
const BUSY_SECONDS = 30;

export function sessionFindings({ drops, sessions }: LogFacts): Finding[] {
  // PAM closes sessions in silence where nothing is logged of goodbyes; only beside goodbyes does its silence say something.
  const counted = drops.filter((drop) => drop.end !== 'unsaid' || (sessions.ordinary > 0 && isAfterLogin(drop)));
  const left = new Remaining(counted);
  return [
    ...statedFindings(left),
    ...afterLogin(left.take(isAfterLogin)),
    ...otherMachine(left.take(({ next }) => next !== null)),
    ...sameMoment(left),
    ...timers(left),
    ...resets(left.take(({ end }) => end === 'reset')),
    ...byMessage(left.all),
  ];
}

function isAfterLogin({ end, sinceLoginSeconds }: Drop): boolean {
  return sinceLoginSeconds !== null && sinceLoginSeconds <= AFTER_LOGIN_SECONDS && end !== 'silent';
}

function afterLogin(drops: readonly Drop[]): Finding[] {
  const certainty = drops.every(({ end }) => end === 'unsaid' || end === 'failed') ? 'hint' : 'pattern';
  return finding('after-login', certainty, drops, {
    title: `${sessionsWere(drops.length)} over within ${AFTER_LOGIN_SECONDS} s of the login`,
    proof: `they ended ${range(drops.map(({ sinceLoginSeconds }) => sinceLoginSeconds))} after it, and not in the ordinary way`,
    rulesOut: ['idle timeouts and keepalives: nothing was idle yet', 'your key and password: they were accepted'],
    causes: [
      ['chroot-directory', 'the usual reason where users are locked into a folder (SFTP)'],
      ['login-is-ended', 'fits when it is one account, or all since a change of the server'],
      ['qos-marking', 'fits when it is all accounts, through one network only'],
      ['path-mtu', 'fits when it is all accounts through one network, a VPN above all'],
      ['server-process-ended', 'fits when the server is out of memory'],
    ],
  });
}

function otherMachine(drops: readonly Drop[]): Finding[] {
  const keys = drops.filter(({ next }) => next === 'other-key').length;
  return finding('other-machine', 'pattern', drops, {
    title: `${sessionsWere(drops.length)} reset, and the next attempt met ${keys > 0 ? 'another host key' : 'a refusal'} at the same address`,
    proof:
      keys > 0
        ? 'one address shows two host keys: two machines answer there in turn'
        : 'the address that had an open session refuses a new one: another machine answers there, or sshd has ended',
    rulesOut: ['an idle timeout of a box on the path: it does not refuse new connections', 'loss alone'],
    causes: [
      [
        'duplicate-ip',
        'the machine that does not know the session resets it, and listens to no port 22 or shows its own key',
      ],
      ['server-process-ended', 'fits when sshd or the server went down, and stays away for a while'],
    ],
  });
}

function resets(drops: readonly Drop[]): Finding[] {
  const busy = drops.every(({ quietSeconds: quiet }) => quiet !== null && quiet < BUSY_SECONDS);
  if (drops.length < 2 && !busy) return byMessage(drops);
  const timed = drops.filter(({ quietSeconds: quiet }) => quiet !== null).length;
  if (timed < drops.length) return byMessage(drops);
  return finding('no-pattern', drops.length > 1 ? 'pattern' : 'hint', drops, {
    title: `${sessionsWere(drops.length)} reset${drops.length > 1 ? ' at no regular time' : ' soon after it was last heard of'}`,
    proof: `by age ${range(drops.map(ageSeconds))}, by silence before ${range(drops.map(quietSeconds))}: no timer runs so`,
    rulesOut: [
      'sshd and its settings: sshd says so when it ends a session',
      'loss alone: what is merely lost ends with "timed out"',
    ],
    causes: [
      [
        'duplicate-ip',
        'a second machine on the address resets sessions that it does not know, whenever packets reach it',
      ],
      ['intrusion-prevention', 'fits when it comes with a certain command or amount of data'],
      ['idle-timeout', 'fits when the sessions were idle: this log shows few of their packets'],
      ['link-change', 'fits when the address of one side changed (provider reconnect, VPN, roaming)'],
    ],
  });
}

/** What is left has no pattern: each message is explained as it stands. */
function byMessage(drops: readonly Drop[]): Finding[] {
  const ids = [...new Set(drops.map(({ message }) => message?.id))];
  return ids.flatMap((id) => {
    const same = drops.filter(({ message }) => message?.id === id);
    const message = same[0]?.message ?? null;
    if (message === null) return [];
    return finding('single', 'hint', same, {
      title: `${same.length === 1 ? '1 session' : `${same.length} sessions`} ended so: ${message.meaning.replace(/\.$/, '')}`,
      proof: `${quote(same)}; ${same.length === 1 ? 'one drop shows no pattern' : 'their times show no pattern'}${same.every(({ atMs }) => atMs === null) ? ', and the log has no times' : ''}`,
      rulesOut: message.rulesOut,
      causes: message.causes,
    });
  });
}
