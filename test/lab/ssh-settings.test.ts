// The settings in force, as the system's own ssh and sshd tell them: the invoking user's, never root's, and never more than
// a reason when they can't be read. OpenSSH finds homes in passwd(5) and nowhere else, so each run gets a passwd and an
// sshd_config of its own, in a mount namespace that ends with it.

import { chmodSync, chownSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type LabHost, natPath } from '../../src/lab/index.ts';
import type { Report } from '../../src/report/report.ts';
import { commandLine, labUnavailable, NOBODY, only, type RunAs, SUDO_BY_NOBODY, verdicts } from '../support/lab-run.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

interface Homes {
  readonly root?: string;
  readonly nobody?: string;
  readonly sshd?: string;
}

const MOUNT = 'mount --bind "$1" /etc/passwd && mount --bind "$2" /etc/ssh/sshd_config && shift 2 && exec "$@"';

/** Runs netcheck where root and nobody have these ssh_config(5)s, and the machine this sshd_config(5). */
async function run(
  host: LabHost,
  args: readonly string[],
  as: RunAs | 'sudo',
  { root = '', nobody = '', sshd = '' }: Homes,
): Promise<{ report: Report; stderr: string; exitCode: number | null }> {
  using folder = temporaryFolder();
  chmodSync(folder.path, 0o755);
  const home = (name: string, config: string, owner: number): string => {
    const path = `${folder.path}/${name}`;
    mkdirSync(`${path}/.ssh`, { recursive: true, mode: 0o700 });
    writeFileSync(`${path}/.ssh/config`, config, { mode: 0o600 });
    for (const each of [path, `${path}/.ssh`, `${path}/.ssh/config`]) chownSync(each, owner, owner);
    return path;
  };
  const homes = { root: home('root', root, 0), nobody: home('nobody', nobody, NOBODY) };
  const passwd = readFileSync('/etc/passwd', 'utf8').replaceAll(
    /^(root|nobody)((?::[^:]*){4}):[^:]*/gm,
    (_, name: keyof typeof homes, fields: string) => `${name}${fields}:${homes[name]}`,
  );
  writeFileSync(`${folder.path}/passwd`, passwd);
  writeFileSync(`${folder.path}/sshd_config`, sshd);
  const [program, rest] = commandLine([...args, '--json'], as === 'user' ? 'user' : 'root');
  const files = [`${folder.path}/passwd`, `${folder.path}/sshd_config`];
  const line = ['--mount', 'sh', '-c', MOUNT, 'sh', ...files, program, ...rest];
  // As sudo may leave it: HOME is still root's.
  const env = as === 'sudo' ? { ...SUDO_BY_NOBODY, HOME: homes.root } : process.env;
  const { stdout, stderr, exitCode } = await host.run('unshare', line, { env, timeoutMs: 60_000 });
  return { report: JSON.parse(stdout) as Report, stderr, exitCode };
}

const ROOTS = 'Host *\n  ServerAliveInterval 77\n';

