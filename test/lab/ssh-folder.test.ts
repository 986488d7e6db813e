// The folder of a login where TMPDIR is of no use, and where no other is: the rest of the report is what it is.

import { describe, expect, test } from 'vitest';
import { natPath } from '../../src/lab/index.ts';
import type { Report } from '../../src/report/report.ts';
import { all, commandLine, labUnavailable, only } from '../support/lab-run.ts';
import { sshUser } from '../support/ssh-user.ts';
import { startSshd } from '../support/sshd.ts';

const PORT = 2022;
const NOWHERE = { ...process.env, TMPDIR: '/nonexistent' };

describe.skipIf(labUnavailable()).concurrent('a TMPDIR that is not there', () => {
  test('is left aside: sessions come about all the same', async () => {
    await using lab = await natPath({ timeoutSeconds: null, onExpiry: 'silent' });
    using user = await sshUser(lab.hosts.client);
    const { router } = lab.addresses;
    using sshd = await startSshd(lab.hosts.router, PORT, user.sshdOptions);
    user.knowHost(`[${router}]:${PORT}`, sshd.hostKey.publicKey);
    const args = ['--idle-timeout', `root@${router}:${PORT}`, '--max-idle', '3s', '--quick', '--json'];
    const env = { ...NOWHERE, SUDO_UID: '65534', SUDO_GID: '65534', SUDO_USER: 'nobody' };
    const line = user.wrap(...commandLine(args, 'root'));
    const { stdout } = await lab.hosts.client.run(...line, { env, timeoutMs: 100_000 });
    const report = JSON.parse(stdout) as Report;
    expect(all(report, 'skipped')).toEqual([]);
    expect(all(report, 'idle-timeout').map(({ loggedIn }) => loggedIn)).toContain(true);
  });

  test('where /tmp takes nothing either, the check is skipped, and what else was measured is reported', async () => {
    await using lab = await natPath({ timeoutSeconds: null, onExpiry: 'silent' });
    const target = `root@${lab.addresses.server}:${PORT}`;
    const [command, args] = commandLine(['--ping', '127.0.0.1', '--idle-timeout', target, '--json'], 'root');
    const readOnly = 'mount --bind /tmp /tmp && mount -o remount,bind,ro /tmp && exec "$@"';
    const line = ['--mount', 'sh', '-c', readOnly, 'sh', command, ...args];
    const { stdout, stderr, exitCode } = await lab.hosts.client.run('unshare', line, { env: NOWHERE });
    const report = JSON.parse(stdout) as Report;
    expect(only(report, 'echo')).toMatchObject({ sent: 10, received: 10 });
    expect(only(report, 'skipped')).toMatchObject({
      check: 'idle-timeout',
      target,
      because: expect.stringMatching(/no folder can be made .*: \/nonexistent \(ENOENT\), \/tmp \(EROFS\)$/),
      hint: expect.stringContaining('TMPDIR'),
    });
    expect(stderr).toMatch(/^netcheck: --idle-timeout [^\n]+ no folder can be made [^\n]+\n$/);
    expect(exitCode).toBe(3);
  });
});
