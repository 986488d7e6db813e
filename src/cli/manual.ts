// What --help and the manual page say beside the options: one text for both.

export interface Example {
  readonly command: string;
  readonly answers: string;
}

export const EXAMPLES: readonly Example[] = [
  {
    command: 'sudo netcheck alice@example.org',
    answers: 'why do my sessions there drop? (all of this, in one cross-referenced report)',
  },
  { command: 'sudo netcheck --dup-ip 10.0.0.5', answers: 'does more than one machine answer for this address?' },
  {
    command: 'sudo netcheck --dup-ip 10.0.0.0/24',
    answers: '… for any address of this network? (an inventory too)',
  },
  { command: 'sudo netcheck --dup-ip self', answers: 'does anybody else use an address of this machine?' },
  {
    command: 'netcheck --idle-timeout example.org:443',
    answers: 'after how many idle seconds does the path forget a connection?',
  },
  {
    command: 'netcheck --idle-timeout alice@example.org',
    answers: '… or one of your SSH sessions, whichever side speaks first? (logs in with your key)',
  },
  {
    command: 'netcheck --ping example.org',
    answers: 'does it answer, how fast, is anything lost, and before or behind your router?',
  },
  { command: 'sudo netcheck --ping 10.0.0.0/24', answers: 'who answers there, who loses packets?' },
  {
    command: 'sudo netcheck --path example.org:22',
    answers: 'where along the way do packets die: a hop, large ones, marked ones?',
  },
  {
    command: 'netcheck serve --listen 7022',
    answers: 'on the far host: a partner for --idle-timeout there, which speaks first too',
  },
  {
    command: 'netcheck explain "Write failed: …"',
    answers: 'what a message means, or a log (--log), or a saved report',
  },
  { command: 'sudo netcheck demo', answers: 'builds a virtual network with faults in it, and diagnoses it' },
];

export const RIGHTS = [
  'Durations read 90, 90s, 15m or 2h. ARP (--dup-ip) needs root; the rest does not, though --path',
  'is faster and tells more with it.',
];

export const EXIT_STATUS: readonly { readonly code: number; readonly means: string }[] = [
  { code: 0, means: 'no cause found' },
  { code: 1, means: 'a cause is confirmed or likely' },
  { code: 2, means: 'wrong usage' },
  { code: 3, means: 'could not measure and found nothing' },
  { code: 130, means: 'interrupted (the partial report is printed)' },
];

/** What follows the options in --help. */
export function helpEpilogue(): string {
  const width = Math.max(...EXAMPLES.map(({ command }) => command.length)) + 3;
  const [none, found, usage, unmeasured, interrupted] = EXIT_STATUS.map(({ code, means }) => `${code} ${means}`);
  return [
    '',
    'Examples:',
    ...EXAMPLES.map(({ command, answers }) => `  ${command.padEnd(width)}${answers}`),
    '',
    ...RIGHTS,
    '',
    `Exit codes: ${none}, ${found}, ${usage},`,
    `${unmeasured}, ${interrupted}.`,
    '',
  ].join('\n');
}
