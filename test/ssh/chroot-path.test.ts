// A ChrootDirectory as sshd judges it: every component, and only root may have a say in it.

import { expect, test } from 'vitest';
import { chrootComponents } from '../../src/ssh/chroot-path.ts';
import { chrootProblem, expandChroot } from '../../src/ssh/index.ts';

const DEPLOY = { name: 'deploy', uid: 1001, home: '/home/deploy' };

test.each([
  ['/srv/%u', '/srv/deploy'],
  ['%h/jail', '/home/deploy/jail'],
  ['/srv/%U/100%%', '/srv/1001/100%'],
  ['/srv/%i', null],
  ['/srv/%', null],
  ['srv', null],
])('%s is %s', (directory, path) => expect(expandChroot(directory, DEPLOY)).toBe(path));

test.each([
  ['/', ['/']],
  ['/srv/sftp/', ['/', '/srv', '/srv/sftp']],
  ['//srv', ['/', '/srv']],
])('the components of %s', (path, components) => expect(chrootComponents(path)).toEqual(components));

test.each([
  [0, 0o755, true, null],
  [0, 0o1777, true, 'writable'],
  [0, 0o775, true, 'writable'],
  [1001, 0o700, true, 'not-root'],
  [0, 0o644, false, 'no-directory'],
] as const)('owner %i, mode %o, a directory: %s', (ownerUid, mode, isDirectory, problem) => {
  expect(chrootProblem({ path: '/srv', ownerUid, mode, isDirectory })).toBe(problem);
});
