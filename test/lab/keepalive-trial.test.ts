// A keepalive on a real NAT: at an interval below its timeout the connection lives on, above it it dies.

import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { natPath } from '../../src/lab/index.ts';
import { labUnavailable } from '../support/lab-run.ts';

const T = 6;
const DIST = fileURLToPath(new URL('../../dist/', import.meta.url));
/** Tries what would be advised after a life of so many seconds, for 13 s: a third of it. */
const TRY = `
  const [dist, address, port, survived] = process.argv.slice(1);
  const load = (file) => import(dist + file);
  const { systemClock: clock } = await load('clock.js');
  const { kernelDial } = await load('tcp/kernel-dial.js');
  const { Control } = await load('tcp/control.js');
  const { keptByKeepalives } = await load('tcp/kept.js');
  const { tryKeepalive } = await load('tcp/keepalive-trial.js');
  const { signal } = new AbortController();
  const open = async () => (await kernelDial(clock)({ address, port: Number(port), interfaceName: null }, 5000, signal)).connection;
  const control = new Control(await open(), clock);
  const bracket = { survivedSeconds: Number(survived), expiredSeconds: 12, onExpiry: 'silent-drop', deaths: 2, variesSeconds: 0 };
  const trial = await tryKeepalive(keptByKeepalives(await open(), clock), () => bracket, control, clock, signal);
  console.log(JSON.stringify(trial));
  control.close();`;

describe.skipIf(labUnavailable()).concurrent('a keepalive on a NAT that forgets after 6 s', () => {
  test.each([
    { survivedSeconds: 6, intervalSeconds: 2, outcome: 'alive' },
    { survivedSeconds: 27, intervalSeconds: 9, outcome: 'silent-drop' },
  ])('every $intervalSeconds s: $outcome', async ({ survivedSeconds, intervalSeconds, outcome }) => {
    await using lab = await natPath({ timeoutSeconds: T, onExpiry: 'silent' });
    const args = ['--input-type=module', '-e', TRY, DIST, lab.addresses.server, lab.ports.hold, survivedSeconds];
    const { stdout, stderr } = await lab.hosts.client.run(process.execPath, args.map(String), { timeoutMs: 60_000 });
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toMatchObject({ intervalSeconds, outcome });
  });
});
