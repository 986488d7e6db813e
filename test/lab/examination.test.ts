// netcheck user@host: everything about one host in one report, as the user who typed sudo, on real kernels and real sshd.

import { describe, expect, test } from 'vitest';
import { DEMO, demoNetwork } from '../../src/lab/demo-network.ts';
import { type CommandResult, type LabHost, natPath } from '../../src/lab/index.ts';
import type { Report } from '../../src/report/report.ts';
import {
  all,
  commandLine,
  labUnavailable,
  netcheck,
  only,
  SUDO_BY_NOBODY,
  startNetcheck,
  verdicts,
} from '../support/lab-run.ts';
import { type SshUser, sshUser } from '../support/ssh-user.ts';
import { type Sshd, startSshd } from '../support/sshd.ts';

const T = 7;
const PORT = 2022;

describe.skipIf(labUnavailable()).concurrent('an examination through a NAT that forgets', () => {
  test.each([
    {
      name: 'ServerAliveInterval 0: nothing is sent, and what is advised was tried',
      interval: 0,
      says: /ServerAliveInterval is 0, off/,
      effect: /a session left alone for longer is dead/,
    },
    {
      name: 'ServerAliveInterval 2: the session survives, and nothing needs changing',
      interval: 2,
      says: /nothing needs (?:to be changed|changing)/i,
      effect: /yours is kept alive: ssh speaks every 2 s/,
    },
    {
      name: 'ServerAliveInterval 30: too slow, and why',
      interval: 30,
      says: /every 30 s.*too (?:slow|late|seldom)|30.*(?:slow|late|longer than)/,
      effect: /dead/,
    },
  ])('$name', async ({ interval, says, effect }) => {
    await using lab = await natPath({ timeoutSeconds: T, onExpiry: 'silent' });
    using user = await sshUser(lab.hosts.client);
    using sshd = await serverFor(lab.hosts.server, lab.addresses.server, user);
    user.configure(`Host ${lab.addresses.server}\n  ServerAliveInterval ${interval}\n`);
    const before = user.files();
    const { report, exitCode, stderr } = await examine(lab.hosts.client, user, `root@${lab.addresses.server}:${PORT}`, [
      '--max-idle',
      '15s',
    ]);
    expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 1 });
    const target = `${lab.addresses.server}:${PORT}`;
    expect(verdicts(report)).toMatchObject({
      [`idle-timeout ${target}`]: 'confirmed',
      [`duplicate-ip ${lab.addresses.router}`]: 'ruled-out',
      [`own-address-conflict ${lab.addresses.client}`]: 'ruled-out',
      [`packet-loss ${lab.addresses.server}`]: 'ruled-out',
      [`unreachable ${lab.addresses.server}`]: 'ruled-out',
    });
    expect(only(report, 'route')).toMatchObject({ interface: 'eth0', gateway: lab.addresses.router });
    expect(all(report, 'idle-timeout').map(({ direction, onExpiry }) => [direction, onExpiry])).toEqual([
      ['outbound', 'silent-drop'],
      ['inbound', 'silent-drop'],
    ]);
    expect(only(report, 'idle-enforcer')).toMatchObject({ hop: 2, address: lab.addresses.nat });
    expect(only(report, 'ssh-client-settings')).toMatchObject({ serverAliveInterval: interval, user: 'root' });
    for (const trial of all(report, 'keepalive-trial')) {
      expect(trial.outcome).toBe('alive');
      expect(trial.lastedSeconds).toBeGreaterThan(T);
    }
    const cause = report.causes.find(({ cause: kind }) => kind === 'idle-timeout');
    expect([cause?.summary, ...(cause?.advice ?? [])].join('\n')).toMatch(says);
    expect(cause?.effect ?? 'a session left alone for longer is dead').toMatch(effect);
    // As the invoking user: their key, and nothing new in their home, root's, or the scratch folder.
    expect(sshd.log()).toMatch(/Accepted publickey for root/);
    expect(user.files()).toEqual(before);
  });
});

