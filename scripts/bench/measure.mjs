// One command on a lab host under GNU time(1), which takes every tool's wall time, CPU time and memory alike.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Resolves with null when the command did not end within `limitSeconds`. `env` left out is our own. */
export async function measure(host, command, args, limitSeconds = 60, env = process.env) {
  const folder = mkdtempSync(join(tmpdir(), 'netcheck-bench-'));
  try {
    const file = join(folder, 'time');
    // timeout(1) outside ends the whole process group, itself too; a busy netcheck would not hear a milder signal.
    const wrapper = ['--signal=KILL', String(limitSeconds), '/usr/bin/time', '-q', '-f', '%e %U %S %M', '-o', file];
    const { stdout, stderr, exitCode } = await host.run('timeout', [...wrapper, command, ...args], { env });
    if (exitCode === null) return null;
    const [wall, user, system, kibibytes] = readFileSync(file, 'utf8').trim().split(' ').map(Number);
    return { stdout, stderr, exitCode, wall, cpu: user + system, kibibytes };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return sorted.length % 2 === 1 ? sorted[Math.floor(middle)] : (sorted[middle - 1] + sorted[middle]) / 2;
}
