// --ping on real kernels: loss on either side of the first router, what comes back in place of answers, who may send how, and
// a sweep of sixteen thousand hosts.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hopPath, type LabHost, type NatPath, natPath, type QuietLan, quietLan } from '../../src/lab/index.ts';
import type { Report } from '../../src/report/report.ts';
import {
  all,
  commandLine,
  labUnavailable,
  netcheck,
  netcheckText,
  only,
  startNetcheck,
  verdicts,
} from '../support/lab-run.ts';

/** Many in a short time: 250 requests in 1.25 s. */
const MANY = ['--count', '250', '--interval', '5ms', '--wait', '1s'];

/** Loads nft rules into a host, in a table of their own. */
async function rules(host: LabHost, ruleset: string): Promise<void> {
  const { exitCode, stderr } = await host.run('nft', ['-f', '-'], { input: ruleset });
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
}

function chain(name: string, hook: string, rule: string): string {
  return `table ip ${name} { chain ${hook} { type filter hook ${hook} priority filter; ${rule}; }; }\n`;
}

/** Every fifth of them; host and gateway are asked in turn, so that both lose a fifth. */
const EVERY_FIFTH = 'icmp type echo-request numgen inc mod 5 == 0 drop';

describe.skipIf(labUnavailable()).concurrent('--ping past a router', () => {
  test('loss on the own link is told from loss beyond', async () => {
    await using lab = await natPath({ timeoutSeconds: null, onExpiry: 'silent' });
    const { server, router } = lab.addresses;
    await rules(lab.hosts.router, chain('lan', 'prerouting', EVERY_FIFTH));
    const { report, exitCode } = await netcheck(lab.hosts.client, ['--ping', server, ...MANY]);
    const echo = only(report, 'echo');
    expect(echo).toMatchObject({ sent: 250, method: 'raw-socket', kernelDrops: 0 });
    expect(echo.link).toMatchObject({ interface: 'eth0', gateway: router, wireless: false, signalDbm: null });
    expect(echo.received).toBe(200);
    expect(echo.gateway).toMatchObject({ address: router, sent: 250, received: 200 });
    const loss = report.causes.find(({ cause }) => cause === 'packet-loss');
    expect(loss).toMatchObject({ verdict: 'confirmed' });
    expect(loss?.summary).toContain(`They get lost between you and your gateway ${router}, on eth0`);
    expect(exitCode).toBe(1);
  });

  test('loss beyond the router is not the own link’s, and a silent router is nobody’s fault', async () => {
    await using lab = await natPath({ timeoutSeconds: null, onExpiry: 'silent' });
    const { server, router } = lab.addresses;
    await rules(lab.hosts.router, chain('far', 'forward', EVERY_FIFTH));
    const beyond = await netcheck(lab.hosts.client, ['--ping', server, ...MANY]);
    expect(only(beyond.report, 'echo')).toMatchObject({ received: 200, gateway: { received: 250 } });
    const loss = beyond.report.causes.find(({ cause }) => cause === 'packet-loss');
    expect(loss).toMatchObject({ verdict: 'confirmed' });
    expect(loss?.summary).toContain(`They get lost beyond your gateway ${router}`);

    await rules(lab.hosts.router, chain('deaf', 'input', 'icmp type echo-request drop'));
    const unsure = await netcheck(lab.hosts.client, ['--ping', server, ...MANY]);
    expect(only(unsure.report, 'echo')).toMatchObject({ received: 200, gateway: { received: 0, rttMs: null } });
    expect(unsure.report.causes.find(({ cause }) => cause === 'packet-loss')?.summary).toContain(
      "answers no echo request, so that it can't be told",
    );
  });

  test('a router that limits its own answers loses nothing', async () => {
    await using lab = await natPath({ timeoutSeconds: null, onExpiry: 'silent' });
    const { server } = lab.addresses;
    await rules(lab.hosts.router, chain('limits', 'input', 'icmp type echo-request numgen inc mod 3 != 0 drop'));
    const { report, exitCode } = await netcheck(lab.hosts.client, ['--ping', server, ...MANY]);
    expect(only(report, 'echo')).toMatchObject({ received: 250, longestLossRun: 0, gateway: { longestLossRun: 2 } });
    expect(verdicts(report)).toMatchObject({ [`packet-loss ${server}`]: 'ruled-out' });
    expect(exitCode).toBe(0);
  });

  test('requests are marked, large and as many as they should be', async () => {
    await using lab = await natPath({ timeoutSeconds: null, onExpiry: 'silent' });
    const { server } = lab.addresses;
    // 20 bytes of IPv4, 8 of ICMP, 1000 of data.
    await rules(
      lab.hosts.server,
      chain('marks', 'input', 'icmp type echo-request ip dscp af21 ip length 1028 counter'),
    );
    for (const as of ['root', 'user'] as const) {
      const args = ['--ping', server, '--dscp', 'AF21', '--size', '1000', '--count', '7'];
      const { report } = await netcheck(lab.hosts.client, args, as);
      expect(only(report, 'echo')).toMatchObject({ sent: 7, received: 7, dscp: 18, sizeBytes: 1000 });
    }
    const { stdout } = await lab.hosts.server.run('nft', ['list', 'table', 'ip', 'marks']);
    expect(stdout).toContain('counter packets 14 ');
  });

  test('the TTL of answers is seen to change', async () => {
    await using lab = await natPath({ timeoutSeconds: null, onExpiry: 'silent' });
    const ttl = 'icmp type echo-reply numgen inc mod 2 == 0 ip ttl set 60';
    await rules(lab.hosts.server, chain('paths', 'output', ttl));
    const { report } = await netcheck(lab.hosts.client, ['--ping', lab.addresses.server, '--count', '8']);
    const { hopLimits, hopLimitChanges } = only(report, 'echo');
    expect(hopLimits).toEqual([
      { hopLimit: 58, count: 4 },
      { hopLimit: 62, count: 4 },
    ]);
    expect(hopLimitChanges).toBe(7);
    expect(report.causes.find(({ cause }) => cause === 'packet-loss')?.summary).toContain(
      'the TTL of answers changed 7',
    );
  });

  test('Ctrl-C gives what is known by then, and what was under way is not lost', async () => {
    await using lab = await natPath({ timeoutSeconds: null, onExpiry: 'silent' });
    const running = startNetcheck(lab.hosts.client, ['--ping', lab.addresses.server, '--count', '1000']);
    await running.says(/: [4-9] of \d+ echoes back/);
    running.child.kill('SIGINT');
    const { report, exitCode } = await running.ended;
    expect(exitCode).toBe(130);
    const { complete, sent, received, unsettled } = only(report, 'echo');
    expect(complete).toBe(false);
    expect(received).toBeGreaterThan(3);
    expect(received + (unsettled ?? 0)).toBe(sent);
  });
});

