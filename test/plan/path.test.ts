// Planning --path: a host by ICMP, a port by TCP, how often, and by which means.

import { describe, expect, test } from 'vitest';
import { planSshSettings } from '../../src/plan/ssh-settings.ts';
import { SERVER, skipped, stepOf, stepsOf, usageMessage, withEth0 } from './machines.ts';

describe('--path', () => {
  test.each([
    ['example.org', 'example.org', null],
    ['10.0.0.5:22', '10.0.0.5', 22],
    ['[2001:db8::5]:443', '2001:db8::5', 443],
    ['2001:db8::5', '2001:db8::5', null],
  ])('%s is host %s and port %s', (target, host, port) => {
    const expected = { target, host, port, rounds: 10, intervalSeconds: 0.04, waitSeconds: 1, method: 'raw-socket' };
    expect(stepOf('path', { path: [target] })).toMatchObject(expected);
  });

  test('many rounds go faster, and their worst case says how long that is', () => {
    const step = stepOf('path', { path: ['a'], count: 1000, waitSeconds: 2, names: true });
    expect(step).toMatchObject({ rounds: 1000, intervalSeconds: 0.02, waitSeconds: 2, names: true });
    expect(step.worstCaseSeconds).toBe(19 + 20 + 15 + 16);
  });

  test('without privileges it is the system’s ping, which is slower', () => {
    const step = stepOf('path', { path: ['a'] }, { ...SERVER, canOpenRawSockets: false });
    expect(step).toMatchObject({ method: 'system-ping', intervalSeconds: 0.2, waitSeconds: 2 });
  });

  test.each([
    ['10.0.0.300', /not a host/],
    ['a:0', /the port must be a number from 1 to 65535/],
    ['fe80::1%eth0', /give the interface with -i eth0/],
    ['fe80::1', /link-local address; say on which interface/],
  ])('%s is wrong usage', (target, says) => {
    expect(usageMessage({ path: [target] })).toMatch(says);
  });

  test('an interface that is down, and the SSH settings that are read beside', () => {
    expect(skipped({ path: ['a'], interfaceName: 'eth0' }, withEth0({ up: false }))).toMatchObject({
      skippedCheck: 'path',
      because: 'interface eth0 is down',
    });
    expect(planSshSettings(stepsOf({ path: ['a:22'] }), SERVER).map(({ host }) => host)).toEqual(['a']);
  });
});
