// --dup-ip beside arp-scan: a /16 at full speed, a /24 with the default settings, a late second machine, one address.
import { setTimeout as sleep } from 'node:timers/promises';
import { duplicateLan, quietLan } from '../../dist/lab/index.js';
import { arpScan, netcheckJson, netcheckText } from './contenders.mjs';
import { NARROW, sweepLan, WIDE } from './lans.mjs';
import { median } from './measure.mjs';
import { note, say } from './print.mjs';
import { mebibytes, seconds, table, times } from './table.mjs';
import { using } from './using.mjs';

/** netcheck's fixed listening after the last question. */
const LISTEN_SECONDS = 1.5;

const LATE_SECONDS = 0.7;

/** What a run has asked the late machine is answered by then, also where the machine is busy; the next would hear it. */
const QUIET_SECONDS = 2 * LATE_SECONDS + 1;

/** A report that takes longer than this to print is told as one that did not end. */
const TEXT_LIMIT_SECONDS = 30;

// arp-scan's fastest settings on this LAN that heard every answer in every run. Tried: --interval of 1, 10, 20 and 50 µs,
// --bandwidth of 100M to 10000M, --timeout of 1 to 500 ms, --backoff of 1 and 1.5, --random, with and without -q, -x.
const FASTEST = ['-I', 'eth0', '-N', '-q', '--bandwidth=1000M'];

const SWEEPS = [
  {
    title: 'one question per address',
    arpScan: [...FASTEST, '--retry=1'],
    // The last address of the range answers, and those that stay silent have had their time by then.
    arpScanWaits: 0,
    netcheck: ['--rounds', '1'],
  },
  {
    title: 'three questions to a silent address',
    arpScan: [...FASTEST, '--retry=3', '--timeout=100', '--backoff=1'],
    // The last question goes to a silent address.
    arpScanWaits: 0.1,
    netcheck: [],
  },
];

/** Prints the figures and resolves with the goals. */
export async function benchDupIp({ quick }) {
  return [
    ...(await using(sweepLan, async ({ hosts }) => [
      ...(await sweepWide(hosts.scanner, quick ? 2 : 5)),
      ...(await sweepNarrow(hosts.scanner, quick ? 2 : 5)),
    ])),
    ...(await using(
      () => duplicateLan({ lateSeconds: LATE_SECONDS }),
      (lan) => findLate(lan, quick ? 3 : 20),
    )),
    ...(await using(quietLan, ({ hosts, addresses }) =>
      askOne('clean', hosts.scanner, addresses.honest, quick ? 3 : 10, 2.5),
    )),
    ...(await using(duplicateLan, ({ hosts, addresses }) =>
      askOne('conflicting', hosts.scanner, addresses.a, quick ? 3 : 10, 1.5),
    )),
  ];
}

async function sweepWide(scanner, repetitions) {
  const goals = [];
  for (const sweep of SWEEPS) {
    const runs = await raceWide(scanner, sweep, repetitions);
    sayWide(sweep, runs, repetitions);
    goals.push(...wideGoals(sweep.title, runs));
  }
  return goals;
}

/** Interleaved, so that what else the machine does disturbs all alike. */
async function raceWide(scanner, sweep, repetitions) {
  const args = ['--dup-ip', WIDE.network, '--rate', 'max', '--wait', `${LISTEN_SECONDS}s`, ...sweep.netcheck];
  const runs = { arpScan: [], json: [], text: [] };
  for (let repetition = 0; repetition < repetitions; repetition++) {
    const scanned = await arpScan(scanner, [...sweep.arpScan, WIDE.range]);
    runs.arpScan.push({ ...scanned, sending: scanned.wall - sweep.arpScanWaits });
    const checked = await netcheckJson(scanner, args);
    const { listenedSeconds, waitedSeconds, addressesAnswered, kernelDrops } = checked.sweep;
    const sending = listenedSeconds - waitedSeconds;
    runs.json.push({ ...checked, sending, answered: addressesAnswered, drops: kernelDrops });
    if (!runs.text.includes(null)) runs.text.push(await netcheckText(scanner, args, TEXT_LIMIT_SECONDS));
  }
  return runs;
}

function sayWide(sweep, { arpScan: theirs, json, text }, repetitions) {
  say(
    `/16, half of it answers, ${WIDE.duplicates} duplicates, ${sweep.title}; medians of ${repetitions} interleaved runs`,
  );
  note(`arp-scan ${sweep.arpScan.join(' ')}`);
  note(`netcheck --rate max ${sweep.netcheck.join(' ')}`);
  const ended = !text.includes(null);
  const figure = (name, show, field, ofText = ended) => {
    const [a, b] = [theirs, json].map((runs) => median(runs.map(field)));
    const c = ofText ? median(text.map(field)) : null;
    return [name, show(a), show(b), times(b / a), ...(c === null ? ['', ''] : [show(c), times(c / a)])];
  };
  const count = (name, of) => [name, String(of(theirs)), String(of(json)), '', '', ''];
  const rows = [
    ['', 'arp-scan', 'netcheck --json', 'ratio', 'netcheck (text)', 'ratio'],
    figure('wall time of the command', seconds, ({ wall }) => wall),
    figure('sending and collecting', seconds, ({ sending }) => sending, false),
    figure('CPU time', seconds, ({ cpu }) => cpu),
    figure('peak memory', mebibytes, ({ kibibytes }) => kibibytes),
    count(`answers of ${WIDE.answering}, fewest`, (runs) => Math.min(...runs.map(({ answered }) => answered))),
    count(`duplicates of ${WIDE.duplicates}, fewest`, fewestFound),
    count('false duplicates, most', mostImagined),
    count('kernel drops reported, most', (runs) => Math.max(...runs.map(({ drops }) => drops))),
    count('runs with a loss that was not reported', undetectedLosses),
  ];
  console.log(table(rows));
  if (!ended) note(`netcheck's text was not there after ${TEXT_LIMIT_SECONDS} s.`);
  note(
    `sending and collecting: without the fixed wait for the last answer, which is ${LISTEN_SECONDS} s in netcheck and`,
  );
  note(`${sweep.arpScanWaits} s in arp-scan, which ends at once when the last address of the range has answered.`);
}

