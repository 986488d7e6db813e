// What ssh says when a session ends (field notes of the project, strings checked against OpenSSH's tags): the client's side.

import type { Message } from './message.ts';

/** What ssh says of the end itself, before it tries to say goodbye. */
const READ_ERRORS = [
  'read-reset',
  'read-timed-out',
  'read-no-route',
  'server-not-responding',
  'closed-by-remote-host',
  'damaged-payload',
];

/** What the different words for one event, a write into a connection that is gone, have in common. */
const BROKEN_PIPE = {
  side: 'client',
  meaning:
    'ssh wrote into a connection that was dead already: what killed it happened before, often long before you noticed.',
  event:
    'A reset (RST) arrived, in answer to this packet or to one before; the next write then failed (EPIPE). Until something is sent, nobody learns that a connection is gone.',
  rulesOut: [
    'wrong password or key, and rules about who may log in: those speak while logging in',
    'loss alone: what is merely lost ends with "timed out"',
  ],
  causes: [
    ['idle-timeout', 'fits when it comes with the first key after a pause'],
    ['duplicate-ip', 'fits when it comes while you type, at random times'],
    ['chroot-directory', 'fits within 2 s of login, every time'],
    ['login-is-ended', 'fits within 2 s of login too'],
    ['server-process-ended', 'fits when everybody was thrown out at the same moment'],
    ['intrusion-prevention', 'fits when it comes after a certain amount of data or a certain command'],
  ],
} as const satisfies Partial<Message>;

