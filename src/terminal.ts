// The edge to the person: the live view and log lines on stderr, and the keys that interrupt.

import type { Clock } from './clock.ts';
import { formatSeconds } from './duration.ts';
import type { ScanEvent } from './events.ts';
import { print } from './print.ts';
import { printable } from './printable.ts';
import { isUtf8Locale, toAscii } from './report/ascii.ts';
import { describeEvent } from './report/event-text.ts';
import { renderLive } from './report/live.ts';
import { fitRows } from './report/live-lines.ts';
import { follow, NOTHING_YET } from './report/live-state.ts';
import { fold, type Page } from './report/style.ts';

/** How the report is to look on stdout: colours only on a terminal, as wide as that is (or as COLUMNS says, elsewhere too). */
export function pageOf(
  { color, plain }: { readonly color: boolean; readonly plain: boolean },
  { stdout, env }: NodeJS.Process,
): Page & { readonly ascii: boolean } {
  const isTerminal = stdout.isTTY === true;
  const columns = /^[1-9]\d{0,3}$/.test(env.COLUMNS ?? '') ? Number(env.COLUMNS) : null;
  return {
    color: color && isTerminal && !env.NO_COLOR && env.TERM !== 'dumb',
    width: isTerminal ? stdout.columns || columns || 80 : columns,
    plain,
    ascii: !isUtf8Locale(env),
  };
}

const REDRAW_MS = 200;
// ECMA-48: EL erases to the end of the line, ED to the end of the screen, CUU moves the cursor up.
const ERASE_REST_OF_LINE = '\x1b[K';
const ERASE_BELOW = '\r\x1b[J';
const up = (lines: number): string => (lines > 0 ? `\x1b[${lines}A` : '');

/**
 * Draws several lines in place on a terminal until it is closed; draws nothing anywhere else. Between two drawings the
 * cursor rests where the first line begins: whatever ends the process (or echoes ^C there) finds nothing to move back over.
 */
export class LiveView {
  readonly #process: NodeJS.Process;
  readonly #stderr: NodeJS.WriteStream;
  readonly #timer: NodeJS.Timeout | undefined;
  #state = NOTHING_YET;
  /** Somebody else has the terminal. */
  #isPaused = false;
  /** Lines that were to be said meanwhile. */
  readonly #held: string[] = [];
  readonly #erase = (): void => {
    this.#stderr.write(ERASE_BELOW);
  };

  /** `clock` is the one of the events, `startedAt` their beginning on it. */
  constructor(process: NodeJS.Process, enabled: boolean, clock: Clock, startedAt: number) {
    this.#process = process;
    this.#stderr = process.stderr;
    if (!enabled || !process.stderr.isTTY || process.env.TERM === 'dumb') return;
    process.once('exit', this.#erase);
    this.#timer = setInterval(() => this.#draw((clock.now() - startedAt) / 1000), REDRAW_MS);
  }

  follow(event: ScanEvent): void {
    if (this.#timer === undefined) return;
    this.#state = follow(this.#state, event);
    if (event.event !== 'asking') return;
    this.#isPaused = !event.isOver;
    if (this.#isPaused) this.#erase();
    else for (const line of this.#held.splice(0)) this.say(line);
  }

  /** A line that stays, above those that are drawn; broken where it is too long. */
  say(line: string): void {
    if (this.#timer === undefined) return;
    if (this.#isPaused) {
      this.#held.push(line);
      return;
    }
    const text = isUtf8Locale(this.#process.env) ? line : toAscii(line);
    this.#stderr.write(`${ERASE_BELOW}${fold(printable(text), this.#width())}\n`);
  }

  close(): void {
    if (this.#timer === undefined) return;
    clearInterval(this.#timer);
    this.#process.removeListener('exit', this.#erase);
    this.#erase();
  }

  /** A terminal that does not tell its size reports 0. In the last column the cursor may stay or wrap, so it is left free. */
  #width(): number {
    return (this.#stderr.columns || 80) - 1;
  }

  #draw(nowSeconds: number): void {
    if (this.#isPaused) return;
    const width = this.#width();
    const rows = fitRows(renderLive(this.#state, width, nowSeconds), (this.#stderr.rows || 24) - 1, width);
    const lines = isUtf8Locale(this.#process.env) ? rows : rows.map(toAscii);
    const drawn = lines.map((line) => `\r${line}${ERASE_REST_OF_LINE}`).join('\n');
    // What the last drawing had more of goes with the rest of the screen.
    this.#stderr.write(`${drawn}${lines.length === 0 ? ERASE_BELOW : `\x1b[J\r${up(lines.length - 1)}`}`);
  }
}

/**
 * Plain lines on stderr, one for each event that a person may want to read; none twice in a row. While ssh asks on the
 * terminal they wait.
 */
export class EventLog {
  readonly #stderr: NodeJS.WriteStream;
  readonly #last = new Map<number, string>();
  #isPaused = false;
  readonly #held: (() => void)[] = [];

  constructor(stderr: NodeJS.WriteStream) {
    this.#stderr = stderr;
  }

  say(line: string): void {
    this.#write(() => print(this.#stderr, `${printable(line)}\n`));
  }

  write(event: ScanEvent): void {
    if (!('check' in event)) return;
    const { step, target } = event;
    const text = describeEvent(event);
    if (text === null || text === this.#last.get(step)) return;
    this.#last.set(step, text);
    const write = (): void => logLine(this.#stderr, event.seconds, target, text);
    this.#write(write);
    if (event.event === 'asking') this.#pause(!event.isOver);
  }

  #write(write: () => void): void {
    if (this.#isPaused) this.#held.push(write);
    else write();
  }

  #pause(isPaused: boolean): void {
    this.#isPaused = isPaused;
    if (!isPaused) for (const write of this.#held.splice(0)) write();
  }
}

export function logLine(stderr: NodeJS.WriteStream, seconds: number, subject: string, text: string): void {
  print(stderr, `${formatSeconds(seconds)}  ${printable(`${subject}: ${text}`)}\n`);
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Aborts at the first signal, so that a partial report can be given; a second one ends the process at once. */
export function onInterrupt(
  process: NodeJS.Process,
): { readonly signal: AbortSignal; readonly release: () => void } & Disposable {
  const controller = new AbortController();
  const interrupt = (): void => {
    if (controller.signal.aborted) process.exit(130);
    controller.abort();
  };
  for (const name of SIGNALS) process.on(name, interrupt);
  const release = (): void => {
    for (const name of SIGNALS) process.removeListener(name, interrupt);
  };
  return { signal: controller.signal, release, [Symbol.dispose]: release };
}

/** What went wrong, on stderr: one line, and nothing in it that a terminal obeys. */
