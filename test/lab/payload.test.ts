// netcheck serve behind a real proxy that counts data only, behind a real NAT that counts everything, and behind neither:
// which keepalive keeps a connection alive, and what is advised.

import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { type NatPath, type NatPathOptions, natPath, startTcpProxy } from '../../src/lab/index.ts';
import type { Report } from '../../src/report/report.ts';
import { all, commandLine, labUnavailable, netcheck, verdicts } from '../support/lab-run.ts';

const T = 6;
const PORT = 7060;

describe.skipIf(labUnavailable()).concurrent('empty keepalives and data, with a partner', () => {
  test('behind a proxy that closes what carries no data: only data keeps alive, and the closer is not the far side', async () => {
    await using lab = await natPath({ timeoutSeconds: null, onExpiry: 'silent' });
    await partner(lab);
    const server = `${lab.addresses.server}:${PORT}`;
    await startTcpProxy(lab.hosts.nat, { listenPort: PORT, server, idleSeconds: T });
    const { report, exitCode, target } = await measured(lab, lab.addresses.nat);
    const idles = all(report, 'idle-timeout');
    expect(idles.map(({ direction }) => direction)).toEqual(['outbound', 'inbound']);
    for (const idle of idles) {
      expect(idle).toMatchObject({ onExpiry: 'closed-by-peer', control: { ended: null, speaks: 'payload' } });
      expect(idle.deaths).toBeGreaterThan(1);
      expect(idle.survivedSeconds).toBeLessThan(T + 0.5);
      expect(idle.expiredSeconds).toBeGreaterThan(T - 0.5);
      expect(idle.expiredSeconds).toBeLessThan(T + 1);
    }
    expect(idles[0]?.control.keepalivesLost).toBe('closed-by-peer');
    expect(trials(report)).toEqual({ keepalive: 'closed-by-peer', payload: 'alive' });
    expect(verdicts(report)).toMatchObject({
      [`idle-timeout ${target}`]: 'confirmed',
      [`server-closes-idle ${target}`]: 'ruled-out',
    });
    const cause = report.causes.find(({ cause: kind }) => kind === 'idle-timeout');
    expect(cause?.summary).toMatch(
      /^A proxy or a load balancer on the path .* counts only data, no empty TCP keepalive/,
    );
    expect(cause?.advice.join('\n')).toMatch(/ServerAliveInterval 1\n[\s\S]*TCPKeepAlive can't help at any interval/);
    expect(exitCode).toBe(1);
  });

  test('behind a NAT that forgets: both keep alive', async () => {
    const { report, target } = await measuredThrough({ timeoutSeconds: T, onExpiry: 'silent' });
    expect(trials(report)).toEqual({ keepalive: 'alive', payload: 'alive' });
    expect(all(report, 'idle-timeout')[0]?.control).toMatchObject({ speaks: 'payload', keepalivesLost: null });
    expect(verdicts(report)).toMatchObject({ [`idle-timeout ${target}`]: 'confirmed' });
    const cause = report.causes.find(({ cause: kind }) => kind === 'idle-timeout');
    expect(cause?.summary).not.toMatch(/only data/);
    expect(cause?.advice.join('\n')).toMatch(/a keepalive every 1 s lived through .*, be it empty or data\./);
  });

  test('behind nothing that forgets: nothing is tried, and idling is ruled out', async () => {
    const { report, exitCode, target } = await measuredThrough({ timeoutSeconds: null, onExpiry: 'silent' }, '9s');
    expect(trials(report)).toEqual({});
    expect(verdicts(report)).toMatchObject({
      [`idle-timeout ${target}`]: 'ruled-out',
      [`server-closes-idle ${target}`]: 'ruled-out',
    });
    expect(exitCode).toBe(0);
  });
});

/** Greets with what it is given, perhaps nothing, and prints whatever it is sent. */
const EARS = `
  const { createServer } = require('node:net');
  const server = createServer((peer) => {
    peer.on('error', () => {}).on('data', (bytes) => console.log(JSON.stringify(String(bytes))));
    if (process.argv[1] !== '') peer.write(process.argv[1]);
  });
  server.listen(${PORT}, () => console.log('listening'));`;

describe.skipIf(labUnavailable()).concurrent('nobody but a partner is sent a byte', () => {
  test.each(['', 'netcheck-serve/2\r\n', 'netcheck-serve/1', 'SSH-2.0-OpenSSH_9.9\r\n'])('%j', async (greeting) => {
    await using lab = await natPath({ timeoutSeconds: 3, onExpiry: 'silent' });
    const child = lab.hosts.server.spawn(process.execPath, ['-e', EARS, greeting]);
    let heard = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      heard += text;
    });
    await once(child.stdout as NodeJS.EventEmitter, 'data');
    const { report } = await measured(lab, lab.addresses.server, '6s');
    expect(all(report, 'idle-timeout')).toMatchObject([{ onExpiry: 'silent-drop', control: { speaks: 'keepalive' } }]);
    expect(heard).toBe('listening\n');
  });
});

/** What became of the trials, by what they carried. */
function trials(report: Report): Record<string, string> {
  return Object.fromEntries(all(report, 'keepalive-trial').map(({ speaks, outcome }) => [speaks, outcome]));
}

async function measuredThrough(nat: NatPathOptions, maxIdle = '30s') {
  await using lab = await natPath(nat);
  await partner(lab);
  return await measured(lab, lab.addresses.server, maxIdle);
}

async function measured(lab: NatPath, address: string, maxIdle = '30s') {
  const target = `${address}:${PORT}`;
  const args = ['--idle-timeout', target, '--max-idle', maxIdle];
  const { report, exitCode, stderr } = await netcheck(lab.hosts.client, args, 'user');
  expect(stderr).toBe('');
  return { report, exitCode, target };
}

/** Starts serve on the lab's server, as an ordinary user, and waits until it listens. */
async function partner(lab: NatPath): Promise<void> {
  const child = lab.hosts.server.spawn(...commandLine(['serve', '--listen', String(PORT)], 'user'));
  await once(child.stdout as NodeJS.EventEmitter, 'data');
}
