// Claimants of one address on real kernels: two sshd, refusals, silence, two legs, clones; and nothing is left behind.

import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { startTcpServices } from '../../src/lab/index.ts';
import { GUARD_SCRIPT } from '../../src/proof/guard-script.ts';
import { sameClock, sameCounter } from '../../src/proof/index.ts';
import {
  addSecondLeg,
  CLAIMED,
  claimantLan,
  MACS,
  type Proof,
  proofCommand,
  proofs,
  prove,
  traces,
  untilConnected,
} from '../support/claimants.ts';
import { labUnavailable } from '../support/lab-run.ts';
import { fingerprintOf, startSshd } from '../support/sshd.ts';
import { until } from '../support/until.ts';

describe.skipIf(labUnavailable())('proof per claimant', () => {
  test('two sshd on one address: each claimant has its own key, 10 times out of 10', async () => {
    await using lab = await claimantLan();
    const { scanner, a, b } = lab.hosts;
    using sshdA = await startSshd(a, 22);
    using sshdB = await startSshd(b, 22);
    const expected = [await fingerprintOf(a, sshdA), await fingerprintOf(b, sshdB)];
    const before = await traces(scanner);
    const found = await proofs(scanner, { times: 10, dropRoot: true });
    expect(found.map(fingerprints)).toEqual(Array(10).fill(expected));
    expect(new Set(found.map(({ uid }) => uid))).toEqual(new Set([65534]));
    for (const { answers, wallMs, markedConnections } of found) {
      expect(markedConnections).toEqual({ ok: true });
      expect(wallMs).toBeLessThan(2000);
      expect(answers).toMatchObject([
        { mac: MACS.a, outcome: 'open', answeredFrom: MACS.a, ttl: 64, hostKey: { type: 'ssh-ed25519' } },
        { mac: MACS.b, outcome: 'open', answeredFrom: MACS.b, ttl: 64, hostKey: { type: 'ssh-ed25519' } },
      ]);
      expect(answers.map(({ banner }) => banner)).toEqual(Array(2).fill(expect.stringMatching(/^SSH-2\.0-OpenSSH/)));
      // Chance may put two counters side by side: then they are 'unknown'.
      expect(counters(answers)).not.toBe('same');
    }
    expect(await traces(scanner)).toBe(before);
    // One connection each time, and never a login.
    expect(sshdA.log().match(/Connection from/g)).toHaveLength(10);
    expect(sshdA.log() + sshdB.log()).not.toMatch(/user|penalty|MaxStartups/i);
  });

  test.concurrent('open here, refused there', async () => {
    await using lab = await claimantLan();
    using sshd = await startSshd(lab.hosts.a, 22);
    const { answers, wallMs } = await prove(lab.hosts.scanner);
    expect(answers).toMatchObject([
      { outcome: 'open', hostKey: { fingerprint: await fingerprintOf(lab.hosts.a, sshd) } },
      { outcome: 'refused', answeredFrom: MACS.b, ttl: 64, clockOffset: null, banner: null, hostKey: null },
    ]);
    expect(wallMs).toBeLessThan(2000);
  });

  test.concurrent('a claimant that drops everything is silent', async () => {
    await using lab = await claimantLan();
    const drop = `table ip lab {
      chain input { type filter hook input priority 0; meta l4proto { tcp, icmp } drop;
      }
    }
`;
    await lab.hosts.b.run('nft', ['-f', '-'], { input: drop });
    const { answers, wallMs } = await prove(lab.hosts.scanner);
    expect(answers).toMatchObject([
      { outcome: 'refused' },
      { outcome: 'silent', answeredFrom: null, ttl: null, clockOffset: null, banner: null, echoIds: null },
    ]);
    expect(wallMs).toBeLessThan(3000);
  });

  test.concurrent('services that are no SSH servers are open, and nothing more', async () => {
    await using lab = await claimantLan();
    await startTcpServices(lab.hosts.a, [{ kind: 'greet', port: 22, greeting: '220 mail\r\n' }]);
    await startTcpServices(lab.hosts.b, [{ kind: 'hold', port: 22 }]);
    const { answers, wallMs } = await prove(lab.hosts.scanner);
    expect(answers).toMatchObject(Array(2).fill({ outcome: 'open', banner: null, hostKey: null }));
    expect(wallMs).toBeLessThan(4500);
  });

  test.concurrent('one machine with two legs has one key, one clock and one counter', async () => {
    await using lab = await claimantLan();
    const { scanner, a, switch: hub } = lab.hosts;
    using sshd = await startSshd(a, 22);
    const second = await addSecondLeg(a, hub);
    const found = await proofs(scanner, { macs: [MACS.a, second], times: 3 });
    const expected = await fingerprintOf(a, sshd);
    expect(found.map(fingerprints)).toEqual(Array(3).fill([expected, expected]));
    for (const { answers } of found) {
      expect(answers.map(({ mac, outcome }) => [mac, outcome])).toEqual([
        [MACS.a, 'open'],
        [second, 'open'],
      ]);
      // Linux answers by the route, not by the leg that it was asked on.
      expect(answers.map(({ answeredFrom }) => answeredFrom)).toEqual([MACS.a, MACS.a]);
      // On a busy machine our own timer may be late, and no clock be read.
      expect(clocks(answers)).not.toBe(false);
      expect(counters(answers)).toBe('same');
    }
  });

  test.concurrent('a cloned machine has the same key and another clock', async () => {
    await using lab = await claimantLan();
    const { scanner, a, b } = lab.hosts;
    using original = await startSshd(a, 22);
    using _clone = await startSshd(b, 22, [], original.hostKey);
    // All hosts of a lab share one kernel and so one clock; timestamps without their random offset stand for another.
    await b.run('sysctl', ['-qw', 'net.ipv4.tcp_timestamps=2']);
    const { answers, ...proof } = await prove(scanner);
    expect(new Set(fingerprints({ answers, ...proof })).size).toBe(1);
    expect(clocks(answers)).toBe(false);
    expect(counters(answers)).not.toBe('same');
  });

  test.concurrent('without nft there is the link level, which says why', async () => {
    await using lab = await claimantLan();
    using _sshd = await startSshd(lab.hosts.a, 22);
    const before = await traces(lab.hosts.scanner);
    const { answers, markedConnections } = await prove(lab.hosts.scanner, { withoutNft: true, dropRoot: true });
    expect(markedConnections).toEqual({ ok: false, because: 'nft is not installed' });
    expect(answers).toMatchObject([{ outcome: 'open', hostKey: null }, { outcome: 'refused' }]);
    expect(await traces(lab.hosts.scanner)).toBe(before);
  });

  test.concurrent('neighbours that the kernel knew before stay as they are, and lead nobody astray', async () => {
    await using lab = await claimantLan();
    const { scanner, a, b } = lab.hosts;
    using sshdA = await startSshd(a, 22);
    using sshdB = await startSshd(b, 22);
    await scanner.run('ip', ['neigh', 'add', CLAIMED, 'lladdr', MACS.a, 'dev', 'eth0', 'nud', 'permanent']);
    const before = await traces(scanner);
    expect(before).toContain('PERMANENT');
    expect(fingerprints(await prove(scanner))).toEqual([await fingerprintOf(a, sshdA), await fingerprintOf(b, sshdB)]);
    expect(await traces(scanner)).toBe(before);
  });

  test.concurrent('killed in the middle, it leaves nothing', async () => {
    await using lab = await claimantLan();
    const { scanner, a, b } = lab.hosts;
    for (const host of [a, b]) await startTcpServices(host, [{ kind: 'hold', port: 22 }]);
    const before = await traces(scanner);
    for (const signal of ['SIGKILL', 'SIGINT', 'SIGKILL'] as const) {
      const child = scanner.spawn(...proofCommand({ dropRoot: true }), { stdio: 'ignore' });
      await untilConnected(scanner);
      child.kill(signal);
      await until(async () => (await traces(scanner)) === before);
    }
  });

  test.concurrent('an abort ends it at once, with what is known', async () => {
    await using lab = await claimantLan();
    await startTcpServices(lab.hosts.a, [{ kind: 'hold', port: 22 }]);
    await startTcpServices(lab.hosts.b, [{ kind: 'hold', port: 22 }]);
    const { answers, wallMs } = await prove(lab.hosts.scanner, { abortAfterMs: 300 });
    expect(answers).toMatchObject(Array(2).fill({ outcome: 'open', banner: null }));
    expect(wallMs).toBeLessThan(600);
  });

  test.concurrent('the guard makes no rule but for our own marks, whatever it is told', async () => {
    await using lab = await claimantLan();
    const { scanner } = lab.hosts;
    const lines = [
      `5 ${CLAIMED} ${MACS.b}`,
      `0 ${CLAIMED} ${MACS.b}`,
      `1032 ${CLAIMED} ${MACS.b}`,
      `1000 ${CLAIMED} ${MACS.b} accept`,
      `1000 ${CLAIMED} ${MACS.b};flush ruleset`,
      `1000 0.0.0.0/0 ${MACS.b}`,
      `1000 $(reboot) ${MACS.b}`,
      `1000 * ${MACS.b}`,
      `-1000 ${CLAIMED} ${MACS.b}`,
      `99999999999999999999 ${CLAIMED} ${MACS.b}`,
      `1000 ${CLAIMED}`,
      '',
      `1001 ${CLAIMED} ${MACS.b}`,
    ];
    const ruleset = async (): Promise<string> => (await scanner.run('nft', ['list', 'ruleset'])).stdout;
    const args = ['-c', GUARD_SCRIPT, 'guard', 'eth0', 'netcheck_test', '1000', 'nft'];
    // nft writes down there what it is told.
    const guard = scanner.spawn('sh', args, { env: { ...process.env, HOME: '/dev/null' } });
    let answers = '';
    guard.stdout?.on('data', (chunk) => {
      answers += chunk;
    });
    guard.stdin?.write(`${lines.join('\n')}\n`);
    await until(async () => answers.includes('1001'));
    expect(answers).toBe(`0 ${CLAIMED} ok\n1000 ${CLAIMED} failed\n1001 ${CLAIMED} ok\n`);
    expect((await ruleset()).match(/meta mark.*/g)).toEqual([
      `meta mark 0x000003e9 ip daddr ${CLAIMED} ether daddr set ${MACS.b} comment "1001"`,
    ]);
    guard.stdin?.end();
    await once(guard, 'exit');
    expect(await ruleset()).toBe('');
  });
});

function fingerprints({ answers }: Proof): (string | undefined)[] {
  return answers.map(({ hostKey }) => hostKey?.fingerprint);
}

function clocks([a, b]: Proof['answers']): boolean | null {
  if (typeof a?.clockOffset !== 'number' || typeof b?.clockOffset !== 'number') return null;
  return sameClock(a.clockOffset, b.clockOffset);
}

function counters([a, b]: Proof['answers']): string {
  return sameCounter(a?.echoIds ?? [], b?.echoIds ?? []);
}