const fewestFound = (runs) => Math.min(...runs.map(({ duplicates }) => duplicates.filter(WIDE.isDuplicate).length));
const mostImagined = (runs) =>
  Math.max(...runs.map(({ duplicates }) => duplicates.filter((address) => !WIDE.isDuplicate(address)).length));

/** Runs in which something is missing although the tool reports that nothing was dropped. */
function undetectedLosses(runs) {
  const isMissing = (run) => run.answered < WIDE.answering || fewestFound([run]) < WIDE.duplicates;
  return runs.filter((run) => isMissing(run) && run.drops === 0).length;
}

function wideGoals(title, { arpScan: theirs, json, text }) {
  const goal = (words, measured, met) => ({ goal: `/16, ${title}: ${words}`, measured, met });
  const ratio = median(json.map(({ sending }) => sending)) / median(theirs.map(({ wall }) => wall));
  const found = fewestFound(json);
  const imagined = mostImagined(json);
  const undetected = undetectedLosses(json);
  const memory = text.includes(null) ? null : Math.max(...text.map(({ kibibytes }) => kibibytes)) / 1024;
  return [
    goal("sending and collecting <= 0.5 x arp-scan's wall time", times(ratio), ratio <= 0.5),
    goal(`${WIDE.duplicates} of ${WIDE.duplicates} duplicates`, `${found}`, found === WIDE.duplicates),
    goal('0 false duplicates', `${imagined}`, imagined === 0),
    goal('0 runs with an unreported loss', `${undetected}`, undetected === 0),
    memory === null
      ? goal('<= 120 MiB resident with text', `no text after ${TEXT_LIMIT_SECONDS} s`, false)
      : goal('<= 120 MiB resident with text', `${memory.toFixed(0)} MiB`, memory <= 120),
  ];
}

async function sweepNarrow(scanner, repetitions) {
  const runs = { theirs: [], ours: [] };
  for (let repetition = 0; repetition < repetitions; repetition++) {
    runs.theirs.push((await arpScan(scanner, ['-I', 'eth0', NARROW.network])).wall);
    runs.ours.push((await netcheckText(scanner, ['--dup-ip', NARROW.network])).wall);
  }
  const [theirs, ours] = [median(runs.theirs), median(runs.ours)];
  say(`/24, 128 addresses answer, default settings; medians of ${repetitions} interleaved runs`);
  console.log(
    table([
      ['', 'arp-scan', 'netcheck (text)', 'ratio'],
      ['wall time of the command', seconds(theirs), seconds(ours), times(ours / theirs)],
    ]),
  );
  const allowed = theirs + LISTEN_SECONDS;
  const goal = `/24 by default: <= arp-scan's wall time + ${LISTEN_SECONDS} s = ${seconds(allowed)}`;
  return [{ goal, measured: seconds(ours), met: ours <= allowed }];
}

async function findLate({ hosts: { scanner }, addresses: { a: address } }, repetitions) {
  let [theirs, ours] = [0, 0];
  for (let repetition = 0; repetition < repetitions; repetition++) {
    theirs += (await arpScan(scanner, ['-I', 'eth0', address])).duplicates.length;
    await sleep(QUIET_SECONDS * 1000);
    ours += (await netcheckJson(scanner, ['--dup-ip', address])).duplicates.length;
    await sleep(QUIET_SECONDS * 1000);
  }
  const count = (found) => `${found} of ${repetitions}`;
  say(`a second machine that answers ${LATE_SECONDS} s late, one address, default settings; each run on a quiet wire`);
  console.log(
    table([
      ['', 'arp-scan', 'netcheck'],
      ['runs that found it', count(theirs), count(ours)],
    ]),
  );
  const goal = `late duplicate found in ${count(repetitions)} runs (arp-scan: ${count(theirs)})`;
  return [{ goal, measured: count(ours), met: ours === repetitions }];
}

async function askOne(kind, scanner, address, repetitions, goalSeconds) {
  const walls = [];
  for (let repetition = 0; repetition < repetitions; repetition++) {
    walls.push((await netcheckText(scanner, ['--dup-ip', address])).wall);
  }
  const middle = median(walls);
  const most = Math.max(...walls);
  say(`one ${kind} address: median ${seconds(middle)}, longest ${seconds(most)} of ${repetitions} runs`);
  const goal = `one ${kind} address: median <= ${seconds(goalSeconds)}`;
  return [{ goal, measured: seconds(middle), met: middle <= goalSeconds }];
}
