// Logs that a real sshd and a real ssh write while the lab breaks their sessions: the first cause that is named is the one that
// the lab has. With UPDATE=1 they become the fixtures of the unit tests, without this machine's paths.

import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { duplicateLan, type LabHost, natPath, quietLan } from '../../src/lab/index.ts';
import { commandLine, labUnavailable, NOBODY } from '../support/lab-run.ts';
import { type LoggedSshd, startLoggedSshd } from '../support/logged-sshd.ts';
import { type SshUser, sshUser } from '../support/ssh-user.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { until } from '../support/until.ts';

const FIXTURES = new URL('../../fixtures/logs/', import.meta.url);

describe.skipIf(labUnavailable()).concurrent('the logs of a real sshd and a real ssh', () => {
  test('of sessions that idled behind a NAT: a timer, and first the NAT', async () => {
    await using lab = await natPath({ timeoutSeconds: 6, onExpiry: 'reset' });
    using user = await sshUser(lab.hosts.client);
    using sshd = await startLoggedSshd(lab.hosts.server, 22, user.sshdOptions);
    user.knowHost(lab.addresses.server, sshd.publicKey);
    const client = await startSsh(lab.hosts.client, user, lab.addresses.server, 'cat');
    // The server speaks first in these: so sshd learns of the end.
    for (let session = 0; session < 3; session++) {
      await startSsh(lab.hosts.client, user, lab.addresses.server, 'echo ready; sleep 9; echo late; sleep 60');
      await sleep(2500);
    }
    await until(async () => count(sshd, 'Connection reset by peer') === 3);
    client.say('one key\n');
    expect(await client.log()).toMatch(/Broken pipe|Connection reset/);
    const server = await explained(lab.hosts.client, 'idle-nat', 'auth.log', sshd.log());
    expect(server.first).toMatchObject({ kind: 'same-idle-time', certainty: 'pattern', count: 3 });
    expect(server.firstCause).toBe('idle-timeout');
    expect(server.exitCode).toBe(1);
    const own = await explained(lab.hosts.client, 'idle-nat', 'ssh.log', await client.log());
    expect(own.firstCause).toBe('idle-timeout');
  });

  test('of sessions that a second machine on the address resets: the duplicate', async () => {
    await using lan = await duplicateLan({ acceptsSsh: false });
    const { scanner, a } = lan.hosts;
    using user = await sshUser(scanner);
    using sshd = await startLoggedSshd(a, 22, user.sshdOptions);
    user.knowHost(lan.addresses.a, sshd.publicKey);
    const leadTo = (mac: string) =>
      scanner.run('ip', ['neigh', 'replace', lan.addresses.a, 'lladdr', mac, 'dev', lan.interface, 'nud', 'permanent']);
    let log = '';
    for (const seconds of [3, 8]) {
      await leadTo(lan.macs.a);
      const ssh = await startSsh(scanner, user, lan.addresses.a, 'echo ready; while sleep 0.2; do date; done');
      await sleep(seconds * 1000);
      await leadTo(lan.macs.b);
      ssh.say('a key\n');
      log += await ssh.log();
      const again = spawnSsh(scanner, user, lan.addresses.a, 'true');
      log += await again.log();
    }
    await leadTo(lan.macs.a);
    await until(async () => count(sshd, 'Connection reset by peer') === 2);
    const server = await explained(scanner, 'duplicate-ip', 'auth.log', sshd.log());
    expect(server.first).toMatchObject({ kind: 'no-pattern', count: 2 });
    expect(server.firstCause).toBe('duplicate-ip');
    const own = await explained(scanner, 'duplicate-ip', 'ssh.log', log);
    expect(own.first).toMatchObject({ kind: 'other-machine', count: 2 });
    expect(own.firstCause).toBe('duplicate-ip');
  });

  test('of a login that a bad ChrootDirectory kills: the folder', async () => {
    await using lab = await natPath({ timeoutSeconds: null, onExpiry: 'silent' });
    using user = await sshUser(lab.hosts.client);
    using folder = temporaryFolder();
    const jail = join(folder.path, 'jail');
    mkdirSync(jail);
    chownSync(jail, NOBODY, NOBODY);
    chmodSync(folder.path, 0o755);
    const options = [...user.sshdOptions, `ChrootDirectory=${jail}`];
    using sshd = await startLoggedSshd(lab.hosts.server, 22, options);
    user.knowHost(lab.addresses.server, sshd.publicKey);
    const log = await spawnSsh(lab.hosts.client, user, lab.addresses.server, 'true').log();
    await until(async () => count(sshd, 'bad ownership') === 1 && count(sshd, 'Disconnected') === 1);
    const server = await explained(lab.hosts.client, 'chroot', 'auth.log', sshd.log());
    expect(server.first).toMatchObject({ kind: 'chroot', certainty: 'stated', count: 1 });
    expect(server.firstCause).toBe('chroot-directory');
    const own = await explained(lab.hosts.client, 'chroot', 'ssh.log', log);
    expect(own.first).toMatchObject({ kind: 'after-login', certainty: 'hint' });
    expect(own.firstCause).toBe('chroot-directory');
  });
});