/** Who may send how: each gives the same evidence. */
const WAYS = [
  { method: 'raw-socket', as: 'root', groups: '1 0' },
  { method: 'ping-socket', as: 'user', groups: '0 65535' },
  { method: 'system-ping', as: 'user', groups: '1 0' },
] as const;

describe.skipIf(labUnavailable()).each(WAYS)('by $method', ({ method, as, groups }) => {
  let lab: NatPath;
  beforeAll(async () => {
    lab = await natPath({ timeoutSeconds: null, onExpiry: 'silent' });
    const refusal = 'ip daddr 10.78.3.77 reject with icmp type admin-prohibited';
    await rules(lab.hosts.router, chain('refuses', 'forward', refusal));
    await rules(lab.hosts.server, chain('losing', 'input', 'icmp type echo-request numgen inc mod 4 == 0 drop'));
    await lab.hosts.client.run('sysctl', ['-w', `net.ipv4.ping_group_range=${groups}`]);
  });
  afterAll(() => lab.dispose());

  test('losses, TTL and the gateway', async () => {
    const { report } = await netcheck(lab.hosts.client, ['--ping', lab.addresses.server, '--count', '12'], as);
    const { methodNote, ...echo } = only(report, 'echo');
    expect(echo).toMatchObject({
      method,
      sent: 12,
      received: 9,
      longestLossRun: 1,
      hopLimits: [{ hopLimit: 62, count: 9 }],
      gateway: { address: lab.addresses.router, sent: 12, received: 12 },
      complete: true,
    });
    expect(methodNote === null).toBe(method !== 'system-ping');
    if (methodNote !== null) expect(methodNote).toContain('no ICMP sockets without root (CAP_NET_RAW)');
  });

  test('an ICMP error with its code and who sent it', async () => {
    const { report } = await netcheck(lab.hosts.client, ['--ping', '10.78.3.77', '--count', '3'], as);
    expect(only(report, 'echo')).toMatchObject({
      method,
      sent: 3,
      received: 0,
      rttMs: null,
      errors: [{ from: lab.addresses.router, type: 3, code: 13, count: 3 }],
    });
  });

  test('a small network', async () => {
    const { report, stderr } = await netcheck(lab.hosts.client, ['--ping', '10.78.1.0/29', '--wait', '1s'], as);
    expect(stderr).toBe('');
    expect(only(report, 'echo-sweep')).toMatchObject({
      method,
      addressesAsked: 6,
      addressesAnswered: 2,
      answered: ['10.78.1.1-10.78.1.2'],
      lossyHosts: 0,
      complete: true,
    });
  });
});

describe.skipIf(labUnavailable()).concurrent('--ping besides', () => {
  test('where there is no ping program either, it says what to install', async () => {
    await using lab = await natPath({ timeoutSeconds: null, onExpiry: 'silent' });
    const [command, args] = commandLine(['--ping', lab.addresses.server, '--json'], 'user');
    // In a mount namespace of its own, in which ping is no program.
    const hidden = 'mount --bind /dev/null "$(readlink -f "$(command -v ping)")" && exec "$@"';
    const run = await lab.hosts.client.run('unshare', ['--mount', 'sh', '-c', hidden, 'sh', command, ...args]);
    const report = JSON.parse(run.stdout) as Report;
    expect(only(report, 'skipped')).toMatchObject({ check: 'ping', hint: expect.stringContaining('iputils-ping') });
    expect(run.exitCode).toBe(3);
  });

  test('IPv6, and its first router', async () => {
    await using path = await hopPath({ version: 6, timeoutSeconds: {} });
    const { report } = await netcheck(path.hosts.client, ['--ping', path.server, '--count', '5']);
    expect(only(report, 'echo')).toMatchObject({
      sent: 5,
      received: 5,
      hopLimits: [{ hopLimit: 60, count: 5 }],
      link: { interface: 'far', gateway: path.addresses[0] },
      gateway: { address: path.addresses[0], received: 5 },
    });
  });
});

