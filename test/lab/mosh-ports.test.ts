// --mosh-ports: what real kernels say to datagrams that nobody wants, and what is advised then.

import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { type NatPath, natPath } from '../../src/lab/index.ts';
import { nftApply } from '../../src/lab/network-tools.ts';
import { labUnavailable, netcheck, only, type Run } from '../support/lab-run.ts';

/** What the router, on the way, does to UDP. */
function onTheWay(lab: NatPath, verdict: string): Promise<void> {
  return filter(lab.hosts.router.namespace, 'forward', verdict);
}

function filter(namespace: string, hook: string, verdict: string): Promise<void> {
  const chain = `chain c { type filter hook ${hook} priority 0; meta l4proto udp udp dport 60000-61000 ${verdict}\n }`;
  return nftApply(namespace, `table inet mosh {\n ${chain}\n}\n`);
}

const asRead = (lab: NatPath, more: readonly string[] = []): Promise<Run> =>
  netcheck(lab.hosts.client, ['--mosh-ports', lab.addresses.server, ...more], 'user');

const outcomes = ({ report }: Run) =>
  only(report, 'udp-ports').ports.map(({ outcome, rejection }) => [outcome, rejection?.from, rejection?.code]);

describe.skipIf(labUnavailable()).concurrent('datagrams to the ports of mosh', () => {
  test('arrive: the host itself says that nobody listens, and somebody who listens and answers is heard', async () => {
    await using lab = await natPath({ timeoutSeconds: null, onExpiry: 'silent' });
    const echo =
      'const s=require("dgram").createSocket("udp4");s.on("message",(m,r)=>s.send(m,r.port,r.address)).bind(60001,()=>console.log("up"))';
    const child = lab.hosts.server.spawn(process.execPath, ['-e', echo], { stdio: ['ignore', 'pipe', 'ignore'] });
    await once(child.stdout as NodeJS.ReadableStream, 'data');
    const run = await asRead(lab);
    const closed = ['rejected', lab.addresses.server, 3];
    expect(outcomes(run)).toEqual([closed, ['answered', undefined, undefined], closed, closed, closed]);
    expect(run.exitCode).toBe(0);
  });

  test('are rejected on the way: by whom, in which words', async () => {
    await using lab = await natPath({ timeoutSeconds: null, onExpiry: 'silent' });
    await onTheWay(lab, 'reject with icmp type admin-prohibited');
    expect(outcomes(await asRead(lab))).toEqual(Array(5).fill(['rejected', lab.addresses.router, 13]));
  });

  test('find no host: who says so is named, and that is a find', async () => {
    await using lab = await natPath({ timeoutSeconds: null, onExpiry: 'silent' });
    await onTheWay(lab, 'reject with icmp type host-unreachable');
    const { report, exitCode } = await asRead(lab);
    expect(report.causes.find(({ cause }) => cause === 'unreachable')).toMatchObject({
      verdict: 'confirmed',
      summary:
        'No datagram reaches 10.78.3.2: 10.78.1.1, a router or this machine itself, reports that the host is unreachable (ICMP type 3 code 1).',
    });
    expect(exitCode).toBe(1);
  });

  test('are rejected by the host’s own firewall', async () => {
    await using lab = await natPath({ timeoutSeconds: null, onExpiry: 'silent' });
    await filter(lab.hosts.server.namespace, 'input', 'reject with icmp type host-prohibited');
    expect(outcomes(await asRead(lab))).toEqual(Array(5).fill(['rejected', lab.addresses.server, 10]));
  });

  test('are dropped: nothing is said of them', async () => {
    await using lab = await natPath({ timeoutSeconds: null, onExpiry: 'silent' });
    await onTheWay(lab, 'drop');
    expect(outcomes(await asRead(lab))).toEqual(Array(5).fill(['silent', undefined, undefined]));
  });

  test.each([
    [
      'that a router rejects',
      'reject with icmp type port-unreachable',
      /mosh is no way out here: 10\.78\.1\.1 rejects/,
    ],
    ['that get through', 'accept', /^Or mosh 10\.78\.3\.2, .* reach the host/],
    ['that vanish', 'drop', /^Or mosh 10\.78\.3\.2, .* may drop them: try it/],
  ])('%s: what is said of mosh beside an idle timeout', async (_, verdict, line) => {
    await using lab = await natPath({ timeoutSeconds: 7, onExpiry: 'silent' });
    await onTheWay(lab, verdict);
    const more = ['--idle-timeout', `${lab.addresses.server}:${lab.ports.hold}`, '--quick', '--max-idle', '20s'];
    const { report } = await asRead(lab, more);
    const cause = report.causes.find((each) => each.cause === 'idle-timeout');
    expect(cause?.advice.at(-1)).toMatch(line);
    expect(cause?.because).toContain(only(report, 'udp-ports').id);
  });
});
