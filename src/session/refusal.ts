// Why no session came about, in OpenSSH's own words, and what to do about it.

export interface Refusal {
  readonly because: string;
  readonly hint: string;
}

export const NOT_INSTALLED: Refusal = {
  because: 'ssh is not installed here',
  hint: 'install the OpenSSH client, or measure without a login: netcheck --idle-timeout <host>:22',
};

interface Known {
  readonly says: RegExp;
  readonly hint: (destination: string) => string;
}

/** In the order in which they count: of several lines the first kind that is found tells most. */
const KNOWN: readonly Known[] = [
  {
    says: /REMOTE HOST IDENTIFICATION HAS CHANGED/,
    hint: (to) => `find out why before you trust it; then remove the old key as ssh says: ssh ${to}`,
  },
  {
    says: /host key is known|Host key verification failed/,
    hint: (to) => `check its key and accept it once: ssh ${to}`,
  },
  {
    says: /Permission denied \([^)]*(?:password|keyboard-interactive)/,
    hint: (to) =>
      `no password is asked for here: log in with a key (ssh-copy-id ${to}), or run netcheck serve on the far host`,
  },
  {
    says: /Permission denied \(|Too many authentication failures/,
    hint: (to) => `see which key it wants: ssh -v ${to}`,
  },
  {
    says: /Exceeded MaxStartups|Not allowed at this time|kex_exchange_identification|banner exchange/i,
    hint: () => 'its sshd lets only so many log in at once (MaxStartups, PerSourcePenalties): wait a minute and repeat',
  },
];

const LONGEST_LINE = 200;

/** `said` is all that ssh wrote to standard error: the far side's words too, so nothing in it can move a cursor. */
export function refusalOf(said: string, destination: string): Refusal {
  const lines = said
    .split(/[\r\n]+/)
    .map((line) => line.replaceAll(/\p{Cc}/gu, '').replaceAll(/^[@\s]+|[@\s]+$/g, ''))
    .filter((line) => line !== '');
  for (const { says, hint } of KNOWN) {
    const line = lines.find((each) => says.test(each));
    if (line !== undefined) return { because: line.slice(0, LONGEST_LINE), hint: hint(destination) };
  }
  const last = lines.at(-1)?.slice(0, LONGEST_LINE) ?? 'ssh ended without a word';
  return { because: last, hint: `try it by hand: ssh ${destination}` };
}