test.skipIf(labUnavailable())(
  'a first router of IPv6 that has but a link-local address, and a host of that kind',
  async () => {
    await using path = await hopPath({ version: 6, timeoutSeconds: {} });
    const { client, r1 } = path.hosts;
    const { stdout } = await r1.run('ip', ['-6', '-o', 'address', 'show', 'dev', 'near', 'scope', 'link']);
    const gateway = /inet6 ([\da-f:]+)\//.exec(stdout)?.[1] ?? 'none';
    const replaced = await client.run('ip', ['-6', 'route', 'replace', 'default', 'via', gateway, 'dev', 'far']);
    expect(replaced).toMatchObject({ exitCode: 0, stderr: '' });
    for (const as of ['root', 'user'] as const) {
      const { report } = await netcheck(client, ['--ping', path.server, '--count', '4'], as);
      expect(only(report, 'echo')).toMatchObject({ received: 4, gateway: { address: gateway, sent: 4, received: 4 } });
      const near = await netcheck(client, ['--ping', gateway, '-i', 'far', '--count', '4'], as);
      expect(only(near.report, 'echo')).toMatchObject({ sent: 4, received: 4, link: { gateway: null }, gateway: null });
    }
  },
);

describe.skipIf(labUnavailable())('a sweep by ping', () => {
  let lab: QuietLan;
  beforeAll(async () => {
    lab = await quietLan();
    await lab.hosts.a.run('ip', ['route', 'add', 'local', '10.9.0.0/16', 'dev', 'lo']);
    await lab.hosts.scanner.run('ip', ['route', 'add', '10.9.0.0/16', 'via', lab.addresses.a]);
  });
  afterAll(() => lab.dispose());

  test('hears all of 16,384 hosts at full speed, in evidence that stays small', async () => {
    const { report } = await netcheck(lab.hosts.scanner, ['--ping', '10.9.0.0-10.9.63.255', '--rate', 'max']);
    const sweep = only(report, 'echo-sweep');
    expect(sweep).toMatchObject({
      addressesAsked: 16_384,
      addressesAnswered: 16_384,
      answered: ['10.9.0.0-10.9.63.255'],
      notAsked: [],
      lossyHosts: 0,
      complete: true,
    });
    expect(JSON.stringify(sweep).length).toBeLessThan(3000);
    expect(verdicts(report)).toMatchObject({ 'packet-loss 10.9.0.0-10.9.63.255': 'ruled-out' });
  });

  test('tells the silent in ranges, and who loses', async () => {
    const silent = chain('holes', 'input', 'ip daddr { 10.9.0.16-10.9.0.31, 10.9.0.40 } drop');
    await rules(
      lab.hosts.a,
      `${silent}${chain('third', 'prerouting', 'ip daddr 10.9.0.3 numgen inc mod 3 == 0 drop')}`,
    );
    const args = ['--ping', '10.9.0.0/26', '--count', '3', '--wait', '0.3s'];
    const { report } = await netcheck(lab.hosts.scanner, args);
    expect(only(report, 'echo-sweep')).toMatchObject({
      addressesAsked: 62,
      addressesAnswered: 45,
      requestsSent: 186,
      answered: ['10.9.0.1-10.9.0.15', '10.9.0.32-10.9.0.39', '10.9.0.41-10.9.0.62'],
      lossy: [{ ip: '10.9.0.3', asked: 3, answered: 2 }],
    });
    const { stdout } = await netcheckText(lab.hosts.scanner, args);
    expect(stdout).toMatch(
      /answered +45 +10\.9\.0\.1-10\.9\.0\.15 10\.9\.0\.32-10\.9\.0\.39 10\.9\.0\.41-10\.9\.0\.62/,
    );
    expect(stdout).toMatch(/silent +17 +10\.9\.0\.16-10\.9\.0\.31 10\.9\.0\.40/);
    expect(stdout).toContain('did not answer every time: 10.9.0.3 2/3');
  });

  test('Ctrl-C in the middle tells who answered by then', async () => {
    const running = startNetcheck(lab.hosts.scanner, ['--ping', '10.9.64.0/18', '--rate', '200']);
    await running.says(/: [1-9]\d\d of \d+ echoes back/);
    running.child.kill('SIGINT');
    const { report, exitCode } = await running.ended;
    expect(exitCode).toBe(130);
    const sweep = all(report, 'echo-sweep')[0];
    expect(sweep?.complete).toBe(false);
    expect(sweep?.addressesAnswered).toBeGreaterThan(99);
    expect(sweep?.lossyHosts).toBe(0);
  });
});
