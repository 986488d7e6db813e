// netcheck.toml in a real run: owners that it names are no conflict, and under sudo it is read with the user's rights, not root's.

import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CommandResult, type DuplicateLan, duplicateLan } from '../../src/lab/index.ts';
import { commandLine, labUnavailable, netcheck, only, SUDO_BY_NOBODY, verdicts } from '../support/lab-run.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const DUPLICATE = 'duplicate-ip 10.77.0.5';

describe.skipIf(labUnavailable())('netcheck.toml', () => {
  let lab: DuplicateLan;
  beforeAll(async () => {
    lab = await duplicateLan();
  });
  afterAll(() => lab.dispose());

  const run = (args: readonly string[], env: NodeJS.ProcessEnv): Promise<CommandResult> =>
    lab.hosts.scanner.run(...commandLine(args, 'root'), { env, timeoutMs: 30_000 });

  test('names owners of an address, and settings of the measurement', async () => {
    using folder = temporaryFolder();
    const env = { ...process.env, XDG_CONFIG_HOME: folder.path };
    const args = ['--dup-ip', '10.77.0.5', '--no-proof'];
    const without = await netcheck(lab.hosts.scanner, [...args, '--rounds', '1'], 'root', { env });
    expect(verdicts(without.report)[DUPLICATE]).not.toBe('ruled-out');
    const macs = only(without.report, 'arp-claims').claims.map(({ mac }) => mac);
    writeFileSync(join(folder.path, 'netcheck.toml'), `rounds = 1\n[expect]\n"10.77.0.5" = ${JSON.stringify(macs)}\n`);
    const { report, exitCode } = await netcheck(lab.hosts.scanner, args, 'root', { env });
    expect(verdicts(report)[DUPLICATE]).toBe('ruled-out');
    expect(only(report, 'arp-claims')).toMatchObject({ expected: macs, probesSent: 1 });
    expect(exitCode).toBe(0);
    const ignored = await netcheck(lab.hosts.scanner, [...args, '--rounds', '1', '--no-config'], 'root', { env });
    expect(only(ignored.report, 'arp-claims').expected).toBeNull();
  });

  test('--dry-run and doctor say that it is in force; what is wrong with it ends all but doctor', async () => {
    using folder = temporaryFolder();
    const env = { ...process.env, XDG_CONFIG_HOME: folder.path };
    const path = join(folder.path, 'netcheck.toml');
    writeFileSync(path, 'wait = "0.2s"\n');
    const plan = await run(['--dup-ip', '10.77.0.5', '--dry-run'], env);
    expect(plan.stdout).toContain(`Defaults of options come from ${path}.\n`);
    expect(plan.stdout).toContain('then 0.2 s of listening');
    expect((await run(['doctor', '--plain'], env)).stdout).toContain(`defaults of options\tfrom ${path}`);
    writeFileSync(path, 'wiat = "0.2s"\n');
    const wrong = `${path}: wiat: there is no such option (Did you mean wait?)`;
    for (const args of [['--dup-ip', '10.77.0.5'], ['explain', 'idle-timeout'], ['demo']]) {
      expect(await run(args, env)).toMatchObject({ exitCode: 2, stdout: '', stderr: `netcheck: ${wrong}\n` });
    }
    const doctor = await run(['doctor', '--plain'], env);
    expect(doctor).toMatchObject({ exitCode: 3, stderr: '' });
    expect(doctor.stdout).toContain(`defaults of options\t${wrong}\tmend it, or say --no-config`);
    writeFileSync(path, 'interface = "nosuch0"\n');
    expect(await run(['--dup-ip', '10.77.0.5'], env)).toMatchObject({
      exitCode: 2,
      stderr: expect.stringMatching(/no interface is named nosuch0; .* \(defaults from .*netcheck\.toml\)\n$/),
    });
  });

  test('sudo opens no file that its user may not open', async () => {
    using folder = temporaryFolder();
    chmodSync(folder.path, 0o755);
    const secret = join(folder.path, 'secret.toml');
    writeFileSync(secret, 'password = "x"\n', { mode: 0o600 });
    const args = ['--dup-ip', '10.77.0.5', '--dry-run'];
    const bySudo = (more: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<CommandResult> =>
      run([...args, ...more], { ...SUDO_BY_NOBODY, ...env });
    expect(await bySudo(['--config', secret])).toMatchObject({
      exitCode: 2,
      stdout: '',
      stderr: `netcheck: --config ${secret}: no permission to read it\n`,
    });
    // Root itself may.
    expect(await run([...args, '--config', secret], process.env)).toMatchObject({
      stderr: `netcheck: ${secret}: password: there is no such option\n`,
    });
    // A folder that may not be entered holds nothing of theirs; a file of theirs that can't be read is a mistake.
    const closed = join(folder.path, 'closed');
    mkdirSync(closed, { mode: 0o700 });
    writeFileSync(join(closed, 'netcheck.toml'), 'password = "x"\n');
    expect(await bySudo([], { XDG_CONFIG_HOME: closed })).toMatchObject({ exitCode: 0, stderr: '' });
    const unreadable = join(folder.path, 'netcheck.toml');
    writeFileSync(unreadable, 'rounds = 1\n', { mode: 0o600 });
    expect(await bySudo([], { XDG_CONFIG_HOME: folder.path })).toMatchObject({
      exitCode: 2,
      stderr: `netcheck: ${unreadable}: no permission to read it\n`,
    });
    // Not root's home either, whatever HOME says.
    const home = join(folder.path, 'home');
    mkdirSync(join(home, '.config'), { recursive: true });
    writeFileSync(join(home, '.config', 'netcheck.toml'), 'rounds = 99\n');
    expect(await bySudo([], { HOME: home, XDG_CONFIG_HOME: '' })).toMatchObject({ exitCode: 0, stderr: '' });
  });
});
