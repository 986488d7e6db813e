// The labs on the real kernel: each does what its name says, and leaves nothing behind however its owner ends.

import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import {
  duplicateLan,
  type Lab,
  type LabHost,
  labProblem,
  type NatPath,
  natPath,
  quietLan,
  startArpStation,
} from '../../src/lab/index.ts';
import { answerers, askArp } from '../support/arp-probe.ts';

const problem = labProblem();
if (problem !== null) console.warn(`Lab tests are skipped. ${problem}`);

/** The built lab, for programs that node runs by itself. */
const LAB_MODULE = new URL('../../dist/lab/index.js', import.meta.url).href;

describe.skipIf(problem !== null)('lab', () => {
  it.each([
    ['duplicateLan', () => duplicateLan(), ['a', 'b', 'honest', 'scanner', 'switch']],
    ['quietLan', () => quietLan(), ['a', 'honest', 'scanner', 'switch']],
    ['natPath', () => natPath({ timeoutSeconds: null, onExpiry: 'silent' }), ['client', 'nat', 'router', 'server']],
  ])('%s builds its namespaces and takes them away', async (_, build: () => Promise<Lab>, roles) => {
    const lab = await build();
    const expected = roles.map((role) => `${lab.id}-${role}`);
    expect(namespacesOf(lab.id)).toEqual(expected);
    await lab.dispose();
    await lab.dispose();
    expect(namespacesOf(lab.id)).toEqual([]);
  });

  it('two labs at once have the same addresses and nothing else in common', async () => {
    const [first, second] = await Promise.all([owned(quietLan()), owned(quietLan())]);
    await first.dispose();
    expect(await connects(second.hosts.scanner, second.addresses.a, 22)).toBe('open');
  });

  it('run gives output and exit code, and ends what takes too long', async () => {
    const { hosts } = await owned(quietLan());
    expect(await hosts.a.run('cat', [], { input: 'text' })).toEqual({ stdout: 'text', stderr: '', exitCode: 0 });
    expect((await hosts.a.run('cat', ['/nonexistent'])).exitCode).toBe(1);
    expect((await hosts.a.run('sleep', ['1000'], { timeoutMs: 50 })).exitCode).toBeNull();
  });
});

describe.skipIf(problem !== null)('LANs', () => {
  it('two kernels answer for the duplicate address, one for an honest one, none for the empty one', async () => {
    const lan = await owned(duplicateLan());
    expect(answerers(await askArp(lan, lan.addresses.a))).toEqual([lan.macs.a, lan.macs.b].sort());
    expect(answerers(await askArp(lan, lan.addresses.honest))).toEqual([lan.macs.honest]);
    expect(await askArp(lan, lan.emptyAddress)).toEqual([]);
  });

  it('the same address is open at one station and refused at the other', async () => {
    const { hosts, addresses, macs } = await owned(duplicateLan());
    const connectVia = async (mac: string) => {
      const entry = ['neigh', 'replace', addresses.a, 'lladdr', mac, 'dev', 'eth0', 'nud', 'permanent'];
      await hosts.scanner.run('ip', entry);
      return connects(hosts.scanner, addresses.a, 22);
    };
    expect(await connectVia(macs.a)).toBe('open');
    expect(await connectVia(macs.b)).toBe('ECONNREFUSED');
  });

  it('on the quiet LAN one station answers for each address', async () => {
    const lan = await owned(quietLan());
    expect(answerers(await askArp(lan, lan.addresses.a))).toEqual([lan.macs.a]);
  });

  it('scripted stations answer late, several times, or not at all', async () => {
    const lan = await owned(duplicateLan({ lateSeconds: 0.3 }));
    const { a, honest } = lan.hosts;
    const scripted = { interface: lan.interface, address: lan.addresses.honest, mac: lan.macs.honest };
    await startArpStation(honest, { ...scripted, behaviour: { kind: 'repeat', times: 3 } });

    const [prompt, late] = await askArp(lan, lan.addresses.a, { atLeast: 2 });
    expect(prompt?.mac).toBe(lan.macs.a);
    expect(late?.mac).toBe(lan.macs.b);
    expect(late?.afterMs).toBeGreaterThanOrEqual(300);
    expect(answerers(await askArp(lan, lan.addresses.honest, { atLeast: 3 }))).toEqual(Array(3).fill(lan.macs.honest));

    const silent = { interface: lan.interface, address: lan.addresses.a, mac: lan.macs.a };
    await startArpStation(a, { ...silent, behaviour: { kind: 'silent' } });
    // Had it spoken, it would have been the first.
    expect(answerers(await askArp(lan, lan.addresses.a, { atLeast: 1 }))).toEqual([lan.macs.b]);
  });
});

