// `netcheck demo`: builds a network with faults in it and lets the real program find them, with a sentence before each step.

import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { print } from '../print.ts';
import { LabUnavailable } from './availability.ts';
import { DEMO, type DemoNetwork, demoNetwork } from './demo-network.ts';

interface DemoStep {
  readonly built: string;
  readonly expected: string;
  readonly args: readonly string[];
}

const STEPS: readonly DemoStep[] = [
  {
    built: `A LAN, 10.77.0.0/24, on which two machines have the address ${DEMO.sharedAddress}: one runs a service on port 22, the other refuses it.`,
    expected: 'netcheck should find both machines, by their MAC addresses, in about 2 seconds.',
    args: ['--dup-ip', DEMO.sharedAddress],
  },
  {
    built: `The LAN's gateway, ${DEMO.gateway}, is a NAT that forgets a TCP connection after ${DEMO.timeoutSeconds} idle seconds, without a word. Behind it is a server, ${DEMO.server}.`,
    expected: `netcheck should find an idle timeout between 5.5 and 6.5 seconds, and no loss, in about 18 seconds.`,
    args: ['--idle-timeout', `${DEMO.server}:${DEMO.port}`, '--ping', DEMO.server, '--max-idle', '30s'],
  },
];

const CAUSE_FOUND = 1;
const NOT_MEASURED = 3;
const INTERRUPTED = 130;

/** Runs the demo on `stdio` of `process`. Resolves with 0 when every step found what it should, and with 3 without root. */
export async function runDemo(process: NodeJS.Process, color: boolean, signal: AbortSignal): Promise<number> {
  try {
    const failures = await runSteps(process, color, signal);
    if (signal.aborted) return INTERRUPTED;
    const verdict =
      failures === 0 ? 'Both faults were found.' : `${failures} of ${STEPS.length} faults were not found!`;
    print(process.stdout, `\n=== ${verdict} The virtual network is gone again. ===\n`);
    return failures === 0 ? 0 : NOT_MEASURED;
  } catch (error) {
    if (!(error instanceof LabUnavailable)) throw error;
    print(process.stderr, `netcheck: ${error.message}\n`);
    return NOT_MEASURED;
  }
}

/** How many steps did not find what they should. */
async function runSteps(process: NodeJS.Process, color: boolean, signal: AbortSignal): Promise<number> {
  const say = (text: string): void => print(process.stdout, `${text}\n`);
  await using network = await demoNetwork();
  say('A virtual network was built in namespaces of its own; no packet leaves them.');
  let failures = 0;
  for (const [index, step] of STEPS.entries()) {
    if (signal.aborted) break;
    say(`\n=== ${index + 1} of ${STEPS.length} ===\nBuilt: ${step.built}\nExpected: ${step.expected}\n`);
    const code = await runStep(network, step, color, process);
    if (code !== CAUSE_FOUND) failures++;
  }
  return failures;
}

async function runStep(
  network: DemoNetwork,
  { args }: DemoStep,
  color: boolean,
  process: NodeJS.Process,
): Promise<number | null> {
  const program = fileURLToPath(new URL('../../bin/netcheck.js', import.meta.url));
  print(process.stdout, `$ netcheck ${args.join(' ')}\n`);
  // What the user's settings leave out or shorten is not to fail the demo.
  const all = [program, ...args, '--no-config', ...(color ? [] : ['--no-color'])];
  const child = network.hosts.scanner.spawn(process.execPath, all, { stdio: 'inherit' });
  const [code] = (await once(child, 'exit')) as [number | null];
  return code;
}
