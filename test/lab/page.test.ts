// --html and --redact by the real program: who owns the page, what is in it, and that no output tells an address.

import { chownSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { quietLan } from '../../src/lab/index.ts';
import { all, commandLine, labUnavailable, NOBODY, netcheck, SUDO_BY_NOBODY } from '../support/lab-run.ts';

/** The JSON that a page holds. */
function reportIn(page: string): unknown {
  const [, json = ''] = /<script type="application\/json" id="report">(.*?)<\/script>/s.exec(page) ?? [];
  return JSON.parse(json);
}

describe.skipIf(labUnavailable())('the page', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'netcheck-page-'));
    chownSync(folder, NOBODY, NOBODY);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test('--html writes the report that is printed, as the user who typed sudo', async () => {
    await using lab = await quietLan();
    const path = join(folder, 'report.html');
    const { report } = await netcheck(lab.hosts.scanner, ['--dup-ip', '10.77.0.5', '--html', path], 'root', {
      env: SUDO_BY_NOBODY,
    });
    expect(reportIn(readFileSync(path, 'utf8'))).toEqual(report);
    expect(statSync(path).uid).toBe(NOBODY);
  });

  test('--redact leaves no address, MAC or name in any output, and the verdicts as they are', async () => {
    await using lab = await quietLan();
    const [html, json] = [join(folder, 'report.html'), join(folder, 'report.json')];
    const checks = ['--dup-ip', '10.77.0.0/29', '--ping', '10.77.0.5', '--idle-timeout', '10.77.0.5:7022'];
    const plain = await netcheck(lab.hosts.scanner, [...checks, '--max-idle', '2s']);
    const args = [...checks, '--max-idle', '2s', '--redact', '--html', html, '--save', json];
    const { stdout, stderr, exitCode } = await lab.hosts.scanner.run(...commandLine(args, 'root'));
    const page = readFileSync(html, 'utf8');
    const saved = readFileSync(json, 'utf8');
    expect(exitCode).toBe(plain.exitCode);
    expect(reportIn(page)).toEqual(JSON.parse(saved));
    expect(JSON.parse(saved)).toMatchObject({ redacted: true });
    const macs = all(plain.report, 'arp-claims').flatMap(({ claims }) => claims.map(({ mac }) => mac));
    expect(macs.length).toBeGreaterThan(0);
    for (const text of [stdout, stderr, page, saved]) {
      expect(text).not.toContain('10.77.0');
      for (const mac of macs) expect(text).not.toContain(mac);
    }
    expect(stdout).toContain('198.18.0.5');
  });

  test('a page that can no longer be written takes nothing else with it', async () => {
    await using lab = await quietLan();
    const full = '/dev/full';
    const { stdout, stderr, exitCode } = await lab.hosts.scanner.run(
      ...commandLine(['--dup-ip', '10.77.0.5', '--html', full, '--save', join(folder, 'report.json')], 'root'),
    );
    expect(stderr).toMatch(/^netcheck: the page was not saved: ENOSPC/);
    expect(stdout).toContain('No cause found');
    expect(JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8'))).toMatchObject({ schema: 'netcheck/1' });
    expect(exitCode).toBe(3);
  });
});
