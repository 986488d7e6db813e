// From root to the user who typed sudo, for good: after this nothing that the network sends is read with root's rights.

/** In Node since 0.9.4, missing from its type declarations. */
interface GroupsOfUser {
  initgroups(user: string, extraGroup: number): void;
}

/**
 * Becomes the user that sudo was called by (SUDO_UID, SUDO_GID, sudo(8)), groups included. Does nothing when there is
 * none. @throws Error when root could be regained afterwards.
 */
export function becomeInvokingUser(process: NodeJS.Process & Partial<GroupsOfUser>): void {
  const uid = Number(process.env.SUDO_UID);
  const gid = Number(process.env.SUDO_GID);
  const user = process.env.SUDO_USER;
  const isSudo = process.getuid?.() === 0 && Number.isInteger(uid) && Number.isInteger(gid) && uid > 0 && user;
  if (!isSudo) return;
  // Groups while still root, then the group, the user last: each needs the rights that the next gives up.
  process.initgroups?.(user, gid);
  process.setgid?.(gid);
  process.setuid?.(uid);
  try {
    process.setuid?.(0);
  } catch {
    return;
  }
  throw new Error('root privileges could be regained after giving them up');
}
