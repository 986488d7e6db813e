// --ping beside fping and the system's ping: 16,384 hosts at full speed, and whether round-trip times agree.
import { quietLan } from '../../dist/lab/index.js';
import { netcheckJson, netcheckText } from './contenders.mjs';
import { measure, median } from './measure.mjs';
import { note, say } from './print.mjs';
import { mebibytes, seconds, table, times } from './table.mjs';
import { using } from './using.mjs';

const HOSTS = { first: '10.9.0.0', last: '10.9.63.255', count: 16_384 };

// The fastest of those tried that heard every host in every run: -i of 10, 1, 0.1, 0.01, 0.001 and 0 ms.
const FPING = ['-q', '-s', '-r', '0', '-i', '0'];

/** Prints the figures and resolves with the goals. */
export async function benchPing({ quick }) {
  return using(pingLan, async ({ hosts, addresses }) => [
    ...(await sweep(hosts.scanner, quick ? 2 : 7)),
    ...(await agree(hosts.scanner, addresses.a, quick ? 2 : 5)),
  ]);
}

/** One kernel answers for a /16, behind a router's distance of one: no ARP for each of them. */
async function pingLan() {
  const lan = await quietLan();
  const { scanner, a } = lan.hosts;
  const lines = [
    [a, ['route', 'add', 'local', '10.9.0.0/16', 'dev', 'lo']],
    [scanner, ['route', 'add', '10.9.0.0/16', 'via', lan.addresses.a]],
  ];
  for (const [host, args] of lines) {
    const { exitCode, stderr } = await host.run('ip', args);
    if (exitCode === 0) continue;
    await lan.dispose();
    throw new Error(`ip ${args.join(' ')}: ${stderr.trim()}`);
  }
  return lan;
}

/** Interleaved, so that what else the machine does disturbs all alike. */
async function sweep(scanner, repetitions) {
  const args = ['--ping', `${HOSTS.first}-${HOSTS.last}`, '--rate', 'max'];
  const runs = { fping: [], json: [], text: [], start: [] };
  for (let repetition = 0; repetition < repetitions; repetition++) {
    runs.fping.push(await fping(scanner));
    const checked = await netcheckJson(scanner, args);
    const { addressesAnswered, tookSeconds, kernelDrops } = checked.evidence.find(({ kind }) => kind === 'echo-sweep');
    runs.json.push({ ...checked, answered: addressesAnswered, sending: tookSeconds, drops: kernelDrops });
    runs.text.push(await netcheckText(scanner, args));
    // What it costs to start, to plan and to end.
    runs.start.push(await netcheckText(scanner, [...args, '--dry-run']));
  }
  say(`${HOSTS.count} hosts, all of which answer; medians of ${repetitions} interleaved runs`);
  note(`fping ${FPING.join(' ')} -g ${HOSTS.first} ${HOSTS.last}`);
  note('netcheck --rate max');
  const of = (name, field) => median(runs[name].map(field));
  const wall = ({ wall: value }) => value;
  const theirs = of('fping', wall);
  const sending = of('json', (run) => run.sending);
  const fewest = (name) => String(Math.min(...runs[name].map(({ answered }) => answered)));
  const row = (name, show, field) => [
    name,
    show(of('fping', field)),
    show(of('json', field)),
    times(of('json', field) / of('fping', field)),
  ];
  console.log(
    table([
      ['', 'fping', 'netcheck --json', 'ratio'],
      row('wall time of the command', seconds, wall),
      ['the same, text', seconds(theirs), seconds(of('text', wall)), times(of('text', wall) / theirs)],
      ['the same, only its plan (--dry-run)', '', seconds(of('start', wall)), ''],
      ['sending and collecting', seconds(theirs), seconds(sending), times(sending / theirs)],
      row('CPU time', seconds, ({ cpu }) => cpu),
      row('peak memory', mebibytes, ({ kibibytes }) => kibibytes),
      [`answers of ${HOSTS.count}, fewest`, fewest('fping'), fewest('json'), ''],
      ['answers lost unread, most', '', String(Math.max(...runs.json.map(({ drops }) => drops))), ''],
    ]),
  );
  const answered = Math.min(...runs.json.map((run) => run.answered));
  return [
    { goal: '16,384 hosts: all heard', measured: `${answered}`, met: answered === HOSTS.count },
    {
      goal: "16,384 hosts: wall time <= 0.5 x fping's",
      measured: times(of('json', wall) / theirs),
      met: of('json', wall) <= 0.5 * theirs,
    },
    {
      goal: "16,384 hosts: sending and collecting <= 0.5 x fping's wall time",
      measured: times(sending / theirs),
      met: sending <= 0.5 * theirs,
    },
  ];
}

async function fping(scanner) {
  const run = await measure(scanner, 'fping', [...FPING, '-g', HOSTS.first, HOSTS.last]);
  const answered = Number(/(\d+) alive/.exec(run?.stderr ?? '')?.[1] ?? Number.NaN);
  if (Number.isNaN(answered)) throw new Error(`fping: ${run?.stderr.trim() ?? 'it does not end'}`);
  return { ...run, answered };
}

/** The same host with each in turn; medians, because a busy machine delays some. */
async function agree(scanner, address, repetitions) {
  const rtts = { ping: [], netcheck: [] };
  for (let repetition = 0; repetition < repetitions; repetition++) {
    const { stdout } = await scanner.run('ping', ['-n', '-c', '100', '-i', '0.01', address]);
    rtts.ping.push(median([...stdout.matchAll(/time=([\d.]+) ms/g)].map(([, time]) => Number(time))));
    const { evidence } = await netcheckJson(scanner, ['--ping', address, '--count', '100', '--interval', '10ms']);
    rtts.netcheck.push(evidence.find(({ kind }) => kind === 'echo').rttMs.median);
  }
  const [theirs, ours] = [median(rtts.ping), median(rtts.netcheck)];
  const show = (ms) => `${ms.toFixed(3)} ms`;
  say(`one host, 100 requests 10 ms apart; medians of ${repetitions} interleaved runs' medians`);
  console.log(
    table([
      ['', 'ping', 'netcheck', 'ratio', 'difference'],
      ['round trip', show(theirs), show(ours), times(ours / theirs), show(ours - theirs)],
    ]),
  );
  const met = Math.abs(ours - theirs) <= Math.max(0.1, 0.1 * theirs);
  return [{ goal: "round trips agree with ping's within 0.1 ms or 10 %", measured: show(ours - theirs), met }];
}
