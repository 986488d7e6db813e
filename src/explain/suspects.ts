// What can end a session or keep one from beginning: in words for people, and the command that decides whether it is so.
// The words for what netcheck measures are those of its causes (docs/causes).

import { parseIpv4 } from '../address/ipv4.ts';
import type { Target } from './message.ts';

export interface SuspectInfo {
  readonly title: string;
  /** Commands are for the machine that printed the message, unless they say otherwise. */
  readonly decide: (target: Target) => string;
}

const SSH_PORT = 22;
const SERVER_LOG = 'on the server: sudo journalctl -u ssh -u sshd | netcheck explain --log -';
const SERVER_SETTINGS = 'on the server: sudo netcheck --ping localhost (it looks through sshd’s settings)';

/** The server as a client types it; a server's own message does not say its name. */
const server = ({ side, host }: Target): string => (side === 'client' && host !== null ? host : '<server>');
const bracketed = (host: string): string => (host.includes(':') ? `[${host}]` : host);
const withPort = (target: Target, port: number | null): string =>
  port === null ? server(target) : `${bracketed(server(target))}:${port}`;
const port = ({ side, port: said }: Target): number | null => (side === 'client' ? said : null);
/** `you@host[:port]`, as the client types it. */
export const loginTo = (target: Target): string => {
  const other = port(target);
  return `${(target.side === 'client' && target.user) || 'you'}@${withPort(target, other === SSH_PORT ? null : other)}`;
};

const onClient = ({ side }: Target): string => (side === 'server' ? 'on the client: ' : '');
const idle = (target: Target): string => `${onClient(target)}netcheck --idle-timeout ${loginTo(target)}`;
const service = (target: Target): string =>
  `${onClient(target)}netcheck --idle-timeout ${withPort(target, port(target) ?? SSH_PORT)}`;
const ping = (target: Target): string => `${onClient(target)}netcheck --ping ${server(target)}`;
const sshWith =
  (option: string) =>
  (target: Target): string =>
    `ssh ${option} ${server(target)}`;
const dupIp = ({ side, host }: Target): string => {
  const whose = side === 'server' ? 'client' : 'server';
  const address = host !== null && parseIpv4(host) !== null ? host : `<${whose}'s IPv4 address>`;
  const inLan = `on a machine in the ${whose}'s LAN: sudo netcheck --dup-ip ${address}`;
  // Packets went astray on either side of a connection that a server complains about.
  return side === 'server' ? `on the server: sudo netcheck --dup-ip self; ${inLan}` : inLan;
};

/** Whoever reads the server's log already has done what others are told to do. */
const inServerLog =
  (otherwise: string) =>
  ({ inServerLog: isRead }: Target): string =>
    isRead ? otherwise : SERVER_LOG;
const restarts = inServerLog(
  'on the server: last -x reboot shutdown | head; sudo journalctl -k | grep -i "out of memory"',
);
const loginEnds = inServerLog(
  'on the server: getent passwd <user> (its shell), and what PAM says: sudo journalctl -t sshd -g pam_',
);
const penalties = inServerLog('on the server: sudo sshd -T | grep -i persource');
const whoItIs = ({ inServerLog: isRead, host }: Target): string =>
  !isRead || host === null ? SERVER_LOG : `on the server: sudo journalctl -u ssh -u sshd | grep -F ${host}`;