describe.skipIf(problem !== null)('NAT path', () => {
  it.each([
    ['silent', 'nothing'],
    ['reset', 'ECONNRESET'],
  ] as const)('%s: data passes before the timeout, after it the sender hears %s', async (onExpiry, heard) => {
    const path = await owned(natPath({ timeoutSeconds: 2, onExpiry }));
    const [before, after] = await Promise.all([speaksAfter(path, 1), speaksAfter(path, 3)]);
    expect(before).toBe('nothing');
    expect(after).toBe(heard);
    // The connection of the first has closed by now. The server still holds the other, and never got its byte.
    const ss = await path.hosts.server.run('ss', [
      '-tinHO',
      'state',
      'established',
      'sport',
      '=',
      `:${path.ports.hold}`,
    ]);
    expect(ss.stdout.trim().split('\n')).toHaveLength(1);
    expect(ss.stdout).not.toContain('bytes_received');
  });

  it('server services greet, close when idle, and refuse', async () => {
    const path = await owned(natPath({ timeoutSeconds: null, onExpiry: 'silent', serverClosesAfterSeconds: 1 }));
    const { client } = path.hosts;
    expect(await connects(client, path.addresses.server, path.ports.greet)).toBe('SSH-2.0-OpenSSH_9.2p1 lab\r\n');
    expect(await connects(client, path.addresses.server, path.ports.refused)).toBe('ECONNREFUSED');
    expect(await speaksAfter(path, 1.5, path.ports.close)).toBe('FIN');
  });

  it('cut stops everything until mend, loss takes a share of what is forwarded', async () => {
    const path = await owned(natPath({ timeoutSeconds: null, onExpiry: 'silent' }));
    const { router, server } = path.addresses;
    expect(await pingsAnswered(path, server, 5)).toBe(5);
    await path.cut();
    await path.cut();
    expect(await pingsAnswered(path, server, 5)).toBe(0);
    expect(await pingsAnswered(path, router, 5)).toBe(0);
    await path.mend();
    await path.mend();
    expect(await pingsAnswered(path, server, 5)).toBe(5);
    await path.loss(30);
    // 100 pings pass with probability 0.49 each: 15 to 83 is seven standard deviations either way.
    expect(await pingsAnswered(path, server, 100)).toSatisfy((count) => count >= 15 && count <= 83);
    expect(await pingsAnswered(path, router, 20)).toBe(20);
    await path.loss(0);
    expect(await pingsAnswered(path, server, 20)).toBe(20);
  });

  it('refuses a timeout that the kernel cannot count', async () => {
    await expect(natPath({ timeoutSeconds: 1.5, onExpiry: 'silent' })).rejects.toThrow(RangeError);
  });
});

describe.skipIf(problem !== null)('the end of the owner', () => {
  it('SIGKILL leaves namespaces, and the next lab sweeps them with what still runs inside', async () => {
    const owner = await labOwner();
    const inside = processesIn(`${owner.id}-a`);
    expect(inside.length).toBe(2);
    expect(await endedBy(owner, 'SIGKILL')).toEqual([null, 'SIGKILL']);
    expect(namespacesOf(owner.id)).not.toEqual([]);

    const foreign = `netcheck-foreign-${process.pid}`;
    execFileSync('ip', ['netns', 'add', foreign]);
    onTestFinished(() => void execFileSync('ip', ['netns', 'delete', foreign]));
    await owned(quietLan());
    expect(namespacesOf(owner.id)).toEqual([]);
    expect(namespacesOf(foreign)).toEqual([foreign]);
    await vi.waitFor(() => expect(inside.filter(isRunning)).toEqual([]));
  });

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('%s takes the lab away and ends the owner', async (signal) => {
    const owner = await labOwner();
    expect(await endedBy(owner, signal)).toEqual([null, signal]);
    expect(namespacesOf(owner.id)).toEqual([]);
  });

  it("an application's own SIGINT handler decides, and the lab goes when it disposes", async () => {
    const owner = await labOwner(`
      process.once('SIGINT', async () => {
        await new Promise((resolve) => setTimeout(resolve, 100));
        await lab.dispose();
        process.exitCode = 7;
      });`);
    expect(await endedBy(owner, 'SIGINT')).toEqual([7, null]);
    expect(namespacesOf(owner.id)).toEqual([]);
  });

  it('an uncaught exception and a plain end take the lab away', async () => {
    const throwing = await labOwner(`setImmediate(() => { throw new Error('planned'); });`);
    expect(await throwing.ended).toEqual([1, null]);
    expect(namespacesOf(throwing.id)).toEqual([]);
    const forgetful = await labOwner('sleeper.unref();');
    expect(await forgetful.ended).toEqual([0, null]);
    expect(namespacesOf(forgetful.id)).toEqual([]);
  });
});

