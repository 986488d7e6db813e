// Waiting for a descriptor: who leaves something unread is called again, and the rest of the program has its turn between.

import { execFileSync } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, it } from 'vitest';
import { whenReady } from '../../src/libc/readiness.ts';

const folder = mkdtempSync(join(tmpdir(), 'netcheck-readiness-'));
afterAll(() => rmSync(folder, { recursive: true }));

it('calls again until everything was read, and not after it was closed', async () => {
  const path = join(folder, 'pipe');
  execFileSync('mkfifo', [path]);
  const pipe = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
  writeSync(pipe, Buffer.alloc(1000));
  const turns: number[] = [];
  let turn = 0;
  let ticking = setImmediate(function tick() {
    turn++;
    ticking = setImmediate(tick);
  });
  await new Promise<void>((resolve) => {
    let left = 1000;
    const readiness = whenReady(pipe, 'readable', () => {
      left -= readSync(pipe, Buffer.alloc(10));
      turns.push(turn);
      if (left > 0) return;
      readiness.close();
      resolve();
    });
  });
  clearImmediate(ticking);
  writeSync(pipe, Buffer.alloc(1));
  await sleep(20);
  expect(turns).toHaveLength(100);
  expect(new Set(turns).size).toBe(100);
  closeSync(pipe);
});
