// --path on real kernels: hops, loss along them, the path MTU, marked packets; as root, as a user, and without raw-socket.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { Cause } from '../../src/diagnose/cause.ts';
import { lossOnPath, seldomAnswering } from '../../src/diagnose/loss-on-path.ts';
import { type HopPath, type HopPathOptions, hopPath, type LabHost } from '../../src/lab/index.ts';
import type { Report } from '../../src/report/report.ts';
import {
  all,
  commandLine,
  labUnavailable,
  netcheck,
  netcheckText,
  only,
  type RunAs,
  verdicts,
} from '../support/lab-run.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** How it is run: as root, as a user, or as a user on a machine without the raw-socket package. */
type How = RunAs | 'user without raw-socket';

const WITHOUT_RAW_SOCKET = fileURLToPath(new URL('../support/without-raw-socket.cjs', import.meta.url));

function run(host: LabHost, args: readonly string[], how: How = 'root') {
  const env = { ...process.env, NODE_OPTIONS: `--require ${WITHOUT_RAW_SOCKET}` };
  return how === 'user without raw-socket' ? netcheck(host, args, 'user', { env }) : netcheck(host, args, how);
}

const quiet = (version: 4 | 6 = 4, some: Partial<HopPathOptions> = {}): Promise<HopPath> =>
  hopPath({ version, timeoutSeconds: {}, ...some });

/** Rules in a chain of their own. */
async function rules(host: LabHost, hook: string, ...lines: readonly string[]): Promise<void> {
  const input = `table inet faults { chain ${hook} { type filter hook ${hook} priority -300\n${lines.join('\n')}\n}\n}`;
  expect(await host.run('nft', ['-f', '-'], { input })).toMatchObject({ exitCode: 0, stderr: '' });
}

async function ip(host: LabHost, line: string): Promise<void> {
  expect(await host.run('ip', line.split(' '))).toMatchObject({ exitCode: 0, stderr: '' });
}

/** The link between the second and the third router takes 1400 bytes. */
async function narrow({ hosts }: HopPath): Promise<void> {
  await ip(hosts.r2, 'link set far mtu 1400');
  await ip(hosts.r3, 'link set near mtu 1400');
}

/** A thousand packets take 20 s, on a machine that does nothing else. */
const LONG_MS = 400_000;

const NO_ICMP_ERRORS = 'icmp type destination-unreachable drop; icmpv6 type packet-too-big drop';

