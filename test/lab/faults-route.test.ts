// This machine's own routes let nothing out, as the kill switch of a VPN does: the network was not asked, and is not to be blamed.

import { describe, expect, test } from 'vitest';
import { natPath } from '../../src/lab/index.ts';
import { accused, must, skippedBecause } from '../support/faults.ts';
import { labUnavailable, netcheck } from '../support/lab-run.ts';

const TARGET = '10.9.9.1';
const CHECKS = [
  ['--idle-timeout', `${TARGET}:22`, '--max-idle', '5s'],
  ['--ping', TARGET, '--count', '2', '--interval', '0.2s'],
  ['--path', TARGET],
  ['--path', `${TARGET}:22`],
  ['--mosh-ports', TARGET],
];

describe.skipIf(labUnavailable()).concurrent("this machine's own route", () => {
  test.each([
    ['unreachable', /EHOSTUNREACH|No route to host/],
    ['prohibit', /EACCES|Permission denied/],
    ['blackhole', /EINVAL|Invalid argument/],
    ['throw', /ENETUNREACH|Network is unreachable/],
  ])('of the type %s: nothing could be sent, whatever was to be measured', async (type, code) => {
    await using lab = await natPath({ timeoutSeconds: null, onExpiry: 'silent' });
    const { client } = lab.hosts;
    await must(client, 'ip', 'route', 'del', 'default');
    await must(client, 'ip', 'route', 'add', type, '10.9.9.0/24');
    for (const args of CHECKS) {
      const { report, exitCode } = await netcheck(client, args);
      expect([args, skippedBecause(report)]).toEqual([args, [expect.stringMatching(code)]]);
      expect([accused(report), exitCode]).toEqual([[], 3]);
    }
    // Without root a path to a port is asked by connections.
    const { report, exitCode } = await netcheck(client, ['--path', `${TARGET}:22`], 'user');
    expect([skippedBecause(report), accused(report), exitCode]).toEqual([[expect.stringMatching(code)], [], 3]);
  });
});
