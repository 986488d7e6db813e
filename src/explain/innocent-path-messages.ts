// Messages for which the path has nothing to answer: the connection worked, and one of its ends ended it with a reason.

import type { Message } from './message.ts';

export const INNOCENT_PATH_MESSAGES: readonly Message[] = [
  {
    id: 'damaged-payload',
    side: 'either',
    wordings: [
      { pattern: /\bcorrupted mac on input/i, says: 'Corrupted MAC on input.', releases: 'all releases' },
      { pattern: /\bbad packet length \d+/i, says: 'Bad packet length N.', releases: 'all releases' },
      {
        pattern:
          /\bconnection to (?<host>[\w.:%-]+)(?: port (?<port>\d{1,5}))?: message authentication code incorrect/i,
        says: 'ssh_dispatch_run_fatal: Connection to IP port N: message authentication code incorrect',
        releases: 'OpenSSH 6.8 and later',
        side: 'client',
      },
      {
        pattern: /\bmessage authentication code incorrect/i,
        says: 'ssh_dispatch_run_fatal: Connection from user USER IP port N: message authentication code incorrect',
        releases: 'OpenSSH 6.8 and later',
        side: 'server',
      },
    ],
    meaning:
      'The bytes that arrived are not those that were sent: something damages or rewrites packets, and the checksum of TCP did not see it.',
    event: 'The connection was alive; SSH itself ended it, because its own check failed.',
    rulesOut: ['timeouts of any kind, loss and a second machine: the connection worked', 'sshd_config'],
    causes: [
      ['damaged-payload', 'the usual reason; often only with much data'],
      ['rewriting-middlebox', 'fits when it happens on one path only'],
    ],
  },
  {
    id: 'too-many-authentication-failures',
    side: 'either',
    wordings: [
      {
        pattern: /\btoo many authentication failures/i,
        says: 'Received disconnect from IP port N:2: Too many authentication failures',
        releases: 'all releases',
      },
    ],
    meaning: 'sshd refused to let you try more keys or passwords; the network is fine.',
    event: 'sshd said why and closed the connection in good order.',
    rulesOut: ['every cause in the network', 'timeouts of any kind'],
    causes: [
      ['too-many-keys', 'each key that the agent offers counts as one try (MaxAuthTries, 6 by default)'],
      ['source-penalty', 'may follow: each failure adds 5 s from OpenSSH 9.8 on'],
    ],
  },
  {
    id: 'shared-connection-lost',
    side: 'client',
    wordings: [
      {
        pattern: /\bmux_client_\w+: .{0,60}(?:broken pipe|master|connection reset)/i,
        says: 'mux_client_request_session: read from master failed: Broken pipe',
        releases: 'releases with ControlMaster',
      },
      {
        pattern: /\bcontrol socket connect\([^)]{0,200}\): (?:broken pipe|connection refused)/i,
        says: 'Control socket connect(PATH): Connection refused',
        releases: 'releases with ControlMaster',
      },
    ],
    meaning: 'This session shared the connection of an older one (ControlMaster), and that one was gone.',
    event: 'Nothing was sent to the network: the socket of the older ssh on this machine was dead.',
    rulesOut: ['what the network did to this session: it had no connection of its own'],
    causes: [
      ['shared-connection', 'try without it, then read what the older one said'],
      ['idle-timeout', 'fits when the shared connection idled before (ControlPersist)'],
    ],
  },
  {
    id: 'closed',
    side: 'client',
    follows: 'any',
    wordings: [
      {
        pattern: /\bconnection to (?<host>[\w.:%-]+) closed\.?\s*$/i,
        says: 'Connection to HOST closed.',
        releases: 'all releases',
      },
      {
        pattern: /\bShared connection to (?<host>[\w.:%-]+) closed\.?\s*$/i,
        says: 'Shared connection to HOST closed.',
        releases: 'releases with ControlMaster',
      },
    ],
    meaning: 'Alone, it means an ordinary end: the shell on the server ended, and sshd said so.',
    event: 'SSH said goodbye, then the connection was closed in good order.',
    rulesOut: ['every cause in the network, unless another message stands before it'],
    causes: [
      ['clean-end', 'you, or what you ran, said exit'],
      ['shell-logged-out', 'fits when it comes after the same pause each time'],
    ],
  },
];
