// What to do about a path that forgets: how often ssh must speak there, in words to paste, and what else would help.

import { formatSeconds } from '../duration.ts';
import type { EvidenceOf } from '../evidence.ts';
import { keepaliveSeconds } from '../keepalive.ts';
import { sessionTimeout } from './channel-timeout.ts';
import { enforcerName, type FoundEnforcer } from './enforcer-name.ts';
import { afterHowLong, expiryOf } from './expiry.ts';
import { patientCountMax } from './patience.ts';
import { type SettingsInForce, type SpeaksInTime, speaksInTime } from './settings-in-force.ts';
import type { Tried } from './trials.ts';

type Idle = EvidenceOf<'idle-timeout'>;

/** What was measured beside an idle timeout, of the same port: beside an outbound one, whose timeout it speaks of. */
export interface Beside {
  readonly keepalive: EvidenceOf<'kernel-keepalive'> | undefined;
  readonly enforcer: FoundEnforcer | undefined;
  /** What became of connections that were kept with a keepalive. */
  readonly tried: Tried;
  readonly settings: SettingsInForce;
}

/** A path that forgets sooner loses the connection when two keepalives in a row are lost, be they sent every second. */
export const SHORTEST_SECONDS = 3;

/** Whose keepalives keep a session alive on this path as things are; null when nobody's are known to. */
export function keptAwakeBy(
  settings: SettingsInForce,
  { keptAliveBy }: Tried,
  survivedSeconds: number | null,
): SpeaksInTime | null {
  if (keptAliveBy === 'nothing' || (survivedSeconds ?? 0) < SHORTEST_SECONDS) return null;
  return speaksInTime(settings, survivedSeconds);
}

const WHAT_IT_MENDS =
  'These hold for sessions begun afterwards, and prevent drops after a pause: they revive no session that is dead, and help neither against loss nor against a second machine at the address.';

export function keepaliveAdvice(host: string, idle: Idle, { keepalive, enforcer, tried, settings }: Beside): string[] {
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
  const speaker = keptAwakeBy(settings, tried, idle.survivedSeconds);
  return [
    ...(speaker === null ? whySilent(settings, idle) : [nothingToChange(speaker, host, idle)]),
    ...detour(settings),
    ...ownTimer(settings),
    ...(speaker === null ? clientBlocks(host, interval) : []),
    ...(speaker?.who === 'ClientAliveInterval' ? [] : [serverBlock(interval)]),
    ...(speaker === null ? [WHAT_IT_MENDS] : []),
    ...asTried(tried),
    ...(keepalive ? [tcpKeepAliveAdvice(keepalive, idle, tried, settings)] : []),
    ...(idle.port === 22 || idle.transport === 'ssh'
      ? []
      : [`This was measured on port ${idle.port}; some devices have another timeout for port 22.`]),
    `Or ${raise}.`,
  ];
}

function nothingToChange(
  { who, intervalSeconds, everySeconds }: SpeaksInTime,
  host: string,
  { survivedSeconds }: Idle,
): string {
  const whose =
    who === 'ServerAliveInterval' ? `Your ServerAliveInterval for ${host}` : 'ClientAliveInterval of the server';
  const isTight = everySeconds > keepaliveSeconds(survivedSeconds);
  const onWire =
    everySeconds === intervalSeconds ? 'which is' : `so that it speaks within ${formatSeconds(everySeconds)},`;
  const room = isTight ? ' If it ever comes late, it comes too late: a shorter one would leave room for that.' : '';
  return `${whose} is ${formatSeconds(intervalSeconds)}, ${onWire} below that: this session would survive, and nothing needs changing for it.${room}`;
}

/** Why the settings in force do not help; nothing where they are unknown. */
function whySilent({ client }: SettingsInForce, idle: Idle): string[] {
  const interval = client?.serverAliveInterval;
  if (client === undefined || interval === undefined || interval === null) return [];
  if (interval === 0) {
    return [
      `ServerAliveInterval is 0, off, in your configuration for ${client.host}: ssh says nothing while a session idles.`,
    ];
  }
  const expiry = expiryOf(idle);
  const forgets =
    expiry === null
      ? 'it may forget a connection before that'
      : `it forgets a connection ${afterHowLong(expiry)} of silence`;
  return [
    `Your ServerAliveInterval for ${client.host}, ${formatSeconds(interval)}, is too slow for this path: ${forgets}, so that the first keepalive, after ${formatSeconds(interval)}, comes when nobody knows the connection any more. ServerAliveCountMax changes nothing about that.`,
  ];
}

/** What was measured is the way to the host itself. */
function detour({ client }: SettingsInForce): string[] {
  const by = client?.proxyJump ? `${client.proxyJump} (ProxyJump)` : client?.hasProxyCommand ? 'a ProxyCommand' : null;
  return by === null
    ? []
    : [
        `Your ssh reaches ${client?.host} by way of ${by}: its sessions idle on the way to that, and this was measured on the direct path.`,
      ];
}

/** A timer that no keepalive resets, which keepalives must not be said to be enough for. */
function ownTimer({ client }: SettingsInForce): string[] {
  const own = sessionTimeout('ssh', client?.channelTimeout ?? null);
  return own === undefined
    ? []
    : [
        `Whatever the path does, ssh itself closes a session to ${client?.host} that has carried no data for ${formatSeconds(own.seconds)}: ChannelTimeout ${own.channel}=${own.seconds} is in your configuration.`,
      ];
}

function clientBlocks(host: string, interval: number): string[] {
  const countMax = patientCountMax(interval);
  const paste = `Host ${host}\n    ServerAliveInterval ${interval}\n    ServerAliveCountMax ${countMax}`;
  return [
    `Let ssh speak more often than that; put this into ~/.ssh/config:\n${paste}`,
    `For one session: ssh -o ServerAliveInterval=${interval} -o ServerAliveCountMax=${countMax} ${host}`,
  ];
}

function serverBlock(interval: number): string {
  return `For everyone who logs in there, on the server, in /etc/ssh/sshd_config:\nClientAliveInterval ${interval}\nClientAliveCountMax ${patientCountMax(interval)}\nthen: sudo systemctl reload ssh (Debian, Ubuntu) or sshd (elsewhere)`;
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

function tcpKeepAliveAdvice(
  keepalive: EvidenceOf<'kernel-keepalive'>,
  idle: Idle,
  { keptAliveBy }: Tried,
  { client }: SettingsInForce,
): string {
  if (keptAliveBy === 'data') {
    return "TCPKeepAlive can't help at any interval: its probes are empty, and are not counted there. ServerAliveInterval and ClientAliveInterval send data.";
  }
  const isOff = client?.tcpKeepAlive === false;
  const first = `TCPKeepAlive (${isOff ? 'off in your configuration' : client?.tcpKeepAlive ? 'on in your configuration' : 'on by default'}) ${isOff ? 'would first send' : 'first sends'} after ${formatSeconds(keepalive.idleSeconds)} here (net.ipv4.tcp_keepalive_time)`;
  return keepalive.idleSeconds < (idle.survivedSeconds ?? 0)
    ? `${first}: soon enough for this path, so sessions with it on should survive already.`
    : `${first}: too late for this path, so it does not help by itself.`;
}