describe.skipIf(labUnavailable()).concurrent('the hops', () => {
  test.each([
    { version: 4, how: 'root' },
    { version: 6, how: 'root' },
    { version: 4, how: 'user' },
    { version: 4, how: 'user without raw-socket' },
  ] as const)('of IPv$version, as $how, by ICMP', async ({ version, how }) => {
    await using lab = await quiet(version);
    const { report, exitCode, stderr } = await run(lab.hosts.client, ['--path', lab.server], how);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    const path = only(report, 'path');
    expect(path).toMatchObject({
      protocol: 'icmp',
      port: null,
      reached: true,
      endedBecause: 'reached',
      complete: true,
    });
    expect(path.method).toBe(how === 'root' ? 'raw-socket' : 'system-ping');
    if (how !== 'root') expect(path.methodNote).toContain('raw socket');
    expect(path.hops.map(({ ttl, addresses }) => [ttl, ...addresses])).toEqual(
      lab.addresses.map((address, index) => [index + 1, address]),
    );
    // A machine that is busy with other tests may be late for one or two.
    for (const { sent, received } of path.hops) expect(received).toBeGreaterThan(sent / 2);
    expect(path.hops.at(-1)?.sent).toBe(10);
    expect(only(report, 'path-mtu')).toMatchObject({ mtuBytes: 1500, isBlackHole: false, interface: 'far' });
    expect(verdicts(report)).toMatchObject({
      [`path-mtu ${lab.server}`]: 'ruled-out',
      [`qos-marking ${lab.server}`]: 'ruled-out',
      [`unreachable ${lab.server}`]: 'ruled-out',
    });
  });

  test.each([
    { version: 4, how: 'root', method: 'raw-socket' },
    { version: 6, how: 'root', method: 'raw-socket' },
    { version: 4, how: 'user', method: 'connect' },
    { version: 6, how: 'user without raw-socket', method: 'connect' },
  ] as const)('of IPv$version, as $how, by TCP', async ({ version, how, method }) => {
    await using lab = await quiet(version);
    const host = version === 6 ? `[${lab.server}]` : lab.server;
    const { report, exitCode } = await run(lab.hosts.client, ['--path', `${host}:${lab.ports.hold}`], how);
    const path = only(report, 'path');
    expect(exitCode).toBe(0);
    expect(path).toMatchObject({ protocol: 'tcp', port: lab.ports.hold, method, reached: true, refused: false });
    expect(path.hops.map(({ addresses }) => addresses)).toEqual(lab.addresses.map((address) => [address]));
    // A service that counts who connects must not see more of us.
    if (method === 'connect') expect(path.hops.at(-1)?.received).toBeLessThanOrEqual(5);
    else expect(only(report, 'path-mtu').peerMssBytes).toBe(version === 4 ? 1460 : 1440);
  });

  test('a closed port answers, and is told as such', async () => {
    await using lab = await quiet();
    const { report } = await run(lab.hosts.client, ['--path', `${lab.server}:9`]);
    expect(only(report, 'path')).toMatchObject({ reached: true, refused: true });
    expect(verdicts(report)[`unreachable ${lab.server}:9`]).toBe('confirmed');
    expect(only(report, 'path').hops).toHaveLength(5);
  });

  test('routers that say nothing have no address, and the host is reached behind them', async () => {
    await using lab = await quiet(4, { silentRouters: true });
    const { report } = await run(lab.hosts.client, ['--path', lab.server]);
    const path = only(report, 'path');
    expect(path.hops.slice(0, 4)).toMatchObject(
      Array(4).fill({ addresses: [], received: 0, rttMs: null, asked: null }),
    );
    expect(path).toMatchObject({ reached: true });
    const text = await netcheckText(lab.hosts.client, ['--path', lab.server]);
    expect(text.stdout).toContain('(says nothing)');
  });

  test.each(['root', 'user'] as const)('a host that drops all ICMP is reached at its port, as %s', async (how) => {
    await using lab = await quiet();
    await rules(lab.hosts.server, 'input', 'meta l4proto icmp drop');
    const target = `${lab.server}:${lab.ports.hold}`;
    const { report } = await run(lab.hosts.client, ['--path', target], how);
    expect(only(report, 'path')).toMatchObject({ reached: true, protocol: 'tcp' });
    expect(verdicts(report)[`unreachable ${lab.server}`]).toBe('ruled-out');
    const byIcmp = await run(lab.hosts.client, ['--path', lab.server], how);
    expect(only(byIcmp.report, 'path')).toMatchObject({ reached: false, endedBecause: 'silence' });
    expect(only(byIcmp.report, 'path').hops).toHaveLength(4);
    const cause = byIcmp.report.causes.find(({ cause: kind }) => kind === 'unreachable');
    expect(cause?.verdict).toBe('possible');
    expect(cause?.missing.join()).toContain(`--path ${lab.server}:22`);
  });

  test.each(['root', 'user'] as const)(
    'a NAT that forwards to a host which is silent makes no loop, as %s',
    async (how) => {
      await using lab = await quiet();
      const input =
        'table ip nat { chain prerouting { type nat hook prerouting priority dstnat\nip daddr 10.99.9.9 dnat to 10.79.5.2\n}\n}';
      expect(await lab.hosts.r1.run('nft', ['-f', '-'], { input })).toMatchObject({ exitCode: 0, stderr: '' });
      await rules(lab.hosts.server, 'input', 'icmp type echo-request drop');
      const { report } = await run(lab.hosts.client, ['--path', '10.99.9.9'], how);
      // Behind the NAT routers answer in the name of the address that it forwards.
      const addresses = only(report, 'path').hops.map((hop) => hop.addresses);
      expect(addresses).toEqual(Array(4).fill(['10.99.9.9']));
      expect(only(report, 'path')).toMatchObject({ reached: false, endedBecause: 'silence' });
      expect(verdicts(report)['unreachable 10.99.9.9']).toBe('possible');
    },
  );

  test.each(['root', 'user'] as const)('a port that is filtered is told of a host that answers, as %s', async (how) => {
    await using lab = await quiet();
    await rules(lab.hosts.server, 'input', 'tcp dport 22 drop');
    const args = ['--ping', lab.server, '--path', `${lab.server}:22`];
    const { report, exitCode } = await run(lab.hosts.client, args, how);
    expect(verdicts(report)).toMatchObject({
      [`unreachable ${lab.server}:22`]: 'likely',
      [`unreachable ${lab.server}`]: 'ruled-out',
    });
    expect(exitCode).toBe(1);
  });

  test.each(['root', 'user'] as const)(
    'a port that the host’s firewall rejects by ICMP is told, as %s',
    async (how) => {
      await using lab = await quiet();
      await rules(lab.hosts.server, 'input', 'tcp dport 22 reject with icmp type host-prohibited');
      const { report, exitCode } = await run(lab.hosts.client, ['--path', `${lab.server}:22`], how);
      expect(only(report, 'path')).toMatchObject({
        refused: null,
        unreachable: { from: lab.server, type: 3, code: 10 },
      });
      expect(only(report, 'path').hops.map(({ addresses }) => addresses)).toEqual(
        lab.addresses.map((address) => [address]),
      );
      expect(verdicts(report)[`unreachable ${lab.server}:22`]).toBe('confirmed');
      expect(verdicts(report)[`packet-loss ${lab.server}`]).toBe('unknown');
      expect(exitCode).toBe(1);
    },
  );

  test('ways of different lengths are no loss, packet by packet', async () => {
    await using lab = await quiet();
    const { r1, r3 } = lab.hosts;
    await ip(r1, `link add name bypass type veth peer name bypass netns ${r3.namespace}`);
    for (const [router, address] of [
      [r1, '10.90.0.1'],
      [r3, '10.90.0.2'],
    ] as const) {
      await ip(router, `address add ${address}/24 dev bypass`);
      await ip(router, 'link set bypass up');
    }
    await ip(r1, 'rule add fwmark 1 table 77');
    await ip(r1, 'route add default via 10.90.0.2 table 77');
    await rules(r1, 'prerouting', 'iifname "near" numgen inc mod 2 == 0 meta mark set 1');
    const { report } = await run(lab.hosts.client, ['--path', lab.server, '--count', '60']);
    const host = only(report, 'path').hops.at(-1);
    expect(host?.addresses[0]).toBe(lab.server);
    // A packet or two while it was not known how far the host is.
    expect(host?.received).toBeGreaterThan((host?.sent ?? 0) * 0.9);
    expect(['ruled-out', 'possible']).toContain(verdicts(report)[`packet-loss ${lab.server}`]);
  });

  test.each(['root', 'user'] as const)('a router without a route says so, as %s', async (how) => {
    await using lab = await quiet();
    await ip(lab.hosts.r2, 'route replace unreachable 10.79.5.0/24');
    const { report } = await run(lab.hosts.client, ['--path', lab.server], how);
    const unreachable = { from: lab.addresses[1], type: 3, code: 1 };
    expect(only(report, 'path')).toMatchObject({ reached: false, endedBecause: 'unreachable', unreachable });
    const cause = report.causes.find(({ cause: kind }) => kind === 'unreachable');
    expect(cause).toMatchObject({ verdict: 'confirmed', because: ['path-1'] });
    expect(cause?.summary).toContain(`hop 2 (${lab.addresses[1]}), and no farther: ${lab.addresses[1]} reports`);
  });

  test('packets that go round in circles are told as such', async () => {
    await using lab = await quiet();
    await ip(lab.hosts.r3, 'route replace 10.79.5.0/24 via 10.79.3.1');
    const { report } = await run(lab.hosts.client, ['--path', lab.server]);
    expect(only(report, 'path')).toMatchObject({ reached: false, endedBecause: 'loop' });
    const cause = report.causes.find(({ cause: kind }) => kind === 'unreachable');
    expect(cause).toMatchObject({ verdict: 'confirmed', summary: expect.stringContaining('go round in circles') });
  });

  test('a NAT that does not put back what errors quote is seen by that, from the hop behind it on', async () => {
    await using lab = await quiet();
    await rules(
      lab.hosts.r2,
      'prerouting',
      'iifname "near" ip saddr 10.79.1.1 notrack ip saddr set 10.99.9.9',
      'iifname "far" ip daddr 10.99.9.9 notrack ip daddr set 10.79.1.1',
    );
    for (const [router, via] of [
      ['r3', '10.79.3.1'],
      ['r4', '10.79.4.1'],
      ['server', '10.79.5.1'],
    ] as const) {
      await ip(lab.hosts[router], `route add 10.99.9.9 via ${via}`);
    }
    const { report } = await run(lab.hosts.client, ['--path', lab.server]);
    const { hops } = only(report, 'path');
    expect(hops.map(({ rewritten }) => rewritten)).toEqual([[], [], ['source'], ['source'], []]);
  });
});

