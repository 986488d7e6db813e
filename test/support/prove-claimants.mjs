// A script for lab hosts: opens the paths as root, becomes an ordinary user if told to, proves, prints the answers.

import { readFileSync } from 'node:fs';
import { systemClock } from '../../dist/clock.js';
import { NOTHING_NEEDED, privilegesOf } from '../../dist/privilege.js';
import { openClaimantPaths, proveClaimants } from '../../dist/proof/index.js';

const { ip, macs, port, times, interfaceName, senderIp, dropRoot, abortAfterMs } = JSON.parse(process.argv[2]);
const factOf = (name) => readFileSync(`/sys/class/net/${interfaceName}/${name}`, 'utf8').trim();

await using(
  openClaimantPaths({
    interfaceName,
    interfaceIndex: Number(factOf('ifindex')),
    senderIp,
    senderMac: factOf('address'),
    port,
  }),
);

// Node 20 has no `await using`.
async function using(paths) {
  if (dropRoot) {
    Object.assign(process.env, { SUDO_UID: '65534', SUDO_GID: '65534', SUDO_USER: 'nobody' });
    (await privilegesOf(process)).giveUp(NOTHING_NEEDED);
  }
  for (let time = 0; time < times; time++) {
    const startedAt = performance.now();
    const controller = new AbortController();
    if (abortAfterMs !== null) setTimeout(() => controller.abort(), abortAfterMs);
    const answers = await proveClaimants(paths, { ip, macs, port }, systemClock, controller.signal);
    const wallMs = performance.now() - startedAt;
    const { markedConnections } = paths;
    process.stdout.write(`${JSON.stringify({ answers, wallMs, markedConnections, uid: process.getuid() })}\n`);
  }
  await paths[Symbol.asyncDispose]();
}
