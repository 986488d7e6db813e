// From root to whoever needs no rights, for good: after this nothing that the network sends is read with root's rights.

import { readFileSync } from 'node:fs';
import { environmentOfUser } from './environment.ts';

/** In Node since 0.9.4, missing from its type declarations. */
interface GroupsOfUser {
  initgroups(user: string, extraGroup: number): void;
}

type Process = NodeJS.Process & Partial<GroupsOfUser>;

interface InvokingUser {
  readonly uid: number;
  readonly gid: number;
  readonly name: string;
}

/** What still has to be done as root where root itself typed the command, with no user behind it to become. */
export interface RightsNeeded {
  /** root's own files are read, or root's ssh is run. */
  readonly asRoot: boolean;
  /** Files are written that were named: folders of others are root's to write to. */
  readonly toWriteFiles: boolean;
  /** The system's ping is run, whose file may have to give it the right to its sockets. */
  readonly toPing: boolean;
}

export const NOTHING_NEEDED: RightsNeeded = { asRoot: false, toWriteFiles: false, toPing: false };

/** The system calls behind it (libc/privileges.ts). Capabilities by their number (capabilities(7)). */
export interface Kernel {
  capabilitiesHeld(): number[];
  keepCapabilities(numbers: readonly number[]): void;
  refuseNewPrivileges(): void;
  refusesNewPrivileges(): boolean;
  programsMayGain(): number[];
  limitPrograms(numbers: readonly number[]): void;
}

/** What this process may do beyond what its user may. */
export interface Privileges {
  /** Gives it up for good. @throws Error when any of it could be regained afterwards. */
  giveUp(needed: RightsNeeded): void;
}

/** nobody and its group on every Linux: the kernel's overflow ids (user_namespaces(7)). */
const NOBODY = 65_534;
const CAP_DAC_OVERRIDE = 1;
const CAP_SETPCAP = 8;
const CAP_NET_RAW = 13;

/** Loads what giving up takes, where there is something to be given up. */
export async function privilegesOf(process: Process): Promise<Privileges> {
  if (process.getuid?.() !== 0 && !hasCapabilities()) return { giveUp: () => {} };
  const kernel = await import('./libc/privileges.ts');
  return { giveUp: (needed) => giveUp(process, needed, kernel) };
}

/** Those of a file or of a service manager (AmbientCapabilities=), without root. */
function hasCapabilities(): boolean {
  try {
    return /^CapPrm:\s*0*[1-9a-f]/m.test(readFileSync('/proc/self/status', 'latin1'));
  } catch {
    return false;
  }
}

/**
 * Becomes the user who typed sudo, groups included, or nobody where root typed the command and nothing more is needed of it;
 * then holds no capability, and no program that is started may gain one. @throws Error when that is not so afterwards
 */
export function giveUp(process: Process, needed: RightsNeeded, kernel: Kernel): void {
  // Root's programs would have all of its rights again, and ping's needs one.
  if (needed.toPing && kernel.capabilitiesHeld().includes(CAP_SETPCAP)) kernel.limitPrograms([CAP_NET_RAW]);
  const user = invokingUser(process);
  if (user !== null) become(process, user);
  else if (process.getuid?.() === 0 && !needed.asRoot && !needed.toWriteFiles) becomeNobody(process);
  const isRoot = process.getuid?.() === 0;
  const kept = isRoot && needed.toWriteFiles ? [CAP_DAC_OVERRIDE] : [];
  // A root of a container may lack what is to be kept.
  const held = kernel.capabilitiesHeld();
  kernel.keepCapabilities(kept.filter((number) => held.includes(number)));
  // Where a container withholds the right to limit programs, they gain nothing, ping included.
  if (!needed.toPing || !isLimited(isRoot, kernel)) kernel.refuseNewPrivileges();
  assertGivenUp(process, isRoot, kept, needed, kernel);
}

/** Groups while still root, then the group, the user last: each needs the rights that the next gives up. */
function become(process: Process, { uid, gid, name }: InvokingUser): void {
  try {
    process.initgroups?.(name, gid);
    process.setgid?.(gid);
    process.setuid?.(uid);
  } catch (error) {
    throw new Error(`can't become ${name} (SUDO_UID ${uid}, SUDO_GID ${gid}): ${(error as Error).message}`);
  }
}

function becomeNobody(process: Process): void {
  try {
    process.setgroups?.([]);
    process.setgid?.(NOBODY);
    process.setuid?.(NOBODY);
  } catch (error) {
    // A container that has no such id: its root keeps its name, and nothing else.
    if (!['EINVAL', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}

/** Programs of others may gain what their files give, which is theirs; those of root all that the bounding set has. */
function isLimited(isRoot: boolean, kernel: Kernel): boolean {
  return !isRoot || kernel.programsMayGain().every((number) => number === CAP_NET_RAW);
}

function assertGivenUp(
  process: Process,
  isRoot: boolean,
  kept: readonly number[],
  { toPing }: RightsNeeded,
  kernel: Kernel,
): void {
  const left = kernel.capabilitiesHeld().filter((number) => !kept.includes(number));
  if (left.length > 0) throw new Error(`capabilities are left after giving them up: ${left.join(', ')}`);
  if (!kernel.refusesNewPrivileges() && !(toPing && isLimited(isRoot, kernel)))
    throw new Error('programs could gain privileges after giving them up');
  if (isRoot) return;
  for (const regain of [() => process.setuid?.(0), () => process.setgroups?.([0])]) {
    try {
      regain();
    } catch {
      continue;
    }
    throw new Error('root privileges could be regained after giving them up');
  }
}

/** Who typed sudo (SUDO_UID, SUDO_GID, SUDO_USER, sudo(8)); null without sudo, and when root did. */
function invokingUser(process: Process): InvokingUser | null {
  const uid = Number(process.env.SUDO_UID);
  const gid = Number(process.env.SUDO_GID);
  const name = process.env.SUDO_USER;
  const isSudo = process.getuid?.() === 0 && isId(uid) && isId(gid) && uid > 0 && name;
  return isSudo ? { uid, gid, name } : null;
}

/** The highest is none: to setuid(2) and chown(2) it means to leave what there is. */
const NO_ID = 2 ** 32 - 1;

function isId(number: number): boolean {
  return Number.isInteger(number) && number >= 0 && number < NO_ID;
}

/** How a child process is started that is the invoking user's; for execFile and its like. */
export function childOfInvokingUser(process: Process): {
  readonly uid?: number;
  readonly gid?: number;
  readonly env: NodeJS.ProcessEnv;
} {
  const user = invokingUser(process);
  const env = asInvokingUser(process, () => environmentOfUser(process.env));
  // Node takes ids of 32 bits for signed ones here, and in other places not.
  return user === null ? { env } : { uid: user.uid | 0, gid: user.gid | 0, env };
}

/** Does what needs no more rights than the invoking user has, while root is still needed later: reading the files they name. */
export function asInvokingUser<T>(process: Process, work: () => T): T {
  const user = invokingUser(process);
  if (user === null) return work();
  const groups = process.getgroups?.() ?? [];
  const group = process.getegid?.() ?? 0;
  process.initgroups?.(user.name, user.gid);
  process.setegid?.(user.gid);
  process.seteuid?.(user.uid);
  try {
    return work();
  } finally {
    process.seteuid?.(0);
    process.setegid?.(group);
    process.setgroups?.(groups);
  }
}
