// TMOUT, by which a login shell logs out whoever types nothing: an orderly end of the shell's own, and no drop.

import { formatSeconds } from '../duration.ts';
import type { EvidenceOf } from '../evidence.ts';
import type { Verdict } from './cause.ts';

type Shell = NonNullable<EvidenceOf<'ssh-server-settings'>['shell']>;

export interface ShellEnding {
  readonly verdict: Verdict;
  readonly says: string;
  readonly advice: readonly string[];
}

/** A shell counts whole seconds from its prompt, which is printed after the login. */
const NEAR_SECONDS = 3;

const ADVICE = [
  'Find where it is set, on the server: grep -n TMOUT /etc/profile /etc/profile.d/* /etc/bash.bashrc /etc/environment ~/.*profile ~/.*shrc; raise it there, or take it away. Keepalives of either end are no input for a shell.',
  'For one session, unless it is readonly: unset TMOUT. A program that runs in the foreground (tmux, less, an editor) is not ended by it.',
] as const;

/** null when the shell waits for ever, or was not asked. */
export function shellTimeout({ program, tmoutSeconds, watched }: Shell): ShellEnding | null {
  if (!tmoutSeconds) return null;
  const says = `logs out whoever types nothing for ${formatSeconds(tmoutSeconds)} (TMOUT=${tmoutSeconds}, of ${program})`;
  if (watched === null) return { verdict: 'likely', says, advice: ADVICE };
  const silence = formatSeconds(watched.silentSeconds);
  switch (watched.outcome) {
    case 'ended': {
      if (Math.abs(watched.silentSeconds - tmoutSeconds) > NEAR_SECONDS)
        return { verdict: 'likely', says, advice: ADVICE };
      const seen = `, seen: left alone it ended by itself after ${silence}, with exit status ${watched.exitStatus}, in an orderly way and not as a drop does`;
      return { verdict: 'confirmed', says: says + seen, advice: ADVICE };
    }
    case 'lost':
      return {
        verdict: 'likely',
        says: `${says}; one that was watched lost its connection before that`,
        advice: ADVICE,
      };
    case 'open':
      return {
        verdict: 'possible',
        says: `${says}, though one that was watched was still there after ${silence}`,
        advice: ADVICE,
      };
  }
}

/** What is to be said of it where nothing ends sessions. */
export function shellWaits(shell: Shell | null): string {
  if (shell === null || shell.tmoutSeconds === null) return 'A shell’s own TMOUT is not among them.';
  return `Its login shell (${shell.program}) has no TMOUT.`;
}
