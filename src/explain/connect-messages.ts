// What ssh says when no session comes to be: before the connection, before the greeting, and before the login.

import type { Message } from './message.ts';

/** Messages after which ssh adds from where the connection was closed. */
const SAID_BEFORE = [
  'closed-before-greeting',
  'banner-max-startups',
  'banner-not-allowed',
  'banner-timed-out',
  'too-many-authentication-failures',
  'login-grace',
];

const CLOSED_BEFORE_GREETING = {
  side: 'client',
  meaning:
    'The server took the connection and closed it before it greeted: it, or something in its name, does not want to talk to you now.',
  event: 'The TCP connection was made; then FIN or RST came in place of SSH’s first line.',
  rulesOut: [
    'a firewall that drops packets: the connection was made',
    'idle timeouts: nothing was idle yet',
    'your key and password: it did not get that far',
  ],
  causes: [
    ['max-startups', 'fits when it comes now and then, and a second try works'],
    [
      'source-penalty',
      'fits when it lasts for seconds or minutes after failed logins or scans from your address, or from others behind the same NAT',
    ],
    ['address-banned', 'fits when it is so all the time from your address, and works from elsewhere'],
    ['wrong-machine', 'fits when port 22 there should not be in this state, or the host key changes'],
    ['server-overloaded', 'fits when the server is busy or out of memory'],
  ],
} as const satisfies Partial<Message>;

