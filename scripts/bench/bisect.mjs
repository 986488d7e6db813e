// How idle timeouts are measured one connection at a time: idle times that double until one is too long, then halves of what
// lies between, down to a resolution. Arguments: address, port, seconds of resolution. Prints {survivedSeconds,
// expiredSeconds}.
//
// It asks just as netcheck does (three keepalive probes, one second apart, before a death is believed; no wait after an
// answer), so that what differs is the order of the questions alone. A connection that lived is used again.
import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from '../../dist/clock.js';
import { askIdleConnection, kernelDial } from '../../dist/tcp/index.js';

/** The kernel's keepalive timer counts whole seconds: the shortest idle time that can be asked about. */
const SHORTEST_SECONDS = 2;
const CONNECT_TIMEOUT_MS = 5000;

const [address, port, resolution] = process.argv.slice(2);
const dial = kernelDial(systemClock);
const never = new AbortController().signal;
let connection = null;

let survivedSeconds = 0;
let expiredSeconds = Number.POSITIVE_INFINITY;
while (expiredSeconds - survivedSeconds > Number(resolution)) {
  const next = Number.isFinite(expiredSeconds)
    ? (survivedSeconds + expiredSeconds) / 2
    : Math.max(SHORTEST_SECONDS, 2 * survivedSeconds);
  const { idleMs, outcome } = await askAfter(next);
  if (outcome === 'alive') survivedSeconds = idleMs / 1000;
  else expiredSeconds = idleMs / 1000;
}
connection?.close();
console.log(JSON.stringify({ survivedSeconds, expiredSeconds }));

async function askAfter(seconds) {
  connection ??= await connect();
  for (let left = 1; left > 0; ) {
    left = seconds * 1000 - connection.state().idleMs;
    if (left > 0) await sleep(left);
  }
  const asked = await askIdleConnection(connection, systemClock, never, Number.POSITIVE_INFINITY, () => {});
  if (asked.outcome === 'alive') connection.stopProbing();
  else {
    connection.close();
    connection = null;
  }
  return asked;
}

async function connect() {
  const dialled = await dial({ address, port: Number(port), interfaceName: null }, CONNECT_TIMEOUT_MS, never);
  if (!dialled.ok) throw new Error(`no connection: ${dialled.code}`);
  return dialled.connection;
}
