// What sshd writes into its log when a connection ends, or is not let in.

import type { Message } from './message.ts';

const CLIENT_ADDRESS = '(?<host>[\\w.:%-]+)';

const READ_ERROR = {
  side: 'server',
  rulesOut: ['sshd’s own timeouts: sshd says so itself', 'an ordinary end of the session'],
} as const satisfies Partial<Message>;

const readError = (reason: string): RegExp =>
  new RegExp(
    `\\b(?:read error from remote host ${CLIENT_ADDRESS}(?: port (?<port>\\d{1,5}))?|(?:process_\\w+|packet_write_\\w+|ssh_packet_\\w+|ssh_dispatch_run_fatal)\\b.{0,20}: connection from .{0,120}?): (?:${reason})`,
    'i',
  );

const DROPPED = {
  side: 'server',
  event: 'The TCP connection was made and closed at once, before SSH’s first line.',
  rulesOut: ['the network', 'sessions that were open: none of them was ended by this'],
} as const satisfies Partial<Message>;

export const SERVER_MESSAGES: readonly Message[] = [
  {
    id: 'client-not-responding',
    side: 'server',
    wordings: [
      {
        pattern:
          /\btimeout, client not responding from user (?<user>\S{1,64}) (?<host>[\w.:%-]+) port (?<port>\d{1,5})/i,
        says: 'Timeout, client not responding from user USER IP port N',
        releases: 'OpenSSH 8.0 and later',
      },
      {
        pattern: /\btimeout, (?:your session|client) not responding/i,
        says: 'Timeout, client not responding.',
        releases: 'OpenSSH up to 7.9',
      },
    ],
    meaning:
      'sshd gave up: its keepalives (ClientAliveInterval × ClientAliveCountMax) were not answered by the client.',
    event: 'Nothing came back from the client: no reset, no close. sshd ended the session itself.',
    rulesOut: [
      'the client leaving in good order: that would have been heard',
      'an idle timeout longer than ClientAliveInterval: those keepalives kept the session awake',
    ],
    causes: [
      ['suspended', 'fits a laptop: it was closed, or moved to another network'],
      ['link-change', 'fits when several sessions ended in the same minute'],
      ['keepalive-too-strict', 'fits when interval times count is only some seconds'],
      ['idle-timeout', 'fits only where the path forgets sooner than ClientAliveInterval speaks'],
      ['packet-loss', 'fits when sessions stutter before'],
    ],
  },
  {
    ...READ_ERROR,
    id: 'server-read-timed-out',
    wordings: [
      {
        pattern: readError('(?:connection|operation) timed out'),
        says: 'Read error from remote host IP port N: Connection timed out',
        releases: 'all releases',
      },
    ],
    meaning:
      'The path to the client went silent: what the server sent was not answered for a quarter of an hour, or TCP keepalives ran out.',
    event: 'No reset and no close; retransmissions or keepalive probes went unanswered (ETIMEDOUT).',
    causes: [
      ['idle-timeout', 'fits when the session had idled: the box drops what it has forgotten without a word'],
      ['suspended', 'fits a laptop: it was closed, or moved to another network'],
      ['link-change', 'fits when several sessions ended in the same minute'],
    ],
  },
  {
    ...READ_ERROR,
    id: 'server-read-reset',
    wordings: [
      {
        pattern: readError('connection reset by peer|broken pipe'),
        says: 'Read error from remote host IP port N: Connection reset by peer',
        releases: 'all releases',
      },
    ],
    meaning:
      'The connection was torn down with a reset, in the client’s name: what sshd sent met somebody who knows of no such connection.',
    event: 'A reset (RST) arrived (ECONNRESET).',
    causes: [
      ['idle-timeout', 'fits after a pause: a NAT that has forgotten answers with a reset'],
      ['duplicate-ip', 'fits at random times: the address of the client, or of this server, is used twice'],
      ['client-left', 'fits when the client’s machine restarted'],
    ],
  },
  {
    ...READ_ERROR,
    id: 'server-read-no-route',
    wordings: [
      {
        pattern: readError('no route to host|host is down|network is (?:unreachable|down)'),
        says: 'Read error from remote host IP port N: No route to host',
        releases: 'all releases',
      },
    ],
    meaning: 'The server, or a router, said that it cannot reach the client any more.',
    event: 'ARP got no answer, or a router sent ICMP unreachable (EHOSTUNREACH).',
    causes: [
      ['suspended', 'fits a client in the same LAN that was switched off'],
      ['link-change', 'fits when several clients were lost'],
      ['duplicate-ip', 'fits when the client is up and still at that address'],
    ],
  },
  {
    id: 'login-grace',
    side: 'server',
    wordings: [
      {
        pattern:
          /\btimeout before authentication for (?:invalid user \S{0,60} )?(?<host>[\d.:a-f%-]+) port (?<port>\d{1,5})/i,
        says: 'Timeout before authentication for IP port N',
        releases: 'OpenSSH up to 9.7',
      },
      {
        pattern: /\btimeout before authentication for connection from (?<host>[\w.:%-]+) to /i,
        says: 'Timeout before authentication for connection from IP to IP, pid = N',
        releases: 'OpenSSH 9.8 and later',
      },
      {
        pattern: /\btimeout before authentication\b/i,
        says: 'Timeout before authentication for IP',
        releases: 'OpenSSH up to 7.x',
      },
    ],
    meaning:
      'Somebody connected and did not log in within LoginGraceTime (120 s unless set otherwise), so sshd closed the connection.',
    event: 'sshd sent a FIN at an exact age, counted from the connect.',
    rulesOut: ['an idle timeout of a NAT or firewall: sshd did it itself', 'sessions that had logged in'],
    causes: [
      ['scanner', 'fits addresses that never log in'],
      ['slow-login', 'fits your own users'],
      ['path-mtu', 'fits when it is each try from one network: the key exchange needs large packets'],
    ],
  },
  {
    ...DROPPED,
    id: 'penalty-drop',
    wordings: [
      {
        pattern:
          /\bdrop connection\b.{0,160}\bpenalty: (?:failed authentication|exceeded LoginGraceTime|connections without attempting authentication|attempted authentication by invalid user|connection prohibited by RefuseConnection|caused crash|\w[\w ]{2,60})/i,
        says: 'drop connection #N from [IP]:P on [IP]:P penalty: REASON',
        releases: 'OpenSSH 9.8 and later',
      },
    ],
    meaning:
      'sshd turned the client away because of what came from its address before; the words after "penalty:" say what.',
    causes: [
      ['source-penalty', 'everybody behind the same NAT shares the penalty'],
      ['scanner', 'who earned it: the lines before tell'],
    ],
  },
  {
    ...DROPPED,
    id: 'penalty-begun',
    wordings: [
      {
        pattern: /\bactivating ipv[46] penalty of [\d.]+ seconds? for .{1,80}/i,
        says: 'activating ipv4 penalty of N seconds for REASON',
        releases: 'OpenSSH 9.8 and later',
      },
    ],
    meaning: 'sshd now shuts an address out for that time, because of the reason it names.',
    event: 'Nothing yet: further connections from that address will be closed before SSH’s first line.',
    causes: [
      [
        'source-penalty',
        'failed logins, scans or hanging logins from there; everybody behind the same NAT is shut out too',
      ],
      ['scanner', 'fits an address that is nobody’s'],
    ],
  },
  {
    ...DROPPED,
    id: 'max-startups',
    wordings: [
      {
        pattern: /\bdrop connection #\d+\b.{0,160}?\b(?:past )?maxstartups/i,
        says: 'drop connection #N from [IP]:P on [IP]:P past MaxStartups',
        releases: 'OpenSSH 7.x to 9.9 (9.8 and 9.9: "Maxstartups")',
      },
      {
        pattern: /\bdrop connection #\d+/i,
        says: 'drop connection #N',
        releases: 'OpenSSH up to 6.7',
      },
      {
        pattern: /\b(?:beginning|in|exited) maxstartups throttling/i,
        says: 'beginning MaxStartups throttling (also "in", "exited … after TIME, N connections dropped")',
        releases: 'OpenSSH 8.4 to 9.9',
      },
      {
        pattern: /\bmaxstartups.{0,80}logging rate-limited|\blogging rate-limited/i,
        says: 'drop connection #N … Maxstartups, then "logging rate-limited"',
        releases: 'OpenSSH 10.0 and later',
      },
    ],
    meaning: 'Too many logins were under way at once, so sshd closed new connections, whoever they were from.',
    causes: [
      ['max-startups', 'MaxStartups (10:30:100 by default) counts what is not logged in yet, scanners too'],
      ['scanner', 'who fills it: the log tells from which addresses'],
    ],
  },
  {
    id: 'unused-connection',
    side: 'server',
    wordings: [
      {
        pattern:
          /\bterminating inactive connection(?: from (?:user (?<user>\S{1,64}) )?(?<host>[\w.:%-]+)(?: port (?<port>\d{1,5}))?)?/i,
        says: 'terminating inactive connection from user USER IP port N',
        releases: 'OpenSSH 9.2 and later',
      },
    ],
    meaning: 'sshd closed a connection on which no session or forwarding was open for UnusedConnectionTimeout.',
    event: 'sshd sent a FIN after a time that its configuration sets.',
    rulesOut: ['every cause in the network: sshd did it itself', 'sessions with an open shell: they are not unused'],
    causes: [
      ['unused-connection', 'mostly shared connections (ControlMaster) and "ssh -N"'],
      ['channel-timeout', 'it closed the last channel before, which made the connection unused'],
    ],
  },
  {
    id: 'channel-timeout',
    side: 'either',
    wordings: [
      {
        pattern: /\bchannel \d+:.{0,80}closing after [\d.]+ seconds? of inactivity/i,
        says: 'channel N: closing after S seconds of inactivity',
        releases: 'OpenSSH 9.2 and later, at level VERBOSE',
      },
      {
        pattern: /\bglobal channel timeout|\bclosing after [\d.]+ seconds? of inactivity/i,
        says: 'global channel timeout: closing after S seconds of inactivity',
        releases: 'OpenSSH 9.7 and later, at level VERBOSE',
      },
    ],
    meaning: 'OpenSSH itself closed a channel on which nothing was said for as long as ChannelTimeout allows.',
    event: 'The connection was alive; the session on it was closed by a setting.',
    rulesOut: ['every cause in the network', 'keepalives as a remedy: they do not count as activity'],
    causes: [['channel-timeout', 'in sshd_config, or in ssh_config from 9.6 on']],
  },
  {
    id: 'chroot-refused',
    side: 'server',
    wordings: [
      {
        pattern: /\bbad ownership or modes for chroot directory(?: component)?(?: "[^"]{0,400}"?)?/i,
        says: 'bad ownership or modes for chroot directory component "PATH"',
        releases: 'all releases',
      },
      {
        pattern: /\b(?:safely_chroot: stat|chroot)\("[^"]{0,400}"\): |\bchroot path does not begin at root/i,
        says: 'safely_chroot: stat("PATH"): No such file or directory',
        releases: 'all releases',
      },
    ],
    meaning:
      'sshd ended the session right after the login, because a folder on the way to its ChrootDirectory is not safe.',
    event:
      'sshd’s process for the user ended; the client reads "Broken pipe" or "closed by remote host" within a second of the login.',
    rulesOut: ['every cause in the network', 'idle timeouts and keepalives: nothing was idle'],
    causes: [
      [
        'chroot-directory',
        'chown root:root and chmod go-w every folder of that path; what users write to comes below it',
      ],
    ],
  },
];
