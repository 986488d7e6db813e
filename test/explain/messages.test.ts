// Every message of the project's field notes, in the wording of each release: which one it is taken for, what comes first, and which
// command decides. Written out by hand, not taken from the catalogue.

import { describe, expect, test } from 'vitest';
import { answer, CATALOGUE_FOR_PASTED, recognise } from '../../src/explain/index.ts';

const MAX_STARTUPS = 'past MaxStartups';
const DROP = 'drop connection #10 from [192.0.2.7]:50122 on [198.51.100.2]:22';

// [as it is printed, which message, first cause, words of the command that decides]
const CLIENT: [string, string, string, string][] = [
  ['Write failed: Broken pipe', 'write-failed', 'idle-timeout', 'netcheck --idle-timeout you@<server>'],
  [
    'packet_write_wait: Connection to 10.0.0.5 port 22: Broken pipe',
    'write-failed',
    'idle-timeout',
    'netcheck --idle-timeout you@10.0.0.5',
  ],
  ['packet_write_wait: Connection to 10.0.0.5: Broken pipe', 'write-failed', 'idle-timeout', 'you@10.0.0.5'],
  ['packet_write_poll: Connection to 10.0.0.5 port 22: Broken pipe', 'write-failed', 'idle-timeout', 'you@10.0.0.5'],
  ['client_loop: send disconnect: Broken pipe', 'send-disconnect-broken-pipe', 'idle-timeout', '--idle-timeout'],
  [
    'client_loop: ssh_packet_write_poll: Connection to 10.0.0.5 port 2222: Broken pipe',
    'write-failed',
    'idle-timeout',
    'netcheck --idle-timeout you@10.0.0.5:2222',
  ],
  ['client_loop: send disconnect: Connection reset', 'send-disconnect-reset', 'idle-timeout', '--idle-timeout'],
  ['client_loop: send disconnect: Connection reset by peer', 'send-disconnect-reset', 'idle-timeout', '--idle-timeout'],
  [
    'Connection to web1.example.org closed by remote host.',
    'closed-by-remote-host',
    'server-process-ended',
    'netcheck explain --log -',
  ],
  [
    'Read from remote host 10.0.0.5: Connection reset by peer',
    'read-reset',
    'idle-timeout',
    'netcheck --idle-timeout you@10.0.0.5',
  ],
  ['Read from remote host web1: Connection timed out', 'read-timed-out', 'idle-timeout', 'you@web1'],
  ['Read from remote host web1: Operation timed out', 'read-timed-out', 'idle-timeout', 'you@web1'],
  ['Read from remote host web1: No route to host', 'read-no-route', 'unreachable', 'netcheck --ping web1'],
  ['Timeout, server web1 not responding.', 'server-not-responding', 'link-change', 'netcheck --ping web1'],
  ['freeze, then nothing until a key is pressed', 'freeze', 'idle-timeout', '--idle-timeout'],
  ['ssh: connect to host web1 port 22: Connection refused', 'connect-refused', 'nothing-listens', 'web1:22'],
  ['ssh: connect to host web1 port 22: No route to host', 'connect-no-route', 'unreachable', '--ping web1'],
  ['ssh: connect to host web1 port 2222: Connection timed out', 'connect-timed-out', 'filtered', 'web1:2222'],
  ['ssh: connect to host web1 port 22: Operation timed out', 'connect-timed-out', 'filtered', 'web1:22'],
  ['Connection timed out during banner exchange', 'banner-timed-out', 'server-overloaded', 'explain --log'],
  [
    'ssh_exchange_identification: Connection closed by remote host',
    'closed-before-greeting',
    'max-startups',
    'netcheck --ping localhost',
  ],
  [
    'ssh_exchange_identification: read: Connection reset by peer',
    'closed-before-greeting',
    'max-startups',
    'netcheck --ping localhost',
  ],
  [
    'kex_exchange_identification: Connection closed by remote host',
    'closed-before-greeting',
    'max-startups',
    'netcheck --ping localhost',
  ],
  [
    'kex_exchange_identification: read: Connection reset by peer',
    'closed-before-greeting',
    'max-startups',
    'netcheck --ping localhost',
  ],
  ['Connection closed by 10.0.0.5 port 22', 'connection-ended', 'source-penalty', 'netcheck explain --log -'],
  ['Exceeded MaxStartups', 'banner-max-startups', 'max-startups', 'netcheck --ping localhost'],
  ['Not allowed at this time', 'banner-not-allowed', 'source-penalty', 'netcheck explain --log -'],
  ['Corrupted MAC on input.', 'damaged-payload', 'damaged-payload', 'ethtool -K'],
  ['Bad packet length 2851144213.', 'damaged-payload', 'damaged-payload', 'ethtool -K'],
  [
    'Received disconnect from 10.0.0.5 port 22:2: Too many authentication failures',
    'too-many-authentication-failures',
    'too-many-keys',
    'IdentitiesOnly=yes',
  ],
  ['Connection to 10.0.0.5 closed.', 'closed', 'clean-end', 'netcheck explain --log -'],
];

