// What 500 rungs at once cost --idle-timeout: memory, and how late the event loop is.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { natPath } from '../../dist/lab/index.js';
import { netcheckJson } from './contenders.mjs';
import { median } from './measure.mjs';
import { note, say } from './print.mjs';
import { mebibytes, milliseconds, seconds, table } from './table.mjs';
import { using } from './using.mjs';

const RUNGS = 500;
/** One of them is the control. */
const CONNECTIONS = RUNGS + 1;
const MAX_IDLE_SECONDS = 30;
const LIMIT_SECONDS = 6 * MAX_IDLE_SECONDS;
const MOST_MEBIBYTES = 150;
const MOST_P99_MS = 20;
const PRELOAD = new URL('./loop-delay.mjs', import.meta.url);

/** Prints the figures and resolves with the goals. */
export async function benchRungs({ quick }) {
  const repetitions = quick ? 1 : 3;
  const runs = await using(
    () => natPath({ timeoutSeconds: null, onExpiry: 'silent' }),
    async ({ hosts, addresses, ports }) => {
      const all = [];
      for (let repetition = 0; repetition < repetitions; repetition++) {
        all.push(await climb(hosts.client, `${addresses.server}:${ports.hold}`));
      }
      return all;
    },
  );
  sayRungs(runs);
  const memory = Math.max(...runs.map(({ kibibytes }) => kibibytes)) / 1024;
  const p99 = median(runs.map(({ p99Ms }) => p99Ms));
  const rungs = Math.min(...runs.map((run) => run.rungs));
  const words = `${RUNGS} rungs at once`;
  return [
    { goal: `${words}: all of them asked`, measured: `${rungs}`, met: rungs === RUNGS },
    {
      goal: `${words}: <= ${MOST_MEBIBYTES} MiB resident`,
      measured: `${memory.toFixed(0)} MiB`,
      met: memory <= MOST_MEBIBYTES,
    },
    {
      goal: `${words}: event loop delay p99 < ${MOST_P99_MS} ms`,
      measured: milliseconds(p99),
      met: p99 < MOST_P99_MS,
    },
  ];
}

/** On a path that never forgets, so that every rung is asked; the first pass alone, which uses all connections at once. */
async function climb(client, target) {
  const folder = mkdtempSync(join(tmpdir(), 'netcheck-bench-'));
  try {
    const file = join(folder, 'delay');
    const args = [
      '--idle-timeout',
      target,
      '--quick',
      '--connections',
      `${CONNECTIONS}`,
      '--max-idle',
      `${MAX_IDLE_SECONDS}`,
    ];
    const env = { ...process.env, NODE_OPTIONS: `--import=${PRELOAD}`, LOOP_DELAY_FILE: file };
    const run = await netcheckJson(client, args, LIMIT_SECONDS, env);
    const { probes } = run.evidence.find(({ kind }) => kind === 'idle-timeout');
    return { ...run, ...JSON.parse(readFileSync(file, 'utf8')), rungs: probes.length };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function sayRungs(runs) {
  say(`${RUNGS} rungs at once, up to ${MAX_IDLE_SECONDS} s, on a path that never forgets; ${runs.length} runs`);
  const row = (name, show, field) => [name, ...runs.map((run) => show(run[field]))];
  console.log(
    table([
      row('rungs asked', String, 'rungs'),
      row('wall time of the command', seconds, 'wall'),
      row('CPU time', seconds, 'cpu'),
      row('peak memory', mebibytes, 'kibibytes'),
      row('event loop delay, median', milliseconds, 'p50Ms'),
      row('event loop delay, p99', milliseconds, 'p99Ms'),
      row('event loop delay, most', milliseconds, 'mostMs'),
    ]),
  );
  note('event loop delay: how much later than meant a timer of 5 ms was, start-up included');
}