export const CONNECT_MESSAGES: readonly Message[] = [
  {
    id: 'proxy-ended',
    side: 'client',
    wordings: [
      {
        pattern: /\bconnection (?:(?:closed|reset) by|to) UNKNOWN port 65535(?::.{0,80})?/i,
        says: 'Connection closed by UNKNOWN port 65535',
        releases: 'all releases, with ProxyJump or ProxyCommand',
      },
    ],
    meaning: 'The jump host or proxy command that ssh talks through ended; what became of the server is not known.',
    event:
      'ssh held no connection of its own, so that it knows neither address nor port; a pipe on this machine was closed.',
    rulesOut: ['nothing about the server: your ssh did not reach it by itself'],
    causes: [
      ['proxy-command', 'the jump host could not be reached, refused you, or could not reach the server'],
      [
        'idle-timeout-of-jump-host',
        'fits when it comes after a pause: the connection to the jump host is the one that idles',
      ],
      [
        'source-penalty',
        'fits before the login, for seconds or minutes: the jump host, or the server, does not want you now',
      ],
    ],
  },
  {
    id: 'connect-refused',
    side: 'client',
    wordings: [
      {
        pattern: /\bconnect to (?:host|address) (?<host>[\w.:%-]+) port (?<port>\d{1,5}): connection refused/i,
        says: 'ssh: connect to host HOST port N: Connection refused',
        releases: 'all releases',
      },
    ],
    meaning: 'A machine at that address answers, and says that nothing listens on that port.',
    event: 'The first packet (SYN) was answered with a reset (RST).',
    rulesOut: ['an outage of the path: an answer came', 'idle timeouts, keepalives and your login'],
    causes: [
      ['nothing-listens', 'sshd is down, restarts, or listens on another port'],
      [
        'wrong-machine',
        'fits when it worked a moment ago and will again: a second machine on the address answers in turn',
      ],
      ['address-banned', 'fits when it is so from your address only (a firewall that rejects with a reset)'],
    ],
  },
  {
    id: 'connect-no-route',
    side: 'client',
    wordings: [
      {
        pattern:
          /\bconnect to (?:host|address) (?<host>[\w.:%-]+) port (?<port>\d{1,5}): (?:no route to host|host is down|network is (?:unreachable|down))/i,
        says: 'ssh: connect to host HOST port N: No route to host',
        releases: 'all releases',
      },
    ],
    meaning: 'Your machine, or a router, said that it cannot reach that address.',
    event: 'ARP got no answer, or ICMP unreachable came back for the first packet (SYN).',
    rulesOut: ['sshd and its settings', 'idle timeouts and keepalives'],
    causes: [
      ['unreachable', 'it is off, or in the same LAN its ARP is not answered, or a router knows no way'],
      ['address-banned', 'fits when ping answers: a firewall that rejects with ICMP "prohibited" reads the same'],
      ['link-change', 'fits when your own Wi-Fi or VPN is down'],
    ],
  },
  {
    id: 'connect-timed-out',
    side: 'client',
    wordings: [
      {
        pattern:
          /\bconnect to (?:host|address) (?<host>[\w.:%-]+) port (?<port>\d{1,5}): (?:connection|operation) timed out/i,
        says: 'ssh: connect to host HOST port N: Connection timed out',
        releases: 'all releases; "Operation timed out" on macOS and BSD',
      },
    ],
    meaning: 'Nobody answered at all: neither yes nor no.',
    event: 'The first packet (SYN) was repeated and never answered (ETIMEDOUT).',
    rulesOut: ['sshd being down while its machine is up: that is refused, not silent', 'idle timeouts and your login'],
    causes: [
      ['filtered', 'fits when ping answers'],
      ['unreachable', 'fits when ping does not answer either'],
      ['address-banned', 'fits when it works from elsewhere'],
    ],
  },
  {
    id: 'banner-timed-out',
    side: 'client',
    wordings: [
      {
        pattern: /\bconnection timed out during banner exchange/i,
        says: 'Connection timed out during banner exchange',
        releases: 'all releases',
      },
      {
        pattern:
          /\bbanner exchange: connection to (?<host>[\w.:%-]+)(?: port (?<port>\d{1,5}))?: (?:connection|operation) timed out/i,
        says: 'banner exchange: Connection to IP port N: Connection timed out',
        releases: 'OpenSSH 8.2 and later',
      },
    ],
    meaning:
      'The connection was made, but no greeting came: something answers there that does not speak SSH, or not in time.',
    event: 'TCP was fine (SYN, SYN-ACK); the first line of SSH never arrived.',
    rulesOut: ['a firewall that drops everything: the connection was made', 'your key and password', 'idle timeouts'],
    causes: [
      ['server-overloaded', 'the machine swaps, or waits for DNS (UseDNS)'],
      [
        'wrong-machine',
        'fits when it works at other times: a second machine on the address, or a proxy, took the connection',
      ],
      ['path-mtu', 'fits when the greeting arrives with ssh -v and it hangs after it'],
      ['max-lifetime', 'fits behind a load balancer whose server is down: it takes connections itself'],
    ],
  },
  {
    ...CLOSED_BEFORE_GREETING,
    id: 'closed-before-greeting',
    wordings: [
      {
        pattern: /\bssh_exchange_identification: (?:read: )?connection (?:closed|reset)(?: by (?:remote host|peer))?/i,
        says: 'ssh_exchange_identification: Connection closed by remote host',
        releases: 'OpenSSH up to 7.9',
      },
      {
        pattern: /\bkex_exchange_identification: (?:read: )?connection (?:closed|reset)(?: by (?:remote host|peer))?/i,
        says: 'kex_exchange_identification: Connection closed by remote host',
        releases: 'OpenSSH 8.0 to 9.4; later ones say it with -v only',
      },
      {
        pattern:
          /\b(?:ssh|kex)_exchange_identification: (?:client|server) sent|\bkex_exchange_identification: banner line contains/i,
        says: 'kex_exchange_identification: banner line contains invalid characters',
        releases: 'OpenSSH 8.0 and later',
      },
    ],
  },
  {
    ...CLOSED_BEFORE_GREETING,
    id: 'banner-max-startups',
    wordings: [
      {
        pattern: /\bexceeded maxstartups/i,
        says: 'Exceeded MaxStartups',
        releases: 'from servers of OpenSSH 8.2 to 9.7',
      },
    ],
    meaning: 'sshd is busy with too many logins that are not done yet, and turned yours away.',
    event: 'The TCP connection was made; sshd wrote this in place of its greeting and closed it.',
    rulesOut: ['the network: the message arrived', 'your key and password', 'idle timeouts'],
    causes: [
      ['max-startups', 'MaxStartups (10:30:100 by default) counts logins of everybody, scanners too'],
      ['scanner', 'who fills it: the log tells from which addresses'],
    ],
  },
  {
    ...CLOSED_BEFORE_GREETING,
    id: 'banner-not-allowed',
    wordings: [
      {
        pattern: /\bnot allowed at this time/i,
        says: 'Not allowed at this time',
        releases: 'from servers of OpenSSH 9.8 and later',
      },
    ],
    meaning: 'sshd does not take connections from your address for now.',
    event: 'The TCP connection was made; sshd wrote this in place of its greeting and closed it.',
    rulesOut: ['the network: the message arrived', 'your key and password', 'idle timeouts'],
    causes: [
      [
        'source-penalty',
        'failed logins, scans or hanging logins from your address, or from others behind the same NAT',
      ],
      ['max-startups', 'the same words are used when too many logins are under way'],
    ],
  },
  {
    id: 'host-key-changed',
    side: 'client',
    wordings: [
      {
        pattern: /\bremote host identification has changed/i,
        says: 'WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!',
        releases: 'all releases',
      },
      {
        pattern: /\bhost key for (?<host>[\w.:%[\]-]+) has changed and you have requested strict checking/i,
        says: 'Host key for HOST has changed and you have requested strict checking.',
        releases: 'all releases',
      },
    ],
    meaning: 'Another machine answers at that address than last time, or the server has a new key.',
    event: 'The connection worked; the key that was shown is another one.',
    rulesOut: ['timeouts, loss and sshd settings'],
    causes: [
      ['duplicate-ip', 'fits when the key changes back and forth, or sessions break as well'],
      ['host-reinstalled', 'fits when it changed once and stays'],
      ['wrong-machine', 'the name or the DHCP lease leads to another machine now, or somebody listens in'],
    ],
  },
  {
    id: 'connection-ended',
    follows: SAID_BEFORE,
    side: 'either',
    wordings: [
      {
        pattern:
          /\bconnection closed by (?:(?:authenticating|invalid) user \S{0,60} )?(?<host>[\w.:%-]+) port (?<port>\d{1,5})/i,
        says: 'Connection closed by IP port N',
        releases: 'all releases; from 9.5 on also the client, in place of kex_exchange_identification',
      },
    ],
    meaning:
      'The other side closed the connection without saying goodbye; printed by ssh while connecting, it means that the server turned you away.',
    event: 'A FIN arrived: from the other program, or from a box that acts for it.',
    rulesOut: ['loss and a path that went silent: a close was delivered'],
    causes: [
      ['source-penalty', 'fits on the client, before a login, for seconds or minutes'],
      ['max-startups', 'fits on the client, before a login, now and then'],
      ['client-left', 'fits in the server’s log: the client was killed, or its window closed'],
      ['scanner', 'fits in the server’s log with [preauth]'],
      ['max-lifetime', 'fits in the server’s log, when it is at the same age each time'],
    ],
  },
  {
    id: 'connection-reset',
    follows: SAID_BEFORE,
    side: 'either',
    wordings: [
      {
        pattern:
          /\bconnection reset by (?:(?:authenticating|invalid) user \S{0,60} )?(?<host>[\w.:%-]+) port (?<port>\d{1,5})/i,
        says: 'Connection reset by IP port N',
        releases: 'all releases',
      },
    ],
    meaning: 'The connection was torn down with a reset, in the name of the other side.',
    event: 'A reset (RST) arrived: from the other machine, a second one on its address, or a box between.',
    rulesOut: ['loss alone: what is merely lost ends with "timed out"', 'sshd’s timeouts: sshd says so itself'],
    causes: [
      ['idle-timeout', 'fits after a pause'],
      ['duplicate-ip', 'fits at random times, while something was going on'],
      ['intrusion-prevention', 'fits while connecting, or after a certain command'],
      ['client-left', 'fits in the server’s log, when the client’s machine restarted'],
    ],
  },
];
