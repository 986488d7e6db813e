// What a log says of drops, for people: what they have in common first, then what it may be with the command that decides.

import { formatSeconds } from '../duration.ts';
import { printable } from '../printable.ts';
import { toAscii } from '../report/ascii.ts';
import { type Style, styleFor, wrap } from '../report/style.ts';
import { type AnswerOptions, rankedCause, shown, widthOf } from './answer-text.ts';
import type { Finding } from './finding.ts';
import type { LogReading } from './log-reading.ts';
import type { Drop, End } from './session.ts';

const TOLD_IN_FULL = 3;
const DROPS_SHOWN = 8;
const WITH_TIMES = `ssh -v <host> 2> >(while read -r l; do echo "$(date +%FT%T) $l"; done > ssh.log)`;

const ENDED: Readonly<Record<End, string>> = {
  reset: 'reset',
  closed: 'closed without a goodbye',
  silent: 'no answer any more',
  unreachable: 'unreachable',
  'login-grace': 'login not finished',
  chroot: 'ChrootDirectory refused',
  setting: 'closed by a setting',
  damaged: 'damaged bytes',
  'refused-login': 'login refused',
  restart: 'server restarted',
  failed: 'ended with status 255',
  unsaid: 'ended without a reason',
  ordinary: 'ended in the ordinary way',
};

/** `name`: the file, as it was given. */
export function renderLog(reading: LogReading, name: string, options: AnswerOptions): string {
  const style = styleFor(options);
  const { verbosity } = options;
  const { findings } = reading;
  const told = findings.slice(0, TOLD_IN_FULL);
  const rest = findings.slice(TOLD_IN_FULL);
  const blocks = [
    ...(findings.length === 0 ? [style.bold(wrap(nothingFound(reading, name), widthOf(style), ''))] : []),
    ...told.map((each) => renderFinding(each, style, verbosity)),
    ...(rest.length === 0
      ? []
      : [
          [
            `${style.bold('Also')}:`,
            ...rest.map(({ title }) => `  - ${wrap(printable(title), widthOf(style), '    ')}`),
          ].join('\n'),
        ]),
    ...(verbosity === 'quiet' ? [] : [whatWasRead(reading, name, style)]),
  ];
  const text = `${blocks.join('\n\n')}\n`;
  return options.ascii ? toAscii(text) : text;
}

function nothingFound({ facts: { lines, sessions } }: LogReading, name: string): string {
  const file = name === '-' ? 'what was given' : shown(name);
  if (lines.openssh === 0) return `Nothing by ssh or sshd is in ${file}: nothing can be told.`;
  if (sessions.loggedIn === 0) return `No session begins in ${file}, and no drop is told of: nothing can be told.`;
  if (sessions.withoutEnd > 0) {
    return `No drop is told of in ${file}, but ${plural(sessions.withoutEnd, 'session')} without an end: it hung, or ssh was still running. If it hung: netcheck explain "the session freezes"`;
  }
  return `No session dropped in ${file}: ${sessions.ordinary} of ${sessions.loggedIn} ended in the ordinary way, ${sessions.stillOpen} were still open.`;
}

function renderFinding(finding: Finding, style: Style, verbosity: AnswerOptions['verbosity']): string {
  const { title, proof, drops, causes, rulesOut, certainty } = finding;
  const most = verbosity === 'verbose' ? drops.length : DROPS_SHOWN;
  const more = drops.length - Math.min(most, drops.length);
  const certain = { stated: 'SAID', pattern: 'LIKELY', hint: 'POSSIBLE' }[certainty];
  const paint = certainty === 'hint' ? style.yellow : style.red;
  return [
    `${paint(certain)}  ${style.bold(wrap(`${printable(title)}.`, widthOf(style), ' '.repeat(certain.length + 2)))}`,
    `  ${wrap(printable(`Seen: ${proof}.`), widthOf(style), '  ')}`,
    ...(verbosity === 'quiet' ? [] : dropLines(drops.slice(0, most))),
    ...(more > 0 && verbosity !== 'quiet' ? [`    … and ${more} more (-v lists all)`] : []),
    '  What it may be, the likeliest first:',
    ...causes.map((cause, index) => rankedCause(cause, index + 1, style)),
    ...(rulesOut.length === 0 || verbosity === 'quiet'
      ? []
      : ['  What it is not:', ...rulesOut.map((item) => `  - ${wrap(item, widthOf(style), '    ')}`)]),
  ].join('\n');
}

