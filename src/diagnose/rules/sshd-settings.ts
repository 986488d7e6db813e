// sshd ends sessions because it is set to: a timer for channels, a ChrootDirectory that it refuses, a count of zero.

import { formatSeconds } from '../../duration.ts';
import { type Moment, VERDICTS, type Verdict } from '../cause.ts';
import { sessionTimeout } from '../channel-timeout.ts';
import { defineRule, type Opinion, ofKind } from '../define-rule.ts';
import { type ServerSettings, settingsInForce } from '../settings-in-force.ts';
import { shellTimeout, shellWaits } from '../shell-timeout.ts';
import { shellWord } from '../shell-word.ts';
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
  const items = ofKind(subject, 'ssh-server-settings');
  const asked = items.find(({ shell }) => (shell ?? null) !== null);
  const shell = asked?.shell ?? null;
  const base = { subject: label, advice: [], missing: [] };
  const byShell = shell === null ? null : shellTimeout(shell);
  const bySshd = server === undefined ? [] : endingsOf(subject, server);
  const endings = [...bySshd, ...(byShell === null ? [] : [byShell])];
  if (endings.length === 0) return { ...base, ...nothingFound(subject, server, items, shellWaits(shell)) };
  const verdict = VERDICTS.find((each) => endings.some((ending) => ending.verdict === each)) ?? 'possible';
  const told = bySshd.filter((ending) => ending.verdict === verdict);
  const isShell = byShell?.verdict === verdict;
  const sentences = [
    ...(told.length === 0 || server === undefined
      ? []
      : [`sshd on ${label} ${told.map(({ says }) => says).join('; it also ')}${howRead(server)}.`]),
    ...(isShell ? [`The login shell on ${label} ${byShell.says}.`] : []),
  ];
  const sources = [...(told.length > 0 ? [server] : []), ...(isShell ? [asked] : [])];
  return {
    ...base,
    verdict,
    because: [...new Set(sources.flatMap((source) => (source === undefined ? [] : [source.id])))],
    summary: sentences.join(' '),
    ...momentsOf(told, isShell),
    advice: [
      ...told.flatMap(({ advice }) => advice),
      ...(told.length > 0 ? [RELOAD] : []),
      ...(isShell ? byShell.advice : []),
    ],
  };
}

/** Nothing where all of them are as usual. */
function momentsOf(told: readonly Ending[], isShell: boolean): Pick<Opinion, 'moments'> {
  const moments = new Set<Moment>(told.map(({ moment = 'after-pause' }) => moment));
  if (isShell) moments.add('after-pause');
  return moments.size === 1 && moments.has('after-pause') ? {} : { moments: [...moments] };
}

function endingsOf(subject: Subject, server: ServerSettings): Ending[] {
  return [chroot(server), countOfZero(subject, server), channels(server), unused(server)].filter(
    (ending) => ending !== null,
  );
}

/** Being unable to read them is no failure of the run: without evidence behind it, as what nobody asked for. */
function nothingFound(
  subject: Subject,
  server: ServerSettings | undefined,
  items: readonly ServerSettings[],
  shell: string,
): Pick<Opinion, 'verdict' | 'because' | 'summary' | 'missing'> {
  const { label } = subject;
  const isFromAfar = items.some(({ shell: its }) => its !== undefined);
  const missing = [`${isFromAfar ? 'on the server itself: ' : ''}sudo netcheck --ping ${label} (sshd -T needs root)`];
  if (server === undefined) {
    const [because] = items.map(({ unreadBecause }) => unreadBecause ?? '');
    const summary = `The settings of sshd on ${label} could not be read: ${because}.`;
    const told = items.some((item) => (item.shell ?? null) !== null) ? `${summary} ${shell}` : summary;
    return { verdict: 'unknown', because: [], summary: told, missing };
  }
  const nothing = harmless(server, label, shell) + onTheWire(subject, server);
  if ((server.leftOut ?? null) === null) {
    return { verdict: 'ruled-out', because: [server.id], summary: nothing, missing: [] };
  }
  return { verdict: 'unknown', because: [], summary: `${nothing} Not read: ${server.leftOut}.`, missing };
}

/** What arrived of its keepalives, against what is set. */
function onTheWire(subject: Subject, { clientAliveInterval }: ServerSettings): string {
  const seen = ofKind(subject, 'ssh-server-keepalive')[0]?.intervalSeconds;
  if (seen === undefined || clientAliveInterval === null) return '';
  const isNear = (seconds: number): boolean => Math.abs(seen - seconds) <= 0.5 + seconds / 10;
  const every = `On the wire its keepalives came every ${formatSeconds(seen)}`;
  if (clientAliveInterval > 0 && isNear(clientAliveInterval)) return ` ${every}, as it is set.`;
  // Seen with OpenSSH 9.2: it says a word every second time its interval is over.
  if (clientAliveInterval > 0 && isNear(2 * clientAliveInterval)) {
    return ` ${every}: OpenSSH sends one every second time that its interval is over, if nothing else comes.`;
  }
  return ` But ${every.toLowerCase()}: it runs with other settings than these (options on its command line, a change without a reload, a Match block), or something on the way speaks for it.`;
}

const RELOAD =
  'Then: sudo systemctl reload ssh (Debian, Ubuntu) or sshd (elsewhere). It holds for sessions begun afterwards; keepalives of either end change nothing about it.';

function howRead({ user, readBy }: ServerSettings): string {
  if (readBy === 'files') return ' (as its files in /etc/ssh say, and its documented defaults)';
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
  const fixes = bad.filter(({ problem }) => problem !== 'no-directory').map(({ path }) => shellWord(path));
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

function harmless(server: ServerSettings, label: string, shell: string): string {
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
  return `Nothing in the settings of sshd on ${label} ends an idle session${howRead(server)}: ${reasons.join(', ')}. ${shell}`;
}
