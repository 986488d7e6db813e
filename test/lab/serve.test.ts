// netcheck serve on the far side of a real NAT: which direction dies after the NAT's idle time, and who is not put up with.

import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import type { EvidenceOf } from '../../src/evidence.ts';
import { type LabHost, type NatPath, type NatPathOptions, natPath } from '../../src/lab/index.ts';
import type { Report } from '../../src/report/report.ts';
import { commandLine, labUnavailable, netcheck, startNetcheck, verdicts } from '../support/lab-run.ts';

const T = 7;
const PORT = 7060;

describe.skipIf(labUnavailable()).concurrent('serve behind a NAT', () => {
  test('that forgets both ways: both brackets hold its idle time', async () => {
    const { report, exitCode, target } = await measured({ timeoutSeconds: T, onExpiry: 'silent' }, [
      '--max-idle',
      '30s',
    ]);
    for (const direction of ['outbound', 'inbound'] as const) {
      const { survivedSeconds, expiredSeconds, onExpiry, deaths } = idle(report, direction);
      expect(onExpiry).toBe('silent-drop');
      expect(survivedSeconds).toBeLessThan(T + 0.5);
      expect(expiredSeconds).toBeGreaterThan(T - 0.5);
      expect((expiredSeconds ?? 99) - (survivedSeconds ?? 0)).toBeLessThanOrEqual(2);
      expect(deaths).toBeGreaterThan(1);
    }
    expect(verdicts(report)[`idle-timeout ${target}`]).toBe('confirmed');
    expect(report.evidence.find(({ kind }) => kind === 'idle-enforcer')).toMatchObject({
      hop: 2,
      address: '10.78.2.2',
    });
    expect(report.evidence.find(({ kind }) => kind === 'keepalive-trial')).toMatchObject({ outcome: 'alive' });
    expect(exitCode).toBe(1);
  });

  test('that this side revives: outbound lives, inbound is dead', async () => {
    const nat: NatPathOptions = { timeoutSeconds: T, onExpiry: 'silent', revives: true };
    const { report, exitCode, target } = await measured(nat, ['--max-idle', '25s']);
    expect(idle(report, 'outbound')).toMatchObject({ expiredSeconds: null, onExpiry: null });
    expect(idle(report, 'outbound').survivedSeconds).toBeGreaterThan(24);
    const inbound = idle(report, 'inbound');
    expect(inbound.onExpiry).toBe('silent-drop');
    expect(inbound.survivedSeconds).toBeLessThan(T + 0.5);
    expect(inbound.expiredSeconds).toBeGreaterThan(T - 0.5);
    const cause = report.causes.find(({ cause: kind }) => kind === 'idle-timeout');
    expect(cause).toMatchObject({ subject: target, verdict: 'confirmed' });
    expect(cause?.summary).toMatch(/when the far side speaks first.*until you type/);
    expect(exitCode).toBe(1);
  });

  test('that forgets nothing: both live', async () => {
    const { report, exitCode, target } = await measured({ timeoutSeconds: null, onExpiry: 'silent' }, [
      '--max-idle',
      '9s',
    ]);
    expect(verdicts(report)[`idle-timeout ${target}`]).toBe('ruled-out');
    for (const direction of ['outbound', 'inbound'] as const) {
      expect(idle(report, direction)).toMatchObject({ expiredSeconds: null, deaths: 0 });
      expect(idle(report, direction).survivedSeconds).toBeGreaterThan(8.5);
    }
    expect(exitCode).toBe(0);
  });

  test('with an outage in the middle: nothing is said of idling', async () => {
    await using lab = await natPath({ timeoutSeconds: null, onExpiry: 'silent' });
    const { target } = await partner(lab);
    const running = startNetcheck(lab.hosts.client, ['--idle-timeout', target, '--max-idle', '16s']);
    await running.says(/alive at 3/);
    await lab.cut();
    const { report, exitCode } = await running.ended;
    for (const direction of ['outbound', 'inbound'] as const) {
      expect(idle(report, direction)).toMatchObject({ expiredSeconds: null, onExpiry: null, deaths: 0 });
      expect(idle(report, direction).control.outages.length).toBeGreaterThan(0);
    }
    expect(verdicts(report)[`idle-timeout ${target}`]).toBe('unknown');
    expect(exitCode).toBe(3);
  });

  test('never opens more connections than allowed, both directions together', async () => {
    await using lab = await natPath({ timeoutSeconds: null, onExpiry: 'silent' });
    const { target, log } = await partner(lab, ['-v']);
    const args = ['--idle-timeout', target, '--max-idle', '4s', '--connections', '9'];
    const { report } = await netcheck(lab.hosts.client, args, 'user');
    const opened = (['outbound', 'inbound'] as const).map((direction) => idle(report, direction).connectionsOpened);
    expect((opened[0] ?? 0) + (opened[1] ?? 0)).toBeLessThanOrEqual(9);
    expect(log().match(/: connected$/gm)?.length).toBeLessThanOrEqual(9);
  });
});

