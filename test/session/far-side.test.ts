// The far side's shell script, run by the shells that are here.

import { spawn } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { FAR_SIDE, SURVEYED_FAR_SIDE } from '../../src/session/far-side.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** What the shell says to these lines, and how long it took. */
function talk(lines: string, path = process.env.PATH, login = 'sh'): Promise<{ said: string; seconds: number }> {
  const startedAt = performance.now();
  const shell = spawn(login, ['-c', FAR_SIDE], {
    env: { PATH: path, HOME: '/dev/null' },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let said = '';
  shell.stdout.on('data', (chunk: Buffer) => {
    said += chunk;
  });
  shell.stdin.end(lines);
  return new Promise((resolve) => {
    shell.once('close', () => resolve({ said, seconds: (performance.now() - startedAt) / 1000 }));
  });
}

const BANNER = 'netcheck-serve/1\r\n';

describe('the far side', () => {
  test('greets, speaks when the time is over, and ends with its input', async () => {
    const { said, seconds } = await talk('speak 0.300\nspeak 0.100\n');
    expect(said).toBe(`${BANNER}spoken\r\nspoken\r\n`);
    expect(seconds).toBeGreaterThan(0.39);
  });

  test.each(['bash', 'zsh', 'tcsh', 'fish'])('is begun by %s, too', async (login) => {
    expect((await talk('speak 0.100\n', process.env.PATH, login)).said).toBe(`${BANNER}spoken\r\n`);
  });

  test('ends at a word that it does not know', async () => {
    expect((await talk('rm 1\nspeak 0.1\n')).said).toBe(BANNER);
  });

  test('rounds up where sleep takes whole seconds only', async () => {
    using folder = temporaryFolder();
    const sleep = join(folder.path, 'sleep');
    writeFileSync(sleep, '#!/bin/sh\ncase $1 in *.*) exit 1 ;; esac\necho "slept $1"\n');
    chmodSync(sleep, 0o755);
    const { said } = await talk('speak 2.300\nspeak 4.000\nspeak 0.100\n', `${folder.path}:${process.env.PATH}`);
    expect(said).toBe(`${BANNER}slept 3\nspoken\r\nslept 4\nspoken\r\nslept 1\nspoken\r\n`);
  });

  test.each([FAR_SIDE, SURVEYED_FAR_SIDE])('has no quotation mark that would end its own', (farSide) => {
    expect(farSide.match(/'/g)).toHaveLength(2);
    // csh ends them with the line.
    expect(farSide).not.toContain('\n');
    // csh reads its history even within quotation marks, but not at the end of a line.
    expect(farSide).not.toMatch(/!\S/);
  });
});
