// --idle-timeout against a real sshd: within the limits that keep its user from being locked out, and never fooled by it.

import { describe, expect, test } from 'vitest';
import { natPath } from '../../src/lab/index.ts';
import { labUnavailable, netcheck, only, verdicts } from '../support/lab-run.ts';
import { startSshd } from '../support/sshd.ts';

describe.skipIf(labUnavailable()).concurrent('a real sshd', () => {
  test('is asked with at most 5 connections, each closed by us', async () => {
    await using lab = await natPath({ timeoutSeconds: null, onExpiry: 'silent' });
    using sshd = await startSshd(lab.hosts.server, 22);
    const target = `${lab.addresses.server}:22`;
    const { report, exitCode } = await netcheck(lab.hosts.client, ['--idle-timeout', target, '--max-idle', '6s']);
    expect(exitCode).toBe(0);
    expect(only(report, 'tcp-connect').greeting).toMatch(/^SSH-2\.0-OpenSSH/);
    expect(verdicts(report)[`idle-timeout ${target}`]).toBe('ruled-out');
    expect(sshd.log().match(/Connection from/g)?.length).toBe(5);
    expect(sshd.log()).not.toMatch(/Timeout before authentication|penalty|MaxStartups/i);
  });

  test('that ends unauthenticated connections is not an idle timeout of the path', async () => {
    await using lab = await natPath({ timeoutSeconds: null, onExpiry: 'silent' });
    using sshd = await startSshd(lab.hosts.server, 2022, ['LoginGraceTime=12']);
    const target = `${lab.addresses.server}:2022`;
    const { report } = await netcheck(lab.hosts.client, ['--idle-timeout', target]);
    expect(verdicts(report)).toMatchObject({
      [`idle-timeout ${target}`]: 'unknown',
      [`server-closes-idle ${target}`]: 'possible',
    });
    const { expiredSeconds, onExpiry, limitedTo } = only(report, 'idle-timeout');
    expect(onExpiry).toBe('closed-by-peer');
    expect(expiredSeconds).toBeGreaterThan(11.5);
    expect(expiredSeconds).toBeLessThan(13);
    expect(limitedTo).toEqual({ seconds: 90, because: 'ssh-unauthenticated' });
    expect(sshd.log().match(/Connection from/g)?.length).toBeLessThanOrEqual(5);
  });

  test('behind a NAT that forgets: the timeout is found with those few connections', async () => {
    await using lab = await natPath({ timeoutSeconds: 6, onExpiry: 'silent' });
    using sshd = await startSshd(lab.hosts.server, 22);
    const target = `${lab.addresses.server}:22`;
    const { report, exitCode, wallSeconds } = await netcheck(lab.hosts.client, ['--idle-timeout', target]);
    expect(exitCode).toBe(1);
    expect(verdicts(report)[`idle-timeout ${target}`]).toBe('confirmed');
    const { survivedSeconds, expiredSeconds } = only(report, 'idle-timeout');
    expect(survivedSeconds).toBeLessThan(6.5);
    expect(expiredSeconds).toBeGreaterThan(5.5);
    expect(wallSeconds).toBeLessThan(40);
    expect(sshd.log().match(/Connection from/g)?.length).toBeLessThanOrEqual(5);
  });
});
