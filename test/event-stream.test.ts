// Where events go: files, FIFOs and open descriptors, and readers that leave or stand still.

import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  constants,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  readSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { EventStream, eventsProblem } from '../src/event-stream.ts';
import type { EventOf } from '../src/events.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

const DONE: EventOf<'finished'> = {
  event: 'finished',
  at: '2026-01-02T03:04:05.678Z',
  seconds: 1.5,
  exitCode: 0,
  interrupted: false,
};
const LINE = `${JSON.stringify(DONE)}\n`;

describe('a file', () => {
  test('begins anew, and holds each line as soon as it is written', async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, 'events.ndjson');
    writeFileSync(path, 'from an earlier run');
    const stream = new EventStream(path, process);
    expect(readFileSync(path, 'utf8')).toBe('');
    stream.write(DONE);
    expect(readFileSync(path, 'utf8')).toBe(LINE);
    stream.write(DONE);
    expect(await stream.close()).toBeNull();
    expect(readFileSync(path, 'utf8')).toBe(LINE + LINE);
  });

  test('on a full disk costs lines and nothing else', async () => {
    const stream = new EventStream('/dev/full', process);
    stream.write(DONE);
    stream.write(DONE);
    expect(await stream.close()).toContain('ENOSPC');
  });
});

describe('a FIFO', () => {
  test('is given each line when it is written, and all before the end', async () => {
    using folder = temporaryFolder();
    const path = fifo(folder.path);
    const reader = openSync(path, constants.O_RDWR);
    const stream = new EventStream(path, process);
    stream.write(DONE);
    const bytes = Buffer.alloc(4096);
    expect(bytes.toString('utf8', 0, readSync(reader, bytes))).toBe(LINE);
    stream.write(DONE);
    expect(await stream.close()).toBeNull();
    expect(bytes.toString('utf8', 0, readSync(reader, bytes))).toBe(LINE);
    closeSync(reader);
  });

  test('whose reader goes away costs lines and nothing else', async () => {
    using folder = temporaryFolder();
    const path = fifo(folder.path);
    const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const stream = new EventStream(path, process);
    closeSync(reader);
    for (let count = 0; count < 100; count++) stream.write(DONE);
    expect(await stream.close()).toContain('EPIPE');
  });

  test('whose reader stands still never makes anybody wait, but for a moment at the end', async () => {
    using folder = temporaryFolder();
    const path = fifo(folder.path);
    const reader = openSync(path, constants.O_RDWR);
    const stream = new EventStream(path, process);
    const startedAt = performance.now();
    // Far more than a pipe takes (64 KiB, pipe(7)), and more than is kept for it.
    for (let count = 0; count < 100_000; count++) stream.write(DONE);
    expect(await stream.close()).toBe('the reader has stopped reading');
    expect((performance.now() - startedAt) / 1000).toBeLessThan(10);
    closeSync(reader);
  });
});

describe('an open descriptor', () => {
  test('is written to as it is, a socket too, which could not be opened again', async () => {
    const script = `
      import { EventStream } from ${JSON.stringify(new URL('../dist/event-stream.js', import.meta.url).href)};
      const stream = new EventStream('/dev/fd/3', process);
      stream.write(${JSON.stringify(DONE)});
      process.exitCode = (await stream.close()) === null ? 0 : 1;`;
    // Node makes a socket pair of 'pipe'.
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'inherit', 'inherit', 'pipe'],
    });
    let heard = '';
    child.stdio[3]?.on('data', (chunk: Buffer) => {
      heard += chunk;
    });
    expect(await once(child, 'close')).toEqual([0, null]);
    expect(heard).toBe(LINE);
  });

  test('that is none is found out before anything is measured', () => {
    expect(eventsProblem('/dev/fd/999')).toMatch(/^nothing is open for writing as \/dev\/fd\/999; /);
    expect(eventsProblem('/nonexistent/events')).toBe('the folder /nonexistent does not exist');
    expect(eventsProblem('-')).toBeNull();
  });
});

describe('a descriptor', () => {
  test('that Node has open for itself is none of ours', () => {
    const targets = readdirSync('/proc/self/fd').flatMap((name) => {
      const descriptor = Number(name);
      try {
        return descriptor > 2 ? [{ descriptor, target: readlinkSync(`/proc/self/fd/${name}`) }] : [];
      } catch {
        return [];
      }
    });
    const queues = targets.filter(({ target }) => target.startsWith('anon_inode:'));
    expect(queues.length).toBeGreaterThan(0);
    for (const { descriptor } of queues) expect(eventsProblem(`/dev/fd/${descriptor}`)).toMatch(/^nothing is open/);
  });

  test('must be open for writing', () => {
    using folder = temporaryFolder();
    const path = join(folder.path, 'events');
    const writing = openSync(path, 'w');
    const reading = openSync(path, 'r');
    try {
      expect(eventsProblem(`/dev/fd/${writing}`)).toBeNull();
      expect(eventsProblem(`/dev/fd/${reading}`)).toMatch(/^nothing is open for writing/);
    } finally {
      closeSync(writing);
      closeSync(reading);
    }
  });
});

test('a FIFO that nobody reads is said to be one, at once', () => {
  using folder = temporaryFolder();
  const path = fifo(folder.path);
  expect(() => new EventStream(path, process)).toThrow(`nobody reads ${path} yet; start its reader first`);
});

function fifo(folder: string): string {
  const path = join(folder, 'events');
  execFileSync('mkfifo', [path]);
  return path;
}
