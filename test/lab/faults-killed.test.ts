// SIGKILL in the middle of a check, which no program can answer: what stays on the host afterwards is nothing.
// The rules and connections of a proof: duplicate-ip.test.ts; namespaces of a lab: lab.test.ts; the other of two: faults-two-at-once.

import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { duplicateLan, natPath } from '../../src/lab/index.ts';
import { left } from '../support/faults.ts';
import { commandLine, labUnavailable, netcheck, SUDO_BY_NOBODY, startNetcheck } from '../support/lab-run.ts';
import { sshUser } from '../support/ssh-user.ts';
import { startSshd } from '../support/sshd.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { until } from '../support/until.ts';

const PORT = 2022;

describe.skipIf(labUnavailable()).concurrent('SIGKILL', () => {
  test('amid all checks at once: no rule, process or socket stays', async () => {
    using folder = temporaryFolder();
    await using lab = await natPath({ timeoutSeconds: null, onExpiry: 'silent' });
    const { client } = lab.hosts;
    const { server, router } = lab.addresses;
    const before = await left(client);
    const checks = ['--dup-ip', router, '--rounds', '20', '--ping', server, '--path', server, '--count', '1000'];
    const idle = ['--idle-timeout', `${server}:${lab.ports.hold}`];
    const env = { ...process.env, TMPDIR: folder.path };
    const running = startNetcheck(client, [...checks, ...idle], env);
    await running.says(/alive at 2/);
    expect(await left(client)).not.toBe(before);
    running.child.kill('SIGKILL');
    await once(running.child, 'close');
    await until(async () => (await left(client)) === before);
    expect(readdirSync(folder.path)).toEqual([]);
  });

  test('amid system pings of a user: none goes on', async () => {
    await using lab = await natPath({ timeoutSeconds: null, onExpiry: 'silent' });
    const { client } = lab.hosts;
    const before = await left(client);
    const args = ['--ping', lab.addresses.server, '--count', '20'];
    const child = client.spawn(...commandLine(args, 'user'), { stdio: 'ignore' });
    await until(async () => (await client.run('ss', ['-Hwa'])).stdout !== '');
    child.kill('SIGKILL');
    await once(child, 'close');
    await until(async () => (await left(client)) === before);
  });

  test('while it writes: the next one takes the half away', async () => {
    using folder = temporaryFolder();
    await using lab = await duplicateLan();
    const { scanner } = lab.hosts;
    const args = ['--dup-ip', '10.77.0.5', '--no-proof', '--pcap', join(folder.path, 'run.pcap')];
    const running = startNetcheck(scanner, [...args, '--rounds', '20']);
    await running.says(/probes sent/);
    running.child.kill('SIGKILL');
    await once(running.child, 'close');
    expect(readdirSync(folder.path)).toEqual([expect.stringContaining(`.run.pcap.${running.child.pid}.`)]);
    expect((await netcheck(scanner, args)).exitCode).toBe(1);
    expect(readdirSync(folder.path)).toEqual(['run.pcap']);
  });

  test('amid logins and sessions: no ssh goes on, and no socket or folder stays', async () => {
    await using lab = await natPath({ timeoutSeconds: null, onExpiry: 'silent' });
    using user = await sshUser(lab.hosts.client);
    using sshd = await startSshd(lab.hosts.server, PORT, user.sshdOptions);
    user.knowHost(`[${lab.addresses.server}]:${PORT}`, sshd.hostKey.publicKey);
    const [before, files] = [await left(lab.hosts.client), user.files()];
    const target = `root@${lab.addresses.server}:${PORT}`;
    const line = user.wrap(...commandLine(['--idle-timeout', target, '-v'], 'root'));
    const env = { ...SUDO_BY_NOBODY, TMPDIR: user.scratch };
    const child = lab.hosts.client.spawn(...line, { env, stdio: ['ignore', 'ignore', 'pipe'] });
    let log = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      log += chunk;
    });
    await until(async () => /alive at/.test(log), 30_000);
    // Those that have logged in have no name any more.
    expect(user.files()).toEqual(files);
    child.kill('SIGKILL');
    await until(async () => (await left(lab.hosts.client)) === before);
    expect(user.files()).toEqual(files);
  });
});
