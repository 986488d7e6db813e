// Pasted text → the messages of OpenSSH in it, tolerant of what stands around them: quotes, prompts, times, host names, prefixes.

import { printable } from '../printable.ts';
import { CATALOGUE, CATALOGUE_FOR_PASTED } from './catalogue.ts';
import type { Message, Recognised, Side, Target, Wording } from './message.ts';
import { safeHost, safeUser } from './safe-name.ts';

export interface Recognition {
  readonly recognised: readonly Recognised[];
  /** Lines in which there is no message that is known, as they were given. */
  readonly unknown: readonly string[];
  /** Lines beyond the most that are read; null when all were. */
  readonly linesUnread: number | null;
}

/** Longer lines hold no message; what is beyond is not looked at. */
const MOST_CHARACTERS = 2000;
const MOST_LINES = 1000;

export function recognise(text: string): Recognition {
  const lines = text
    .split(/\r?\n|\r/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const recognised: Recognised[] = [];
  const unknown: string[] = [];
  for (let index = 0; index < Math.min(lines.length, MOST_LINES); index++) {
    const line = lines[index] as string;
    let found = messagesIn(line);
    const next = lines[index + 1];
    // A terminal that is narrow breaks a message in two.
    if (found.length === 0 && next !== undefined && messagesIn(next).every(({ message }) => isShort(message))) {
      const joined = messagesIn(`${line} ${next}`).filter(({ message }) => !isShort(message));
      if (joined.length > 0) index++;
      found = joined;
    }
    // A line without a word (@@@@, ----) says nothing to anybody.
    if (found.length === 0 && /\p{L}/u.test(line)) unknown.push(line);
    recognised.push(...found);
  }
  return {
    recognised: onceEach(recognised),
    unknown,
    linesUnread: lines.length > MOST_LINES ? lines.length - MOST_LINES : null,
  };
}

/** The messages of one line, in the order in which they stand there; no word belongs to two of them. */
export function messagesIn(line: string, catalogue: readonly Message[] = CATALOGUE_FOR_PASTED): Recognised[] {
  const text = plain(line);
  const found: { from: number; to: number; recognised: Recognised }[] = [];
  for (const message of catalogue) {
    const match = firstMatch(message, text);
    if (match === null) continue;
    const { wording, at } = match;
    const [from, to] = [at.index, at.index + at[0].length];
    if (found.some((other) => from < other.to && other.from < to)) continue;
    found.push({
      from,
      to,
      recognised: { line, message, wording, target: targetOf(wording.side ?? message.side, at.groups ?? {}) },
    });
  }
  return found.sort((a, b) => a.from - b.from).map(({ recognised }) => recognised);
}

function firstMatch(message: Message, text: string): { wording: Wording; at: RegExpExecArray } | null {
  for (const wording of message.wordings) {
    const at = wording.pattern.exec(text);
    if (at !== null) return { wording, at };
  }
  return null;
}

/** Without colours and control characters, with single spaces, without quotes and prompts at the ends. */
function plain(line: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: terminals' escape sequences are what is to go.
  const uncoloured = line.slice(0, MOST_CHARACTERS).replaceAll(/\x1b\[[0-9;?]*[A-Za-z]/g, '');
  return printable(uncoloured)
    .replaceAll(/[\ufffd\s]+/g, ' ')
    .replaceAll(/^[\s"'“”‘’`>$#*|-]+|[\s"'“”‘’`*|]+$/g, '');
}

function targetOf(side: Side, { host, port, user }: Record<string, string | undefined>): Target {
  const name = host?.replace(/\.$/, '');
  const number = port === undefined ? 0 : Number(port);
  return {
    side,
    host: safeHost(name),
    port: safeHost(name) !== null && number >= 1 && number <= 65_535 ? number : null,
    user: safeUser(user),
  };
}

/** The system's words only. */
function isShort(message: Message): boolean {
  return !CATALOGUE.includes(message);
}

/** The same message is explained once, with the host if one of them names it; of two hosts, once each. */
function onceEach(all: readonly Recognised[]): Recognised[] {
  const named = all.filter(({ target }) => target.host !== null);
  const first = (same: (other: Recognised) => boolean): Recognised | undefined => named.find(same) ?? all.find(same);
  return all.filter(
    (each) =>
      each ===
      first(
        ({ message, target }) =>
          message === each.message && (each.target.host === null || target.host === each.target.host),
      ),
  );
}
