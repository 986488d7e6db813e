// What is left of a message when other programs say it (PuTTY, scp, rsync, git), or when people shorten it: the system's words
// for an errno. They tell the TCP event and not who noticed it, so that they are looked for last.

import type { Message } from './message.ts';

const OTHER_PROGRAMS = 'PuTTY, rsync, git and others, or a message cut short';

export const SHORT_MESSAGES: readonly Message[] = [
  {
    id: 'broken-pipe',
    side: 'client',
    wordings: [{ pattern: /\bbroken pipe\b/i, says: '… Broken pipe', releases: OTHER_PROGRAMS }],
    meaning: 'Something was written into a connection that was dead already: what killed it happened before.',
    event: 'A reset (RST) or a close had arrived; the next write failed (EPIPE).',
    rulesOut: ['loss alone: what is merely lost ends with "timed out"'],
    causes: [
      ['idle-timeout', 'fits when it comes after a pause'],
      ['duplicate-ip', 'fits when it comes while you work, at random times'],
      ['chroot-directory', 'fits within 2 s of login, every time'],
      ['server-process-ended', 'fits when everybody was thrown out at the same moment'],
    ],
  },
  {
    id: 'reset',
    side: 'client',
    wordings: [
      {
        pattern: /\bconnection reset(?: by peer)?\b|\bsoftware caused connection abort\b/i,
        says: '… Connection reset by peer',
        releases: OTHER_PROGRAMS,
      },
    ],
    meaning: 'The connection was torn down with a reset: somebody answered "I know of no such connection".',
    event: 'A reset (RST) arrived (ECONNRESET); on Windows also when the own network went away (ECONNABORTED).',
    rulesOut: ['loss alone: what is merely lost ends with "timed out"', 'an ordinary end'],
    causes: [
      ['idle-timeout', 'fits when it comes after a pause'],
      ['duplicate-ip', 'fits when it comes while you work, at random times'],
      ['chroot-directory', 'fits within 2 s of login, every time'],
      ['intrusion-prevention', 'fits after a certain amount of data or a certain command'],
      ['link-change', 'fits on Windows: Wi-Fi or VPN changed'],
    ],
  },
  {
    id: 'closed-unexpectedly',
    side: 'client',
    wordings: [
      {
        pattern:
          /\b(?:remote side|server) unexpectedly closed (?:the )?(?:network )?connection|\bconnection unexpectedly closed\b|\bconnection closed by remote host\b|^lost connection$/i,
        says: 'Remote side unexpectedly closed network connection',
        releases: 'PuTTY, rsync, scp and others',
      },
    ],
    meaning: 'The far side closed the connection in good order, but without saying goodbye in SSH’s own words.',
    event: 'A FIN arrived without the disconnect message of SSH before it.',
    rulesOut: ['loss and a path that went silent: a close was delivered'],
    causes: [
      ['server-process-ended', 'fits when it comes at any time, or for everybody at once'],
      ['chroot-directory', 'fits within 2 s of login, every time'],
      ['max-startups', 'fits before the login, now and then'],
      ['source-penalty', 'fits before the login, for seconds or minutes'],
      ['server-closes-idle', 'fits when it comes after a pause that is always as long'],
    ],
  },
  {
    id: 'timed-out',
    side: 'client',
    wordings: [
      { pattern: /\b(?:connection|operation) timed out\b/i, says: '… Connection timed out', releases: OTHER_PROGRAMS },
    ],
    meaning: 'What was sent was not answered, neither with yes nor with no.',
    event: 'Retransmissions or keepalive probes went unanswered (ETIMEDOUT).',
    rulesOut: ['a reset or a close: either would have ended it sooner'],
    causes: [
      ['idle-timeout', 'fits when a session froze after a pause'],
      ['unreachable', 'fits when no session can be opened'],
      ['filtered', 'fits when no session can be opened, and ping answers'],
      ['link-change', 'fits when it froze while you worked'],
    ],
  },
  {
    id: 'refused',
    side: 'client',
    wordings: [{ pattern: /\bconnection refused\b/i, says: '… Connection refused', releases: OTHER_PROGRAMS }],
    meaning: 'A machine at that address answers, and says that nothing listens on that port.',
    event: 'The first packet (SYN) was answered with a reset (RST).',
    rulesOut: ['an outage of the path: an answer came', 'idle timeouts, keepalives and your login'],
    causes: [
      ['nothing-listens', 'the service is down, restarts, or listens on another port'],
      ['wrong-machine', 'fits when it worked a moment ago and will again'],
    ],
  },
];
