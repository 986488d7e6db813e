// This machine's own firewall drops what a check sends (sendto fails with EPERM): said to be so, and never taken for loss.

import { describe, expect, test } from 'vitest';
import { hopPath, type LabHost, type NatPath, natPath } from '../../src/lab/index.ts';
import type { Report } from '../../src/report/report.ts';
import { accused } from '../support/faults.ts';
import { all, labUnavailable, netcheck, only, startNetcheck, verdicts } from '../support/lab-run.ts';

const OWN_FIREWALL = /own firewall forbids it/;
const SERVER = '10.78.3.2';
const TCP_CHECKS = [
  ['--idle-timeout', `${SERVER}:7022`],
  ['--path', `${SERVER}:7022`],
];
const ECHO_CHECKS = [
  ['--ping', SERVER, '--count', '3', '--interval', '0.2s'],
  ['--path', SERVER],
];

describe.skipIf(labUnavailable()).concurrent("this machine's own firewall", () => {
  test('that closes while echo requests go out: they are not sent, and not lost', async () => {
    await using lab = await path();
    const args = ['--ping', SERVER, '--count', '30', '--interval', '0.1s'];
    const running = startNetcheck(lab.hosts.client, args);
    await running.says(/8 of 8 echoes back/);
    await forbid(lab, 'drop');
    const { report, exitCode } = await running.ended;
    const { sent, received } = only(report, 'echo');
    expect(received).toBe(sent);
    expect(sent).toBeLessThan(30);
    expect(told(report)).toEqual([['ping', expect.stringMatching(OWN_FIREWALL), expect.stringMatching(/nft list/)]]);
    expect(only(report, 'skipped').because).toContain(`${30 - sent} of 30 echo requests`);
    expect([verdicts(report)[`packet-loss ${SERVER}`], exitCode]).toEqual(['ruled-out', 3]);
  });

  test.each([
    ['echo requests', ['--ping', SERVER, '--count', '3', '--interval', '0.2s']],
    ['a path by ICMP', ['--path', SERVER]],
    ['a path by SYNs', ['--path', `${SERVER}:7022`]],
    ['datagrams', ['--mosh-ports', SERVER]],
  ])('that is closed from the start, for %s: nothing was measured, and it says why', async (_what, args) => {
    await using lab = await path();
    await forbid(lab, 'drop');
    const { report, exitCode } = await netcheck(lab.hosts.client, args);
    expect(told(report)).toEqual([[expect.anything(), expect.stringMatching(OWN_FIREWALL), expect.anything()]]);
    expect([accused(report), exitCode]).toEqual([[], 3]);
  });

  test('some hosts of a network can not be asked: it says which part of the sweep is missing', async () => {
    await using lab = await path();
    await forbid(lab, 'ip daddr 10.78.1.8-10.78.1.14 drop');
    const { report, exitCode } = await netcheck(lab.hosts.client, ['--ping', '10.78.1.0/28']);
    expect(only(report, 'echo-sweep').notAsked).toEqual([{ code: 'EPERM', addresses: 7 }]);
    expect(told(report)).toEqual([['ping', expect.stringMatching(/^7 of 14 addresses/), expect.anything()]]);
    expect([accused(report), exitCode]).toEqual([[], 3]);
  });

  test('large packets that it drops are no black hole in the path', async () => {
    await using lab = await path();
    await forbid(lab, 'meta length > 1200 drop');
    const { report } = await netcheck(lab.hosts.client, ['--path', SERVER]);
    const { mtuBytes, isBlackHole, unmeasuredBecause } = only(report, 'path-mtu');
    expect({ mtuBytes, isBlackHole }).toEqual({ mtuBytes: null, isBlackHole: false });
    expect(unmeasuredBecause).toMatch(OWN_FIREWALL);
    expect(accused(report)).toEqual([]);
  });

  test('connections beside those that it does not let out are judged by themselves', async () => {
    await using lab = await path();
    await forbid(lab, 'tcp dport 7022 drop');
    const [kept, refused] = [`${SERVER}:7022`, `${SERVER}:7099`];
    const checks = ['--idle-timeout', kept, '--idle-timeout', refused, '--max-idle', '5s'];
    const { report } = await netcheck(lab.hosts.client, checks);
    expect(told(report)).toEqual([['idle-timeout', expect.stringMatching(/by its firewall/), expect.anything()]]);
    expect(accused(report)).toEqual([`unreachable ${refused}`]);
  });

  // The kernel tells a connect nothing of it: it is found out by what the kernel counts.
  test('connections that it does not let out are no host that is down', async () => {
    await using lab = await path();
    await forbid(lab, 'tcp dport 7022 drop');
    const target = `${SERVER}:7022`;
    const { report, exitCode } = await netcheck(lab.hosts.client, ['--idle-timeout', target, '--max-idle', '5s']);
    expect(told(report)).toEqual([['idle-timeout', expect.stringMatching(/by its firewall/), expect.anything()]]);
    expect([accused(report), exitCode]).toEqual([[], 3]);
  });

  test("connections of a user's, by which a path is asked, are no silent path", async () => {
    await using lab = await path();
    await forbid(lab, 'tcp dport 7022 drop');
    const { report, exitCode } = await netcheck(lab.hosts.client, ['--path', `${SERVER}:7022`], 'user');
    expect(told(report)).toEqual([['path', expect.stringMatching(/^no probe .* by its firewall/), expect.anything()]]);
    expect([accused(report), exitCode]).toEqual([[], 3]);
  });

  // It answers in the name of the far host, or as a router would.
  test.each([
    ['tcp dport 7022 reject', TCP_CHECKS],
    ['tcp dport 7022 reject with tcp reset', TCP_CHECKS],
    ['tcp dport 7022 reject with icmp admin-prohibited', TCP_CHECKS],
    ['meta l4proto udp reject', [['--mosh-ports', SERVER]]],
    ['icmp type echo-request reject', ECHO_CHECKS],
  ])('with the rule `%s` is neither the far host nor a router', async (rule, checks) => {
    await using lab = await path();
    await forbid(lab, rule);
    for (const args of checks) {
      for (const as of ['root', 'user'] as const) {
        const { report, exitCode } = await netcheck(lab.hosts.client, args, as);
        expect([args, as, told(report)]).toEqual([
          args,
          as,
          [[expect.anything(), expect.stringMatching(/own firewall (rejects|forbids) it/), expect.anything()]],
        ]);
        expect([accused(report), exitCode]).toEqual([[], 3]);
      }
    }
  });

  test('another that rejects, and a port on which nobody listens, are told as before', async () => {
    await using lab = await path();
    const input =
      'table ip far { chain forward { type filter hook forward priority 0; tcp dport 7022 reject with tcp reset; }; }\n';
    expect(await lab.hosts.router.run('nft', ['-f', '-'], { input })).toMatchObject({ exitCode: 0 });
    for (const port of [7022, lab.ports.refused]) {
      for (const check of ['--idle-timeout', '--path']) {
        const target = `${SERVER}:${port}`;
        const { report, exitCode } = await netcheck(lab.hosts.client, [check, target], 'user');
        expect([told(report), accused(report), exitCode]).toEqual([[], [`unreachable ${target}`], 1]);
      }
    }
  });

  test('by IPv6: a router that says that it is prohibited is told from this machine, which resets', async () => {
    await using lab = await hopPath({ version: 6, timeoutSeconds: {} });
    const { client, r2 } = lab.hosts;
    const target = `[${lab.server}]:${lab.ports.hold}`;
    const reject = async (host: LabHost, hook: string, how: string): Promise<void> => {
      const rule = `type filter hook ${hook} priority 0; tcp dport ${lab.ports.hold} reject with ${how};`;
      const input = `table ip6 rejects { chain rejects { ${rule} }; }\n`;
      expect(await host.run('nft', ['-f', '-'], { input })).toMatchObject({ exitCode: 0 });
    };
    await reject(r2, 'forward', 'icmpv6 admin-prohibited');
    const far = await netcheck(client, ['--idle-timeout', target]);
    expect(only(far.report, 'tcp-connect')).toMatchObject({ outcome: 'unreachable', code: 'EACCES' });
    expect([told(far.report), accused(far.report), far.exitCode]).toEqual([[], [`unreachable ${target}`], 1]);
    await reject(client, 'output', 'tcp reset');
    const own = await netcheck(client, ['--idle-timeout', target]);
    expect(told(own.report)).toEqual([
      ['idle-timeout', expect.stringMatching(/own firewall rejects it/), expect.anything()],
    ]);
    expect([accused(own.report), own.exitCode]).toEqual([[], 3]);
  });

  test("a firewall on the way is not this machine's", async () => {
    await using lab = await path();
    await lab.cut();
    const target = `${SERVER}:7022`;
    const { report, exitCode } = await netcheck(lab.hosts.client, ['--idle-timeout', target, '--max-idle', '5s']);
    expect([told(report), accused(report), exitCode]).toEqual([[], [`unreachable ${target}`], 1]);
  });

  test('that closes while connections idle: no timeout is found, and the network is not blamed', async () => {
    await using lab = await path();
    const target = `${SERVER}:7022`;
    const running = startNetcheck(lab.hosts.client, ['--idle-timeout', target, '--max-idle', '8s']);
    await running.says(/alive at 2/);
    await forbid(lab, 'drop');
    const { report, exitCode } = await running.ended;
    expect(only(report, 'idle-timeout')).toMatchObject({ expiredSeconds: null, deaths: 0 });
    const idle = report.causes.find(({ cause }) => cause === 'idle-timeout');
    expect(idle).toMatchObject({ verdict: 'unknown', summary: expect.stringMatching(/this machine itself kept/) });
    expect([accused(report), exitCode]).toEqual([[], 3]);
  });
});

function path(): Promise<NatPath> {
  return natPath({ timeoutSeconds: null, onExpiry: 'silent' });
}

async function forbid({ hosts }: NatPath, rule: string): Promise<void> {
  const input = `table ip own { chain output { type filter hook output priority filter; ${rule}; }; }\n`;
  expect(await hosts.client.run('nft', ['-f', '-'], { input })).toMatchObject({ exitCode: 0 });
}

/** What could not be measured: which check, why, and what to do. */
function told(report: Report): string[][] {
  return all(report, 'skipped').map(({ check, because, hint }) => [check, because, hint]);
}
