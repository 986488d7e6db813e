// What `ssh -G` (ssh(1)) and `sshd -T` (sshd(8)) print: a keyword in small letters and its value, one option a line.
// OpenSSH gains keywords with every release and prints some times as seconds, some as they were written.

import { printableAscii } from '../printable.ts';

/** Values by keyword, printable. Of a keyword that comes again the first line counts, as it does in a configuration. */
export type OptionDump = ReadonlyMap<string, string>;

/** A channel of this type is closed after so many seconds without data; 0: never. */
export interface ChannelTimeout {
  readonly channel: string;
  readonly seconds: number;
}

/** More than any value that is used here; a ProxyCommand may be as long as it likes. */
const MAX_VALUE_LENGTH = 4096;

export function parseOptionDump(text: string): OptionDump {
  const options = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [, keyword, value] = /^([a-z][a-z0-9]*)(?:[ \t]+(.*))?$/i.exec(line.trimEnd()) ?? [];
    if (keyword === undefined || options.has(keyword.toLowerCase())) continue;
    options.set(keyword.toLowerCase(), printableAscii(value ?? '').slice(0, MAX_VALUE_LENGTH));
  }
  return options;
}

/** null when there is no such line, or nothing is set. */
export function textOf(options: OptionDump, keyword: string): string | null {
  const value = options.get(keyword);
  return value === undefined || value === '' || value === 'none' ? null : value;
}

/** null when there is no such line, or it holds no whole number. */
export function countOf(options: OptionDump, keyword: string): number | null {
  const value = options.get(keyword) ?? '';
  return /^\d{1,9}$/.test(value) ? Number(value) : null;
}

export function flagOf(options: OptionDump, keyword: string): boolean | null {
  const value = options.get(keyword);
  if (value === 'yes' || value === 'true') return true;
  return value === 'no' || value === 'false' ? false : null;
}

/** 0 where the option is off; null when there is no such line. */
export function secondsOf(options: OptionDump, keyword: string): number | null {
  const value = options.get(keyword);
  return value === undefined ? null : parseTime(value);
}

const SECONDS_PER_UNIT = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 } as const;

/** The time formats of sshd_config(5): `90`, `1m30s`, `2H`; 0 for `none`, null for anything else. */
export function parseTime(text: string): number | null {
  if (text === 'none' || text === 'never') return 0;
  if (!/^(?:\d{1,9}[smhdw]?)+$/i.test(text)) return null;
  return [...text.matchAll(/(\d+)([smhdw]?)/gi)].reduce((sum, [, amount, unit]) => {
    const perUnit = SECONDS_PER_UNIT[(unit?.toLowerCase() || 's') as keyof typeof SECONDS_PER_UNIT];
    return sum + Number(amount) * perUnit;
  }, 0);
}

/** `session=5m agent-connection=1h`; what can't be read is left out. null when the release has no such option. */
export function channelTimeoutsOf(options: OptionDump): ChannelTimeout[] | null {
  const value = options.get('channeltimeout');
  if (value === undefined) return null;
  return value.split(/[ \t]+/).flatMap((pair) => {
    const [, channel, time] = /^([^=]+)=(.+)$/.exec(pair) ?? [];
    const seconds = time === undefined ? null : parseTime(time);
    return channel === undefined || seconds === null ? [] : [{ channel, seconds }];
  });
}
