// Without /proc nothing says which rights, routes and interfaces there are: that is told, and nothing is concluded from it.

import { expect, test } from 'vitest';
import { quietLan } from '../../src/lab/index.ts';
import { commandLine, labUnavailable } from '../support/lab-run.ts';

const HIDDEN = 'mount -t tmpfs none /proc && exec "$@"';
const SAYS =
  'the proc file system is not there, which says what this machine is and may; mount it: mount -t proc proc /proc';

test.skipIf(labUnavailable())('a machine without /proc is told so, whatever is asked', async () => {
  await using lab = await quietLan();
  const run = (...args: string[]) =>
    lab.hosts.scanner.run('unshare', ['-m', 'sh', '-c', HIDDEN, 'sh', ...commandLine(args, 'root').flat()]);
  for (const args of [['--dup-ip', lab.emptyAddress], ['--ping', '127.0.0.1', '--count', '1'], ['demo']]) {
    expect(await run(...args)).toMatchObject({ stdout: '', stderr: `netcheck: ${SAYS}\n`, exitCode: 3 });
  }
  const plugin = await run('--nagios', '--dup-ip', 'self');
  expect(plugin).toMatchObject({ stdout: `NETCHECK UNKNOWN - ${SAYS}\n`, exitCode: 3 });
  const doctor = await run('doctor', '--plain');
  expect(doctor.stdout).toMatch(/^missing\tsystem\t.*\tmount -t proc proc \/proc$/m);
  expect(doctor.exitCode).toBe(3);
});
