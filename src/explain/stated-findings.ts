// Sessions of which OpenSSH, or the log itself, says why they ended.

import { finding, quote, type Remaining, sessionsWere } from './drop-finding.ts';
import type { Finding } from './finding.ts';
import type { Drop, End } from './session.ts';

export function statedFindings(left: Remaining): Finding[] {
  const take = (end: End): Drop[] => left.take((drop) => drop.end === end);
  const [chroot, damaged, setting, restart] = [take('chroot'), take('damaged'), take('setting'), take('restart')];
  return [
    ...finding('chroot', 'stated', chroot, {
      title: `${sessionsWere(chroot.length)} ended by sshd right after the login: it refuses the ChrootDirectory`,
      proof: `sshd says so: ${quote(chroot)}`,
      rulesOut: ['every cause in the network', 'idle timeouts and keepalives: nothing was idle'],
      causes: [
        [
          'chroot-directory',
          'every folder of that path must be root’s, and writable by nobody else; what users write to comes below it',
        ],
      ],
    }),
    ...finding('damaged', 'stated', damaged, {
      title: `${sessionsWere(damaged.length)} ended because bytes arrived damaged`,
      proof: `OpenSSH says so: ${quote(damaged)}`,
      rulesOut: ['timeouts of any kind, loss and a second machine: the connection worked'],
      causes: damaged[0]?.message?.causes ?? [],
    }),
    ...finding('closed-by-setting', 'stated', setting, {
      title: `${sessionsWere(setting.length)} closed by a setting of OpenSSH`,
      proof: `it says so: ${quote(setting)}`,
      rulesOut: ['every cause in the network'],
      causes: setting[0]?.message?.causes ?? [],
    }),
    ...finding('restart', 'stated', restart, {
      title: `${sessionsWere(restart.length)} open when the server started anew`,
      proof: `the log begins another boot at line ${restart[0]?.lineNumber}`,
      rulesOut: ['idle timeouts, keepalives and the configuration of one session'],
      causes: [['server-process-ended', 'the whole machine restarted']],
    }),
  ];
}
