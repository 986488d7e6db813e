// The answer to pasted messages for people: the meaning first, then the ranked causes, each with the command that decides.

import { printable } from '../printable.ts';
import { toAscii } from '../report/ascii.ts';
import { lineWidth, type Page, type Style, styleFor, wrap } from '../report/style.ts';
import type { Answer, Explanation } from './answer.ts';
import type { RankedCause } from './ranked-causes.ts';

/** A line of a hostile log may have any length. */
const MOST_SHOWN = 160;
const MOST_UNKNOWN_SHOWN = 3;
const SAID_BY = { client: 'ssh, on the client', server: 'sshd, on the server', either: 'ssh or sshd' } as const;

export interface AnswerOptions extends Page {
  /** `quiet`: meaning and causes only. */
  readonly verbosity: 'quiet' | 'normal' | 'verbose';
  /** Nothing but ASCII, for locales that know no other characters. */
  readonly ascii?: boolean;
}

/** Columns for sentences; `--plain` breaks none of them. */
export function widthOf(style: Style): number {
  return style.plain ? Number.POSITIVE_INFINITY : lineWidth(style);
}

export function renderAnswer(answer: Answer, options: AnswerOptions): string {
  const style = styleFor(options);
  const { verbosity } = options;
  const blocks = answer.messages.map((message) => explanation(message, style, verbosity === 'quiet'));
  const notes =
    verbosity === 'quiet' ? [] : [...epilogues(answer, style), ...unknown(answer.unknown, style), ...unread(answer)];
  const text = `${[...blocks, ...notes].join('\n\n')}\n`;
  return options.ascii ? toAscii(text) : text;
}

function explanation(message: Explanation, style: Style, short: boolean): string {
  const facts = [
    field(style, 'Message', `${message.says} (${SAID_BY[message.saidBy]}; ${message.releases})`),
    field(style, 'On the wire', message.event),
  ];
  return [
    style.bold(wrap(message.meaning, widthOf(style), '')),
    '',
    `${style.bold('What it may be')}, the likeliest first:`,
    ...message.causes.map((cause, index) => rankedCause(cause, index + 1, style)),
    ...(message.examine === null
      ? []
      : [`  ${style.dim('all that can be measured, at once:')} ${printable(message.examine)}`]),
    ...(short
      ? []
      : [
          '',
          `${style.bold('What it is not')}:`,
          ...message.rulesOut.map((item) => `  - ${wrap(item, widthOf(style), '    ')}`),
          '',
          ...facts,
        ]),
  ].join('\n');
}

function field(style: Style, name: string, text: string): string {
  return `${`${name}:`.padEnd(13)}${wrap(text, widthOf(style), ' '.repeat(13))}`;
}

/** `number` is its place in the ranking, from 1. */
export function rankedCause({ title, because, decide }: RankedCause, number: number, style: Style): string {
  return [
    `  ${number}. ${style.bold(wrap(printable(title), widthOf(style), '     '))}`,
    `     ${wrap(printable(because), widthOf(style), '     ')}`,
    // A command is not broken: it is to be copied.
    `     ${style.dim('to decide:')} ${printable(decide)}`,
  ].join('\n');
}

function epilogues({ epilogues: lines }: Answer, style: Style): string[] {
  return lines.map((line) => wrap(`"${shown(line)}" is said of the same end and adds nothing.`, widthOf(style), ''));
}

function unknown(lines: readonly string[], style: Style): string[] {
  if (lines.length === 0) return [];
  const listed = lines.slice(0, MOST_UNKNOWN_SHOWN).map((line) => `  ${shown(line)}`);
  const count = lines.length === 1 ? '1 other line says' : `${lines.length} other lines say`;
  return [
    [
      wrap(`${count} nothing that netcheck knows, and it does not guess:`, widthOf(style), ''),
      ...listed,
      ...(lines.length > listed.length ? ['  …'] : []),
    ].join('\n'),
  ];
}

function unread({ linesUnread = 0 }: Answer): string[] {
  if (linesUnread === 0) return [];
  return [`The last ${linesUnread} lines were not read: for logs there is netcheck explain --log <file>`];
}

/** Text of others, short and harmless. */
export function shown(line: string): string {
  const harmless = printable(line.slice(0, MOST_SHOWN * 2));
  return harmless.length > MOST_SHOWN ? `${harmless.slice(0, MOST_SHOWN)}…` : harmless;
}
