// One line of a log taken apart: syslog (RFC 3164 and ISO 8601 times), journalctl's formats, and the bare lines of `ssh -v`
// and `sshd -e`.

export type Stamp =
  /** A moment that the line tells wholly. */
  | { readonly kind: 'moment'; readonly ms: number }
  /** Local time without a year (RFC 3164). `month` from 0. */
  | { readonly kind: 'no-year'; readonly month: number; readonly day: number; readonly secondsOfDay: number }
  | { readonly kind: 'no-date'; readonly secondsOfDay: number };

export interface LogLine {
  readonly stamp: Stamp | null;
  /** The time as it was written, empty without one. */
  readonly time: string;
  /** `sshd`, `ssh`, another program's name, or null where the line names none. */
  readonly program: string | null;
  readonly pid: number | null;
  readonly text: string;
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const CLOCK = String.raw`(\d\d):(\d\d):(\d\d)([.,]\d{1,9})?`;
const RFC_3164 = new RegExp(String.raw`^([A-Z][a-z]{2}) {1,2}(\d{1,2}) (?:(\d{4}) )?${CLOCK}\b`);
const ISO_8601 = new RegExp(
  String.raw`^(?:[A-Z][a-z]{2} )?(\d{4})-(\d\d)-(\d\d)[T ]${CLOCK}(?: ?(Z|UTC|[+-]\d\d:?\d\d)|(?: [A-Z]{3,5}))?(?=[\s\]]|$)`,
);
const UNIX_TIME = /^(\d{9,11})(\.\d{1,9})?(?=\s)/;
const ONLY_CLOCK = new RegExp(String.raw`^\[?${CLOCK}\]?(?=\s)`);
/** `host program[pid]: `, where the host may be left out. */
const TAG = /^(?:([^\s:[\]]{1,255}) )?([A-Za-z][\w./@-]{0,63})(?:\[(\d{1,10})\])?: /;
const PRIORITY = /^<\d{1,3}>(?:1 )?/;

export function parseLine(line: string): LogLine {
  const bare = line.replace(PRIORITY, '').trimStart();
  const bracket = bare.startsWith('[') ? bare.slice(1) : bare;
  const stamped = rfc3164(bracket) ?? iso8601(bracket) ?? unixTime(bracket) ?? onlyClock(bare);
  if (stamped === null) return withTag(null, '', bare);
  return withTag(stamped.stamp, stamped.time, stamped.rest.replace(/^\]/, '').trimStart());
}

interface Stamped {
  readonly stamp: Stamp;
  readonly time: string;
  readonly rest: string;
}

function rfc3164(text: string): Stamped | null {
  const match = RFC_3164.exec(text);
  if (match === null) return null;
  const [time, name = '', day, year, ...clock] = match;
  const month = MONTHS.indexOf(name.toLowerCase());
  const secondsOfDay = secondsOf(clock);
  if (month < 0 || secondsOfDay === null || Number(day) < 1 || Number(day) > 31) return null;
  const rest = text.slice(time.length);
  if (year === undefined) return { stamp: { kind: 'no-year', month, day: Number(day), secondsOfDay }, time, rest };
  return {
    stamp: { kind: 'moment', ms: Date.UTC(Number(year), month, Number(day)) + secondsOfDay * 1000 },
    time,
    rest,
  };
}

function iso8601(text: string): Stamped | null {
  const match = ISO_8601.exec(text);
  if (match === null) return null;
  const [time, year, month, day, hours, minutes, seconds, fraction, zone] = match;
  const secondsOfDay = secondsOf([hours, minutes, seconds, fraction]);
  if (secondsOfDay === null || Number(month) < 1 || Number(month) > 12 || Number(day) < 1 || Number(day) > 31)
    return null;
  const local = Date.UTC(Number(year), Number(month) - 1, Number(day)) + secondsOfDay * 1000;
  return { stamp: { kind: 'moment', ms: Math.round(local - offsetMs(zone)) }, time, rest: text.slice(time.length) };
}

function unixTime(text: string): Stamped | null {
  const match = UNIX_TIME.exec(text);
  if (match === null) return null;
  const ms = Number(match[0]) * 1000;
  return { stamp: { kind: 'moment', ms }, time: match[0], rest: text.slice(match[0].length) };
}

function onlyClock(text: string): Stamped | null {
  const match = ONLY_CLOCK.exec(text);
  const secondsOfDay = match === null ? null : secondsOf(match.slice(1));
  if (match === null || secondsOfDay === null) return null;
  const time = match[0].replaceAll(/[[\]]/g, '');
  return { stamp: { kind: 'no-date', secondsOfDay }, time, rest: text.slice(match[0].length) };
}

function secondsOf([hours, minutes, seconds, fraction]: readonly (string | undefined)[]): number | null {
  const [h, m, s] = [Number(hours), Number(minutes), Number(seconds)];
  // A leap second is written as 60.
  if (h > 23 || m > 59 || s > 60) return null;
  return h * 3600 + m * 60 + s + (fraction === undefined ? 0 : Number(`0.${fraction.slice(1)}`));
}

/** Without a zone the machine's own one is meant, which is the same for all lines. */
function offsetMs(zone: string | undefined): number {
  const match = /^([+-])(\d\d):?(\d\d)$/.exec(zone ?? '');
  if (match === null) return 0;
  return (match[1] === '-' ? -1 : 1) * (Number(match[2]) * 60 + Number(match[3])) * 60_000;
}

/** Words that stand before a colon in what OpenSSH says, and are no program. */
const NO_PROGRAM =
  /^(?:debug[123]|fatal|error|Warning|WARNING|ssh_\w+|kex_\w+|client_loop|packet_\w+|mux_\w+|OpenSSH\w*|pam_\w+|Transferred|Timeout)$/;
const OPENSSH = /^(?:.*\/)?(sshd|ssh)(?:-session|-auth)?$/;

function withTag(stamp: Stamp | null, time: string, rest: string): LogLine {
  const tag = TAG.exec(rest);
  const [whole = '', host, name = '', pid] = tag ?? [];
  // `ssh: connect to host …` is what ssh says of itself.
  const isProgram =
    tag !== null &&
    !NO_PROGRAM.test(name) &&
    (pid !== undefined || (stamp !== null && host !== undefined) || name === 'sshd');
  if (!isProgram) return { stamp, time, program: null, pid: null, text: rest };
  const openssh = OPENSSH.exec(name)?.[1];
  return {
    stamp,
    time,
    program: openssh ?? name,
    pid: pid === undefined ? null : Number(pid),
    text: rest.slice(whole.length),
  };
}
