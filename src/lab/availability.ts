// Whether a lab can be built here, told in one line that says what to do when it cannot.

import { readFileSync } from 'node:fs';
import { findCommand } from './command.ts';

/** The machine does not let a lab be built. The message is one line, fit to be shown as it is. */
export class LabUnavailable extends Error {
  override readonly name = 'LabUnavailable';
}

const PACKAGES = { ip: 'iproute2', nft: 'nftables', sysctl: 'procps' } as const;

/** capabilities(7): ip-netns(8) mounts and unshares, links and rules are network administration. */
const CAP_NET_ADMIN = 12n;
const CAP_SYS_ADMIN = 21n;

/** Why no lab can be built, or null. Cheap; that the kernel refuses a namespace is only found by building one. */
export function labProblem(): string | null {
  if (process.platform !== 'linux') return 'The lab builds Linux network namespaces: it does not run on this system.';
  if (process.geteuid?.() !== 0) return 'The lab builds network namespaces and needs root: run it with sudo.';
  if (!isCapable(CAP_SYS_ADMIN) || !isCapable(CAP_NET_ADMIN)) {
    return 'This container may not create network namespaces: run it with --privileged (CAP_SYS_ADMIN, CAP_NET_ADMIN).';
  }
  for (const [command, name] of Object.entries(PACKAGES)) {
    if (findCommand(command) === null)
      return `The lab needs ${command}, which is not installed: apt-get install ${name}`;
  }
  return null;
}

function isCapable(capability: bigint): boolean {
  const effective = /^CapEff:\s*([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
  return effective !== undefined && ((BigInt(`0x${effective}`) >> capability) & 1n) === 1n;
}
