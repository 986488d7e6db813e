// What passes a lab host's interface, in tcpdump's words: a witness that shares no code with netcheck.

import type { LabHost } from '../../src/lab/index.ts';

/** Resolves once tcpdump listens; `firstLine` is what it says of the first frame that passes the filter. */
export async function watchWire(host: LabHost, filter: string): Promise<{ readonly firstLine: Promise<string> }> {
  const child = host.spawn('tcpdump', ['-lnei', 'eth0', '-c', '1', filter], { stdio: ['ignore', 'pipe', 'pipe'] });
  const firstLine = new Promise<string>((resolve) => child.stdout?.once('data', (line) => resolve(String(line))));
  let said = '';
  await new Promise<void>((resolve, reject) => {
    child.once('exit', () => reject(new Error(`tcpdump ended: ${said}`)));
    child.stderr?.on('data', (text) => {
      said += text;
      if (said.includes('listening on')) resolve();
    });
  });
  return { firstLine };
}