describe.skipIf(labUnavailable())('a duplicate address and an idle timeout at once', () => {
  test('are both found, and the text says which of them ends which session', async () => {
    await using lab = await demoNetwork();
    const { scanner, server, b } = lab.hosts;
    using user = await sshUser(scanner);
    using _sshd = await serverFor(server, DEMO.server, user);
    await pinGateway(scanner);
    // A second machine on the gateway's address, that does not forward.
    await b.run('ip', ['address', 'add', `${DEMO.gateway}/24`, 'dev', 'eth0']);
    const target = `root@${DEMO.server}:${PORT}`;
    const { stdout, exitCode } = await examineAsText(scanner, user, target, ['--max-idle', '12s']);
    expect(stdout).toMatch(/^Found 2 causes: duplicate IP address \(10\.77\.0\.254\); idle timeout in the network \(/);
    expect(stdout).toMatch(/So sessions to 10\.78\.3\.2, as everything beyond this gateway, freeze/);
    expect(stdout).toContain(
      [
        'Which of them was it?',
        '  - It stuttered, froze or was reset while you typed or something was running: duplicate IP address',
        '    (10.77.0.254); pauses have nothing to do with it.',
        '  - It was dead, frozen or closed when you came back after a pause: idle timeout in the network',
        `    (10.78.3.2:${PORT}); it never ends a session in use.`,
      ].join('\n'),
    );
    expect(exitCode).toBe(1);
  });
});

describe.skipIf(labUnavailable()).concurrent('an examination', () => {
  test('of a server on the link, which nobody forgets: the server itself is asked for by ARP', async () => {
    await using lab = await natPath({ timeoutSeconds: T, onExpiry: 'silent' });
    using user = await sshUser(lab.hosts.client);
    const { router, client } = lab.addresses;
    using _sshd = await serverFor(lab.hosts.router, router, user);
    const { report } = await examine(lab.hosts.client, user, `root@${router}:${PORT}`, ['--max-idle', '9s']);
    expect(only(report, 'route')).toMatchObject({ host: router, gateway: null });
    expect(verdicts(report)).toMatchObject({
      [`duplicate-ip ${router}`]: 'ruled-out',
      [`own-address-conflict ${client}`]: 'ruled-out',
      [`idle-timeout ${router}:${PORT}`]: 'ruled-out',
      [`packet-loss ${router}`]: 'ruled-out',
    });
  });

  test('where nobody can log in says so in one line, and measures without a login', async () => {
    await using lab = await natPath({ timeoutSeconds: T, onExpiry: 'silent' });
    using user = await sshUser(lab.hosts.client);
    using _sshd = await serverFor(lab.hosts.server, lab.addresses.server, user, [], ['AuthorizedKeysFile=none']);
    const target = `root@${lab.addresses.server}:${PORT}`;
    const { report, exitCode } = await examine(lab.hosts.client, user, target, ['--max-idle', '12s']);
    expect(only(report, 'skipped')).toMatchObject({ target, because: expect.stringMatching(/Permission denied/) });
    const { transport, loggedIn, expiredSeconds } = only(report, 'idle-timeout');
    expect({ transport, loggedIn }).toEqual({ transport: 'ssh', loggedIn: undefined });
    expect(expiredSeconds).toBeGreaterThan(T - 0.5);
    expect(exitCode).toBe(1);
  });

  test('with --quick is over within a minute, and rules out no timeout that it did not wait for', async () => {
    await using lab = await natPath({ timeoutSeconds: null, onExpiry: 'silent' });
    using user = await sshUser(lab.hosts.client);
    using _sshd = await serverFor(lab.hosts.server, lab.addresses.server, user);
    const target = `root@${lab.addresses.server}:${PORT}`;
    const startedAt = performance.now();
    const { report, exitCode } = await examine(lab.hosts.client, user, target, ['--quick']);
    expect((performance.now() - startedAt) / 1000).toBeLessThan(65);
    expect(verdicts(report)[`idle-timeout ${lab.addresses.server}:${PORT}`]).toBe('unknown');
    for (const { survivedSeconds, limitedTo } of all(report, 'idle-timeout')) {
      expect(survivedSeconds).toBeGreaterThan(15);
      expect(limitedTo).toEqual({ seconds: 20, because: 'quick' });
    }
    expect(exitCode).toBe(3);
  });

  test('through a jump host goes by the name that ~/.ssh/config has for it, and its settings', async () => {
    await using lab = await natPath({ timeoutSeconds: null, onExpiry: 'silent' });
    using user = await sshUser(lab.hosts.client);
    using _sshd = await serverFor(lab.hosts.server, lab.addresses.server, user);
    user.configure(
      `Host inner\n  ProxyJump bastion\nHost bastion\n  HostName ${lab.addresses.server}\n  Port ${PORT}\n  User root\n  ServerAliveInterval 5\n`,
    );
    const { report } = await examine(lab.hosts.client, user, 'inner', ['--max-idle', '3s']);
    expect(only(report, 'skipped').because).toMatch(/through the jump host bastion/);
    expect(only(report, 'route')).toMatchObject({ host: 'bastion', address: lab.addresses.server });
    expect(only(report, 'ssh-client-settings')).toMatchObject({ host: 'bastion', serverAliveInterval: 5 });
    expect(verdicts(report)[`idle-timeout bastion:${PORT}`]).toBe('ruled-out');
  });

  test('behind a ProxyCommand measures what does not depend on it', async () => {
    await using lab = await natPath({ timeoutSeconds: null, onExpiry: 'silent' });
    using user = await sshUser(lab.hosts.client);
    user.configure('Host hidden\n  ProxyCommand nc -N gate 22\n');
    const { report, exitCode } = await examine(lab.hosts.client, user, 'hidden');
    expect(only(report, 'skipped').because).toMatch(/through a ProxyCommand/);
    expect(verdicts(report)[`own-address-conflict ${lab.addresses.client}`]).toBe('ruled-out');
    expect(exitCode).toBe(3);
  });

  test('of this machine itself looks for others with its address, and reads its own sshd', async () => {
    await using lab = await natPath({ timeoutSeconds: null, onExpiry: 'silent' });
    using user = await sshUser(lab.hosts.server);
    const { server } = lab.addresses;
    using _sshd = await serverFor(lab.hosts.server, server, user);
    user.configure(`Host me\n  HostName ${server}\n  Port ${PORT}\n  User root\n`);
    const { report } = await examine(lab.hosts.server, user, 'me', ['--max-idle', '3s']);
    expect(all(report, 'route')).toEqual([]);
    expect(verdicts(report)[`own-address-conflict ${server}`]).toBe('ruled-out');
    // Both for whoever typed the command, by root's sshd -T, and for the account that is logged in to, through its session.
    const settings = all(report, 'ssh-server-settings');
    expect(settings.map(({ user: whose }) => whose).sort()).toEqual(['nobody', 'root']);
    for (const each of settings) expect(each).toMatchObject({ host: 'me', unreadBecause: null });
  });

  test('of a name that is not there ends with one line', async () => {
    await using lab = await natPath({ timeoutSeconds: null, onExpiry: 'silent' });
    using user = await sshUser(lab.hosts.client);
    const { stdout, stderr, exitCode } = await examineAsText(lab.hosts.client, user, 'me@nowhere.invalid', []);
    expect(stderr).toMatch(
      /^netcheck: .*nowhere\.invalid does not resolve\. Check the spelling, or give its address\n$/,
    );
    expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 3 });
  });

  test('needs no configuration, no key and no root', async () => {
    await using lab = await natPath({ timeoutSeconds: null, onExpiry: 'silent' });
    const { server, client, router } = lab.addresses;
    const target = `${server}:${lab.ports.hold}`;
    const { report, exitCode } = await netcheck(lab.hosts.client, [target, '--max-idle', '3s'], 'user');
    expect(only(report, 'skipped')).toMatchObject({
      check: 'dup-ip',
      target: expect.stringContaining(router),
      hint: expect.stringMatching(new RegExp(`sudo netcheck .*${client}`)),
    });
    expect(verdicts(report)[`idle-timeout ${target}`]).toBe('ruled-out');
    expect(exitCode).toBe(3);
  });

  test('that is interrupted gives what is known by then', async () => {
    await using lab = await natPath({ timeoutSeconds: null, onExpiry: 'silent' });
    const target = `${lab.addresses.server}:${lab.ports.hold}`;
    const running = startNetcheck(lab.hosts.client, [target]);
    await running.says(/^Examining .*: 4 checks at once, at most 45 min 39 s\./);
    await running.says(/^ {2}3 of 4, /m);
    running.child.kill('SIGINT');
    const { report, exitCode } = await running.ended;
    expect(exitCode).toBe(130);
    expect(only(report, 'echo').received).toBe(10);
    expect(verdicts(report)[`duplicate-ip ${lab.addresses.router}`]).toBe('ruled-out');
  });
});

