// sshd ends sessions because it is set to: a timer for channels, a ChrootDirectory that it refuses, a count of zero.

import { formatSeconds } from '../../duration.ts';
import { type Moment, VERDICTS, type Verdict } from '../cause.ts';
import { sessionTimeout } from '../channel-timeout.ts';
import { defineRule, type Opinion, ofKind } from '../define-rule.ts';
import { type ServerSettings, settingsInForce } from '../settings-in-force.ts';
import type { Subject } from '../subject.ts';

/** One setting that ends sessions. */
interface Ending {
  readonly verdict: Verdict;
  readonly says: string;
  /** Absent: after a pause. */
  readonly moment?: Moment;
  readonly advice: readonly string[];
}

export const sshdSettings = defineRule({
  cause: 'sshd-settings',
  speaksOf: ['host'],
  needs: ['ssh-server-settings'],
  weigh: (subject) => [weighSubject(subject)],
});

function weighSubject(subject: Subject): Opinion {
  const { label } = subject;
  const { server } = settingsInForce(subject);
  const base = { subject: label, advice: [], missing: [] };
  if (server === undefined) {
    const [because] = ofKind(subject, 'ssh-server-settings').map(({ unreadBecause }) => unreadBecause ?? '');
    // Without evidence behind it, as what nobody asked for: being unable to read them is no failure of the run.
    return {
      ...base,
      verdict: 'unknown',
      because: [],
      summary: `The settings of sshd on ${label} could not be read: ${because}.`,
      missing: [`sudo netcheck --ping ${label} (sshd -T needs root)`],
    };
  }
  const endings = [chroot(server), countOfZero(subject, server), channels(server), unused(server)].filter(
    (ending) => ending !== null,
  );
  if (endings.length === 0)
    return { ...base, verdict: 'ruled-out', because: [server.id], summary: harmless(server, label) };
  const verdict = VERDICTS.find((each) => endings.some((ending) => ending.verdict === each)) ?? 'possible';
  const told = endings.filter((ending) => ending.verdict === verdict);
  return {
    ...base,
    verdict,
    because: [server.id],
    summary: `sshd on ${label} ${told.map(({ says }) => says).join('; it also ')}${forWhom(server)}.`,
    ...momentsOf(told),
    advice: [...told.flatMap(({ advice }) => advice), RELOAD],
  };
}

/** Nothing where all of them are as usual. */
function momentsOf(told: readonly Ending[]): Pick<Opinion, 'moments'> {
  const moments = new Set(told.map(({ moment = 'after-pause' }) => moment));
  return moments.size === 1 && moments.has('after-pause') ? {} : { moments: [...moments] };
}

const RELOAD =
  'Then: sudo systemctl reload ssh (Debian, Ubuntu) or sshd (elsewhere). It holds for sessions begun afterwards; keepalives of either end change nothing about it.';

function forWhom({ user }: ServerSettings): string {
  return user === null ? '' : ` (sshd -T for user ${user})`;
}

function chroot({ chrootDirectory, chrootPath }: ServerSettings): Ending | null {
  const bad = (chrootPath ?? []).filter(({ problem }) => problem !== null);
  const [first] = bad;
  if (chrootDirectory === null || first === undefined) return null;
  const named = bad.map(({ path, problem, ownerUid, mode }) => {
    if (problem === 'not-root') return `${path} belongs to user ${ownerUid}`;
    return problem === 'writable' ? `others may write to ${path} (mode ${mode})` : `${path} is no directory`;
  });
  const fixes = bad.filter(({ problem }) => problem !== 'no-directory').map(({ path }) => path);
  return {
    verdict: 'confirmed',
    moment: 'at-login',
    says: `ends a session right after the login, because it refuses ChrootDirectory ${chrootDirectory}: ${named.join(', ')}, and every component must be root's and writable by nobody else`,
    advice: [
      fixes.length === 0
        ? `Make ${first.path} a directory, or take the ChrootDirectory out of sshd_config.`
        : `Give the path back to root: sudo chown root:root ${fixes.join(' ')} && sudo chmod go-w ${fixes.join(' ')}`,
    ],
  };
}

