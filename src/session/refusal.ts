// Why no session came about, in OpenSSH's own words, and what to do about it.

import { printableAscii } from '../printable.ts';
import type { Login } from '../ssh/index.ts';

export interface Refusal {
  readonly because: string;
  readonly hint: string;
  /** Who logs in was not believed: a password, a passphrase or a code might change that. */
  readonly isDenied?: true;
}

/** All that a login left behind that led to no session. */
export interface FailedLogin {
  /** ssh's standard error. */
  readonly said: string;
  /** The first bytes that came from the server, before any encryption. */
  readonly greeting: string;
  /** What the far side's shell, or what is in its place, wrote. */
  readonly answered: string;
  /** ssh could ask on the terminal. */
  readonly wasAsked: boolean;
}

interface Known {
  readonly says: RegExp;
  readonly isDenied?: true;
  readonly hint: (login: Login, wasAsked: boolean) => string;
}

/** In the order in which they count: of several lines the first kind that is found tells most. */
const KNOWN: readonly Known[] = [
  {
    says: /REMOTE HOST IDENTIFICATION HAS CHANGED/,
    hint: (to) => `find out why before you trust it; then remove the old key as ssh says: ${byHand(to)}`,
  },
  {
    says: /host key is known|Host key verification failed/,
    hint: (to) => `check its key and accept it once: ${byHand(to)}`,
  },
  {
    says: /^Permissions \d+ for .* are too open/,
    hint: () => 'ssh ignores such a key: chmod 600 <that file>',
  },
  {
    says: /Permission denied \([^)]*(?:password|keyboard-interactive)/,
    isDenied: true,
    hint: (to, wasAsked) =>
      wasAsked
        ? `what was typed was not accepted; try it by hand: ${byHand(to)}`
        : `without a terminal no password is asked for: run it in one, log in with a key (${copyKey(to)}), or run netcheck serve on the far host`,
  },
  {
    says: /Permission denied \(|Too many authentication failures/,
    isDenied: true,
    hint: (to) =>
      `see which key it wants: ${byHand(to, '-v')} (one with a passphrase must be in an agent: ssh-add, or run netcheck in a terminal)`,
  },
  {
    says: /^channel \d+: open failed/,
    hint: () => 'its sshd lets this account have no session (MaxSessions 0, or an authorized_keys that restricts it)',
  },
  {
    says: /kex_exchange_identification|banner exchange|^Connection (?:closed|reset) by/i,
    hint: () =>
      'its sshd, or what is in front of it, hangs up before the login: too many logins at once (MaxStartups), a ban (PerSourcePenalties, fail2ban), or a filter. Wait a minute and repeat',
  },
];

/** What sshd says in place of its own identification. Releases before 8.5 hang up without a word. */
const TURNED_AWAY: readonly Known[] = [
  {
    says: /^Exceeded MaxStartups/,
    hint: () =>
      'it lets only so many log in at once (MaxStartups): wait a minute and repeat, or use fewer --connections',
  },
  {
    says: /^Not allowed at this time/,
    hint: () =>
      'it turns this address away for a while (PerSourcePenalties, after failed logins), or too many log in at once (MaxStartups): wait some minutes and repeat',
  },
];

/** Tell nothing of why it ended: they come with every session. */
const BESIDE_THE_POINT = /^\*\* |^Warning: Permanently added|^Authenticated to|^Transferred:|^Bytes per second/;

const LONGEST_LINE = 200;

/** The far side's words are among those, so nothing in the result can move a cursor. */
export function refusalOf({ said, greeting, answered, wasAsked }: FailedLogin, login: Login): Refusal {
  const lines = linesOf(said);
  const known = KNOWN.map((each) => ({ ...each, line: lines.find((line) => each.says.test(line)) })).find(
    ({ line }) => line !== undefined,
  );
  const word = linesOf(greeting)[0] ?? '';
  const away = TURNED_AWAY.find(({ says }) => says.test(word));
  const last = lines.findLast((line) => !BESIDE_THE_POINT.test(line));
  if (away !== undefined) {
    return {
      because: `${known?.line ?? last ?? 'no login'} (the server said: ${word})`,
      hint: away.hint(login, wasAsked),
    };
  }
  if (known?.line !== undefined) {
    return { because: known.line, hint: known.hint(login, wasAsked), ...(known.isDenied ? { isDenied: true } : {}) };
  }
  const inPlace = linesOf(answered).at(-1);
  if (inPlace !== undefined) {
    return {
      because: `the login succeeded, but what runs there is no shell that netcheck can speak to; it said: ${inPlace}`,
      hint: 'it needs an account with a POSIX shell (no nologin, ForceCommand or sftp alone), or netcheck serve on the far host',
    };
  }
  const because = last ?? 'ssh ended without a word, as where ForceCommand or the account’s shell lets no command run';
  return { because, hint: `try it by hand: ${byHand(login)}` };
}

/** The command that logs in. */
export function byHand({ destination, port }: Login, ...options: readonly string[]): string {
  return ['ssh', ...options, ...(port === null ? [] : ['-p', String(port)]), destination].join(' ');
}

function copyKey({ destination, port }: Login): string {
  return ['ssh-copy-id', ...(port === null ? [] : ['-p', String(port)]), destination].join(' ');
}

/** Printable, without the frames that ssh draws and without a full stop, which the sentence around it has. */
function linesOf(text: string): string[] {
  return text
    .split(/[\r\n]+/)
    .map((line) => printableAscii(line.replaceAll('\t', ' ')).replaceAll(/^[@\s]+|[@\s]+$/g, ''))
    .map((line) => line.replace(/\.$/, '').slice(0, LONGEST_LINE))
    .filter((line) => line !== '');
}
