// Connections: whether one comes about, and after how long of silence one is forgotten, by whom.

import { z } from 'zod';
import { count, id, port, seconds } from './fields.ts';

export const tcpConnect = z.object({
  id,
  kind: z.literal('tcp-connect'),
  host: z.string(),
  address: z.string(),
  port,
  outcome: z
    .enum(['open', 'refused', 'reset', 'closed', 'timed-out', 'unreachable'])
    .describe('reset and closed: it was accepted, and ended at once'),
  code: z.string().nullable().describe('The reason in the words of errno(3)'),
  connectMs: z.number().nullable(),
  greeting: z.string().nullable().describe('SSH identification string, null when the peer sent none'),
});

const idleOutcome = z.enum(['alive', 'silent-drop', 'reset', 'closed-by-peer', 'inconclusive']);

const awakeUpToHop = count
  .optional()
  .describe('Every box up to this hop was kept awake, so that only what lies beyond could forget; absent: none was');

const senderSigns = z.object({
  ttl: count.describe('Hop limit on arrival'),
  ipId: count.nullable().describe('IP identification, null in IPv6'),
  dontFragment: z.boolean().nullable(),
});

const resetOrigin = z.object({
  because: z.string().min(1).describe('What the signs say, or why nothing can be told'),
  hop: count.nullable().describe('Hop that the resets came from; null when their TTL does not tell'),
  address: z.string().nullable().describe('Address of that hop'),
  seen: z.array(
    z.object({
      idleSeconds: seconds,
      answer: senderSigns.describe('The SYN-ACK of the connection'),
      reset: senderSigns,
    }),
  ),
});
const ending = z.enum(['reset', 'closed-by-peer', 'unanswered', 'unreachable']);
const speaks = z
  .enum(['keepalive', 'payload'])
  .describe('With what it is kept awake: empty keepalives (also where absent), or data that a partner answers');

export const idleTimeout = z.object({
  id,
  kind: z.literal('idle-timeout'),
  host: z.string(),
  address: z.string(),
  port,
  transport: z.enum(['tcp', 'ssh']),
  loggedIn: z.boolean().optional().describe('Through sessions that had logged in; absent: without a login'),
  login: z.string().optional().describe('Whose sessions they were, as it was typed'),
  oneByOne: z
    .boolean()
    .optional()
    .describe('With one connection at a time, because somebody had to type a password for each; absent: side by side'),
  direction: z.enum(['outbound', 'inbound']),
  awakeUpToHop,
  survivedSeconds: seconds.nullable().describe('Longest idle that lived, null if none'),
  expiredSeconds: seconds.nullable().describe('Shortest that died, null if none did'),
  onExpiry: z.enum(['silent-drop', 'reset', 'closed-by-peer']).nullable(),
  resetAt: z
    .enum(['next-packet', 'expiry'])
    .nullable()
    .describe(
      'Whether a reset answers the next packet or comes by itself when the time is over; null when neither can be told',
    ),
  resetFrom: z
    .enum(['peer', 'middlebox', 'unknown'])
    .nullable()
    .describe('Who sent the resets, by their IP headers; null when nothing was reset'),
  resetOrigin: resetOrigin.nullable().describe('null when nothing was reset'),
  despiteKeepalives: z
    .boolean()
    .nullable()
    .describe(
      'Whether connections that keepalives keep busy end in the same way after the same time; null when that was not seen',
    ),
  deaths: count.describe('Connections that died so at expiredSeconds or later; one alone is not confirmed'),
  maxIdleSeconds: seconds.describe('Longest idle that was asked for'),
  limitedTo: z
    .object({ seconds, because: z.enum(['ssh-unauthenticated', 'ssh-server-keepalive', 'quick']) })
    .nullable()
    .describe(
      'Set when it was not asked for as long as that: the peer does not let one, or there was no time (--quick)',
    ),
  control: z.object({
    outages: z.array(z.object({ fromSeconds: seconds, toSeconds: seconds })),
    ended: ending.nullable(),
    speaks: speaks.optional(),
    keepalivesLost: ending
      .nullable()
      .optional()
      .describe(
        'How one that was kept busy with empty keepalives was lost beside a control of payload, null if it lived',
      ),
    keepalivesAnswered: z
      .literal(false)
      .optional()
      .describe(
        'Not one empty keepalive was ever answered, so that nothing could be asked by them; absent: some were, or none was sent',
      ),
  }),
  suspensions: z
    .array(z.object({ untilSeconds: seconds, forSeconds: seconds }))
    .describe('Times in which this machine was suspended: its clock stood still, the path went on forgetting'),
  connectionsOpened: count,
  connectionsFailed: count,
  connectionFailures: z
    .array(
      z.object({
        reason: z.enum(['refused', 'reset', 'timed-out', 'unreachable', 'local', 'login']),
        code: z.string().describe('The reason in the words of errno(3), or of ssh for a login'),
        count,
      }),
    )
    .describe('Why those could not be opened; local: this machine refused, and the network was not asked'),
  complete: z.boolean(),
  probes: z.array(
    z.object({
      idleSeconds: seconds,
      outcome: idleOutcome,
      code: z.string().nullable(),
      pass: z.union([z.literal(1), z.literal(2)]),
      asked: z.boolean().optional().describe('False when it ended by itself, after idleSeconds, before it was asked'),
    }),
  ),
});

export const idleEnforcer = z.object({
  id,
  kind: z.literal('idle-enforcer'),
  host: z.string(),
  peerAddress: z.string().describe('Address of the host'),
  port,
  hop: count.nullable().describe('Where the connection is forgotten; null when the outcomes do not tell'),
  address: z.string().nullable().describe('Address of that hop, null when it sends no ICMP time exceeded'),
  awakeUpToHop,
  heldSeconds: seconds.describe('How long the connections were kept awake, each up to its hop'),
  perHop: z.array(
    z.object({
      hop: count.describe('How far the probes went; 0 is a connection that idled'),
      address: z.string().nullable(),
      outcome: idleOutcome,
    }),
  ),
});

export const keepaliveTrial = z.object({
  id,
  kind: z.literal('keepalive-trial'),
  host: z.string(),
  address: z.string(),
  port,
  speaks: speaks.optional(),
  intervalSeconds: seconds,
  lastedSeconds: seconds,
  silentSeconds: seconds.optional().describe('Of these the last ones, without an answer'),
  outcome: idleOutcome,
});
