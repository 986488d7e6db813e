// LANs on which two MACs claim 10.77.0.5, the program's proof run on one, and what a run leaves behind there.

import { fileURLToPath } from 'node:url';
import type { Mac } from '../../src/address/mac.ts';
import { createLab } from '../../src/lab/create-lab.ts';
import type { Lab, LabHost } from '../../src/lab/index.ts';
import { LAN_INTERFACE, LAN_STATIONS, lanPlan } from '../../src/lab/lan.ts';
import type { ClaimantAnswer, Possibility } from '../../src/proof/index.ts';

const SCRIPT = fileURLToPath(new URL('./prove-claimants.mjs', import.meta.url));

export const CLAIMED = LAN_STATIONS.a.address;
export const MACS = { a: LAN_STATIONS.a.mac, b: LAN_STATIONS.b.mac } as const;

export function claimantLan(): Promise<Lab<'scanner' | 'a' | 'b' | 'switch'>> {
  const { scanner, a, b } = LAN_STATIONS;
  return createLab(lanPlan({ scanner, a, b }), async () => ({}));
}

/** Gives a host a second interface on the same switch, with the claimed address too; resolves with its MAC. */
export async function addSecondLeg(host: LabHost, hub: LabHost): Promise<Mac> {
  const mac = '52:54:00:77:00:99' as Mac;
  const wire = ['link', 'add', 'eth1', 'address', mac, 'type', 'veth', 'peer', 'name', 'leg', 'netns', hub.namespace];
  await host.run('ip', wire);
  await hub.run('ip', ['link', 'set', 'leg', 'master', 'bridge', 'up']);
  await host.run('ip', ['address', 'add', `${CLAIMED}/24`, 'dev', 'eth1']);
  await host.run('ip', ['link', 'set', 'eth1', 'up']);
  return mac;
}

export interface ProofRun {
  readonly macs?: readonly Mac[];
  readonly times?: number;
  readonly dropRoot?: boolean;
  readonly abortAfterMs?: number;
  /** nft can't be executed. */
  readonly withoutNft?: boolean;
}

export interface Proof {
  readonly answers: readonly ClaimantAnswer[];
  readonly markedConnections: Possibility;
  readonly wallMs: number;
  readonly uid: number;
}

export function proofCommand(run: ProofRun): [string, string[]] {
  const options = {
    ip: CLAIMED,
    macs: run.macs ?? [MACS.a, MACS.b],
    port: 22,
    times: run.times ?? 1,
    interfaceName: LAN_INTERFACE,
    senderIp: LAN_STATIONS.scanner.address,
    dropRoot: run.dropRoot ?? false,
    abortAfterMs: run.abortAfterMs ?? null,
  };
  const command = [process.execPath, SCRIPT, JSON.stringify(options)];
  return run.withoutNft ? withoutNft(command) : [command[0] as string, command.slice(1)];
}

/** `ip netns exec` gives every command its own view of mounts: only this one misses nft. */
export function withoutNft(command: readonly string[]): [string, string[]] {
  return ['sh', ['-c', 'mount --bind /dev/null "$(command -v nft)" && exec "$@"', 'sh', ...command]];
}

/** Every proof of one run of the script. */
export async function proofs(scanner: LabHost, run: ProofRun = {}): Promise<readonly Proof[]> {
  const { stdout, stderr, exitCode } = await scanner.run(...proofCommand(run), { timeoutMs: 60_000 });
  if (exitCode !== 0 || stderr !== '') throw new Error(`the proof ended with ${exitCode}: ${stderr}`);
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Proof);
}

export async function prove(scanner: LabHost, run: ProofRun = {}): Promise<Proof> {
  const [proof] = await proofs(scanner, run);
  if (proof === undefined) throw new Error('the proof printed nothing');
  return proof;
}

/**
 * Resolves while a proof holds a connection to each of two claimants, which also says that its rules are made. One process
 * does the looking, because the moment is short.
 */
export async function untilConnected(scanner: LabHost): Promise<void> {
  const look = 'while [ "$(ss -Htn state established | wc -l)" -lt 2 ]; do :; done';
  const { exitCode } = await scanner.run('sh', ['-c', look], { timeoutMs: 30_000 });
  if (exitCode !== 0) throw new Error('there were no two connections within 30 s');
}

/** All that a proof could leave on the machine: rules, neighbours, sockets, processes. */
export async function traces(host: LabHost): Promise<string> {
  const looks = [
    ['nft', 'list', 'ruleset'],
    ['ip', 'neigh'],
    ['ss', '-Hta'],
    // Not in a pipe: whether its last command has begun when they are counted is chance.
    ['sh', '-c', 'pids=$(ip netns pids "$(ip netns identify $$)"); echo "$pids" | wc -l'],
  ] as const;
  const found: string[] = [];
  for (const [command, ...args] of looks) found.push((await host.run(command, args)).stdout);
  return found.join('--\n');
}