// The host asked is the fourth hop: a router answers for itself.
const lossCause = ({ causes }: Report): Cause | undefined => causes.find(({ cause }) => cause === 'packet-loss');

describe.skipIf(labUnavailable()).concurrent('loss along the path', () => {
  const measured = async (lab: HopPath, packets: number) => {
    const args = ['--path', lab.addresses[3] as string, '--count', String(packets)];
    const { report } = await netcheck(lab.hosts.client, args, 'root', { timeoutMs: LONG_MS });
    return { report, path: only(report, 'path') };
  };

  test(
    'of a tenth at the second of four hops is placed there, over 1,000 packets',
    async () => {
      await using lab = await quiet();
      await rules(lab.hosts.r2, 'prerouting', 'iifname "near" numgen inc mod 10 == 0 drop');
      const { path, report } = await measured(lab, 1000);
      const loss = lossOnPath(path);
      expect(loss).toMatchObject({ afterHop: 1, byHop: 2, sent: 1000 });
      expect((loss?.lost ?? 0) / 1000).toBeGreaterThan(0.07);
      expect((loss?.lost ?? 0) / 1000).toBeLessThan(0.13);
      const cause = lossCause(report);
      expect(['likely', 'confirmed']).toContain(cause?.verdict);
      expect(cause?.summary).toContain(`between hop 1 (${lab.addresses[0]}) and hop 2 (${lab.addresses[1]})`);
      expect(path.hops[0]).toMatchObject({ asked: { sent: 999, received: 999 } });
      // No router is asked for more errors than it sends.
      const [first] = path.hops;
      expect(first?.received).toBeGreaterThan(0.9 * (first?.sent ?? 0));
    },
    LONG_MS,
  );

  test(
    'by SYNs is as much as there is, though answers and resets are lost too',
    async () => {
      await using lab = await quiet();
      // Each way: 19 % of the round trips.
      await rules(lab.hosts.r2, 'prerouting', 'numgen random mod 100 < 10 drop');
      const args = ['--path', `${lab.server}:${lab.ports.hold}`, '--count', '400'];
      const { report } = await netcheck(lab.hosts.client, args, 'root', { timeoutMs: LONG_MS });
      const host = only(report, 'path').hops.at(-1);
      expect(host?.sent).toBe(400);
      const lost = 1 - (host?.received ?? 0) / 400;
      expect(lost).toBeGreaterThan(0.1);
      expect(lost).toBeLessThan(0.29);
    },
    LONG_MS,
  );

  test('of a hop’s own answers is no loss', async () => {
    await using lab = await quiet();
    await rules(lab.hosts.r2, 'output', 'numgen inc mod 2 == 0 drop');
    const { path, report } = await measured(lab, 200);
    expect(path.hops.at(-1)).toMatchObject({ sent: 200, received: 200 });
    expect(path.hops[1]?.asked?.received).toBeLessThan(120);
    expect(lossOnPath(path)).toBeNull();
    expect(report.causes.filter(({ verdict }) => verdict === 'confirmed' || verdict === 'likely')).toEqual([]);
  });

  test(
    'of a router that limits itself is told as its limit',
    async () => {
      await using lab = await quiet();
      await rules(lab.hosts.r2, 'output', 'icmp type time-exceeded numgen inc mod 4 != 0 drop');
      const { path } = await measured(lab, 300);
      expect(seldomAnswering(path)).toEqual([2]);
      expect(lossOnPath(path)).toBeNull();
    },
    LONG_MS,
  );

  test('on the way to the gateway is placed there', async () => {
    await using lab = await quiet();
    await rules(lab.hosts.r1, 'prerouting', 'iifname "near" numgen inc mod 5 == 0 drop');
    const { path, report } = await measured(lab, 400);
    expect(lossOnPath(path)).toMatchObject({ afterHop: 0, byHop: 1 });
    expect(['likely', 'confirmed']).toContain(lossCause(report)?.verdict);
    expect(lossCause(report)?.summary).toContain('between you and your gateway');
  });
});