/** ClientAliveCountMax 0 ends a session at the first interval up to OpenSSH 8.1, and never does from 8.2 on. */
function countOfZero(subject: Subject, { clientAliveInterval, clientAliveCountMax }: ServerSettings): Ending | null {
  if (!clientAliveInterval || clientAliveCountMax !== 0) return null;
  const release = releaseOf(subject);
  if (release !== null && release >= 8.2) return null;
  const after = formatSeconds(clientAliveInterval);
  const advice = [`In /etc/ssh/sshd_config:\nClientAliveCountMax 3`];
  return release === null
    ? {
        verdict: 'possible',
        says: `ends a session that was idle for ${after} if it is older than OpenSSH 8.2 (ClientAliveCountMax 0)`,
        advice,
      }
    : {
        verdict: 'confirmed',
        says: `ends a session that was idle for ${after} (ClientAliveCountMax 0, which it takes so before OpenSSH 8.2)`,
        advice,
      };
}

/** Of the sshd that answered, by its greeting; null when none did, or when it is another program. */
function releaseOf(subject: Subject): number | null {
  const greetings = ofKind(subject, 'tcp-connect').map(
    ({ greeting }) => /^SSH-2\.0-OpenSSH_(\d+\.\d+)/.exec(greeting ?? '')?.[1],
  );
  const releases = greetings.filter((release) => release !== undefined).map(Number);
  return releases.length === 0 ? null : Math.min(...releases);
}

/** Keepalives are no data: with `session:*=3s` and ServerAliveInterval 1, a silent session was closed after 3 s (9.2). */
function channels({ channelTimeout }: ServerSettings): Ending | null {
  const shortest = sessionTimeout('sshd', channelTimeout);
  if (shortest === undefined) return null;
  const { channel, seconds } = shortest;
  return {
    verdict: 'confirmed',
    says: `closes a session that has carried no data for ${formatSeconds(seconds)} (ChannelTimeout ${channel}=${seconds}), and keepalives are no data`,
    advice: ['Raise it, or take it away; in /etc/ssh/sshd_config:\nChannelTimeout none'],
  };
}

/** Tried with 9.2: `ssh -N` was ended after it, keepalives or not; a connection with a session in it is not unused. */
function unused({ unusedConnectionTimeout }: ServerSettings): Ending | null {
  if (!unusedConnectionTimeout) return null;
  return {
    verdict: 'possible',
    says: `ends a connection without any session in it after ${formatSeconds(unusedConnectionTimeout)} (UnusedConnectionTimeout): ssh -N that forwards nothing at the time, a ControlMaster that is left over`,
    advice: ['For these, in /etc/ssh/sshd_config:\nUnusedConnectionTimeout none'],
  };
}

function harmless(server: ServerSettings, label: string): string {
  const { clientAliveInterval, clientAliveCountMax, chrootDirectory, chrootPath, loginGraceTime } = server;
  const asked =
    clientAliveInterval === null
      ? null
      : clientAliveInterval === 0
        ? 'it sends no keepalives (ClientAliveInterval 0)'
        : clientAliveCountMax === 0
          ? 'it gives up on nobody (ClientAliveCountMax 0)'
          : `its keepalives (ClientAliveInterval ${clientAliveInterval}) only end what no longer answers`;
  const reasons = [
    asked,
    'no ChannelTimeout closes sessions',
    'no UnusedConnectionTimeout is set',
    chrootDirectory === null
      ? 'there is no ChrootDirectory'
      : chrootPath === null
        ? `its ChrootDirectory (${chrootDirectory}) was not looked at`
        : 'its ChrootDirectory is root’s all the way',
    loginGraceTime ? `LoginGraceTime (${formatSeconds(loginGraceTime)}) only counts before the login` : null,
  ].filter((reason) => reason !== null);
  return `Nothing in the settings of sshd on ${label} ends an idle session${forWhom(server)}: ${reasons.join(', ')}. A shell’s own TMOUT is not among them.`;
}