/** Connects so often at once, says something on each, and prints what each heard until it was closed, or for 2.5 seconds. */
const GUESTS = `
  const [count, text] = JSON.parse(process.argv[1]);
  const { connect } = require('node:net');
  const guest = (heard = '') => new Promise((resolve) => {
    const socket = connect(${PORT}, '10.78.3.2', () => text === null ? socket.end() : socket.write(text));
    const timer = setTimeout(() => resolve(heard + '(open)'), 2500);
    socket.on('data', (bytes) => { heard += bytes; }).on('error', () => {});
    socket.on('close', () => { clearTimeout(timer); resolve(heard + '(closed)'); });
  });
  Promise.all(Array.from({ length: count }, () => guest())).then((all) => { console.log(JSON.stringify(all)); process.exit(); });`;

describe.skipIf(labUnavailable()).concurrent('what serve puts up with, as an ordinary user', () => {
  const BANNER = 'netcheck-serve/1\r\n';

  test.each([
    ['a request', 'speak 0.2\r\n', `${BANNER}spoken\r\n(open)`],
    ['nothing at all', '', `${BANNER}(open)`],
    ['garbage', 'GET / HTTP/1.1\r\n', `${BANNER}(closed)`],
    ['a line that is too long', 'x'.repeat(65), `${BANNER}(closed)`],
    ['a time that is too long', 'speak 86401\r\n', `${BANNER}(closed)`],
    ['two requests at once', 'speak 1\r\nspeak 1\r\n', `${BANNER}(closed)`],
    ['a request and a FIN at once', null, `${BANNER}(closed)`],
  ] as const)('%s', async (_, text, expected) => {
    await using lab = await natPath({ timeoutSeconds: null, onExpiry: 'silent' });
    await partner(lab);
    expect(await guests(lab.hosts.client, 1, text)).toEqual([expected]);
  });

  test('too many connections: one source gets its share, and its oldest make room', async () => {
    await using lab = await natPath({ timeoutSeconds: null, onExpiry: 'silent' });
    await partner(lab);
    const heard = await guests(lab.hosts.client, 300, '');
    expect(heard.filter((each) => each.endsWith('(open)'))).toHaveLength(256);
    expect(heard.filter((each) => each === `${BANNER}(closed)`)).toHaveLength(44);
  });

  test.each(['SIGINT', 'SIGTERM'] as const)('%s ends it cleanly, with a guest still there', async (signal) => {
    await using lab = await natPath({ timeoutSeconds: null, onExpiry: 'silent' });
    const { child } = await partner(lab, ['-v']);
    const held = guests(lab.hosts.client, 1, 'speak 60\r\n');
    await once(child.stderr as NodeJS.EventEmitter, 'data');
    const ended = once(child, 'exit');
    child.kill(signal);
    expect(await ended).toEqual([0, null]);
    expect((await held)[0]).toMatch(/\(closed\)$/);
  });

  test('a port that is taken, that needs root, an address of somebody else: one line and exit 3', async () => {
    await using lab = await natPath({ timeoutSeconds: null, onExpiry: 'silent' });
    const run = (...args: string[]) => lab.hosts.server.run(...commandLine(['serve', '--listen', ...args], 'user'));
    const taken = await run(String(lab.ports.hold));
    const low = await run('443');
    const foreign = await run('7061', '--bind', '192.0.2.1');
    for (const { exitCode, stdout } of [taken, low, foreign])
      expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: '' });
    expect(taken.stderr).toBe(
      'netcheck: port 7022 is in use already; choose another: netcheck serve --listen <port>\n',
    );
    expect(low.stderr).toMatch(/^netcheck: port 443 needs root.*--listen 7022\n$/);
    expect(foreign.stderr).toMatch(/^netcheck: this machine has no address 192\.0\.2\.1.*\n$/);
  });
});

/** Starts serve on the lab's server, as an ordinary user, and waits for the line that says so. */
async function partner(lab: NatPath, options: readonly string[] = []) {
  const line = commandLine(['serve', '--listen', String(PORT), ...options], 'user');
  const child = lab.hosts.server.spawn(...line);
  let log = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    log += text;
  });
  const [said] = (await once(child.stdout as NodeJS.EventEmitter, 'data')) as [Buffer];
  expect(String(said)).toMatch(/^Listening on .*:7060\. .*\n$/);
  return { target: `${lab.addresses.server}:${PORT}`, child, log: () => log };
}

async function measured(
  nat: NatPathOptions,
  options: readonly string[],
): Promise<{ report: Report; exitCode: number | null; target: string }> {
  await using lab = await natPath(nat);
  const { target } = await partner(lab);
  const { report, exitCode, stderr } = await netcheck(lab.hosts.client, ['--idle-timeout', target, ...options], 'user');
  expect(stderr).toBe('');
  return { report, exitCode, target };
}

function idle(report: Report, direction: 'outbound' | 'inbound'): EvidenceOf<'idle-timeout'> {
  const found = report.evidence.find((item) => item.kind === 'idle-timeout' && item.direction === direction);
  if (found?.kind !== 'idle-timeout') throw new Error(`nothing is said of ${direction}: ${JSON.stringify(report)}`);
  return found;
}

async function guests(client: LabHost, count: number, text: string | null): Promise<string[]> {
  const { stdout } = await client.run(process.execPath, ['-e', GUESTS, JSON.stringify([count, text])], {
    timeoutMs: 20_000,
  });
  return JSON.parse(stdout) as string[];
}
