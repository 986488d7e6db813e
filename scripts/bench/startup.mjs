// What it costs to start: a version and a help text beside Node itself, which does nothing.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { median } from './measure.mjs';
import { note, say } from './print.mjs';
import { milliseconds, table, times } from './table.mjs';

const PROGRAM = fileURLToPath(new URL('../../bin/netcheck.js', import.meta.url));
const RUNS = 31;
const QUICK_RUNS = 15;
const NODE = { name: 'node -e 0', args: ['-e', '0'], says: /^$/ };
const ASKED = [
  { name: 'netcheck --version', args: [PROGRAM, '--version'], says: /^\d+\.\d+\.\d+\n$/, most: 1.6 },
  { name: 'netcheck --help', args: [PROGRAM, '--help'], says: /^Usage: netcheck /, most: 2 },
];

/** Prints the figures and resolves with the goals, which are held: they are ratios on one machine, taken in turn. */
export async function benchStartup({ quick }) {
  const runs = quick ? QUICK_RUNS : RUNS;
  const contenders = [NODE, ...ASKED].map((each) => ({ ...each, took: [] }));
  // The first of each reads files that no cache holds yet.
  for (const each of contenders) start(each);
  for (let run = 0; run < runs; run++) for (const each of contenders) each.took.push(start(each));
  const [base, ...asked] = contenders.map(({ took, ...each }) => ({ ...each, took, ms: median(took) }));
  say(`startup: ${runs} runs each, in turn, medians`);
  const rows = [base, ...asked].map(({ name, took, ms }) => [
    name,
    milliseconds(ms),
    milliseconds(Math.min(...took)),
    times(ms / base.ms),
  ]);
  for (const line of table([['', 'wall', 'fastest', 'ratio'], ...rows]).split('\n')) note(line);
  return asked.map(({ name, ms, most }) => ({
    goal: `${name}: <= ${most} x node -e 0`,
    measured: times(ms / base.ms),
    met: ms <= most * base.ms,
    isHeld: true,
  }));
}

/** In milliseconds, start of the process to its end. */
function start({ name, args, says }) {
  const startedAt = performance.now();
  const { status, stdout } = spawnSync(process.execPath, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  const took = performance.now() - startedAt;
  if (status !== 0 || !says.test(stdout)) throw new Error(`${name} ended with ${status}: ${stdout.slice(0, 200)}`);
  return took;
}
