// --nagios in real runs: the line, the exit code, and nothing else on standard output, whatever goes wrong.

import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CommandResult, type DuplicateLan, duplicateLan } from '../../src/lab/index.ts';
import type { Report } from '../../src/report/report.ts';
import { commandLine, labUnavailable, type RunAs } from '../support/lab-run.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

describe.skipIf(labUnavailable())('--nagios', () => {
  let lab: DuplicateLan;
  beforeAll(async () => {
    lab = await duplicateLan();
  });
  afterAll(() => lab.dispose());

  const run = (words: string, as: RunAs = 'root', env: NodeJS.ProcessEnv = process.env): Promise<CommandResult> =>
    lab.hosts.scanner.run(...commandLine(['--nagios', ...words.split(' ')], as), { env, timeoutMs: 60_000 });

  test('a duplicate address is CRITICAL, and the report is saved beside', async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, 'report.json');
    const { stdout, stderr, exitCode } = await run(`--dup-ip 10.77.0.5 --save ${path}`);
    expect(stdout).toMatch(
      /^NETCHECK CRITICAL - duplicate IP address \(10\.77\.0\.5\): 3 ARP probes for 10\.77\.0\.5: [0-9a-f:]{17} and [0-9a-f:]{17}; [^|\n]+ \| machines=2;;;0(?: [^|\n]+)?\n$/,
    );
    expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 2 });
    expect((JSON.parse(readFileSync(path, 'utf8')) as Report).causes[0]?.verdict).toBe('confirmed');
  });

  test('an address with one owner is OK, and so is a host that answers, without root too', async () => {
    const alone = await run(`--dup-ip ${lab.addresses.scanner} --rounds 1 --wait 0.3s`);
    expect(alone.stdout).toMatch(/^NETCHECK OK - no cause found: [^|\n]+ \| machines=1;;;0\n$/);
    const ping = await run('--ping 127.0.0.1 --count 3 --interval 10ms', 'user');
    expect(ping.stdout).toMatch(
      /^NETCHECK OK - no cause found: 3 of 3 echo requests were answered \| loss=0%;;;0;100 rtt=[\d.]+ms;;;0\n$/,
    );
    expect([alone.exitCode, alone.stderr, ping.exitCode, ping.stderr]).toEqual([0, '', 0, '']);
  });

  test('what could not be measured, was not understood, or was interrupted, is UNKNOWN', async () => {
    using folder = temporaryFolder();
    const config = join(folder.path, 'netcheck.toml');
    writeFileSync(config, 'rouns = 1\n');
    const unknown = async (words: string, why: RegExp, as: RunAs = 'root', env = process.env): Promise<void> => {
      const { stdout, stderr, exitCode } = await run(words, as, env);
      expect(stdout).toMatch(/^NETCHECK UNKNOWN - [^|\n]+(?: \| [^|\n]+)?\n$/);
      expect(stdout).toMatch(why);
      expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 3 });
    };
    await unknown('--dup-ip 10.77.0.5', /--dup-ip 10\.77\.0\.5: .*root/i, 'user');
    await unknown('--dup-ip 10.77.0.500', /10\.77\.0\.500: not an IPv4 address/);
    await unknown('--dup-pi 10.77.0.5', /unknown option '--dup-pi' \(Did you mean --dup-ip\?\)/);
    await unknown('--dup-ip 10.77.0.5 --json', /give one of them/);
    await unknown('--dup-ip 10.77.0.5 --save /nonexistent/report.json', /the folder \/nonexistent does not exist/);
    await unknown('--dup-ip @/nonexistent', /@\/nonexistent: there is no such file/);
    await unknown('--dup-ip 10.77.0.5', /rouns: there is no such option \(Did you mean rounds\?\)/, 'root', {
      ...process.env,
      XDG_CONFIG_HOME: folder.path,
    });

    const [command, args] = commandLine(['--nagios', '--listen', '60', '--events', '-'], 'root');
    const child = lab.hosts.scanner.spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      stdout += chunk;
    });
    const closed = once(child, 'close');
    // As a scheduler does whose patience ends; the first event says that it is listening for signals.
    await once(child.stderr as NodeJS.ReadableStream, 'data');
    child.kill('SIGTERM');
    expect((await closed)[0]).toBe(3);
    expect(stdout).toMatch(/^NETCHECK UNKNOWN - interrupted/);
  });
});