describe.skipIf(labUnavailable()).concurrent('the path MTU', () => {
  test.each([
    { version: 4, how: 'root' },
    { version: 6, how: 'root' },
    { version: 4, how: 'user' },
    { version: 4, how: 'user without raw-socket' },
  ] as const)('of a narrow link is found exactly, and who said so: IPv$version, as $how', async ({ version, how }) => {
    await using lab = await quiet(version);
    await narrow(lab);
    const { report, exitCode } = await run(lab.hosts.client, ['--path', lab.server], how);
    expect(only(report, 'path-mtu')).toMatchObject({
      mtuBytes: 1400,
      reportedBy: lab.addresses[1],
      reportedMtuBytes: 1400,
      isBlackHole: false,
      passed: { bytes: 1400 },
      failed: { bytes: 1401 },
    });
    const cause = report.causes.find(({ cause: kind }) => kind === 'path-mtu');
    expect(cause).toMatchObject({ verdict: 'ruled-out', summary: expect.stringContaining('up to 1400 bytes') });
    expect(cause?.summary).toContain(`hop 2 (${lab.addresses[1]})`);
    expect(exitCode).toBe(0);
  });

  test('from an address with a label (an alias, eth0:1) is measured too, and the gateway is known', async () => {
    await using lab = await quiet();
    await ip(lab.hosts.client, 'address flush dev far');
    await ip(lab.hosts.client, 'address add 10.79.1.1/24 dev far label far:1');
    await ip(lab.hosts.client, `route add default via ${lab.addresses[0]}`);
    const { report } = await run(lab.hosts.client, ['--path', lab.server, '--ping', lab.server]);
    expect(only(report, 'path-mtu')).toMatchObject({ interface: 'far', mtuBytes: 1500 });
    expect(only(report, 'echo').gateway).toMatchObject({ address: lab.addresses[0] });
  });

  test('what the kernel has learnt of the path does not fool it', async () => {
    await using lab = await quiet();
    await narrow(lab);
    await run(lab.hosts.client, ['--path', lab.server]);
    expect((await lab.hosts.client.run('ip', ['route', 'get', lab.server])).stdout).toContain('mtu 1400');
    await ip(lab.hosts.r2, 'link set far mtu 1500');
    await ip(lab.hosts.r3, 'link set near mtu 1500');
    const { report } = await run(lab.hosts.client, ['--path', lab.server]);
    expect(only(report, 'path-mtu')).toMatchObject({ mtuBytes: 1500, reportedBy: null, isBlackHole: false });
  });

  test.each([
    { version: 4, how: 'root', target: 'icmp' },
    { version: 6, how: 'root', target: 'icmp' },
    { version: 4, how: 'root', target: 'tcp' },
    { version: 4, how: 'user', target: 'icmp' },
    { version: 4, how: 'user without raw-socket', target: 'tcp' },
  ] as const)(
    'where nobody says so is a black hole: IPv$version, as $how, $target',
    async ({ version, how, target }) => {
      await using lab = await quiet(version);
      await narrow(lab);
      await rules(lab.hosts.r2, 'output', NO_ICMP_ERRORS);
      const host = target === 'tcp' ? `${lab.server}:${lab.ports.hold}` : lab.server;
      const { report, exitCode } = await run(lab.hosts.client, ['--path', host], how);
      expect(only(report, 'path-mtu')).toMatchObject({
        mtuBytes: 1400,
        reportedBy: null,
        isBlackHole: true,
        failed: { bytes: 1401 },
        vanishes: { afterHop: 2, beforeHop: 3 },
      });
      const cause = report.causes.find(({ cause: kind }) => kind === 'path-mtu');
      expect(cause).toMatchObject({ verdict: 'confirmed', because: ['mtu-1'] });
      expect(cause?.advice.join('\n')).toContain(`--set-mss ${version === 4 ? 1360 : 1340}`);
      expect(exitCode).toBe(1);
      expect(report.causes.filter(({ verdict }) => verdict === 'confirmed')).toHaveLength(1);
    },
  );

  test.each([
    { version: 4, how: 'root', limit: 'mtu lock 1400' },
    { version: 4, how: 'root', limit: 'mtu 1300' },
    { version: 6, how: 'root', limit: 'mtu lock 1400' },
    { version: 4, how: 'user', limit: 'mtu lock 1400' },
  ] as const)(
    'a black hole that the route of this machine keeps out of is told as such: IPv$version, $limit, as $how',
    async ({ version, how, limit }) => {
      await using lab = await quiet(version);
      await narrow(lab);
      await rules(lab.hosts.r2, 'output', NO_ICMP_ERRORS);
      const length = version === 4 ? 32 : 128;
      await ip(lab.hosts.client, `-${version} route add ${lab.server}/${length} via ${lab.addresses[0]} ${limit}`);
      const { report, exitCode } = await run(lab.hosts.client, ['--path', lab.server], how);
      const routeMtuBytes = Number(limit.split(' ').at(-1));
      expect(only(report, 'path-mtu')).toMatchObject({ interfaceMtuBytes: 1500, routeMtuBytes, mtuBytes: 1400 });
      const cause = report.causes.find(({ cause: kind }) => kind === 'path-mtu');
      // A ping from before 2024 is held to the route, and can't tell what is beyond it.
      expect(how === 'root' ? ['possible'] : ['possible', 'ruled-out']).toContain(cause?.verdict);
      expect(cause?.summary).toContain('route of this machine');
      expect(exitCode).toBe(0);
    },
  );

  test.each([4, 6] as const)('what the kernel has learnt by ICMP is no limit of the route: IPv%i', async (version) => {
    await using lab = await quiet(version);
    await narrow(lab);
    await run(lab.hosts.client, ['--path', lab.server]);
    expect((await lab.hosts.client.run('ip', ['route', 'get', lab.server])).stdout).toContain('mtu 1400');
    await rules(lab.hosts.r2, 'output', NO_ICMP_ERRORS);
    const { report } = await run(lab.hosts.client, ['--path', lab.server]);
    expect(only(report, 'path-mtu')).toMatchObject({ mtuBytes: 1400, isBlackHole: true });
    expect(only(report, 'path-mtu').routeMtuBytes).toBeUndefined();
    expect(verdicts(report)[`path-mtu ${lab.server}`]).toBe('confirmed');
  });

  test('what an address other than the host’s answers is no answer of it, as user', async () => {
    await using lab = await quiet();
    await rules(lab.hosts.server, 'output', 'icmp type echo-reply ip saddr set 10.79.5.99');
    const { report } = await run(lab.hosts.client, ['--path', lab.server, '--ping', lab.server], 'user');
    expect(only(report, 'echo')).toMatchObject({ method: 'system-ping', sent: 10, received: 0 });
    expect(only(report, 'path')).toMatchObject({ method: 'system-ping', reached: false });
  });

  test('loss is not taken for a black hole', async () => {
    await using lab = await quiet();
    await rules(lab.hosts.r2, 'forward', 'numgen inc mod 4 == 0 drop');
    const { report } = await run(lab.hosts.client, ['--path', lab.server]);
    expect(only(report, 'path-mtu')).toMatchObject({ mtuBytes: 1500, isBlackHole: false });
    expect(verdicts(report)[`path-mtu ${lab.server}`]).toBe('ruled-out');
  });
});