export const SUSPECTS = {
  'idle-timeout': { title: 'A NAT, firewall or load balancer forgot the idle connection', decide: idle },
  'duplicate-ip': { title: 'A second machine has the same IP address', decide: dupIp },
  'own-address-conflict': {
    title: "Another machine has this machine's address",
    decide: () => 'sudo netcheck --dup-ip self',
  },
  'packet-loss': { title: 'The path loses packets', decide: ping },
  unreachable: { title: 'The other machine, or the way to it, is down', decide: ping },
  'server-closes-idle': { title: 'The service, or a proxy before it, closes what is idle', decide: idle },
  'keepalive-too-strict': { title: 'Keepalive settings give up too soon', decide: ping },
  'chroot-directory': {
    title: 'sshd refuses the ChrootDirectory: not every folder down to it is root’s and closed to others',
    decide: () => SERVER_SETTINGS,
  },
  'login-is-ended': {
    title: 'PAM, the login shell or a limit ends the session as it begins',
    decide: loginEnds,
  },
  'qos-marking': {
    title: 'A device drops what ssh marks for quality of service once the session begins',
    decide: sshWith('-o IPQoS=none'),
  },
  'path-mtu': {
    title: 'Large packets do not get through (path MTU)',
    decide: (target) => `sudo netcheck --path ${server(target)}`,
  },
  'server-process-ended': {
    title: 'The server restarted, or its session process was ended or crashed',
    decide: restarts,
  },
  'max-lifetime': { title: 'A proxy or load balancer ends connections at a certain age', decide: service },
  'intrusion-prevention': {
    title: 'A firewall or intrusion prevention system ends the connection with a reset of its own',
    decide: (target) =>
      `${onClient(target)}sudo netcheck --idle-timeout ${loginTo(target)} (with root it tells who sent the resets)`,
  },
  'link-change': {
    title: 'The path was cut for a while: Wi-Fi, VPN, provider reconnect, a router that restarted',
    decide: ping,
  },
  suspended: {
    title: 'The client slept, was closed, or moved to another network',
    decide: () => "compare the time with the client's log: journalctl -k | grep -i suspend",
  },
  'nothing-listens': { title: 'No sshd listens on that port', decide: service },
  'wrong-machine': { title: 'Another machine than you think answers at that address', decide: dupIp },
  filtered: { title: 'A firewall drops the attempts without a word', decide: service },
  'server-overloaded': { title: 'The server is too busy, or waits for DNS, to greet', decide: () => SERVER_LOG },
  'max-startups': {
    title: 'MaxStartups: too many logins were under way at once',
    decide: () => SERVER_SETTINGS,
  },
  'source-penalty': {
    title: 'sshd shuts your address out for a while (PerSourcePenalties, 9.8 and later)',
    decide: penalties,
  },
  'address-banned': {
    title: 'fail2ban, tcp_wrappers or an allow list refuses your address',
    decide: () => 'on the server: sudo fail2ban-client status sshd; sudo nft list ruleset; cat /etc/hosts.deny',
  },
  'login-grace': { title: 'LoginGraceTime ran out before the login was done', decide: () => SERVER_SETTINGS },
  'slow-login': {
    title: 'Nobody typed the password in time, or the login hangs',
    decide: () => 'on the client: ssh -v <server> 2>&1 | tee ssh.log; netcheck explain --log ssh.log',
  },
  scanner: { title: 'A scanner or a health check that never meant to log in', decide: whoItIs },
  'channel-timeout': { title: 'ChannelTimeout in sshd_config', decide: () => SERVER_SETTINGS },
  'unused-connection': { title: 'UnusedConnectionTimeout in sshd_config', decide: () => SERVER_SETTINGS },
  'damaged-payload': {
    title: 'A network card, its driver or a cable damages packets',
    decide: (target) =>
      `switch offloading off and try again: sudo ethtool -K <interface> tx off rx off tso off gso off gro off; ${ping(target)}`,
  },
  'rewriting-middlebox': {
    title: 'A device on the path rewrites the connection (inspection, "TCP optimiser", VPN)',
    decide: (target) => `try another path (a phone's hotspot, without the VPN): ssh ${server(target)}`,
  },
  'too-many-keys': {
    title: 'The agent offers more keys than sshd lets you try',
    decide: sshWith('-o IdentitiesOnly=yes -i <key>'),
  },
  'clean-end': { title: 'The session ended in the ordinary way', decide: () => SERVER_LOG },
  'shell-logged-out': {
    title: 'The shell logged out by itself (TMOUT, autologout), or an administrator ended it',
    decide: (target) => `ssh ${server(target)} 'echo $TMOUT'`,
  },
  'client-left': {
    title: 'The client program ended or its window was closed',
    decide: () => 'on the client: netcheck explain "<what ssh said there>"',
  },
  'shared-connection': {
    title: 'The connection that several sessions share (ControlMaster) had ended',
    decide: sshWith('-o ControlPath=none'),
  },
  'idle-timeout-of-jump-host': {
    title: 'A NAT, firewall or load balancer before the jump host forgot the idle connection',
    decide: () => 'netcheck --idle-timeout you@<jump host>',
  },
  'proxy-command': {
    title: 'The jump host or proxy command ended, not the server',
    decide: (target) => `ssh -v ${server(target)} 2>&1 | netcheck explain -`,
  },
  'host-reinstalled': {
    title: 'The server was installed anew',
    decide: () => 'ask who runs it; do not delete the old key before',
  },
} as const satisfies Record<string, SuspectInfo>;

export type Suspect = keyof typeof SUSPECTS;
