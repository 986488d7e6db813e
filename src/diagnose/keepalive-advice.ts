// What to do about a path that forgets: how often ssh must speak there, in words to paste, and what else would help.

import { formatSeconds } from '../duration.ts';
import type { EvidenceOf } from '../evidence.ts';
import { keepaliveSeconds } from '../keepalive.ts';
import { enforcerName, type FoundEnforcer } from './enforcer-name.ts';
import type { Tried } from './trials.ts';

type Idle = EvidenceOf<'idle-timeout'>;

/** What was measured beside an idle timeout, of the same port: beside an outbound one, whose timeout it speaks of. */
export interface Beside {
  readonly keepalive: EvidenceOf<'kernel-keepalive'> | undefined;
  readonly enforcer: FoundEnforcer | undefined;
  /** What became of connections that were kept with a keepalive. */
  readonly tried: Tried;
}

/** A path that forgets sooner loses the connection when two keepalives in a row are lost, be they sent every second. */
const SHORTEST_SECONDS = 3;

export function keepaliveAdvice(host: string, idle: Idle, { keepalive, enforcer, tried }: Beside): string[] {
  const device =
    enforcer === undefined ? null : `${enforcerName(enforcer)}, or a box without an address just before it`;
  if ((idle.survivedSeconds ?? 0) < SHORTEST_SECONDS) {
    return [
      `This is too short for keepalives to hold a session reliably: ${device === null ? 'find the device and raise its' : `on ${device}, raise the`} TCP timeout (RFC 5382 asks for 2 h 4 min at least).`,
    ];
  }
  const raise = raiseAdvice(device, idle);
  if (tried.keptAliveBy === 'nothing') return [inVain(tried, idle, raise)];
  const interval = tried.trials[0]?.intervalSeconds ?? keepaliveSeconds(idle.survivedSeconds);
  const paste = `Host ${host}\n    ServerAliveInterval ${interval}\n    ServerAliveCountMax 3`;
  return [
    `Let ssh speak more often than that; put this into ~/.ssh/config:\n${paste}`,
    `For one session: ssh -o ServerAliveInterval=${interval} ${host}. For everyone, on the server: ClientAliveInterval ${interval} in sshd_config, then reload sshd.`,
    ...asTried(tried),
    ...(keepalive ? [tcpKeepAliveAdvice(keepalive, idle, tried)] : []),
    ...(idle.port === 22 || idle.transport === 'ssh'
      ? []
      : [`This was measured on port ${idle.port}; some devices have another timeout for port 22.`]),
    `Or ${raise}.`,
  ];
}

function asTried({ keptAliveBy, trials }: Tried): string[] {
  const [lived, other] = trials;
  if (lived === undefined) return [];
  const [kept, more] =
    keptAliveBy === 'data'
      ? ['data', '; with empty TCP keepalives as often, it died']
      : ['a keepalive', other === undefined ? '' : ', be it empty or data'];
  return [
    `This was tried: a connection with ${kept} every ${lived.intervalSeconds} s lived through ${formatSeconds(lived.lastedSeconds)}${more}.`,
  ];
}

/** Not even data kept a connection alive: a limit on its age, an accident, or a path that is worse than it seemed. */
function inVain({ trials }: Tried, { port }: Idle, raise: string): string {
  const [data] = trials;
  const died =
    data === undefined
      ? ''
      : `: a connection to port ${port} with data every ${data.intervalSeconds} s died all the same, after ${formatSeconds(data.lastedSeconds)}`;
  return `No keepalive is known to help${died}. Repeat before you rely on one, or ${raise}.`;
}

function raiseAdvice(device: string | null, { onExpiry }: Idle): string {
  const raise = 'raise the timeout where it is: the TCP idle timeout of';
  // What RFC 5382 asks of NATs, nobody asks of proxies.
  if (onExpiry === 'closed-by-peer') return `${raise} ${device ?? 'the proxy or load balancer on the path'}`;
  return `${raise} ${device ?? 'the NAT, firewall or load balancer on the path'} (RFC 5382 asks for 2 h 4 min at least)`;
}

function tcpKeepAliveAdvice(keepalive: EvidenceOf<'kernel-keepalive'>, idle: Idle, { keptAliveBy }: Tried): string {
  if (keptAliveBy === 'data') {
    return "TCPKeepAlive can't help at any interval: its probes are empty, and are not counted there. ServerAliveInterval and ClientAliveInterval send data.";
  }
  const first = `TCPKeepAlive (on by default) first sends after ${formatSeconds(keepalive.idleSeconds)} here (net.ipv4.tcp_keepalive_time)`;
  return keepalive.idleSeconds < (idle.survivedSeconds ?? 0)
    ? `${first}: soon enough for this path, so sessions with it on should survive already.`
    : `${first}: too late for this path, so it does not help by itself.`;
}
