// One haproxy on a lab host: a proxy that ends TCP on both sides and closes what carries no data for too long. Its kernel
// answers keepalive probes, which never reach the proxy itself, as with any proxy or load balancer of this kind.

import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { LabUnavailable } from './availability.ts';
import { findCommand } from './command.ts';
import type { LabHost } from './lab.ts';
import { letOwnerEnd } from './service.ts';

export interface TcpProxyOptions {
  readonly listenPort: number;
  /** `address:port` of the service behind it. */
  readonly server: string;
  /** Closes a connection that carried no data for so long, with a FIN. */
  readonly idleSeconds: number;
}

/** Starting it takes 50 ms on an idle machine. */
const READY_TIMEOUT_MS = 10_000;
const READY_GLANCE_MS = 20;

/** Resolves when it listens. It ends with the lab. */
export async function startTcpProxy(host: LabHost, options: TcpProxyOptions): Promise<void> {
  if (findCommand('haproxy') === null) {
    throw new LabUnavailable('This lab needs haproxy, which is not installed: apt-get install haproxy');
  }
  const folder = mkdtempSync(join(tmpdir(), 'netcheck-haproxy-'));
  try {
    // Read at the start only.
    const file = join(folder, 'haproxy.cfg');
    writeFileSync(file, `${configuration(options)}\n`);
    // In the foreground.
    const child = host.spawn('haproxy', ['-db', '-f', file], { stdio: ['ignore', 'ignore', 'pipe'] });
    await listening(host, child, options.listenPort);
    letOwnerEnd(child);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function listening(host: LabHost, child: ChildProcess, port: number): Promise<void> {
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-2000);
  });
  child.once('error', (error) => {
    said += error.message;
  });
  for (const deadline = performance.now() + READY_TIMEOUT_MS; ; ) {
    const { stdout } = await host.run('ss', ['-Htln', `sport = :${port}`]);
    if (stdout !== '') return;
    const hasEnded = child.exitCode !== null || child.signalCode !== null;
    if (hasEnded || performance.now() > deadline) {
      throw new LabUnavailable(
        `The lab's haproxy does not listen on ${host.name}: ${said.trim() || 'it said nothing'}`,
      );
    }
    await sleep(READY_GLANCE_MS);
  }
}

function configuration({ listenPort, server, idleSeconds }: TcpProxyOptions): string {
  return `
    global
      maxconn 1000
      nbthread 1
    listen lab
      mode tcp
      bind :${listenPort}
      timeout connect 5s
      timeout client ${idleSeconds}s
      timeout server ${idleSeconds}s
      server far ${server}`;
}
