// What touches the kernel or native code, once each and soon over: packet sockets, the raw-socket package, koffi's sockets, sessions
// of the user's ssh, the page. scripts/nodes.mjs runs it under every Node, on what it installed there.

import { chownSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { duplicateLan, hopPath, natPath } from '../../src/lab/index.ts';
import type { Report } from '../../src/report/report.ts';
import {
  all,
  commandLine,
  labUnavailable,
  NOBODY,
  netcheck,
  only,
  SUDO_BY_NOBODY,
  verdicts,
} from '../support/lab-run.ts';
import { sshUser } from '../support/ssh-user.ts';
import { startSshd } from '../support/sshd.ts';

const PORT = 2022;

describe.skipIf(labUnavailable()).concurrent('the program that is installed', () => {
  test('examines a host through a NAT that forgets: ARP, echo, path, sessions, and a page of it all', async () => {
    await using lab = await natPath({ timeoutSeconds: 3, onExpiry: 'silent' });
    const { client, server } = lab.hosts;
    using user = await sshUser(client);
    const sshd = await startSshd(server, PORT, user.sshdOptions);
    using _ended = sshd;
    user.knowHost(`[${lab.addresses.server}]:${PORT}`, sshd.hostKey.publicKey);
    const folder = mkdtempSync(join(tmpdir(), 'netcheck-every-node-'));
    try {
      chownSync(folder, NOBODY, NOBODY);
      const page = join(folder, 'report.html');
      const target = `${lab.addresses.server}:${PORT}`;
      const args = [`root@${target}`, '--quick', '--max-idle', '6s', '--json', '--html', page];
      const line = user.wrap(...commandLine(args, 'root'));
      const env = { ...SUDO_BY_NOBODY, TMPDIR: user.scratch };
      const { stdout, stderr, exitCode } = await client.run(...line, { env, timeoutMs: 100_000 });
      expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 1 });
      const report = JSON.parse(stdout) as Report;
      expect(verdicts(report)).toMatchObject({
        [`idle-timeout ${target}`]: 'confirmed',
        [`duplicate-ip ${lab.addresses.router}`]: 'ruled-out',
        [`packet-loss ${lab.addresses.server}`]: 'ruled-out',
        [`path-mtu ${lab.addresses.server}`]: 'ruled-out',
      });
      expect(only(report, 'path')).toMatchObject({ method: 'raw-socket', methodNote: null, reached: true });
      expect(sshd.log()).toMatch(/Accepted publickey for root/);
      const [, json = ''] =
        /<script type="application\/json" id="report">(.*?)<\/script>/s.exec(readFileSync(page, 'utf8')) ?? [];
      expect(JSON.parse(json)).toEqual(report);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('proves that two machines have one address', async () => {
    await using lan = await duplicateLan();
    const { report, exitCode } = await netcheck(lan.hosts.scanner, ['--dup-ip', lan.addresses.a]);
    expect(report.causes[0]).toMatchObject({ cause: 'duplicate-ip', subject: lan.addresses.a, verdict: 'confirmed' });
    expect(exitCode).toBe(1);
  });

  test('needs no root for echoes, paths and idle timeouts', async () => {
    await using path = await hopPath({ version: 4, timeoutSeconds: {} });
    const { server } = path;
    const args = [
      '--ping',
      server,
      '--path',
      server,
      '--idle-timeout',
      `${server}:${path.ports.hold}`,
      '--max-idle',
      '2s',
    ];
    const { report, exitCode } = await netcheck(path.hosts.client, args, 'user');
    expect(only(report, 'path')).toMatchObject({ method: 'system-ping', reached: true });
    expect(all(report, 'echo')).toMatchObject([{ received: 10 }]);
    expect(verdicts(report)[`idle-timeout ${server}:${path.ports.hold}`]).toBe('ruled-out');
    expect(exitCode).toBe(0);
  });
});
