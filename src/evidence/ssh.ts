// What ssh and sshd are set up to do, and what they do of themselves.

import { z } from 'zod';
import { count, id, port, seconds } from './fields.ts';

export const sshServerKeepalive = z.object({
  id,
  kind: z.literal('ssh-server-keepalive'),
  host: z.string(),
  address: z.string(),
  port,
  intervalSeconds: seconds.describe('Between two of them: ClientAliveInterval, as far as can be told from the wire'),
  count: count.describe('How many arrived, on all sessions on which nobody spoke'),
});

const channelTimeout = z
  .array(z.object({ channel: z.string().describe('Type of channel, may hold wildcards'), seconds }))
  .nullable()
  .describe('After how long without data a channel is closed; null where the release has no such option');
const unreadBecause = z.string().min(1).nullable().describe('Why nothing could be read; null when it was');

export const sshClientSettings = z.object({
  id,
  kind: z.literal('ssh-client-settings'),
  host: z.string().describe('As it was typed, and given to ssh -G'),
  unreadBecause,
  user: z.string().nullable(),
  hostname: z.string().nullable(),
  port: port.nullable(),
  serverAliveInterval: seconds.nullable().describe('0: off'),
  serverAliveCountMax: count.nullable(),
  tcpKeepAlive: z.boolean().nullable(),
  ipqos: z.string().nullable(),
  rekeyLimit: z.string().nullable(),
  channelTimeout,
  proxyJump: z.string().nullable().describe('null when ssh connects to the host itself'),
  hasProxyCommand: z.boolean().nullable(),
});

export const sshServerSettings = z.object({
  id,
  kind: z.literal('ssh-server-settings'),
  host: z.string().describe('As it was typed'),
  user: z.string().nullable().describe('For whom Match blocks were looked through, by sshd -T'),
  readBy: z
    .enum(['sshd -T', 'files'])
    .optional()
    .describe('files: sshd_config as it can be read, without Match blocks; absent: sshd -T on the server itself'),
  leftOut: z.string().nullable().optional().describe('What was not read of those files, and may decide otherwise'),
  shell: z
    .object({
      program: z.string().describe('The login shell'),
      tmoutSeconds: seconds.nullable().describe('TMOUT of an interactive one, 0: none; null: it could not be asked'),
      watched: z
        .object({
          outcome: z.enum(['ended', 'lost', 'open']).describe('ended: by itself, with a status; lost: its connection'),
          silentSeconds: seconds,
          exitStatus: count.nullable(),
        })
        .nullable()
        .describe('What became of one that nobody typed at; null when none was watched'),
    })
    .nullable()
    .optional()
    .describe('Read through a session; absent: none was'),
  unreadBecause,
  clientAliveInterval: seconds.nullable().describe('0: off'),
  clientAliveCountMax: count.nullable(),
  tcpKeepAlive: z.boolean().nullable(),
  loginGraceTime: seconds.nullable().describe('0: off'),
  channelTimeout,
  unusedConnectionTimeout: seconds.nullable().describe('0: off; null where the release has no such option'),
  maxSessions: count.nullable(),
  maxStartups: z.string().nullable(),
  rekeyLimit: z.string().nullable(),
  chrootDirectory: z.string().nullable().describe('As it is written; null when there is none'),
  chrootPath: z
    .array(
      z.object({
        path: z.string(),
        ownerUid: count,
        mode: z.string().describe('Permission bits, octal'),
        problem: z.enum(['not-root', 'writable', 'no-directory']).nullable().describe('Why sshd refuses it'),
      }),
    )
    .nullable()
    .describe('Each component of it; null when it could not be looked at'),
});