describe.skipIf(labUnavailable()).concurrent('marked packets', () => {
  test.each([
    { how: 'root', port: true },
    { how: 'root', port: false },
    { how: 'user', port: false },
    { how: 'user without raw-socket', port: true },
  ] as const)('that are dropped are the cause: as $how, with a port: $port', async ({ how, port }) => {
    await using lab = await quiet();
    await rules(lab.hosts.r2, 'forward', 'ip dscp ef drop');
    const target = port ? `${lab.server}:${lab.ports.hold}` : lab.server;
    const { report, exitCode } = await run(lab.hosts.client, ['--path', target], how);
    for (const { marks } of all(report, 'dscp-comparison')) {
      const [none, af21, ef] = marks.map(({ answered, sent }) => answered / sent);
      expect(none).toBeGreaterThan(0.8);
      expect(af21).toBeGreaterThan(0.8);
      expect(ef).toBe(0);
    }
    expect(all(report, 'dscp-comparison')).toHaveLength(how === 'root' && port ? 2 : 1);
    expect(verdicts(report)).toMatchObject({
      [`qos-marking ${lab.server}`]: 'confirmed',
      [`path-mtu ${lab.server}`]: 'ruled-out',
      [`unreachable ${lab.server}`]: 'ruled-out',
    });
    const cause = report.causes.find(({ cause: kind }) => kind === 'qos-marking');
    expect(cause?.advice[0]).toContain('IPQoS none');
    expect(report.causes.filter(({ verdict }) => verdict === 'confirmed' || verdict === 'likely')).toEqual([cause]);
    expect(exitCode).toBe(1);
  });

  test('whose SYNs are reset are the cause', async () => {
    await using lab = await quiet();
    await rules(lab.hosts.server, 'input', `tcp dport ${lab.ports.hold} ip dscp af21 reject with tcp reset`);
    const { report } = await run(lab.hosts.client, ['--path', `${lab.server}:${lab.ports.hold}`]);
    const cause = report.causes.find(({ cause: kind }) => kind === 'qos-marking');
    expect(cause).toMatchObject({ verdict: 'confirmed', summary: expect.stringContaining('10 were reset') });
    expect(cause?.effect).toContain('OpenSSH 7.8 to 10.0');
  });

  test('whose mark is changed on the way arrive, and the hop is told', async () => {
    await using lab = await quiet();
    await rules(lab.hosts.r2, 'forward', 'ip dscp ef ip dscp set cs1');
    const { report } = await run(lab.hosts.client, ['--path', lab.server]);
    expect(only(report, 'dscp-comparison').changes).toEqual([{ sentDscp: 46, hop: 3, arrivedDscp: 8 }]);
    expect(verdicts(report)[`qos-marking ${lab.server}`]).toBe('ruled-out');
  });
});

