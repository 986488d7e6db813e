// A whole /16 of which half answers, as fast as the interface takes it: nothing lost, nothing imagined.

import { describe, expect, test } from 'vitest';
import { quietLan } from '../../src/lab/index.ts';
import { labUnavailable, netcheck, only } from '../support/lab-run.ts';

describe.skipIf(labUnavailable())('a wide sweep', () => {
  test('an unpaced /16 hears every answer', async () => {
    await using lab = await quietLan();
    const { scanner, honest } = lab.hosts;
    await scanner.run('ip', ['address', 'add', '10.9.0.1/16', 'dev', 'eth0']);
    // The kernel answers for all of a local route: 10.9.128.0 to 10.9.255.255.
    await honest.run('ip', ['route', 'add', 'local', '10.9.128.0/17', 'dev', 'lo']);
    const { report, exitCode } = await netcheck(scanner, ['--dup-ip', '10.9.0.0/16', '--rate', 'max']);
    expect(only(report, 'arp-sweep')).toMatchObject({
      addressesAsked: 65_534,
      addressesAnswered: 32_767, // the upper half without the broadcast address
      kernelDrops: 0,
      complete: true,
    });
    expect(exitCode).toBe(0);
  });
});
