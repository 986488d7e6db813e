// From root to the user who typed sudo, for good: after this nothing that the network sends is read with root's rights.

import { userInfo } from 'node:os';

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

/** Who typed sudo (SUDO_UID, SUDO_GID, SUDO_USER, sudo(8)); null without sudo, and when root did. */
function invokingUser(process: Process): InvokingUser | null {
  const uid = Number(process.env.SUDO_UID);
  const gid = Number(process.env.SUDO_GID);
  const name = process.env.SUDO_USER;
  const isSudo = process.getuid?.() === 0 && Number.isInteger(uid) && Number.isInteger(gid) && uid > 0 && name;
  return isSudo ? { uid, gid, name } : null;
}

/** How a child process is started that is the invoking user's; for execFile and its like. */
export function childOfInvokingUser(process: Process): {
  readonly uid?: number;
  readonly gid?: number;
  readonly env: NodeJS.ProcessEnv;
} {
  const user = invokingUser(process);
  // The home of the password database, as OpenSSH takes it, whatever sudo left in HOME.
  const { username, homedir, shell } = asInvokingUser(process, () => userInfo());
  const env = { ...process.env, HOME: homedir, USER: username, LOGNAME: username, ...(shell ? { SHELL: shell } : {}) };
  return user === null ? { env } : { uid: user.uid, gid: user.gid, env };
}

/** Becomes the invoking user, groups included, for good. @throws Error when root could be regained afterwards. */
export function becomeInvokingUser(process: Process): void {
  const user = invokingUser(process);
  if (user === null) return;
  // Groups while still root, then the group, the user last: each needs the rights that the next gives up.
  process.initgroups?.(user.name, user.gid);
  process.setgid?.(user.gid);
  process.setuid?.(user.uid);
  try {
    process.setuid?.(0);
  } catch {
    return;
  }
  throw new Error('root privileges could be regained after giving them up');
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
