// Programs that a step runs: what they print, and how they end.
import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** What is to end with this script: a signal may be meant for it alone. */
const running = new Set();
process.on('exit', () => {
  for (const child of running) child.kill();
});

const LAST_WORDS_MS = 10_000;

/** `output` is both streams as they came; a program that takes longer than `limitMs` is ended, and its exit code is no 0. */
export async function run(command, args, { env = process.env, cwd, limitMs = 300_000 } = {}) {
  const child = spawn(command, args, { env, cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  running.add(child);
  const timers = [
    setTimeout(() => child.kill('SIGTERM'), limitMs),
    setTimeout(() => child.kill('SIGKILL'), limitMs + LAST_WORDS_MS),
  ];
  let [stdout, output] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text) => {
    stdout += text;
    output += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    output += text;
  });
  try {
    const [exitCode] = await once(child, 'close');
    return { stdout, output, exitCode };
  } finally {
    running.delete(child);
    timers.forEach(clearTimeout);
  }
}

/** @throws Error with what it printed unless it ends with 0. */
export async function succeed(command, args, options) {
  const result = await run(command, args, options);
  if (result.exitCode !== 0)
    throw new Error(`${command} ${args.join(' ')} ended with ${result.exitCode}:\n${result.output}`);
  return result;
}

/**
 * The environment without what the npm that runs this script has set for its own children: that would install into this
 * checkout, or compile with a Python that a bare PATH does not have.
 */
export function cleanEnvironment(path) {
  const others =
    /^npm_(?:lifecycle|package|execpath|node_execpath|command|config_(?:(?:local|global)?_?prefix|python|nodedir|node_gyp))|^(?:PYTHON|NODE_GYP_|NODE_OPTIONS|INIT_CWD)/i;
  const entries = Object.entries(process.env).filter(([name]) => !others.test(name));
  return { ...Object.fromEntries(entries), PATH: path, LC_ALL: 'C.UTF-8' };
}