describe.skipIf(labUnavailable()).concurrent('the SSH settings in force', () => {
  test.each(['sudo', 'user'] as const)('are those of the invoking user (%s), Match blocks and all', async (as) => {
    await using lab = await natPath({ timeoutSeconds: null, onExpiry: 'silent' });
    const { server } = lab.addresses;
    // What it runs sees the user's own home, and not root's rights.
    const isUser = `test $(id -u) = ${NOBODY} && test -O $HOME/.ssh/config`;
    const block = `Match host ${server} exec "${isUser}"\n  ServerAliveInterval 1m30s\n  User deploy\n  ProxyJump gate\n`;
    const nobody = `${block}Host *\n  ServerAliveInterval 5\n`;
    const { report, exitCode } = await run(lab.hosts.client, ['--ping', server], as, { root: ROOTS, nobody });
    expect(only(report, 'ssh-client-settings')).toMatchObject({
      host: server,
      unreadBecause: null,
      user: 'deploy',
      serverAliveInterval: 90,
      serverAliveCountMax: 3,
      tcpKeepAlive: true,
      proxyJump: 'gate',
    });
    expect(verdicts(report)[`keepalive-too-strict ${server}`]).toBe('ruled-out');
    expect(exitCode).toBe(0);
  });

  test('that are wrong in the file: OpenSSH says why, and nothing else is worse for it', async () => {
    await using lab = await natPath({ timeoutSeconds: null, onExpiry: 'silent' });
    const { server } = lab.addresses;
    const wrong = { nobody: 'Host *\n  ServerAliveIntervall 5\n' };
    const { report, exitCode } = await run(lab.hosts.client, ['--ping', server], 'sudo', wrong);
    const { unreadBecause, serverAliveInterval } = only(report, 'ssh-client-settings');
    expect(unreadBecause).toMatch(/^ssh -G failed \(.*line 2: Bad configuration option: serveraliveintervall/);
    expect(serverAliveInterval).toBeNull();
    expect(verdicts(report)[`packet-loss ${server}`]).toBe('ruled-out');
    expect(exitCode).toBe(0);
  });

  test('that take too long are not waited for', async () => {
    await using lab = await natPath({ timeoutSeconds: null, onExpiry: 'silent' });
    const { server } = lab.addresses;
    const slow = { nobody: 'Match exec "sleep 55"\n  ServerAliveInterval 5\n' };
    const startedAt = performance.now();
    const { report, exitCode } = await run(lab.hosts.client, ['--ping', server], 'sudo', slow);
    expect(only(report, 'ssh-client-settings').unreadBecause).toBe('ssh -G did not end within 10 s');
    expect(performance.now() - startedAt).toBeLessThan(50_000);
    expect(exitCode).toBe(0);
  });

  test('tell whether a session would outlive a path that forgets', async () => {
    await using lab = await natPath({ timeoutSeconds: 7, onExpiry: 'silent' });
    const target = `${lab.addresses.server}:${lab.ports.hold}`;
    const advice = async (interval: number): Promise<{ first: string; effect: string | undefined }> => {
      const nobody = `Host ${lab.addresses.server}\n  ServerAliveInterval ${interval}\n`;
      const { report } = await run(lab.hosts.client, ['--idle-timeout', target, '--quick'], 'sudo', { nobody });
      const cause = report.causes.find((each) => each.cause === 'idle-timeout');
      expect(['confirmed', 'likely']).toContain(cause?.verdict);
      return { first: cause?.advice[0] ?? '', effect: cause?.effect };
    };
    const [off, inTime, tooSlow] = await Promise.all([advice(0), advice(2), advice(30)]);
    expect(off.first).toMatch(/^ServerAliveInterval is 0/);
    expect(inTime.first).toMatch(/nothing needs changing/);
    expect(inTime.effect).toMatch(/ssh speaks every 2 s/);
    expect(tooSlow.first).toMatch(/30 s, is too slow for this path/);
  });

  test('of sshd, on the server itself and for the user who asks', async () => {
    await using lab = await natPath({ timeoutSeconds: null, onExpiry: 'silent' });
    const { server } = lab.addresses;
    using jail = temporaryFolder();
    chmodSync(jail.path, 0o775);
    const sshd = `ChannelTimeout session:*=5m\nMatch User nobody Address ${server}\n  ChrootDirectory ${jail.path}\n  ClientAliveInterval 60\n`;
    const { report, exitCode } = await run(lab.hosts.server, ['--ping', server], 'sudo', { sshd });
    const settings = only(report, 'ssh-server-settings');
    expect(settings).toMatchObject({
      user: 'nobody',
      unreadBecause: null,
      clientAliveInterval: 60,
      channelTimeout: [{ channel: 'session:*', seconds: 300 }],
      chrootDirectory: jail.path,
    });
    expect(settings.chrootPath?.at(-1)).toMatchObject({
      path: jail.path,
      ownerUid: 0,
      mode: '775',
      problem: 'writable',
    });
    expect(settings.chrootPath?.[0]).toMatchObject({ path: '/', problem: null });
    const cause = report.causes.find((each) => each.cause === 'sshd-settings');
    expect(cause?.verdict).toBe('confirmed');
    expect(cause?.summary).toMatch(
      /right after the login, .*it also closes a session that has carried no data for 5 min/,
    );
    expect(exitCode).toBe(1);
  });

  test('of sshd that can not be read stay unknown, and that is no failure', async () => {
    await using lab = await natPath({ timeoutSeconds: null, onExpiry: 'silent' });
    const { server } = lab.addresses;
    const { report, exitCode } = await run(lab.hosts.server, ['--ping', server], 'user', {
      sshd: 'HostKey /nowhere\n',
    });
    expect(only(report, 'ssh-server-settings').unreadBecause).toMatch(/^sshd -T failed \(.*host ?key/i);
    expect(verdicts(report)[`sshd-settings ${server}`]).toBe('unknown');
    expect(exitCode).toBe(0);
  });
});
