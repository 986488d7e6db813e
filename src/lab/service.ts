// The node scripts of this folder that play a part on a lab host: started, and waited for until they are ready.

import type { ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { LabUnavailable } from './availability.ts';
import type { LabHost } from './lab.ts';

/** What a script prints on its standard output when it does its work. */
const READY = 'ready';

/** Starting node takes 40 ms on an idle machine; a loaded one may need many times that. */
const READY_TIMEOUT_MS = 10_000;

/** Starts `<script>.js` with its options as one JSON argument. It ends when its standard input closes, or sooner. */
export function startService(host: LabHost, script: string, options: unknown): Promise<void> {
  const path = servicePath(script);
  if (!existsSync(path)) throw new LabUnavailable(`The lab's ${script}.js is not built: npm run build`);

  // A test runner's NODE_OPTIONS are meant for its own workers.
  const { NODE_OPTIONS: _, ...env } = process.env;
  const child = host.spawn(process.execPath, [path, JSON.stringify(options)], { env });
  return new Promise((resolve, reject) => {
    let stderr = '';
    const fail = (how: string) => {
      clearTimeout(timer);
      child.kill('SIGKILL');
      reject(new LabUnavailable(`The lab's ${script} ${how} on ${host.name}: ${lastWords(stderr)}`));
    };
    const failEnded = () => fail('ended');
    const timer = setTimeout(() => fail('is not ready'), READY_TIMEOUT_MS);
    child.once('error', (error) => fail(error.message));
    child.once('exit', failEnded);
    child.stdin?.on('error', () => {});
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      stderr = (stderr + text).slice(-2000);
    });
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      if (!text.includes(READY)) return;
      clearTimeout(timer);
      child.off('exit', failEnded);
      letOwnerEnd(child);
      resolve();
    });
  });
}

/** One line of what a script that failed has said: node prints the place first, then the error, then the stack. */
function lastWords(stderr: string): string {
  const lines = stderr.split('\n').filter((line) => line.trim() !== '');
  return lines.find((line) => /^\w*Error\b/.test(line)) ?? lines[0] ?? 'it said nothing';
}

/** An owner that is done ends, whether or not it disposed of the lab: what it waits for is never a program of the lab. */
export function letOwnerEnd(child: ChildProcess): void {
  child.unref();
  for (const pipe of child.stdio) if (pipe instanceof Socket) pipe.unref();
}

/** Called by the script itself, when it does its work. */
export function declareReady(): void {
  // The owner holds the other end and closes it by dying, even of SIGKILL: no script outlives its lab.
  process.stdin.on('end', () => process.exit()).on('error', () => process.exit());
  process.stdin.resume();
  process.stdout.write(`${READY}\n`);
}

/** Seen from dist/ the scripts are next door. Seen from src/ (a test) they are in dist/: node runs no TypeScript. */
function servicePath(script: string): string {
  const folder = import.meta.url.endsWith('.ts') ? '../../dist/lab/' : './';
  return fileURLToPath(new URL(`${folder}${script}.js`, import.meta.url));
}
