// What can be measured on this machine, what can't, and the command that changes it. Pure.

import type { MachineFacts } from './machine.ts';

export interface DoctorFinding {
  /** `limited`: it works, less well. */
  readonly state: 'ok' | 'limited' | 'missing';
  readonly what: string;
  readonly says: string;
  /** A command to type; null where nothing need be done. */
  readonly fix: string | null;
}

const OLDEST_NODE = [20, 19] as const;
/** The ladder's connections for the longest idle times, and what Node itself opens. */
const ENOUGH_FILES = 256;

export function examineMachine(facts: MachineFacts): DoctorFinding[] {
  return [
    platform(facts),
    packets(facts),
    arp(facts),
    proof(facts),
    echo(facts),
    path(facts),
    idle(facts),
    sessions(facts),
    names(facts),
    demo(facts),
    locale(facts),
    configuration(facts),
  ];
}

function platform({ node, isLinux, hasProc }: MachineFacts): DoctorFinding {
  const [major = 0, minor = 0] = node.split('.').map(Number);
  const isOld = major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1]);
  if (!isLinux) return { state: 'missing', what: 'system', says: 'netcheck measures on Linux only', fix: null };
  if (!hasProc) {
    const says = 'there is no /proc: it is not known what this machine is and may';
    return { state: 'missing', what: 'system', says, fix: 'mount -t proc proc /proc' };
  }
  return isOld
    ? { state: 'missing', what: 'Node.js', says: `${node} is older than 20.19`, fix: 'install Node.js 20.19 or newer' }
    : { state: 'ok', what: 'Node.js', says: node, fix: null };
}

function packets({ koffiProblem }: MachineFacts): DoctorFinding {
  const what = 'system calls (koffi)';
  return koffiProblem === null
    ? { state: 'ok', what, says: 'loaded', fix: null }
    : {
        state: 'missing',
        what,
        says: `${koffiProblem}: neither ARP nor idle timeouts`,
        fix: 'npm install --global netcheck',
      };
}

function arp({ canOpenRawSockets, programs }: MachineFacts): DoctorFinding {
  const what = 'duplicate addresses (--dup-ip)';
  if (canOpenRawSockets) return { state: 'ok', what, says: 'packet sockets may be opened', fix: null };
  const fix = programs.sudo === null ? 'run it as root' : 'sudo netcheck --dup-ip …';
  return { state: 'missing', what, says: 'ARP needs root (CAP_NET_RAW)', fix };
}

function proof(facts: MachineFacts): DoctorFinding {
  const what = 'proof of who shares an address';
  const { nft } = facts.programs;
  if (nft !== null) return { state: 'ok', what, says: `nftables, ${nft}`, fix: null };
  const says = 'without nftables no host keys are read: only whether a port is open';
  return { state: 'limited', what, says, fix: install(facts, 'nft') };
}

function echo(facts: MachineFacts): DoctorFinding {
  const { canOpenRawSockets, canPingUnprivileged, programs } = facts;
  const what = 'echo requests (--ping)';
  if (canOpenRawSockets) return { state: 'ok', what, says: 'raw sockets', fix: null };
  if (canPingUnprivileged) return { state: 'ok', what, says: 'ICMP sockets of the kernel, without root', fix: null };
  if (programs.ping !== null) return { state: 'ok', what, says: "by the system's ping, without root", fix: null };
  return { state: 'missing', what, says: 'no ping program, and no ICMP sockets', fix: install(facts, 'ping') };
}

function path(facts: MachineFacts): DoctorFinding {
  const { canOpenRawSockets, rawSocketProblem, programs } = facts;
  const what = 'paths (--path)';
  if (canOpenRawSockets && rawSocketProblem === null) return { state: 'ok', what, says: 'raw sockets', fix: null };
  const slower = "slower, by the system's ping and a few connections";
  if (canOpenRawSockets) {
    const says = `the raw-socket package is not there: ${slower}`;
    // npm 12 runs no install script that is not named; earlier ones take no notice.
    const fix =
      'install a C++ compiler, make and python3, then what netcheck was installed from once more: npm install --global --allow-scripts=@justjam2013/raw-socket ./netcheck-<version>.tgz (in a checkout: npm rebuild raw-socket)';
    return { state: 'limited', what, says, fix };
  }
  if (programs.ping !== null) return { state: 'ok', what, says: slower, fix: null };
  return { state: 'limited', what, says: 'no ping program: a few connections only', fix: install(facts, 'ping') };
}

