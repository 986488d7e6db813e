// Where an examination goes, before anything is planned: what the user's ssh makes of the name, and the system's resolver of
// that. Both run as the invoking user, in processes of their own: what name servers say is read with nobody else's rights.

import { execFile } from 'node:child_process';
import { canonicalIp, isIpAddress } from './address/ip.ts';
import { commandLike } from './cli/index.ts';
import type { Clock } from './clock.ts';
import { type Destination, loginOf, parseDestination, type ScanOptions, type Whereabouts } from './plan/index.ts';
import { childOfInvokingUser } from './privilege.ts';
import { type FirstHop, firstHop, settingsOf } from './session/index.ts';

/** The same without asking anybody: what was typed may be an address. */
export function examinedAsTyped(options: ScanOptions): ScanOptions {
  const destination = destinationOf(options);
  if (options.examine === null || destination === null || !isIpAddress(destination.host)) return options;
  const { host, port } = destination;
  const whereabouts = { known: true, host, port: port ?? SSH_PORT, address: host, lookupSeconds: 0 } as const;
  return { ...options, examine: { ...options.examine, whereabouts } };
}

function destinationOf({ examine }: ScanOptions): Destination | null {
  if (examine === null) return null;
  try {
    return parseDestination('', examine.typed);
  } catch {
    return null;
  }
}

type Child = ReturnType<typeof childOfInvokingUser>;

const SSH_PORT = 22;
/** As long as the resolver's own patience with two name servers (resolv.conf(5)). */
const RESOLVING_MS = 15_000;

/** The options with the whereabouts of what is examined in them; wrong usage is left to the plan. */
export async function lookUpExamined(
  options: ScanOptions,
  process: NodeJS.Process,
  clock: Pick<Clock, 'now'>,
): Promise<ScanOptions> {
  const { examine } = options;
  const destination = destinationOf(options);
  if (examine === null || destination === null) return options;
  const startedAt = clock.now();
  const child = childOfInvokingUser(process);
  const login = { destination: loginOf(destination), port: destination.port };
  const printed = await settingsOf(login, undefined, child);
  // Without an ssh that works there is still a host to be measured; why nobody can log in is said when that is tried.
  const itself = { login, hostname: destination.host, port: destination.port ?? SSH_PORT, wayTo: null };
  const found = printed.ok
    ? await firstHop(login, (each) => (each === login ? Promise.resolve(printed) : settingsOf(each, undefined, child)))
    : { ok: true as const, hop: itself };
  const whereabouts: Whereabouts = found.ok
    ? await locate(found.hop, destination.host, child)
    : { known: false, because: found.because, hint: found.hint, isOutOfReach: true };
  const lookupSeconds = (clock.now() - startedAt) / 1000;
  return {
    ...options,
    examine: { ...examine, whereabouts: whereabouts.known ? { ...whereabouts, lookupSeconds } : whereabouts },
  };
}

async function locate(
  { login, hostname, port, wayTo }: Pick<FirstHop, 'login' | 'hostname' | 'port' | 'wayTo'>,
  typed: string,
  child: Child,
): Promise<Whereabouts> {
  const found = isIpAddress(hostname) ? { address: canonicalIp(hostname) } : await resolve(hostname, child);
  if ('because' in found) return { known: false, ...found, isOutOfReach: false };
  // ~/.ssh/config speaks of a jump host by the name that it goes by there.
  const host = wayTo === null ? typed : login.destination.slice(login.destination.lastIndexOf('@') + 1);
  return { known: true, host, port, address: found.address, lookupSeconds: 0 };
}

/** The first address that getaddrinfo(3) gives, by getent(1), which every libc comes with; or why there is none. */
function resolve(
  hostname: string,
  child: Child,
): Promise<{ readonly address: string } | { readonly because: string; readonly hint: string }> {
  return new Promise((settle) => {
    const options = { ...child, timeout: RESOLVING_MS };
    execFile('getent', ['ahosts', '--', hostname], options, (error, stdout) => {
      const [address = ''] = stdout.split(/\s/, 1);
      if (error === null && isIpAddress(address)) settle({ address });
      else if (error?.killed) {
        const because = `no name server answered within ${RESOLVING_MS / 1000} s, asked for ${hostname}`;
        settle({ because, hint: 'give its address, or look at /etc/resolv.conf' });
      } else {
        const command = commandLike(hostname);
        const orCommand = command === null ? '' : `; the command is netcheck ${command}`;
        const hint = `check the spelling, or give its address${orCommand}`;
        settle({ because: `the name ${hostname} does not resolve`, hint });
      }
    });
  });
}
