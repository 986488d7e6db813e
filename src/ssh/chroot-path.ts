// Whether sshd would accept a ChrootDirectory (sshd_config(5)): every component of the path, `/` included, must be a
// directory of root's that neither its group nor others may write to; else it ends the session right after the login.

/** What stat(2) says of one component. */
export interface PathComponent {
  readonly path: string;
  readonly ownerUid: number;
  /** Permission bits. */
  readonly mode: number;
  readonly isDirectory: boolean;
}

export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly home: string;
}

/** %%, %h, %U and %u (sshd_config(5), TOKENS) replaced; null when there are others, or the path is not absolute. */
export function expandChroot(directory: string, { name, uid, home }: Account): string | null {
  const values: Readonly<Record<string, string>> = { '%': '%', h: home, U: String(uid), u: name };
  let isKnown = true;
  const path = directory.replaceAll(/%(.?)/g, (_, token: string) => {
    const value = values[token];
    if (value === undefined) isKnown = false;
    return value ?? '';
  });
  return isKnown && path.startsWith('/') ? path : null;
}

/** `/`, `/srv`, `/srv/sftp` for `/srv/sftp`. */
export function chrootComponents(path: string): string[] {
  const names = path.split('/').filter((name) => name !== '');
  return ['/', ...names.map((_, index) => `/${names.slice(0, index + 1).join('/')}`)];
}

const WRITABLE_BY_OTHERS = 0o022;

/** Why sshd would refuse it, null when it would not. */
export function chrootProblem({
  ownerUid,
  mode,
  isDirectory,
}: PathComponent): 'not-root' | 'writable' | 'no-directory' | null {
  if (ownerUid !== 0) return 'not-root';
  if ((mode & WRITABLE_BY_OTHERS) !== 0) return 'writable';
  return isDirectory ? null : 'no-directory';
}
