// --idle-timeout user@host: through sessions that a real ssh logs in to a real sshd, as the user who typed sudo.

import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { EvidenceOf } from '../../src/evidence.ts';
import { type NatPath, natPath } from '../../src/lab/index.ts';
import type { Report } from '../../src/report/report.ts';
import { labAccounts } from '../support/accounts.ts';
import { all, commandLine, labUnavailable, only, SUDO_BY_NOBODY, verdicts } from '../support/lab-run.ts';
import { type SshUser, sshUser } from '../support/ssh-user.ts';
import { type Sshd, startSshd } from '../support/sshd.ts';

const T = 7;
const PORT = 2022;
/** One more of the client's. */
const OTHER = '10.78.1.9/24';

describe.skipIf(labUnavailable()).concurrent('sessions of a real ssh', () => {
  test('behind a NAT that forgets: both directions, the hop, and a keepalive that holds', async () => {
    await using lab = await natPath({ timeoutSeconds: T, onExpiry: 'silent' });
    using user = await sshUser(lab.hosts.client);
    using sshd = await serverFor(lab, user);
    const before = user.files();
    const { report, exitCode, stderr } = await sudoNetcheck(lab, user, ['--max-idle', '30s']);
    expect(stderr).toBe('');
    for (const direction of ['outbound', 'inbound'] as const) {
      const { survivedSeconds, expiredSeconds, onExpiry, deaths, transport } = idle(report, direction);
      expect({ onExpiry, transport }).toEqual({ onExpiry: 'silent-drop', transport: 'ssh' });
      expect(survivedSeconds).toBeLessThan(T + 0.5);
      expect(expiredSeconds).toBeGreaterThan(T - 0.5);
      expect((expiredSeconds ?? 99) - (survivedSeconds ?? 0)).toBeLessThanOrEqual(2);
      expect(deaths).toBeGreaterThan(1);
    }
    expect(verdicts(report)[`idle-timeout ${lab.addresses.server}:${PORT}`]).toBe('confirmed');
    expect(only(report, 'idle-enforcer')).toMatchObject({ hop: 2, address: '10.78.2.2' });
    expect(all(report, 'keepalive-trial').map(({ speaks, outcome }) => [speaks, outcome])).toEqual([
      ['keepalive', 'alive'],
      ['payload', 'alive'],
    ]);
    expect(exitCode).toBe(1);
    // The invoking user's key was used, and neither their home, root's, nor the scratch folder holds anything new.
    expect(sshd.log()).toMatch(/Accepted publickey for root/);
    expect(sshd.log()).not.toMatch(/MaxStartups|penalty/i);
    expect(user.files()).toEqual(before);
  });
});