function dropLines(drops: readonly Drop[]): string[] {
  const rows = drops.map((drop) => [
    drop.time || `line ${drop.lineNumber}`,
    who(drop),
    `${ENDED[drop.end]}${times(drop)}`,
  ]);
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => shown(row[column] as string).length)));
  return rows.map((row) =>
    `    ${row.map((cell, column) => shown(cell).padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd(),
  );
}

function who({ user, peer, port }: Drop): string {
  const where = peer === null ? '' : port === null ? peer : `${peer} port ${port}`;
  return [user, where].filter((part) => part !== null && part !== '').join(' ') || '(nobody is named)';
}

function times({ sinceLoginSeconds, ageSeconds, quietSeconds }: Drop): string {
  const since =
    sinceLoginSeconds !== null
      ? `${formatSeconds(sinceLoginSeconds)} after the login`
      : ageSeconds !== null
        ? `${formatSeconds(ageSeconds)} after the connect`
        : null;
  const quiet =
    quietSeconds === null || quietSeconds === sinceLoginSeconds ? null : `quiet for ${formatSeconds(quietSeconds)}`;
  const parts = [since, quiet].filter((part) => part !== null);
  return parts.length === 0 ? '' : `, ${parts.join(', ')}`;
}

function whatWasRead({ facts }: LogReading, name: string, style: Style): string {
  const { lines, sessions, drops, dropsForgotten, beforeLogin } = facts;
  const foreign = lines.total - lines.openssh;
  const said = [
    `${name === '-' ? 'standard input' : shown(name)}: ${plural(lines.total, 'line')}, ${lines.openssh} of ssh or sshd${foreign > 0 ? `, ${foreign} of others` : ''}`,
    ...(lines.unknown > 0
      ? [`${plural(lines.unknown, 'line')} of ssh or sshd not known to netcheck, and not guessed at`]
      : []),
    ...(lines.cut > 0 ? [`${plural(lines.cut, 'line')} too long, read in part`] : []),
    `${plural(sessions.loggedIn, 'login')}: ${sessions.ordinary} ended in the ordinary way, ${drops.length + dropsForgotten} did not, ${sessions.stillOpen} still open${sessions.withoutEnd > 0 ? `, ${sessions.withoutEnd} without an end` : ''}`,
    ...(dropsForgotten > 0 ? [`only the last ${drops.length} drops were compared`] : []),
    ...(sessions.forgotten > 0
      ? [`too many sessions were open at once: ${sessions.forgotten} of them were not followed to their end`]
      : []),
    ...(beforeLogin.strangers > 0
      ? [
          `${plural(beforeLogin.strangers, 'connection')} ended before a login, from addresses that never log in (scanners do that all day)`,
        ]
      : []),
    ...(lines.timeJumps > 0
      ? [
          `time goes back ${lines.timeJumps === 1 ? 'once' : `${lines.timeJumps} times`} (files in another order, or a clock that was set): no session was followed across that`,
        ]
      : []),
    ...(drops.length > 0 && drops.every(({ atMs }) => atMs === null)
      ? [`the log has no times, so that nothing could be compared; this writes one with times:\n${WITH_TIMES}`]
      : []),
  ];
  return [`${style.bold('Read')}:`, ...said.map((line) => `  - ${wrap(line, widthOf(style), '    ')}`)].join('\n');
}

function plural(count: number, noun: string): string {
  return `${count} ${count === 1 ? noun : `${noun}s`}`;
}
