// What passes a lab host's interface, in tcpdump's words: a witness that shares no code with netcheck.

import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { LabHost } from '../../src/lab/index.ts';

/** Resolves once tcpdump listens; `firstLine` is what it says of the first frame that passes the filter. */
export async function watchWire(host: LabHost, filter: string): Promise<{ readonly firstLine: Promise<string> }> {
  const child = await startTcpdump(host, ['-c', '1', filter]);
  return { firstLine: new Promise((resolve) => child.stdout?.once('data', (line) => resolve(String(line)))) };
}

/** Resolves once tcpdump listens; `end` stops it and resolves with a line for every frame that passed the filter. */
export async function recordWire(host: LabHost, filter: string): Promise<{ readonly end: () => Promise<string[]> }> {
  // Each frame at once, not when some have gathered: the last ones are there when it is stopped.
  const child = await startTcpdump(host, ['--immediate-mode', filter]);
  let text = '';
  child.stdout?.on('data', (chunk) => {
    text += chunk;
  });
  const end = async (): Promise<string[]> => {
    child.kill('SIGINT');
    await once(child, 'close');
    return text.split('\n').filter((line) => line !== '');
  };
  return { end };
}

/** By the kernel's count. */
export async function framesSent(host: LabHost): Promise<number> {
  return Number((await host.run('cat', ['/sys/class/net/eth0/statistics/tx_packets'])).stdout);
}

async function startTcpdump(host: LabHost, args: readonly string[]): Promise<ChildProcess> {
  const child = host.spawn('tcpdump', ['-lnei', 'eth0', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  await new Promise<void>((resolve, reject) => {
    child.once('exit', () => reject(new Error(`tcpdump ended: ${said}`)));
    child.stderr?.on('data', (text) => {
      said += text;
      if (said.includes('listening on')) resolve();
    });
  });
  return child;
}
