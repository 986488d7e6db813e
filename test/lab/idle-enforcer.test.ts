// Which hop forgets, and whether the advised keepalive works, on real kernels: five hops, any of which may forget.

import { describe, expect, test } from 'vitest';
import { type HopPathOptions, hopPath, startTcpServices } from '../../src/lab/index.ts';
import { all, labUnavailable, netcheck, only, type Run, verdicts } from '../support/lab-run.ts';

const T = 6;
const GREETING_PORT = 7100;

/** One measurement, as an ordinary user: none of it needs root. */
async function measure(
  options: HopPathOptions,
  more: readonly string[] = [],
  greeting: string | null = null,
): Promise<{ run: Run; addresses: readonly string[]; target: string }> {
  await using lab = await hopPath(options);
  if (greeting !== null) await startTcpServices(lab.hosts.server, [{ kind: 'greet', port: GREETING_PORT, greeting }]);
  const port = greeting === null ? lab.ports.hold : GREETING_PORT;
  const target = `${options.version === 6 ? `[${lab.server}]` : lab.server}:${port}`;
  const args = ['--idle-timeout', target, '--max-idle', '40s', ...more];
  return { run: await netcheck(lab.hosts.client, args, 'user'), addresses: lab.addresses, target };
}

describe.skipIf(labUnavailable()).concurrent('the hop that forgets', () => {
  test.each([
    { name: 'the first hop', hop: 1, version: 4 },
    { name: 'the third hop', hop: 3, version: 4 },
    { name: 'the fourth hop', hop: 4, version: 4 },
    { name: 'the second hop of an IPv6 path', hop: 2, version: 6 },
  ] as const)('$name is named, and the advice was tried', async ({ hop, version }) => {
    const { run, addresses, target } = await measure({ version, timeoutSeconds: { [hop]: T } });
    expect(run.stderr).toBe('');
    expect(verdicts(run.report)[`idle-timeout ${target}`]).toBe('confirmed');
    const search = only(run.report, 'idle-enforcer');
    expect(search).toMatchObject({ hop, address: addresses[hop - 1], peerAddress: addresses.at(-1) });
    expect(search.perHop).toEqual(
      [null, ...addresses].map((address, at) => ({ hop: at, address, outcome: at < hop ? 'silent-drop' : 'alive' })),
    );
    const trial = only(run.report, 'keepalive-trial');
    expect(trial.outcome).toBe('alive');
    expect(trial.lastedSeconds).toBeGreaterThan(1.1 * T);
    const cause = run.report.causes.find(({ cause: kind }) => kind === 'idle-timeout');
    expect(cause?.because).toEqual(expect.arrayContaining([search.id, trial.id]));
    expect(cause?.summary).toContain(`Hop ${hop} (${addresses[hop - 1]})`);
    expect(cause?.advice.join('\n')).toContain(`ServerAliveInterval ${trial.intervalSeconds}\n`);
  });

  test('the hop of an IPv6 path that resets is named twice: by what it forgets, and by the TTL of its resets', async () => {
    await using lab = await hopPath({ version: 6, timeoutSeconds: { 3: T }, resets: true });
    const target = `[${lab.server}]:${lab.ports.hold}`;
    const { report } = await netcheck(lab.hosts.client, ['--idle-timeout', target, '--max-idle', '40s'], 'root');
    expect(only(report, 'idle-enforcer')).toMatchObject({ hop: 3, address: lab.addresses[2] });
    const idle = only(report, 'idle-timeout');
    expect(idle).toMatchObject({ onExpiry: 'reset', resetAt: 'next-packet', resetFrom: 'middlebox' });
    expect(idle.resetOrigin).toMatchObject({ hop: 3, address: lab.addresses[2] });
    expect(idle.resetOrigin?.seen[0]).toMatchObject({
      answer: { ttl: 60, ipId: null },
      reset: { ttl: 62, ipId: null },
    });
  });

  test('a box that resets by itself, at the moment of expiry, is told from one that answers the next packet', async () => {
    await using lab = await hopPath({ version: 4, timeoutSeconds: {}, resetsAtExpirySeconds: T });
    const target = `${lab.server}:${lab.ports.hold}`;
    const { report } = await netcheck(lab.hosts.client, ['--idle-timeout', target, '--max-idle', '40s'], 'root');
    const idle = only(report, 'idle-timeout');
    expect(idle).toMatchObject({ onExpiry: 'reset', resetAt: 'expiry', despiteKeepalives: false });
    expect(idle.expiredSeconds).toBeGreaterThan(T - 0.5);
    expect(idle.expiredSeconds).toBeLessThan(T + 1);
    expect(idle.resetFrom).toBe('middlebox');
    expect(idle.resetOrigin).toMatchObject({ hop: 2, address: lab.addresses[1] });
    expect(only(report, 'idle-enforcer')).toMatchObject({ hop: 2, address: lab.addresses[1] });
    const cause = report.causes.find(({ cause: kind }) => kind === 'idle-timeout');
    expect(cause?.verdict).toBe('confirmed');
    expect(cause?.summary).toContain('a reset (RST) then arrives by itself');
  });

  test('the first of two is named when the second takes longer', async () => {
    const { run, addresses } = await measure({ version: 4, timeoutSeconds: { 2: 8, 4: 20 } });
    expect(only(run.report, 'idle-enforcer')).toMatchObject({ hop: 2, address: addresses[1] });
    const { survivedSeconds, expiredSeconds } = only(run.report, 'idle-timeout');
    expect(survivedSeconds).toBeLessThan(8.5);
    expect(expiredSeconds).toBeGreaterThan(7.5);
    expect(expiredSeconds).toBeLessThan(9);
  });

  test.each([
    ['that says nothing', null],
    ['that greets', 'hello\r\n'],
  ])('the slower one behind it is found where that is asked for, before a service %s', async (_, greeting) => {
    const slower = { version: 4, timeoutSeconds: { 2: 8, 4: 20 } } as const;
    const { run, addresses, target } = await measure(slower, ['--deep'], greeting);
    const [first, second] = all(run.report, 'idle-timeout');
    expect(first).not.toHaveProperty('awakeUpToHop');
    expect(second).toMatchObject({ awakeUpToHop: 2, onExpiry: 'silent-drop' });
    expect(second?.survivedSeconds).toBeLessThan(20.5);
    expect(second?.expiredSeconds).toBeGreaterThan(19.5);
    expect((second?.expiredSeconds ?? 0) - (second?.survivedSeconds ?? 0)).toBeLessThanOrEqual(1);
    const searches = all(run.report, 'idle-enforcer').map(({ hop, address, awakeUpToHop }) => [
      hop,
      address,
      awakeUpToHop,
    ]);
    expect(searches).toEqual([
      [2, addresses[1], undefined],
      [4, addresses[3], 2],
    ]);
    const cause = run.report.causes.find(({ cause: kind, subject }) => kind === 'idle-timeout' && subject === target);
    expect(cause).toMatchObject({ verdict: 'confirmed', because: expect.arrayContaining(['idle-2', 'hop-2']) });
    expect(cause?.summary).toMatch(
      new RegExp(
        `^Hop 2 .+When that is kept awake, beyond hop 2, hop 4 \\(${addresses[3]}\\) forgets after (19|20)\\.`,
      ),
    );
    expect(cause?.advice.at(-1)).toMatch(/^Beyond hop 4 nothing forgets within 40(\.\d)? s\.$/);
  });

  test('the hop is told without an address where routers say nothing', async () => {
    const { run } = await measure({ version: 4, timeoutSeconds: { 3: T }, silentRouters: true });
    expect(only(run.report, 'idle-enforcer')).toMatchObject({ hop: 3, address: null });
    expect(only(run.report, 'keepalive-trial').outcome).toBe('alive');
  });
});