describe.skipIf(labUnavailable()).concurrent('an sshd', () => {
  test('that sends keepalives of its own: their interval is told, and never that there is no timeout', async () => {
    await using lab = await natPath({ timeoutSeconds: T, onExpiry: 'silent' });
    using user = await sshUser(lab.hosts.client);
    using _sshd = await serverFor(lab, user, ['ClientAliveInterval=2']);
    const { report, exitCode } = await sudoNetcheck(lab, user, ['--max-idle', '30s']);
    const keepalive = only(report, 'ssh-server-keepalive');
    // OpenSSH 9.2 says a word every second time only.
    expect([2, 4]).toContain(Math.round(keepalive.intervalSeconds));
    expect(keepalive.count).toBeGreaterThanOrEqual(6);
    expect(idle(report, 'outbound')).toMatchObject({
      expiredSeconds: null,
      limitedTo: { because: 'ssh-server-keepalive' },
    });
    const cause = report.causes.find(({ cause: kind }) => kind === 'idle-timeout');
    expect(cause).toMatchObject({ verdict: 'unknown' });
    expect(cause?.summary).toMatch(/keepalives of its own every [24]/);
    expect(exitCode).toBe(3);
  });

  test('that ends idle sessions by itself: the server did it, and the path forgot nothing', async () => {
    await using lab = await natPath({ timeoutSeconds: null, onExpiry: 'silent' });
    using user = await sshUser(lab.hosts.client);
    using _sshd = await serverFor(lab, user, ['ChannelTimeout=session:*=5']);
    const { report, exitCode } = await sudoNetcheck(lab, user, ['--max-idle', '20s']);
    const target = `${lab.addresses.server}:${PORT}`;
    expect(verdicts(report)).toMatchObject({
      [`idle-timeout ${target}`]: 'unknown',
      [`server-closes-idle ${target}`]: 'likely',
    });
    const { onExpiry, expiredSeconds } = idle(report, 'outbound');
    expect(onExpiry).toBe('closed-by-peer');
    // sshd looks at whole seconds, so that it may be up to one early.
    expect(expiredSeconds).toBeGreaterThan(3.5);
    expect(expiredSeconds).toBeLessThan(8);
    expect(exitCode).toBe(1);
  });

  test('that lets only one log in at a time: what it refuses is no drop', async () => {
    await using lab = await natPath({ timeoutSeconds: null, onExpiry: 'silent' });
    using user = await sshUser(lab.hosts.client);
    using sshd = await serverFor(lab, user, ['MaxStartups=1']);
    const { report } = await sudoNetcheck(lab, user, ['--max-idle', '4s']);
    expect(sshd.log()).toMatch(/MaxStartups/);
    for (const { expiredSeconds, deaths } of all(report, 'idle-timeout'))
      expect({ expiredSeconds, deaths }).toEqual({ expiredSeconds: null, deaths: 0 });
    const [first] = idle(report, 'outbound').connectionFailures;
    expect(first).toMatchObject({
      reason: 'login',
      code: expect.stringMatching(/^kex_exchange_identification.*the server said: Exceeded MaxStartups\)$/),
    });
  });

  test.each([
    ['sends everybody away for a while', 'Not allowed at this time\r\n', /PerSourcePenalties/],
    ['hangs up', '', /fail2ban/],
  ])('or what says so, that %s: no drop', async (_, says, hint) => {
    await using lab = await natPath({ timeoutSeconds: null, onExpiry: 'silent' });
    using user = await sshUser(lab.hosts.client);
    await hangingUp(lab, says);
    const { report, exitCode } = await sudoNetcheck(lab, user, []);
    const skipped = only(report, 'skipped');
    expect(skipped.because).toMatch(/^kex_exchange_identification: /);
    expect(skipped.because).toContain(says.trim());
    expect(skipped.hint).toMatch(hint);
    expect(exitCode).toBe(3);
  });

  test('that refuses the key, while something else is found: both are told, and the exit code is that of the find', async () => {
    await using lab = await natPath({ timeoutSeconds: T, onExpiry: 'silent' });
    using user = await sshUser(lab.hosts.client);
    using _sshd = await serverFor(lab, user, [], ['AuthorizedKeysFile=none']);
    const hold = `${lab.addresses.server}:${lab.ports.hold}`;
    const also = ['--idle-timeout', hold, '--quick', '--max-idle', '20s'];
    const { report, exitCode } = await sudoNetcheck(lab, user, also);
    expect(only(report, 'skipped').because).toMatch(/Permission denied \(publickey/);
    expect(['confirmed', 'likely']).toContain(verdicts(report)[`idle-timeout ${hold}`]);
    expect(exitCode).toBe(1);
  });

  test.each([
    ['refuses the key', ['AuthorizedKeysFile=none'], 'known', /Permission denied \(publickey/, /which key|with a key/],
    [
      'would ask for a password',
      ['AuthorizedKeysFile=none', 'PasswordAuthentication=yes', 'PermitRootLogin=yes'],
      'known',
      /Permission denied \(publickey,password/,
      /without a terminal no password is asked for/,
    ],
    ['lets it have no session', ['MaxSessions=0'], 'known', /^channel 0: open failed: /, /MaxSessions 0/],
    [
      'gives it no shell',
      ['ForceCommand=/usr/sbin/nologin'],
      'known',
      /^the login succeeded, .*it said: This account is currently not available$/,
      /POSIX shell/,
    ],
    [
      'lets start-up files wait',
      ['ForceCommand=sleep 60'],
      'known',
      /^the login succeeded, but no command ran within 30 s/,
      /start-up files .*by hand: ssh -p 2022 root@10\.78\.3\.2 true$/,
    ],
    ['nobody has met yet', [], 'unknown', /^Host key verification failed$/, /accept it once/],
    ['has another key now', [], 'changed', /REMOTE HOST IDENTIFICATION HAS CHANGED/, /find out why/],
  ] as const)(
    'that %s: one line in OpenSSH’s words, and the other checks still run',
    async (_, first, key, says, hint) => {
      await using lab = await natPath({ timeoutSeconds: null, onExpiry: 'silent' });
      using user = await sshUser(lab.hosts.client);
      // Of sshd's options the first of a kind counts.
      using sshd = await startSshd(lab.hosts.server, PORT, [...first, ...user.sshdOptions]);
      const name = `[${lab.addresses.server}]:${PORT}`;
      if (key !== 'unknown') user.knowHost(name, key === 'known' ? sshd.hostKey.publicKey : user.publicKey);
      const { report, exitCode, stderr } = await sudoNetcheck(lab, user, ['--ping', lab.addresses.server]);
      const skipped = only(report, 'skipped');
      expect(skipped.because).toMatch(says);
      expect(skipped.hint).toMatch(hint);
      expect(stderr.trim().split('\n')).toHaveLength(1);
      expect(only(report, 'echo').received).toBeGreaterThan(0);
      expect(all(report, 'idle-timeout')).toEqual([]);
      expect(exitCode).toBe(3);
    },
  );
});

describe.skipIf(labUnavailable()).concurrent('a login', () => {
  test('to an account whose shell is no POSIX one is measured through', async () => {
    await using lab = await natPath({ timeoutSeconds: null, onExpiry: 'silent' });
    using user = await sshUser(lab.hosts.client);
    using accounts = labAccounts('/usr/bin/tcsh');
    using sshd = await startSshd(lab.hosts.server, PORT, user.sshdOptions, undefined, accounts.wrap);
    user.knowHost(`[${lab.addresses.server}]:${PORT}`, sshd.hostKey.publicKey);
    const { report, exitCode } = await sudoNetcheck(lab, user, ['--max-idle', '3s']);
    expect(all(report, 'skipped')).toEqual([]);
    expect(idle(report, 'inbound')).toMatchObject({ loggedIn: true, expiredSeconds: null });
    expect(exitCode).toBe(0);
  });

  test('that is refused, or meets no route: the network said so', async () => {
    await using lab = await natPath({ timeoutSeconds: null, onExpiry: 'silent' });
    using user = await sshUser(lab.hosts.client);
    const refused = await sudoNetcheck(lab, user, [], `root@${lab.addresses.server}:${lab.ports.refused}`);
    expect(only(refused.report, 'tcp-connect')).toMatchObject({ outcome: 'refused', code: 'ECONNREFUSED' });
    const unreachable = await sudoNetcheck(lab, user, [], 'root@192.0.2.9');
    expect(only(unreachable.report, 'tcp-connect')).toMatchObject({ outcome: 'unreachable', port: 22 });
    expect(user.files().filter((path) => path.startsWith('scratch/'))).toEqual([]);
  });

  test('through a jump host: the way to that one is measured, and the report says so', async () => {
    await using lab = await natPath({ timeoutSeconds: null, onExpiry: 'silent' });
    using user = await sshUser(lab.hosts.client);
    using _sshd = await serverFor(lab, user);
    user.configure(
      `Host inner\n  ProxyJump bastion\nHost bastion\n  HostName ${lab.addresses.server}\n  Port ${PORT}\n  User root\n  ServerAliveInterval 1\n`,
    );
    const { report } = await sudoNetcheck(lab, user, ['--max-idle', '3s'], 'me@inner');
    expect(only(report, 'skipped')).toMatchObject({
      target: 'me@inner',
      because: expect.stringMatching(/through the jump host bastion/),
    });
    const outbound = idle(report, 'outbound');
    expect(outbound).toMatchObject({ host: lab.addresses.server, port: PORT, expiredSeconds: null });
    // No keepalive of ssh's own, though the configuration asks for one.
    expect(outbound.survivedSeconds).toBeGreaterThan(2.7);
  });

  test('begins from the address that the configuration names, by whichever block', async () => {
    await using lab = await natPath({ timeoutSeconds: null, onExpiry: 'silent' });
    using user = await sshUser(lab.hosts.client);
    // Without a NAT in between, so that the server sees who comes.
    using sshd = await startSshd(lab.hosts.router, PORT, user.sshdOptions);
    const { router } = lab.addresses;
    user.knowHost(`[${router}]:${PORT}`, sshd.hostKey.publicKey);
    await lab.hosts.client.run('ip', ['address', 'add', OTHER, 'dev', lab.interface]);
    const [other] = OTHER.split('/');
    user.configure(
      `Match user root exec "test -O $HOME/.ssh/config"\n  BindAddress ${other}\n  ServerAliveInterval 45\nHost *\n  BindAddress 192.0.2.1\n`,
    );
    const { report } = await sudoNetcheck(lab, user, ['--max-idle', '3s', '--quick'], `root@${router}:${PORT}`);
    expect(idle(report, 'outbound').survivedSeconds).toBeGreaterThan(2.7);
    expect(new Set(sshd.log().match(/(?<=Connection from )[\d.]+/g))).toEqual(new Set([other]));
    expect(only(report, 'ssh-client-settings').serverAliveInterval).toBe(45);
    user.configure('BindInterface lo\n');
    const { report: refused } = await sudoNetcheck(lab, user, ['--max-idle', '3s'], `root@${router}:${PORT}`);
    expect(only(refused, 'skipped').because).toMatch(/^BindInterface lo .* names no IPv4 address/);
  });

  test('that an interrupt ends: no process and no file is left', async () => {
    await using lab = await natPath({ timeoutSeconds: null, onExpiry: 'silent' });
    using user = await sshUser(lab.hosts.client);
    using _sshd = await serverFor(lab, user);
    const before = user.files();
    const target = `root@${lab.addresses.server}:${PORT}`;
    const line = user.wrap(...commandLine(['--idle-timeout', target, '--json', '-v'], 'root'));
    const env = { ...SUDO_BY_NOBODY, TMPDIR: user.scratch };
    const child = lab.hosts.client.spawn(...line, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    await new Promise<void>((resolve, reject) => {
      let log = '';
      child.once('exit', () => reject(new Error(`it ended: ${log}`)));
      child.stderr?.on('data', (chunk: Buffer) => {
        log += chunk;
        if (/first pass/.test(log)) resolve();
      });
    });
    expect(commandsThatName(user.scratch)).not.toEqual([]);
    const ended = once(child, 'exit');
    child.kill('SIGINT');
    expect(await ended).toEqual([130, null]);
    expect(commandsThatName(user.scratch)).toEqual([]);
    expect(user.files()).toEqual(before);
  });
});

/** Command lines of processes in which a path occurs. */
function commandsThatName(path: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        return [readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')];
      } catch {
        return [];
      }
    })
    .filter((line) => line.includes(path));
}

/** Something that accepts on the port, says that, and closes. */
async function hangingUp(lab: NatPath, says: string): Promise<void> {
  const script = `require("net").createServer((s)=>s.on("error",()=>{}).end(${JSON.stringify(says)})).listen(${PORT},()=>console.log("up"))`;
  const child = lab.hosts.server.spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'ignore'] });
  await once(child.stdout as NodeJS.ReadableStream, 'data');
}

