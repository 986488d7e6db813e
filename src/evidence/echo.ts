// What echo requests brought back, of a host or of a network.

import { z } from 'zod';
import { count, id, rtt, seconds } from './fields.ts';

const echoMethod = z.enum(['raw-socket', 'ping-socket', 'system-ping']);
export const methodNote = z.string().nullable().describe('Why the system ping was used, null with a socket of our own');
const unsettled = count
  .optional()
  .describe('Of those without an answer, how many might still have had one when it was interrupted');
const longestLossRun = count.optional().describe('Most requests in a row without an answer');
const sizeBytes = count.optional().describe('Data in each request, without headers');
export const dscp = z.int().min(0).max(63).optional().describe('Code point that requests were marked with (RFC 2474)');
const icmpErrors = z.array(z.object({ from: z.string(), type: count, code: count, count }));

export const echo = z.object({
  id,
  kind: z.literal('echo'),
  host: z.string(),
  address: z.string(),
  method: echoMethod,
  methodNote,
  sent: count,
  received: count,
  unsettled,
  longestLossRun,
  duplicates: count,
  reordered: count.optional().describe('Answers that a later one had overtaken (RFC 4737)'),
  intervalSeconds: seconds.optional(),
  sizeBytes,
  dscp,
  hopLimits: z
    .array(z.object({ hopLimit: count, count }))
    .optional()
    .describe('TTL of the answers, the commonest first'),
  hopLimitChanges: count.optional().describe('How often it was another one than in the answer before'),
  kernelDrops: count.nullable().optional().describe('Answers lost because we did not read in time; null: not known'),
  link: z
    .object({
      interface: z.string(),
      gateway: z.string().nullable().describe('First router on the way; null when the host is on the link itself'),
      wireless: z.boolean(),
      signalDbm: z.number().nullable().describe('null when it is not wireless, or the kernel does not say'),
    })
    .nullable()
    .optional()
    .describe('How this machine reaches it; null when that is not known'),
  gateway: z
    .object({
      address: z.string(),
      sent: count,
      received: count,
      unsettled,
      longestLossRun,
      rttMs: rtt.nullable(),
    })
    .nullable()
    .optional()
    .describe('The first router, asked at the same times; null when it was not'),
  rttMs: rtt.nullable().describe('null when nothing came back'),
  rttSeriesMs: z
    .array(z.number().nonnegative().nullable())
    .optional()
    .describe('Of each request in turn, null where it was lost; absent where there are too many'),
  errors: icmpErrors.describe('ICMP errors in place of replies'),
  complete: z.boolean(),
});

const addressRanges = z.array(z.string()).describe('Addresses and ranges (first-last), ascending');

export const echoSweep = z.object({
  id,
  kind: z.literal('echo-sweep'),
  target: z.string(),
  interface: z.string().nullable().describe('null: by the routing table'),
  method: echoMethod,
  methodNote,
  sizeBytes,
  dscp,
  addressesAsked: count,
  addressesAnswered: count,
  asked: addressRanges,
  answered: addressRanges,
  requestsSent: count,
  duplicates: count,
  rounds: count,
  tookSeconds: seconds,
  waitedSeconds: seconds.describe('Of these, after the last request'),
  atFullSpeed: z.boolean().describe('Nothing was paced: round trips may hold the time in our own queue'),
  rttMs: z
    .object({ min: z.number(), median: z.number(), mean: z.number(), max: z.number() })
    .nullable()
    .describe('Of the fastest answer of each host; null when nobody answered'),
  slowest: z
    .array(z.object({ ip: z.string(), rttMs: z.number() }))
    .describe('The longest round trips, the longest first; not all of them'),
  lossy: z
    .array(z.object({ ip: z.string(), asked: count, answered: count }))
    .describe('Hosts that answered some requests and not others, the worst first; not all of them'),
  lossyHosts: count.describe('How many there are of these'),
  errors: icmpErrors.describe('ICMP errors in place of replies, counted by hosts that never answered'),
  notAsked: z
    .array(z.object({ code: z.string().describe('The reason in the words of errno(3)'), addresses: count }))
    .describe('Addresses to which this machine could send nothing'),
  kernelDrops: count.nullable().describe('Answers lost because we did not read in time; null: not known'),
  dropsMadeUp: z.boolean().describe('Answers were lost, then the silent were asked again without a loss'),
  complete: z.boolean(),
});