describe.skipIf(labUnavailable())('a saved report', () => {
  test('is explained in the very words in which it was printed, by anybody', async () => {
    await using lab = await quietLan();
    using folder = temporaryFolder();
    chmodSync(folder.path, 0o755);
    const file = join(folder.path, 'report.json');
    const { scanner, honest } = { ...lab.hosts, honest: lab.addresses.honest };
    const run = (args: string[], as: 'root' | 'user') => scanner.run(...commandLine(args, as), { timeoutMs: 60_000 });
    const printed = await run(
      ['--dup-ip', honest, '--ping', honest, '--idle-timeout', `${honest}:9`, '--save', file],
      'root',
    );
    chmodSync(file, 0o644);
    const saved = readFileSync(file, 'utf8');
    const text = await run(['explain', file], 'user');
    expect(text).toEqual({ ...printed, stderr: '' });
    expect(await run(['explain', file, '--json'], 'user')).toEqual({ ...text, stdout: saved });
    const piped = await scanner.run(...commandLine(['explain', '-', '-v'], 'user'), { input: saved });
    expect(piped.stdout).toContain(text.stdout.slice(0, 200));
    expect(piped.exitCode).toBe(printed.exitCode);
  });
});

function count(sshd: LoggedSshd, words: string): number {
  return sshd.log().split(words).length - 1;
}

interface Ssh {
  say(text: string): void;
  /** What it said on stderr, once it has ended. */
  log(): Promise<string>;
}

/** `ssh -v`, as the user: resolves when the far side has said its first word; rejects when it ends before that. */
async function startSsh(host: LabHost, user: SshUser, address: string, command: string): Promise<Ssh> {
  const ssh = spawnSsh(host, user, address, command);
  // `cat` says what it hears.
  if (command === 'cat') ssh.say('hello\n');
  const ended = ssh.log().then((log) => Promise.reject(new Error(`ssh ended before its session began: ${log}`)));
  ended.catch(() => {});
  await Promise.race([once(ssh.child.stdout as NodeJS.ReadableStream, 'data'), ended]);
  ssh.child.stdout?.resume();
  return ssh;
}

function spawnSsh(host: LabHost, user: SshUser, address: string, command: string): Ssh & { child: ChildProcess } {
  const ssh = ['ssh', '-v', '-o', 'BatchMode=yes', `root@${address}`, command];
  const asNobody = ['--reuid=65534', '--regid=65534', '--clear-groups', ...ssh];
  const child = host.spawn(...user.wrap('setpriv', asNobody), { stdio: ['pipe', 'pipe', 'pipe'] });
  let log = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    log += text;
  });
  child.stdin?.on('error', () => {});
  const ended = once(child, 'close').then(() => log);
  return { child, say: (text) => child.stdin?.write(text), log: () => ended };
}

/** What the real program, as an ordinary user, says of a log that comes by standard input. */
async function explained(host: LabHost, scenario: string, name: string, log: string) {
  if (process.env.UPDATE) {
    mkdirSync(new URL(`${scenario}/`, FIXTURES), { recursive: true });
    writeFileSync(new URL(`${scenario}/${name}`, FIXTURES), withoutPaths(log));
  }
  const { stdout, exitCode } = await host.run(...commandLine(['explain', '--log', '-', '--json'], 'user'), {
    input: log,
    timeoutMs: 20_000,
  });
  const [first] = JSON.parse(stdout).findings;
  return { first, firstCause: first?.causes[0]?.cause as string | undefined, exitCode };
}

function withoutPaths(log: string): string {
  return log
    .replaceAll('\r', '')
    .replaceAll(/\/tmp\/netcheck-[\w-]+/g, '/srv/lab')
    .replaceAll('"/tmp/"', '"/srv/"');
}