/** With the entry that is right: which of the two a kernel believes first is chance, and no session would come about by the other. */
async function pinGateway(scanner: LabHost): Promise<void> {
  await scanner.run('ping', ['-c', '1', DEMO.gateway]);
  const { stdout } = await scanner.run('ip', ['neigh', 'show', DEMO.gateway]);
  const mac = /lladdr (\S+)/.exec(stdout)?.[1] as string;
  await scanner.run('ip', ['neigh', 'replace', DEMO.gateway, 'lladdr', mac, 'dev', 'eth0', 'nud', 'permanent']);
}

/** An sshd that the user's key opens, whose host key the user knows. */
async function serverFor(
  host: LabHost,
  address: string,
  user: SshUser,
  options: readonly string[] = [],
  first: readonly string[] = [],
): Promise<Sshd> {
  // Of sshd's options the first of a kind counts.
  const sshd = await startSshd(host, PORT, [...first, ...user.sshdOptions, ...options]);
  user.knowHost(`[${address}]:${PORT}`, sshd.hostKey.publicKey);
  return sshd;
}

async function examine(
  host: LabHost,
  user: SshUser,
  target: string,
  options: readonly string[] = [],
): Promise<{ report: Report; stderr: string; exitCode: number | null }> {
  const { stdout, stderr, exitCode } = await examineAsText(host, user, target, [...options, '--json']);
  try {
    return { report: JSON.parse(stdout) as Report, stderr, exitCode };
  } catch {
    throw new Error(`no report: ${stdout}${stderr}`);
  }
}

function examineAsText(
  host: LabHost,
  user: SshUser,
  target: string,
  options: readonly string[],
): Promise<CommandResult> {
  const line = user.wrap(...commandLine([target, ...options], 'root'));
  return host.run(...line, { env: { ...SUDO_BY_NOBODY, TMPDIR: user.scratch }, timeoutMs: 140_000 });
}
