// --idle-timeout beside the method of the literature, doubling and then bisecting with one connection at a time, through NATs
// that forget after 20 s.
import { fileURLToPath } from 'node:url';
import { natPath } from '../../dist/lab/index.js';
import { netcheckJson } from './contenders.mjs';
import { measure, median } from './measure.mjs';
import { note, say } from './print.mjs';
import { mebibytes, seconds, table, times } from './table.mjs';
import { using } from './using.mjs';

const BISECT = fileURLToPath(new URL('./bisect.mjs', import.meta.url));

const TIMEOUT_SECONDS = 20;
const RESOLUTION_SECONDS = 1;
/** What the kernel's timers may add. */
const SLACK_SECONDS = 0.1;
/** Where the lab's NAT is. */
const NAT_HOP = 2;
/** Bisecting takes about eight times as long as the NAT remembers; a machine that is busy does not change that much. */
const LIMIT_SECONDS = 20 * TIMEOUT_SECONDS;

/** Prints the figures and resolves with the goals. */
export async function benchIdle({ quick }) {
  const repetitions = quick ? 1 : 3;
  const runs = { bisect: [], netcheck: [] };
  for (let repetition = 0; repetition < repetitions; repetition++) {
    // Beside each other, each through a NAT of its own: both sleep nearly all of the time.
    const [bisected, checked] = await Promise.all([throughNat(bisect), throughNat(netcheck)]);
    runs.bisect.push(bisected);
    runs.netcheck.push(checked);
  }
  sayIdle(runs, repetitions);
  return idleGoals(runs);
}

function throughNat(contender) {
  return using(
    () => natPath({ timeoutSeconds: TIMEOUT_SECONDS, onExpiry: 'silent' }),
    ({ hosts, addresses, ports }) => contender(hosts.client, addresses.server, ports.hold),
  );
}

async function bisect(client, address, port) {
  const args = [BISECT, address, String(port), String(RESOLUTION_SECONDS)];
  const run = await measure(client, process.execPath, args, LIMIT_SECONDS);
  if (run?.exitCode !== 0) throw new Error(`bisecting: ${run?.stderr.trim() ?? 'it does not end'}`);
  return { ...run, ...JSON.parse(run.stdout) };
}

async function netcheck(client, address, port) {
  const run = await netcheckJson(client, ['--idle-timeout', `${address}:${port}`], LIMIT_SECONDS);
  const seen = (kind) => run.evidence.find((item) => item.kind === kind);
  const { survivedSeconds, expiredSeconds } = seen('idle-timeout');
  const hop = seen('idle-enforcer')?.hop ?? null;
  return { ...run, survivedSeconds, expiredSeconds, hop, trial: seen('keepalive-trial')?.outcome ?? null };
}

function sayIdle({ bisect: theirs, netcheck: ours }, repetitions) {
  say(
    `a NAT that forgets after ${TIMEOUT_SECONDS} s; medians of ${repetitions} runs beside each other, each on a NAT of its own`,
  );
  const figure = (name, show, field) => {
    const [a, b] = [theirs, ours].map((runs) => median(runs.map(field)));
    return [name, show(a), show(b), times(b / a)];
  };
  const text = (name, of) => [name, of(theirs), of(ours), ''];
  const each = (field) => (runs) => runs.map(field).join(', ');
  console.log(
    table([
      ['', 'doubling, bisecting', 'netcheck', 'ratio'],
      figure('wall time of the command', seconds, ({ wall }) => wall),
      figure('CPU time', seconds, ({ cpu }) => cpu),
      figure('peak memory', mebibytes, ({ kibibytes }) => kibibytes),
      text('bracket', each(bracketText)),
      text('hop that forgets', (runs) => (runs === theirs ? '' : each(({ hop }) => hop ?? 'not told')(runs))),
      text('trial of the advised keepalive', (runs) =>
        runs === theirs ? '' : each(({ trial }) => trial ?? 'none')(runs),
      ),
    ]),
  );
  note(`doubling, bisecting: one connection at a time, asked as netcheck asks, down to ${RESOLUTION_SECONDS} s`);
  note('netcheck: by default, which tells the hop and tries the advice too');
}

const bracketText = ({ survivedSeconds, expiredSeconds }) =>
  `${survivedSeconds?.toFixed(2) ?? 'none'} to ${expiredSeconds?.toFixed(2) ?? 'none'} s`;

function idleGoals({ bisect: theirs, netcheck: ours }) {
  const ratio = median(ours.map(({ wall }) => wall)) / median(theirs.map(({ wall }) => wall));
  const count = (isRight) => ours.filter(isRight).length;
  const all = (words, isRight) => ({
    goal: `idle: ${words}`,
    measured: `${count(isRight)} of ${ours.length}`,
    met: count(isRight) === ours.length,
  });
  return [
    { goal: 'idle: wall time <= 0.45 x doubling and bisecting', measured: times(ratio), met: ratio <= 0.45 },
    all(`bracket right and at most ${RESOLUTION_SECONDS} s wide`, isRightBracket),
    all(`hop ${NAT_HOP} named`, ({ hop }) => hop === NAT_HOP),
    all('the advised keepalive outlives the timeout', ({ trial }) => trial === 'alive'),
  ];
}

function isRightBracket({ survivedSeconds, expiredSeconds }) {
  if (survivedSeconds === null || expiredSeconds === null) return false;
  const holds = survivedSeconds <= TIMEOUT_SECONDS + SLACK_SECONDS && expiredSeconds >= TIMEOUT_SECONDS - SLACK_SECONDS;
  return holds && expiredSeconds - survivedSeconds <= RESOLUTION_SECONDS;
}
