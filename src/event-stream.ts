// --events: one JSON object a line, written as things happen, to a file, a FIFO or an open descriptor. Whatever becomes of
// the reader, the measurement goes on and is never made to wait.

import {
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  writeSync,
} from 'node:fs';
import { Socket } from 'node:net';
import type { ScanEvent } from './events.ts';
import { harmlessJson } from './printable.ts';
import { openFifo, savingProblem } from './save.ts';

/** A reader that is so far behind has stopped reading. */
const MOST_UNREAD_BYTES = 8 * 1024 * 1024;
/** What a pipe may take to be emptied by a reader that still reads. */
const LAST_WORDS_MS = 1000;

/** How lines get out. */
interface Sink {
  /** @throws the system's error. */
  write(line: string): void;
  /** Resolves when all of it is out, or that has taken too long. */
  end(): Promise<void>;
}

/** Why no events can be written to this path, in a few words; null when they can. */
export function eventsProblem(path: string): string | null {
  const descriptor = descriptorOf(path);
  if (descriptor === null) return savingProblem(path);
  return isInherited(descriptor) ? null : `nothing is open for writing as ${path}; the shell opens it: 3>events.ndjson`;
}

const ACCESS_MODE = 0o3;

/**
 * Open for writing, and none of those that Node itself has open: event queues, and pipes to itself, of which it holds the
 * reading end. Which descriptors were there before it began, it does not tell.
 */
function isInherited(descriptor: number): boolean {
  if (descriptor <= 2) return true;
  const accessOf = (name: string | number): number => {
    const [, octal = ''] = /^flags:\s+([0-7]+)$/m.exec(readFileSync(`/proc/self/fdinfo/${name}`, 'utf8')) ?? [];
    return Number.parseInt(octal, 8) & ACCESS_MODE;
  };
  const leadsTo = (name: string | number): string => readlinkSync(`/proc/self/fd/${name}`);
  try {
    const target = leadsTo(descriptor);
    if (target.startsWith('anon_inode:') || accessOf(descriptor) === constants.O_RDONLY) return false;
    if (!target.startsWith('pipe:')) return true;
    const others = readdirSync('/proc/self/fd').filter((name) => {
      try {
        return leadsTo(name) === target && accessOf(name) === constants.O_RDONLY;
      } catch {
        return false; // The folder itself was read through one that is closed by now.
      }
    });
    return others.length === 0;
  } catch {
    return false;
  }
}

export class EventStream {
  readonly #sink: Sink;
  /** Why lines are missing, null when none are. */
  #problem: string | null = null;

  /** @throws the system's error, and where a FIFO has no reader. */
  constructor(path: string, process: NodeJS.Process) {
    this.#sink = openSink(path, process, (error) => {
      this.#problem ??= error.message;
    });
  }

  write(event: ScanEvent): void {
    if (this.#problem !== null) return;
    try {
      this.#sink.write(`${harmlessJson(JSON.stringify(event))}\n`);
    } catch (error) {
      this.#problem = (error as Error).message;
    }
  }

  /** Why not all of it was written, null when it was. */
  async close(): Promise<string | null> {
    await this.#sink.end();
    return this.#problem;
  }
}

function openSink(path: string, process: NodeJS.Process, onError: (error: Error) => void): Sink {
  const inherited = descriptorOf(path);
  // Node has streams for these already; a second one on the same descriptor would get in their way.
  if (inherited === 1 || inherited === 2) return standardSink(inherited === 1 ? process.stdout : process.stderr);
  const descriptor = inherited ?? openForWriting(path);
  const kind = fstatSync(descriptor);
  return kind.isFIFO() || kind.isSocket() ? pipeSink(descriptor, onError) : fileSink(descriptor);
}

function openForWriting(path: string): number {
  const { O_WRONLY, O_CREAT, O_TRUNC, O_APPEND, O_NOFOLLOW } = constants;
  const isFifo = statSync(path, { throwIfNoEntry: false })?.isFIFO() === true;
  // A link was looked at by savingProblem; what is put there since is not followed.
  const isLink = lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true;
  if (!isFifo) return openSync(path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | (isLink ? 0 : O_NOFOLLOW), 0o666);
  return openFifo(path);
}

/** Errors of these are the business of whoever set them up. */
function standardSink(stream: NodeJS.WriteStream): Sink {
  return { write: (line) => stream.write(line), end: () => Promise.resolve() };
}

/** A disk or a device takes a line at once, or says why not. */
function fileSink(descriptor: number): Sink {
  return {
    write(line) {
      const bytes = Buffer.from(line);
      for (let written = 0; written < bytes.length; ) written += writeSync(descriptor, bytes, written);
    },
    end: () => Promise.resolve(),
  };
}

/** A pipe that is full would block a write for as long as its reader likes: the event loop waits for it instead. */
function pipeSink(descriptor: number, onError: (error: Error) => void): Sink {
  const socket = new Socket({ fd: descriptor, readable: false, writable: true });
  let isOver = false;
  socket.on('error', (error) => {
    isOver = true;
    onError(error);
  });
  // An idle reader must not keep the process alive.
  socket.unref();
  return {
    write(line) {
      if (socket.writableLength > MOST_UNREAD_BYTES) throw new Error('the reader has stopped reading');
      socket.write(line);
    },
    end: () =>
      new Promise((resolve) => {
        if (isOver) return resolve();
        const timer = setTimeout(() => {
          onError(new Error('the reader has stopped reading'));
          socket.destroy();
        }, LAST_WORDS_MS);
        socket.once('close', () => {
          clearTimeout(timer);
          resolve();
        });
        socket.end(() => socket.destroy());
      }),
  };
}

/**
 * The descriptor that a path like /dev/fd/3 stands for: opened again, a socket would fail and a file begin anew. null for a path that
 * is opened.
 */
export function descriptorOf(path: string): number | null {
  if (path === '-' || path === '/dev/stderr') return 2;
  if (path === '/dev/stdout') return 1;
  const [, digits] = /^\/(?:dev|proc\/self)\/fd\/(\d{1,9})$/.exec(path) ?? [];
  return digits === undefined ? null : Number(digits);
}
