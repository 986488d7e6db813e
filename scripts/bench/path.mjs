// --path beside mtr: the same four hops, ten rounds each, in one run.
import { hopPath } from '../../dist/lab/index.js';
import { netcheckJson } from './contenders.mjs';
import { measure, median } from './measure.mjs';
import { note, say } from './print.mjs';
import { seconds, table, times } from './table.mjs';
import { using } from './using.mjs';

const ROUNDS = 10;
const HOPS = 4;
const LIMIT_SECONDS = 60;
/** Routers of Linux fill up what they may send of errors by one a second: the next run finds them as the last one did. */
const REFILL_MS = 7000;

const GOALS = { wall: 1.5, ratio: 0.15 };

/** Prints the figures and resolves with the goals. */
export async function benchPath({ quick }) {
  const repetitions = quick ? 2 : 5;
  return using(
    () => hopPath({ version: 4, timeoutSeconds: {} }),
    async ({ hosts, addresses }) => {
      // The last but one host of that path is the fourth hop, and answers for itself.
      const target = addresses[HOPS - 1];
      const runs = { mtr: [], netcheck: [] };
      for (let repetition = 0; repetition < repetitions; repetition++) {
        runs.mtr.push(await mtr(hosts.client, target));
        await rested();
        runs.netcheck.push(await netcheck(hosts.client, target));
        await rested();
      }
      return tell(runs, addresses.slice(0, HOPS), repetitions);
    },
  );
}

async function rested() {
  await new Promise((resolve) => setTimeout(resolve, REFILL_MS));
}

async function mtr(host, target) {
  const run = await measure(host, 'mtr', ['-n', '-c', String(ROUNDS), '--json', target], LIMIT_SECONDS);
  if (run?.exitCode !== 0) throw new Error(`mtr: ${run?.stderr.trim() ?? 'it does not end'}`);
  const hops = JSON.parse(run.stdout).report.hubs;
  return { ...run, hops: hops.map(({ host: address }) => address), lost: Math.max(...hops.map((hop) => hop['Loss%'])) };
}

async function netcheck(host, target) {
  const run = await netcheckJson(host, ['--path', target, '--count', String(ROUNDS)], LIMIT_SECONDS);
  const { hops } = run.evidence.find(({ kind }) => kind === 'path');
  const lost = Math.max(...hops.map(({ sent, received }) => (100 * (sent - received)) / sent));
  const mtu = run.evidence.find(({ kind }) => kind === 'path-mtu').mtuBytes;
  return { ...run, hops: hops.map(({ addresses }) => addresses[0]), lost, mtu };
}

function tell({ mtr: theirs, netcheck: ours }, addresses, repetitions) {
  say(`a path of ${HOPS} hops, ${ROUNDS} rounds; medians of ${repetitions} runs in turn`);
  note(`mtr -n -c ${ROUNDS} --json`);
  note(`netcheck --path --count ${ROUNDS} --json: the path MTU and marked packets are measured in the same time`);
  const right = (runs) => runs.filter(({ hops }) => hops.join() === addresses.join()).length;
  const [a, b] = [theirs, ours].map((runs) => median(runs.map(({ wall }) => wall)));
  const [c, d] = [theirs, ours].map((runs) => median(runs.map(({ cpu }) => cpu)));
  const share = (runs) => `${Math.max(...runs.map(({ lost }) => lost)).toFixed(0)} %`;
  console.log(
    table([
      ['', 'mtr', 'netcheck', 'ratio'],
      ['wall time of the command', seconds(a), seconds(b), times(b / a)],
      ['CPU time', seconds(c), seconds(d), times(d / c)],
      ['runs with all hops right', String(right(theirs)), String(right(ours)), ''],
      ['loss that a hop was said to have, most', share(theirs), share(ours), ''],
      ['runs with the path MTU right', '', String(ours.filter(({ mtu }) => mtu === 1500).length), ''],
    ]),
  );
  return [
    {
      goal: `path, ${HOPS} hops, ${ROUNDS} rounds: at most ${GOALS.wall} s in all`,
      measured: seconds(b),
      met: b <= GOALS.wall,
    },
    { goal: `path: at most ${GOALS.ratio} of mtr's wall time`, measured: times(b / a), met: b / a <= GOALS.ratio },
  ];
}