function idle({ koffiProblem, openFilesLimit }: MachineFacts): DoctorFinding {
  const what = 'idle timeouts (--idle-timeout)';
  if (koffiProblem !== null) return { state: 'missing', what, says: 'needs system calls, see above', fix: null };
  if (openFilesLimit !== null && openFilesLimit < ENOUGH_FILES) {
    const says = `only ${openFilesLimit} files may be open: fewer connections at once`;
    return { state: 'limited', what, says, fix: 'ulimit -n 1024' };
  }
  return { state: 'ok', what, says: 'needs no root', fix: null };
}

function sessions(facts: MachineFacts): DoctorFinding {
  const what = 'SSH sessions and settings';
  const { programs, sshVersion } = facts;
  return programs.ssh === null
    ? { state: 'missing', what, says: 'there is no ssh', fix: install(facts, 'ssh') }
    : { state: 'ok', what, says: sshVersion ?? programs.ssh, fix: null };
}

function names(facts: MachineFacts): DoctorFinding {
  const what = 'names (netcheck user@host)';
  const { getent } = facts.programs;
  return getent === null
    ? { state: 'limited', what, says: 'there is no getent: give addresses', fix: install(facts, 'getent') }
    : { state: 'ok', what, says: getent, fix: null };
}

function demo(facts: MachineFacts): DoctorFinding {
  const what = 'the demo';
  const { isRoot, programs } = facts;
  const absent = (['ip', 'nft'] as const).find((name) => programs[name] === null);
  if (absent !== undefined)
    return { state: 'limited', what, says: `there is no ${absent}`, fix: install(facts, absent) };
  return isRoot
    ? { state: 'ok', what, says: 'namespaces may be made', fix: null }
    : { state: 'limited', what, says: 'it builds its network as root', fix: 'sudo netcheck demo' };
}

function locale({ isUtf8 }: MachineFacts): DoctorFinding {
  const what = 'characters';
  return isUtf8
    ? { state: 'ok', what, says: 'UTF-8', fix: null }
    : {
        state: 'limited',
        what,
        says: 'the locale is not UTF-8: tables are drawn with ASCII',
        fix: 'export LC_ALL=C.UTF-8',
      };
}

function configuration({ defaults }: MachineFacts): DoctorFinding {
  const what = 'defaults of options';
  switch (defaults.kind) {
    case 'none':
      return { state: 'ok', what, says: 'as built in, from no file', fix: null };
    case 'file':
      return { state: 'ok', what, says: `from ${defaults.path}`, fix: null };
    case 'problem':
      return { state: 'missing', what, says: defaults.problem, fix: 'mend it, or say --no-config' };
  }
}

type Installed = 'nft' | 'ping' | 'ssh' | 'ip' | 'getent';

/** Package managers by what os-release(5) calls the distribution or its parent, and what their packages are called. */
const MANAGERS: readonly {
  readonly of: readonly string[];
  readonly command: string;
  readonly packages: Readonly<Record<Installed, string>>;
}[] = [
  {
    of: ['debian', 'ubuntu'],
    command: 'sudo apt-get install',
    packages: { nft: 'nftables', ping: 'iputils-ping', ssh: 'openssh-client', ip: 'iproute2', getent: 'libc-bin' },
  },
  {
    of: ['fedora', 'rhel', 'centos'],
    command: 'sudo dnf install',
    packages: { nft: 'nftables', ping: 'iputils', ssh: 'openssh-clients', ip: 'iproute', getent: 'glibc-common' },
  },
  {
    of: ['alpine'],
    command: 'apk add',
    packages: { nft: 'nftables', ping: 'iputils-ping', ssh: 'openssh-client', ip: 'iproute2', getent: 'musl-utils' },
  },
  {
    of: ['arch'],
    command: 'sudo pacman -S',
    packages: { nft: 'nftables', ping: 'iputils', ssh: 'openssh', ip: 'iproute2', getent: 'glibc' },
  },
  {
    of: ['suse', 'opensuse'],
    command: 'sudo zypper install',
    packages: { nft: 'nftables', ping: 'iputils', ssh: 'openssh-clients', ip: 'iproute2', getent: 'glibc' },
  },
];

function install({ distributions }: MachineFacts, program: Installed): string {
  const manager = MANAGERS.find(({ of }) => of.some((name) => distributions.includes(name)));
  return manager === undefined ? `install the program ${program}` : `${manager.command} ${manager.packages[program]}`;
}