export const CLIENT_MESSAGES: readonly Message[] = [
  {
    ...BROKEN_PIPE,
    id: 'write-failed',
    wordings: [
      {
        pattern: /\bwrite failed: broken pipe/i,
        says: 'Write failed: Broken pipe',
        releases: 'OpenSSH up to 6.7',
      },
      {
        pattern:
          /\bpacket_write_(?:wait|poll): Connection to (?<host>[\w.:%-]+)(?: port (?<port>\d{1,5}))?: broken pipe/i,
        says: 'packet_write_wait: Connection to IP port N: Broken pipe',
        releases: 'OpenSSH 6.8 to 7.9',
      },
      {
        pattern:
          /\bssh_packet_write_(?:wait|poll): Connection to (?<host>[\w.:%-]+)(?: port (?<port>\d{1,5}))?: broken pipe/i,
        says: 'client_loop: ssh_packet_write_poll: Connection to IP port N: Broken pipe',
        releases: 'OpenSSH 8.2 and later',
      },
    ],
  },
  {
    ...BROKEN_PIPE,
    id: 'send-disconnect-broken-pipe',
    follows: READ_ERRORS,
    wordings: [
      {
        pattern: /\bsend disconnect: broken pipe/i,
        says: 'client_loop: send disconnect: Broken pipe',
        releases: 'OpenSSH 8.0 and later',
      },
    ],
    event:
      'ssh noticed while it said goodbye (EPIPE). The cause is in the line before, if there is one; alone it means that a reset (RST), or the end of the far side (FIN), had arrived.',
  },
  {
    id: 'send-disconnect-reset',
    follows: READ_ERRORS,
    side: 'client',
    wordings: [
      {
        pattern: /\bsend disconnect: connection reset/i,
        says: 'client_loop: send disconnect: Connection reset',
        releases: 'OpenSSH 8.0 and later on Windows; "by peer" elsewhere',
      },
      {
        pattern: /\bsend disconnect: software caused connection abort/i,
        says: 'client_loop: send disconnect: Software caused connection abort',
        releases: 'OpenSSH 8.0 and later on Windows',
      },
    ],
    meaning: 'The connection was torn down with a reset: something answered "I know of no such connection".',
    event: 'A reset (RST) arrived, and ssh noticed while it said goodbye.',
    rulesOut: ['loss alone: what is merely lost ends with "timed out"', 'an ordinary end of the session'],
    causes: [
      ['idle-timeout', 'fits when it comes after a pause: many boxes send the reset themselves'],
      [
        'duplicate-ip',
        'fits when it comes while you type, at random times: the other machine resets what it does not know',
      ],
      ['chroot-directory', 'fits within 2 s of login, every time'],
      ['max-lifetime', 'fits when it comes at the same age of the session, busy or not'],
      ['intrusion-prevention', 'fits when it comes after a certain amount of data or a certain command'],
    ],
  },
  {
    id: 'closed-by-remote-host',
    side: 'client',
    wordings: [
      {
        pattern: /\bconnection to (?<host>[\w.:%-]+) closed by remote host/i,
        says: 'Connection to HOST closed by remote host.',
        releases: 'all releases',
      },
    ],
    meaning: 'The far side closed the connection in good order, but sshd did not say goodbye first.',
    event: 'A FIN arrived without the disconnect message of SSH before it.',
    rulesOut: [
      'loss and a path that went silent: a close was delivered',
      'a duplicate address, most likely: the other machine would reset, not close',
    ],
    causes: [
      ['server-process-ended', 'fits when it comes at any time, or for everybody at once'],
      ['chroot-directory', 'fits within 2 s of login, every time'],
      ['login-is-ended', 'fits within 2 s of login too'],
      ['max-lifetime', 'fits when it comes at the same age of the session, busy or not'],
      ['server-closes-idle', 'fits when it comes after a pause that is always as long'],
    ],
  },
  {
    id: 'read-reset',
    side: 'client',
    wordings: [
      {
        pattern: /\bread from remote host (?<host>[\w.:%-]+): connection reset(?: by peer)?/i,
        says: 'Read from remote host HOST: Connection reset by peer',
        releases: 'all releases',
      },
      {
        pattern: /\bread from remote host (?<host>[\w.:%-]+): software caused connection abort/i,
        says: 'Read from remote host HOST: Software caused connection abort',
        releases: 'all releases, on Windows',
      },
    ],
    meaning:
      'The connection was torn down with a reset while ssh was waiting: somebody said "I know of no such connection".',
    event: 'A reset (RST) arrived (ECONNRESET).',
    rulesOut: [
      'loss alone, and a path that is merely silent: those end with "timed out"',
      'an ordinary end of the session',
    ],
    causes: [
      ['idle-timeout', 'fits after a pause: load balancers (Azure) and many NATs send a reset when the time is over'],
      ['duplicate-ip', 'fits at random times while you type: the other machine resets what it does not know'],
      ['intrusion-prevention', 'fits after a certain amount of data or a certain command'],
      ['server-process-ended', 'fits when everybody was thrown out at the same moment'],
    ],
  },
  {
    id: 'read-timed-out',
    side: 'client',
    wordings: [
      {
        pattern: /\bread from remote host (?<host>[\w.:%-]+): (?:connection|operation) timed out/i,
        says: 'Read from remote host HOST: Connection timed out',
        releases: 'all releases; "Operation timed out" on macOS and BSD',
      },
      {
        pattern:
          /\b(?:(?:ssh_)?packet_write_(?:wait|poll)|send disconnect|ssh_dispatch_run_fatal)\b.{0,60}?: (?:connection to (?<host>[\w.:%-]+)(?: port (?<port>\d{1,5}))?: )?(?:connection|operation) timed out/i,
        says: 'packet_write_wait: Connection to IP port N: Operation timed out',
        releases: 'OpenSSH 6.8 and later',
      },
    ],
    meaning:
      'What your machine sent was not answered any more, for a quarter of an hour or until TCP keepalives ran out: the path went silent.',
    event:
      'No reset and no close: retransmissions went unanswered for about 15 minutes, or keepalive probes did (ETIMEDOUT).',
    rulesOut: [
      'sshd closing the session, and its settings: a close would have arrived',
      'a second machine that answers with a reset',
    ],
    causes: [
      [
        'idle-timeout',
        'fits when it froze with the first key after a pause: the box drops what it has forgotten without a word',
      ],
      ['link-change', 'fits when it froze while you worked, and other connections with it'],
      ['unreachable', 'fits when a new session cannot be opened either'],
      ['suspended', 'fits when the laptop was closed, or changed its network'],
      ['packet-loss', 'fits when sessions stutter before'],
    ],
  },
  {
    id: 'read-no-route',
    side: 'client',
    wordings: [
      {
        pattern:
          /\bread from remote host (?<host>[\w.:%-]+): (?:no route to host|host is down|network is (?:unreachable|down))/i,
        says: 'Read from remote host HOST: No route to host',
        releases: 'all releases',
      },
    ],
    meaning: 'Your machine, or a router, said that it cannot reach the server any more.',
    event: 'ARP got no answer, or a router sent ICMP unreachable (EHOSTUNREACH, ENETUNREACH).',
    rulesOut: ['an idle timeout: a box that forgets stays silent or resets', 'sshd and its settings'],
    causes: [
      ['unreachable', 'the server is off or its cable, or in the same LAN ARP gets no answer'],
      ['link-change', 'fits when your own Wi-Fi or VPN went away'],
      ['duplicate-ip', 'fits when the address moved to another machine that is gone now'],
    ],
  },
  {
    id: 'server-not-responding',
    side: 'client',
    wordings: [
      {
        pattern: /\btimeout, server (?<host>[\w.:%-]+) not responding/i,
        says: 'Timeout, server HOST not responding.',
        releases: 'all releases',
      },
    ],
    meaning:
      'Your own ssh gave up: its keepalives were not answered, for (ServerAliveCountMax + 1) times ServerAliveInterval.',
    event: 'Nothing came back from the server: no reset, no close. ssh ended the session itself.',
    rulesOut: [
      'sshd closing the session: a close would have arrived',
      'an idle timeout longer than your ServerAliveInterval: those keepalives kept the session awake',
    ],
    causes: [
      ['link-change', 'the path was silent for as long as that: most often an outage'],
      ['keepalive-too-strict', 'fits when interval times count is only some seconds'],
      ['unreachable', 'fits when a new session cannot be opened either'],
      ['packet-loss', 'fits when sessions stutter before'],
      ['idle-timeout', 'fits only where the path forgets sooner than ServerAliveInterval speaks'],
    ],
  },
  {
    id: 'freeze',
    side: 'client',
    wordings: [
      {
        pattern:
          /^(?:(?:my|the|an?|our|ssh|terminal|session|sessions|connection|shell)\s+){0,4}(?:just\s+|always\s+|then\s+)?(?:freez(?:es?|ing)|froze|frozen|hangs?|hung|is (?:frozen|hung|stuck))\b/i,
        says: '(no message: the session freezes)',
        releases: 'any release',
      },
    ],
    meaning:
      'A frozen session means that packets vanish without a word; ssh says why only when TCP gives up, or when you press a key.',
    event: 'Nothing is sent until you type, so that nobody notices what was lost before.',
    rulesOut: ['sshd ending the session: the prompt would come back', 'a reset: it ends a session at once'],
    causes: [
      ['idle-timeout', 'fits when it freezes after a pause'],
      ['link-change', 'fits when it freezes while you work'],
      ['path-mtu', 'fits when it freezes with much output (ls -l, a long file) and never with little'],
      ['packet-loss', 'fits when it comes back after some seconds'],
      ['duplicate-ip', 'fits when it comes back, and goes again, at random times'],
    ],
  },
];
