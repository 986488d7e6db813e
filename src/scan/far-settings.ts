// What is set on the far side, as a logged-in account can tell it: sshd's settings, and the timer of the login shell, which is
// watched where it runs out in time.

import type { EvidenceOf, Finding } from '../evidence.ts';
import type { Sessions, Survey, WatchedShell } from '../session/index.ts';
import { parseServerSettings, readSshdConfig } from '../ssh/index.ts';
import type { Endpoint } from '../tcp/index.ts';

type Server = Omit<EvidenceOf<'ssh-server-settings'>, 'id'>;

/** A shell looks at its timer when it likes, and a login takes its time. */
const BEYOND_SECONDS = 8;

/** Through sessions of its own, beside whatever else goes on; none of it hinders that. */
export async function askFarSettings(
  host: string,
  endpoint: Endpoint,
  sessions: Sessions,
  longestSeconds: number,
  signal: AbortSignal,
): Promise<Finding[]> {
  await sessions.takeSurvey(endpoint, signal);
  const { survey } = sessions;
  if (survey === null) return [];
  const tmout = survey.tmoutSeconds ?? 0;
  const isInTime = tmout > 0 && tmout <= longestSeconds;
  return tellFarSettings(
    host,
    survey,
    isInTime ? await sessions.watchShell(endpoint, tmout + BEYOND_SECONDS, signal) : null,
  );
}

/** `watched` null: none was. */
export function tellFarSettings(host: string, survey: Survey, watched: WatchedShell | null): Server[] {
  const { user, shell, tmoutSeconds, dump, files, closed } = survey;
  const read = dump === null && files.length > 0 ? readSshdConfig(files, closed) : null;
  const settings = parseServerSettings(dump ?? read?.dump ?? '');
  const { channelTimeout } = settings;
  const isRead = dump !== null || read !== null;
  return [
    {
      kind: 'ssh-server-settings',
      host,
      user: isRead ? user : null,
      unreadBecause: isRead ? null : whyNot(survey),
      ...(isRead ? { readBy: dump === null ? 'files' : 'sshd -T' } : {}),
      ...(read === null ? {} : { leftOut: read.leftOut }),
      shell:
        shell === null
          ? null
          : {
              program: shell,
              tmoutSeconds,
              watched:
                watched === null ? null : { ...watched, silentSeconds: Math.round(watched.silentSeconds * 10) / 10 },
            },
      ...settings,
      channelTimeout: channelTimeout === null ? null : [...channelTimeout],
      // Paths are the server's: from here they can't be looked at.
      chrootPath: null,
    },
  ];
}

function whyNot({ user, closed, isCut }: Survey): string {
  if (isCut) return 'the far side has more to say of its settings than is read (64 kB)';
  const who = user ?? 'the account';
  return closed.length > 0
    ? `${who} may neither run sshd -T there nor read ${closed[0]}`
    : `${who} may not run sshd -T there, and there is no /etc/ssh/sshd_config`;
}