const SERVER: [string, string, string, string][] = [
  ['Timeout, client not responding.', 'client-not-responding', 'suspended', 'suspend'],
  [
    'Timeout, client not responding from user alice 192.0.2.7 port 50122',
    'client-not-responding',
    'suspended',
    'suspend',
  ],
  [
    'Read error from remote host 192.0.2.7 port 50122: Connection timed out',
    'server-read-timed-out',
    'idle-timeout',
    'on the client: netcheck --idle-timeout you@<server>',
  ],
  [
    'Read error from remote host 192.0.2.7 port 50122: Connection reset by peer',
    'server-read-reset',
    'idle-timeout',
    'on the client: netcheck --idle-timeout',
  ],
  ['Read error from remote host 192.0.2.7: Connection reset by peer', 'server-read-reset', 'idle-timeout', '--idle'],
  [
    'Read error from remote host 192.0.2.7 port 50122: No route to host',
    'server-read-no-route',
    'suspended',
    'suspend',
  ],
  ['Connection closed by 192.0.2.7 port 50122', 'connection-ended', 'source-penalty', 'explain --log'],
  ['Connection reset by 192.0.2.7 port 50122', 'connection-reset', 'idle-timeout', 'netcheck --idle-timeout'],
  ['Timeout before authentication for 192.0.2.7 port 50122', 'login-grace', 'scanner', 'explain --log'],
  [
    'Timeout before authentication for connection from 192.0.2.7 to 198.51.100.2, pid = 4711',
    'login-grace',
    'scanner',
    'explain --log',
  ],
  [`${DROP} ${MAX_STARTUPS}`, 'max-startups', 'max-startups', 'netcheck --ping localhost'],
  [`${DROP} past Maxstartups`, 'max-startups', 'max-startups', 'netcheck --ping localhost'],
  ['drop connection #10', 'max-startups', 'max-startups', 'netcheck --ping localhost'],
  ['beginning MaxStartups throttling', 'max-startups', 'max-startups', 'netcheck --ping localhost'],
  [
    'in MaxStartups throttling for 00:05:12, 27 connections dropped',
    'max-startups',
    'max-startups',
    'netcheck --ping localhost',
  ],
  [
    'exited MaxStartups throttling after 00:05:12, 27 connections dropped',
    'max-startups',
    'max-startups',
    'netcheck --ping localhost',
  ],
  [`${DROP} Maxstartups`, 'max-startups', 'max-startups', 'netcheck --ping localhost'],
  [`${DROP} Maxstartups: logging rate-limited`, 'max-startups', 'max-startups', 'netcheck --ping localhost'],
  ...[
    'failed authentication',
    'exceeded LoginGraceTime',
    'connections without attempting authentication',
    'attempted authentication by invalid user',
    'connection prohibited by RefuseConnection',
    'caused crash',
  ].map((reason): [string, string, string, string] => [
    `${DROP} penalty: ${reason}`,
    'penalty-drop',
    'source-penalty',
    'explain --log',
  ]),
  [
    'srclimit_penalise: ipv4: activating ipv4 penalty of 23 seconds for penalty: failed authentication',
    'penalty-begun',
    'source-penalty',
    'explain --log',
  ],
  [
    'terminating inactive connection from user alice 192.0.2.7 port 50122',
    'unused-connection',
    'unused-connection',
    'netcheck --ping localhost',
  ],
  [
    'channel 0: closing after 300 seconds of inactivity',
    'channel-timeout',
    'channel-timeout',
    'netcheck --ping localhost',
  ],
  [
    'bad ownership or modes for chroot directory component "/srv/sftp/"',
    'chroot-refused',
    'chroot-directory',
    'netcheck --ping localhost',
  ],
  [
    'fatal: bad ownership or modes for chroot directory "/srv/sftp"',
    'chroot-refused',
    'chroot-directory',
    'netcheck --ping localhost',
  ],
];

describe.each([
  ['client', CLIENT],
  ['server', SERVER],
] as const)('of the %s', (side, table) => {
  test.each(table)('%s', (line, id, cause, command) => {
    const { messages, unknown } = answer(recognise(line));
    expect(messages.map(({ message }) => message)).toEqual([id]);
    expect(unknown).toEqual([]);
    expect([side, 'either']).toContain(messages[0]?.saidBy);
    expect(messages[0]?.causes[0]?.cause).toBe(cause);
    expect(messages[0]?.causes[0]?.decide).toContain(command);
  });
});

describe('the catalogue', () => {
  test('recognises each of its own wordings', () => {
    for (const { id, wordings } of CATALOGUE_FOR_PASTED) {
      for (const { says } of wordings.filter(({ says: words }) => !words.startsWith('('))) {
        const line = says.replaceAll(/\bN\b/g, '7').replaceAll(/\bS\b/g, '7').replace('IP', '192.0.2.7');
        const found = recognise(line.replaceAll('IP', '192.0.2.7').replace(']:P', ']:7')).recognised;
        expect([says, found.map(({ message }) => message.id)]).toEqual([says, [id]]);
      }
    }
  });

  test('says of each what it means, what happened, what it is not, and what it may be', () => {
    for (const { id, meaning, event, rulesOut, causes } of CATALOGUE_FOR_PASTED) {
      for (const text of [meaning, event, ...rulesOut, ...causes.map(([, because]) => because)]) {
        expect([id, text]).toEqual([id, expect.stringMatching(/^\S.{8,}\S$/)]);
      }
      expect(rulesOut.length).toBeGreaterThan(0);
      expect(new Set(causes.map(([cause]) => cause)).size).toBe(causes.length);
    }
    expect(new Set(CATALOGUE_FOR_PASTED.map(({ id }) => id)).size).toBe(CATALOGUE_FOR_PASTED.length);
  });
});
