// What a logged-in account tells of the far side: TMOUT of its login shell, and sshd's settings as far as it may read them.
// The server gets a passwd and an sshd_config of its own, in a mount namespace that ends with its sshd.

import { chownSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { natPath } from '../../src/lab/index.ts';
import type { Report } from '../../src/report/report.ts';
import { labAccounts } from '../support/accounts.ts';
import { commandLine, labUnavailable, NOBODY, only, SUDO_BY_NOBODY, verdicts } from '../support/lab-run.ts';
import { sshUser } from '../support/ssh-user.ts';
import { startSshd } from '../support/sshd.ts';

const PORT = 2022;
const WITH_CONFIG = 'mount --bind "$0" /etc/ssh/sshd_config && exec "$@"';

interface Server {
  readonly login: 'root' | 'nobody';
  readonly timeoutSeconds?: number;
  readonly profile?: string;
  readonly config?: string;
  readonly configMode?: number;
  readonly options?: readonly string[];
}

async function run(server: Server, args: readonly string[]): Promise<{ report: Report; exitCode: number | null }> {
  const { login, timeoutSeconds = null, profile = '', config = '', configMode = 0o644, options = [] } = server;
  await using lab = await natPath({ timeoutSeconds, onExpiry: 'silent' });
  using user = await sshUser(lab.hosts.client);
  using accounts = labAccounts('/bin/bash');
  for (const [home, uid] of [
    [accounts.homes.root, 0],
    [accounts.homes.nobody, NOBODY],
  ] as const) {
    writeFileSync(`${home}/.bash_profile`, profile);
    chownSync(`${home}/.bash_profile`, uid, uid);
  }
  const file = `${accounts.folder}/sshd_config`;
  writeFileSync(file, config, { mode: configMode });
  const first = [...user.sshdOptions, ...options];
  using sshd = await startSshd(lab.hosts.server, PORT, first, undefined, (command, rest) =>
    accounts.wrap('sh', ['-c', WITH_CONFIG, file, command, ...rest]),
  );
  user.knowHost(`[${lab.addresses.server}]:${PORT}`, sshd.hostKey.publicKey);
  const target = `${login}@${lab.addresses.server}:${PORT}`;
  const line = user.wrap(...commandLine(['--idle-timeout', target, ...args, '--json'], 'root'));
  const env = { ...SUDO_BY_NOBODY, TMPDIR: user.scratch };
  const { stdout, exitCode } = await lab.hosts.client.run(...line, { env, timeoutMs: 140_000 });
  return { report: JSON.parse(stdout) as Report, exitCode };
}

const about = ({ causes }: Report) => causes.find(({ cause }) => cause === 'sshd-settings');

describe.skipIf(labUnavailable()).concurrent('on the far side', () => {
  test('a shell with TMOUT=5 ends by itself, which is told apart from a path that forgets after 7 s', async () => {
    const { report, exitCode } = await run(
      { login: 'root', timeoutSeconds: 7, profile: 'echo Welcome\nTMOUT=5\n', config: 'ClientAliveCountMax 7\n' },
      ['--max-idle', '20s', '--quick'],
    );
    const settings = only(report, 'ssh-server-settings');
    expect(settings).toMatchObject({ readBy: 'sshd -T', user: 'root', clientAliveCountMax: 7, unreadBecause: null });
    expect(settings.shell).toMatchObject({
      program: '/bin/bash',
      tmoutSeconds: 5,
      watched: { outcome: 'ended', exitStatus: expect.any(Number) },
    });
    expect(settings.shell?.watched?.silentSeconds).toBeGreaterThan(4);
    expect(settings.shell?.watched?.silentSeconds).toBeLessThan(7);
    expect(about(report)).toMatchObject({ verdict: 'confirmed' });
    expect(about(report)?.summary).toMatch(
      /logs out whoever types nothing for 5 s \(TMOUT=5, of \/bin\/bash\), seen: /,
    );
    expect(about(report)?.advice.join()).toMatch(/unset TMOUT/);
    // What the shell does is none of the path's doing, nor of what netcheck's own sessions meet.
    const idle = Object.entries(verdicts(report)).find(([cause]) => cause.startsWith('idle-timeout'));
    expect(['confirmed', 'likely']).toContain(idle?.[1]);
    expect(verdicts(report)).not.toMatchObject({ [`server-closes-idle 10.78.3.2:${PORT}`]: 'likely' });
    expect(exitCode).toBe(1);
  });

  test('an account without rights reads the files, and what came on the wire is held against them', async () => {
    const config = 'ClientAliveInterval 2\nMatch User deploy\n  ClientAliveInterval 30\n';
    const { report } = await run({ login: 'nobody', config, options: ['ClientAliveInterval=2'] }, [
      '--max-idle',
      '30s',
    ]);
    expect(only(report, 'ssh-server-settings')).toMatchObject({
      readBy: 'files',
      leftOut: 'Match blocks',
      user: 'nobody',
      clientAliveInterval: 2,
      clientAliveCountMax: 3,
      shell: { program: '/bin/bash', tmoutSeconds: 0, watched: null },
    });
    expect(about(report)).toMatchObject({ verdict: 'unknown' });
    expect(about(report)?.summary).toMatch(/On the wire its keepalives came every [24](?:\.\d)? s(?::|, as it is set)/);
    expect(about(report)?.summary).toMatch(/\(\/bin\/bash\) has no TMOUT/);
  });

  test('an account that may read nothing says so, and that is no failure', async () => {
    const { report } = await run({ login: 'nobody', configMode: 0o600 }, ['--max-idle', '3s', '--quick']);
    expect(only(report, 'ssh-server-settings').unreadBecause).toBe(
      'nobody may neither run sshd -T there nor read /etc/ssh/sshd_config',
    );
    // Without evidence behind it: the exit code takes no notice (exit-code.ts).
    expect(about(report)).toMatchObject({ verdict: 'unknown', because: [] });
  });
});
