// `npm run bench`: netcheck beside other tools, in virtual networks of its own. Names of benchmarks choose some of them;
// --quick repeats less. Speed is reported and not asserted: the exit code tells whether everything could be run. What it costs to
// start is the exception: goals that are held make it 1.
import { benchDupIp } from './bench/dup-ip.mjs';
import { benchIdle } from './bench/idle.mjs';
import { describeMachine } from './bench/machine.mjs';
import { benchPath } from './bench/path.mjs';
import { benchPing } from './bench/ping.mjs';
import { benchRungs } from './bench/rungs.mjs';
import { benchStartup } from './bench/startup.mjs';

const BENCHMARKS = {
  'dup-ip': benchDupIp,
  idle: benchIdle,
  path: benchPath,
  ping: benchPing,
  rungs: benchRungs,
  startup: benchStartup,
};

const args = process.argv.slice(2);
const quick = args.includes('--quick');
const names = args.filter((arg) => arg !== '--quick');
const unknown = names.filter((name) => !Object.hasOwn(BENCHMARKS, name));

if (unknown.length > 0) {
  console.error(`bench: unknown: ${unknown.join(', ')}; known: ${Object.keys(BENCHMARKS).join(', ')} and --quick`);
  process.exitCode = 2;
} else {
  await run(names.length > 0 ? names : Object.keys(BENCHMARKS));
}

async function run(chosen) {
  console.log(await describeMachine());
  const goals = [];
  for (const name of chosen) {
    try {
      goals.push(...(await BENCHMARKS[name]({ quick })));
    } catch (error) {
      console.error(`bench: ${name} could not be run: ${error.message}`);
      process.exitCode = 1;
    }
  }
  console.log();
  for (const { goal, measured, met, isHeld = false } of goals) {
    if (isHeld && !met) process.exitCode = 1;
    console.log(`goal ${goal}: ${measured === null ? 'not measured' : `${measured}, ${met ? 'met' : 'not met'}`}`);
  }
}
