// The whole program in the lab: combined checks, interruption, saving, fallbacks, terminals and the demo.

import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { DEMO, demoNetwork } from '../../src/lab/demo-network.ts';
import { natPath, quietLan, startTcpServices } from '../../src/lab/index.ts';
import type { Report } from '../../src/report/report.ts';
import { reportSchema } from '../../src/report/schema.ts';
import {
  commandLine,
  labUnavailable,
  NOBODY,
  netcheck,
  only,
  PROGRAM,
  SUDO_BY_NOBODY,
  startNetcheck,
  verdicts,
} from '../support/lab-run.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { framesSent } from '../support/wire.ts';

const LOSES_EVERY_SECOND_ECHO = `
table ip lossy {
  chain forward {
    type filter hook forward priority filter
    icmp type echo-request numgen inc mod 2 == 0 drop
  }
}`;

describe.skipIf(labUnavailable()).concurrent('the program', () => {
  test('three checks at once give one report that keeps the contract', async () => {
    await using lab = await demoNetwork();
    const target = `${DEMO.server}:${DEMO.port}`;
    const args = ['--dup-ip', DEMO.sharedAddress, '--idle-timeout', target, '--ping', DEMO.server];
    const { report, stderr, exitCode } = await netcheck(lab.hosts.scanner, args);
    expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 1 });
    expect(reportSchema.parse(report)).toEqual(report);
    const measured = ['arp-1', 'proof-1', 'echo-1', 'tcp-1', 'idle-1', 'hop-1', 'fix-1', 'krn-1', 'ssh-1'];
    expect(report.evidence.map(({ id }) => id)).toEqual(measured);
    expect(verdicts(report)).toMatchObject({
      [`duplicate-ip ${DEMO.sharedAddress}`]: 'confirmed',
      [`idle-timeout ${target}`]: 'confirmed',
      [`packet-loss ${DEMO.server}`]: 'ruled-out',
      [`unreachable ${DEMO.server}`]: 'ruled-out',
    });
    expect(report.interrupted).toBe(false);
  });

  test('the demo finds both faults, whatever the settings file leaves out, and leaves no namespace', async () => {
    using folder = temporaryFolder();
    writeFileSync(join(folder.path, 'netcheck.toml'), 'exclude = ["10.77.0.0/16"]\n');
    const { stdout, code, pid } = await runHere(['demo'], { ...process.env, XDG_CONFIG_HOME: folder.path });
    expect(code).toBe(0);
    expect(stdout).toContain('CONFIRMED  duplicate IP address: 10.77.0.5');
    expect(stdout).toContain('CONFIRMED  idle timeout in the network: 10.78.3.2:7022');
    expect(stdout).toMatch(/Built: .*\nExpected: .*\n\n\$ netcheck --dup-ip/);
    expect(execFileSync('ip', ['netns', 'list'], { encoding: 'utf8' })).not.toContain(`netcheck-${pid}-`);
  });

  test.each([
    ['--dup-ip', ['--dup-ip', '10.77.0.5', '--wait', '20s'], /12 ARP probes sent/],
    ['--ping', ['--ping', '10.77.0.77', '--wait', '20s'], /0 of 3 echoes back/],
    ['--idle-timeout', ['--idle-timeout', '10.77.0.5:7022', '--max-idle', '60s'], /alive at/],
  ] as const)('Ctrl-C during %s prints the partial report and exits with 130', async (_check, args, when) => {
    await using lab = await quietLan();
    await startTcpServices(lab.hosts.a, [{ kind: 'hold', port: 7022 }]);
    const running = startNetcheck(lab.hosts.scanner, args);
    await running.says(when);
    const interruptedAt = performance.now();
    running.child.kill('SIGINT');
    const { report, exitCode } = await running.ended;
    const seconds = (performance.now() - interruptedAt) / 1000;
    expect(exitCode).toBe(130);
    expect(report.interrupted).toBe(true);
    expect(report.evidence.length).toBeGreaterThan(0);
    expect(report.causes.some(({ verdict }) => verdict === 'confirmed' || verdict === 'likely')).toBe(false);
    expect(seconds).toBeLessThan(5);
  });

  test('--save writes the report beside what is printed, and an older one is replaced', async () => {
    await using lab = await quietLan();
    const folder = mkdtempSync(join(tmpdir(), 'netcheck-test-'));
    try {
      const path = join(folder, 'report.json');
      for (let run = 0; run < 2; run++) {
        const { report } = await netcheck(lab.hosts.scanner, ['--dup-ip', '10.77.0.5', '--save', path]);
        expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(report);
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('started by sudo, it is the invoking user who reads the network and owns the report', async () => {
    await using lab = await quietLan();
    const folder = mkdtempSync(join(tmpdir(), 'netcheck-test-'));
    try {
      chownSync(folder, NOBODY, NOBODY);
      const path = join(folder, 'report.json');
      const args = ['--dup-ip', '10.77.0.5', '--ping', '10.77.0.5', '--wait', '2s', '--save', path];
      const running = startNetcheck(lab.hosts.scanner, args, SUDO_BY_NOBODY);
      await running.says(/ARP probes sent/);
      const status = readFileSync(`/proc/${running.child.pid}/status`, 'utf8');
      const { report } = await running.ended;
      expect(status).toMatch(new RegExp(`^Uid:(\\s+${NOBODY}){4}$`, 'm'));
      expect(status).toMatch(new RegExp(`^Gid:(\\s+${NOBODY}){4}$`, 'm'));
      expect(status).toMatch(/^CapPrm:\s+0+$/m);
      expect(statSync(path).uid).toBe(NOBODY);
      expect(only(report, 'arp-claims').claims.map(({ vendor }) => vendor)).toEqual(['Intel Corporate']);
      expect(only(report, 'echo')).toMatchObject({ method: 'raw-socket', received: 10 });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('echo goes over raw-socket for root and over the system ping for a user, and the evidence says so', async () => {
    await using lab = await quietLan();
    const [root, user] = await Promise.all([
      netcheck(lab.hosts.scanner, ['--ping', '10.77.0.5'], 'root'),
      netcheck(lab.hosts.scanner, ['--ping', '10.77.0.5'], 'user'),
    ]);
    expect(only(root.report, 'echo')).toMatchObject({ method: 'raw-socket', methodNote: null, sent: 10, received: 10 });
    expect(only(user.report, 'echo')).toMatchObject({ method: 'system-ping', sent: 10, received: 10 });
    expect(only(user.report, 'echo').methodNote).toContain('CAP_NET_RAW');
    expect([root.exitCode, user.exitCode]).toEqual([0, 0]);
  });

  test('loss on the path is found, by ICMP', async () => {
    await using lab = await natPath({ timeoutSeconds: null, onExpiry: 'silent' });
    const rules = await lab.hosts.nat.run('nft', ['-f', '-'], { input: LOSES_EVERY_SECOND_ECHO });
    expect(rules).toMatchObject({ exitCode: 0, stderr: '' });
    const { report, exitCode } = await netcheck(lab.hosts.client, ['--ping', lab.addresses.server]);
    const { sent, received } = only(report, 'echo');
    expect([sent, received]).toEqual([10, 5]);
    expect(verdicts(report)[`packet-loss ${lab.addresses.server}`]).toBe('likely');
    expect(exitCode).toBe(1);
  });

  test('a silent host on the LAN is unreachable, said by the kernel that asked ARP in vain', async () => {
    await using lab = await quietLan();
    const { report, exitCode } = await netcheck(lab.hosts.scanner, ['--ping', lab.emptyAddress]);
    expect(exitCode).toBe(1);
    expect(only(report, 'echo')).toMatchObject({ received: 0, rttMs: null });
    expect(verdicts(report)[`unreachable ${lab.emptyAddress}`]).toBe('confirmed');
  });

  test('a reader of the log that goes away takes nothing with it', async () => {
    await using lab = await quietLan();
    const line = `${process.execPath} ${PROGRAM} --dup-ip 10.77.0.5 --json -v 2> >(head -c 1 > /dev/null)`;
    const { stdout, exitCode } = await lab.hosts.scanner.run('bash', ['-c', line]);
    expect({ exitCode, kinds: (JSON.parse(stdout) as Report).evidence.map(({ kind }) => kind) }).toEqual({
      exitCode: 0,
      kinds: ['arp-claims'],
    });
  });

  test('--dry-run sends nothing', async () => {
    await using lab = await quietLan();
    const before = await framesSent(lab.hosts.scanner);
    const args = ['--dry-run', '--dup-ip', '10.77.0.0/24', '--ping', '10.77.0.5', '--idle-timeout', '10.77.0.5:22'];
    const { exitCode, stdout } = await lab.hosts.scanner.run(...commandLine(args, 'root'));
    expect(exitCode).toBe(0);
    expect(stdout).toContain('Nothing was sent.');
    expect(await framesSent(lab.hosts.scanner)).toBe(before);
  });

  test('progress goes to a terminal only, and says until when at the latest', async () => {
    await using lab = await quietLan();
    const { scanner } = lab.hosts;
    const piped = await scanner.run(...commandLine(['--dup-ip', '10.77.0.5'], 'root'));
    expect(piped.stderr).toBe('');
    expect(piped.stdout).not.toContain('\x1b');
    // script(1) gives the program a terminal; its standard output is left out, so what remains is standard error.
    const line = `${process.execPath} ${PROGRAM} --dup-ip 10.77.0.5 > /dev/null`;
    const terminal = await scanner.run('script', ['-qefc', line, '/dev/null']);
    expect(terminal.stdout).toMatch(/10\.77\.0\.5 {2}12 ARP probes sent, listening +\d s of at most \d+ s/);
    expect(terminal.stdout.endsWith('\r\x1b[J')).toBe(true);
  });

  test('a reader that stops reading early is no error', async () => {
    await using lab = await quietLan();
    const line = `${process.execPath} ${PROGRAM} --dup-ip 10.77.0.0/24 --json | head -c 1; exit \${PIPESTATUS[0]}`;
    const { stderr, exitCode } = await lab.hosts.scanner.run('bash', ['-c', line]);
    expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
  });
});

async function runHere(
  args: readonly string[],
  env = process.env,
): Promise<{ stdout: string; code: number | null; pid: number }> {
  const child = spawn(process.execPath, [PROGRAM, ...args], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  let stdout = '';
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk;
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { stdout, code, pid: child.pid as number };
}