async function owned<T extends Lab>(building: Promise<T>): Promise<T> {
  const lab = await building;
  onTestFinished(() => lab.dispose());
  return lab;
}

/** `ip netns list` would open each of them, and complain of those that another run is removing meanwhile. */
function namespacesOf(labId: string): string[] {
  return readdirSync('/run/netns')
    .filter((name) => name.startsWith(labId))
    .sort();
}

function processesIn(namespace: string): number[] {
  const pids = execFileSync('ip', ['netns', 'pids', namespace], { encoding: 'utf8' });
  return pids.split('\n').filter(Boolean).map(Number);
}

/** A dead process stays in the list as a zombie until somebody reaps it. */
function isRunning(pid: number): boolean {
  const status = existsSync(`/proc/${pid}`) ? readFileSync(`/proc/${pid}/status`, 'utf8') : '';
  return /^State:\s+[^ZX]/m.test(status);
}

interface LabOwner {
  readonly id: string;
  readonly child: ChildProcess;
  readonly ended: Promise<[number | null, NodeJS.Signals | null]>;
}

/** A program with a quiet LAN, a service and a `sleep` in it, that runs `then` and waits for the sleep. */
async function labOwner(then = ''): Promise<LabOwner> {
  const program = `
    import { quietLan } from '${LAB_MODULE}';
    const lab = await quietLan();
    const sleeper = lab.hosts.a.spawn('sleep', ['1000'], { stdio: 'ignore' });
    // ip-netns(8) is 'sleep' once it has entered the namespace.
    while (!(await lab.hosts.a.run('ip', ['netns', 'pids', lab.hosts.a.namespace])).stdout.includes(sleeper.pid));
    console.log(lab.id);
    ${then}`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  const ended = once(child, 'exit') as LabOwner['ended'];
  const [id] = await Promise.race([
    once(child.stdout, 'data'),
    ended.then((how) => Promise.reject(new Error(`${how}`))),
  ]);
  return { id: String(id).trim(), child, ended };
}

function endedBy(owner: LabOwner, signal: NodeJS.Signals): LabOwner['ended'] {
  owner.child.kill(signal);
  return owner.ended;
}

/** `open`, the first words of the server, or the error's code. */
async function connects(host: LabHost, address: string, port: number): Promise<string> {
  const { stdout } = await host.run(process.execPath, [
    '-e',
    `const socket = require('net').connect(${port}, '${address}');
    const say = (what) => { process.stdout.write(what); process.exit(); };
    socket.on('error', (error) => say(error.code));
    socket.on('data', (data) => say(data.toString()));
    socket.on('connect', () => setTimeout(say, 200, 'open'));`,
  ]);
  return stdout;
}

/** Connects, idles, sends a byte, and tells what it heard within half a second of that: `FIN`, an error, or nothing. */
async function speaksAfter({ hosts, addresses, ports }: NatPath, idleSeconds: number, port: number = ports.hold) {
  const { stdout } = await hosts.client.run(process.execPath, [
    '-e',
    `const socket = require('net').connect({ port: ${port}, host: '${addresses.server}', allowHalfOpen: true });
    const say = (what) => { process.stdout.write(what); process.exit(); };
    socket.on('error', (error) => say(error.code));
    socket.on('end', () => say('FIN'));
    socket.resume();
    socket.on('connect', () => setTimeout(() => socket.write('x'), ${idleSeconds * 1000}));
    socket.on('connect', () => setTimeout(say, ${idleSeconds * 1000 + 500}, 'nothing'));`,
  ]);
  return stdout;
}

async function pingsAnswered(path: NatPath, address: string, count: number): Promise<number> {
  const { stdout } = await path.hosts.client.run('ping', ['-q', '-c', `${count}`, '-i', '0.002', '-W', '0.3', address]);
  return Number(/(\d+) received/.exec(stdout)?.[1]);
}