describe.skipIf(labUnavailable()).concurrent('a path that can not be asked', () => {
  test('a ping that was kept from running is asked again: its silence is no loss', async () => {
    await using lab = await quiet();
    using folder = temporaryFolder();
    // The first of each address and size gives up late, as on a machine that has no time for it; its answer was there.
    const script = [
      '#!/bin/sh',
      `mark="${folder.path}/$(printf %s "$*" | tr -c 'a-z0-9' _)"`,
      'if [ -e "$mark" ]; then exec /usr/bin/ping "$@"; fi',
      ': > "$mark"; for word; do [ "$last" = -W ] && wait=$word; last=$word; done; sleep "$wait.4"',
      'echo "1 packets transmitted, 0 received, 100% packet loss, time 0ms"; exit 1',
    ];
    writeFileSync(join(folder.path, 'ping'), `${script.join('\n')}\n`, { mode: 0o755 });
    const line = commandLine(['--path', lab.server, '--count', '3', '--json'], 'user').flat();
    const path = `PATH=${folder.path}:${process.env.PATH}`;
    const { stdout } = await lab.hosts.client.run('env', [path, ...line], { timeoutMs: 50_000 });
    const { hops, method } = only(JSON.parse(stdout) as Report, 'path');
    expect(method).toBe('system-ping');
    expect(hops).toHaveLength(5);
    for (const { addresses, sent, received } of hops) {
      expect(addresses).toHaveLength(1);
      expect(received).toBe(sent);
    }
  });

  test('without ping and without root: what to install', async () => {
    await using lab = await quiet();
    // In a mount namespace of its own, where ping is a file that nobody can run.
    const without = 'mount --bind /dev/null "$(readlink -f "$(command -v ping)")" && exec "$@"';
    const measure = async (target: string) => {
      const line = commandLine(['--path', target, '--json'], 'user');
      const { stdout, exitCode } = await lab.hosts.client.run('unshare', [
        '-m',
        'sh',
        '-c',
        without,
        'sh',
        line[0],
        ...line[1],
      ]);
      return { report: JSON.parse(stdout) as Report, exitCode };
    };
    const icmp = await measure(lab.server);
    expect(only(icmp.report, 'skipped')).toMatchObject({
      check: 'path',
      hint: expect.stringContaining('iputils-ping'),
    });
    expect(icmp.exitCode).toBe(3);
    const tcp = await measure(`${lab.server}:${lab.ports.hold}`);
    expect(only(tcp.report, 'path')).toMatchObject({ reached: true, method: 'connect' });
    expect(only(tcp.report, 'skipped').because).toContain('path MTU and marked packets need ping');
  });

  test('without a route: the kernel’s word for it', async () => {
    await using lab = await quiet();
    await ip(lab.hosts.client, 'route del default');
    const { report } = await run(lab.hosts.client, ['--path', lab.server]);
    expect(only(report, 'skipped').because).toContain('Network is unreachable');
  });
});