/** An sshd that the user's key opens, whose host key the user knows. Of its options the first of a kind counts. */
async function serverFor(
  lab: NatPath,
  user: SshUser,
  options: readonly string[] = [],
  first: readonly string[] = [],
): Promise<Sshd> {
  const sshd = await startSshd(lab.hosts.server, PORT, [...first, ...user.sshdOptions, ...options]);
  user.knowHost(`[${lab.addresses.server}]:${PORT}`, sshd.hostKey.publicKey);
  return sshd;
}

interface Run {
  readonly report: Report;
  readonly stderr: string;
  readonly exitCode: number | null;
}

async function sudoNetcheck(
  lab: NatPath,
  user: SshUser,
  options: readonly string[],
  target = `root@${lab.addresses.server}:${PORT}`,
): Promise<Run> {
  const line = user.wrap(...commandLine(['--idle-timeout', target, ...options, '--json'], 'root'));
  const env = { ...SUDO_BY_NOBODY, TMPDIR: user.scratch };
  const { stdout, stderr, exitCode } = await lab.hosts.client.run(...line, { env, timeoutMs: 140_000 });
  return { report: JSON.parse(stdout) as Report, stderr, exitCode };
}

function idle(report: Report, direction: 'outbound' | 'inbound'): EvidenceOf<'idle-timeout'> {
  const found = all(report, 'idle-timeout').filter((item) => item.direction === direction);
  if (found.length !== 1) throw new Error(JSON.stringify(report));
  return found[0] as EvidenceOf<'idle-timeout'>;
}
