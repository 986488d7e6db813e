// --idle-timeout <user@host[:port]>: through how many logged-in sessions, and for how long.

import type { InterfaceFacts } from '../host.ts';
import { parseHost, refuseZone } from './host-target.ts';
import type { ScanOptions, Step } from './step.ts';
import { skipIfDown, UsageError } from './usage.ts';

/** Half of what sshd lets log in before it refuses some (MaxStartups), and enough to narrow by a fifth with each pass. */
const USUAL_SESSIONS = 6;
/** ssh's configuration, the name and the first login, at worst. */
const LOGIN_SECONDS = 60;
/** One direction after the other: the first pass and four that narrow, each. */
const PASSES = 10;
const QUICK_PASSES = 2;
const PROVING_SECONDS = 8;

export function planSshIdleTimeout(target: string, options: ScanOptions, chosen: InterfaceFacts | null): Step {
  const { maxIdleSeconds, connections, resolutionSeconds, quick, deep } = options;
  const { user, host, port } = parseLogin(target);
  if (deep) {
    throw new UsageError(
      `--idle-timeout ${target}: --deep needs more connections than sessions there should be; leave one of them out`,
    );
  }
  const passes = quick ? QUICK_PASSES : PASSES;
  return (
    skipIfDown('idle-timeout', target, chosen) ?? {
      check: 'ssh-idle-timeout',
      target,
      login: { destination: `${user}@${host}`, port },
      host,
      interfaceName: chosen?.name ?? null,
      maxIdleSeconds,
      sessions: connections ?? USUAL_SESSIONS,
      resolutionSeconds,
      quick,
      worstCaseSeconds: LOGIN_SECONDS + passes * (maxIdleSeconds + PROVING_SECONDS),
    }
  );
}

function parseLogin(target: string): { user: string; host: string; port: number | null } {
  const usage = (problem: string): UsageError => new UsageError(`--idle-timeout ${target}: ${problem}`);
  refuseZone('--idle-timeout', target);
  // A user's name may hold an @ itself.
  const at = target.lastIndexOf('@');
  const user = target.slice(0, at);
  const endpoint = target.slice(at + 1);
  // An IPv6 address without brackets has colons of its own, and no port.
  const [, named, written] = /^(\[[^\]]+\]|[^:[\]]+)(?::([^:]*))?$/.exec(endpoint) ?? [];
  const host = parseHost(named ?? endpoint);
  // What begins with a hyphen would be an option of ssh's.
  if (!/^[^\s\p{Cc}-][^\s\p{Cc}]*$/u.test(user) || host === null) {
    throw usage('not a login; write it like alice@example.org or alice@example.org:2222');
  }
  if (written === undefined) return { user, host, port: null };
  const port = /^\d{1,5}$/.test(written) ? Number(written) : 0;
  if (port < 1 || port > 65_535) throw usage(`the port must be a number from 1 to 65535, got ${written}`);
  return { user, host, port };
}
