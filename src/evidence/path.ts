// What lies on the way: hops, the largest packet, and what becomes of marks.

import { z } from 'zod';
import { count, id, port, rtt } from './fields.ts';

const pathMethod = z
  .enum(['raw-socket', 'system-ping', 'connect'])
  .describe('connect: connections of the kernel, whose packets may pass only so many routers');
const wayNote = z.string().nullable().describe('Why it was not done with a raw socket; null when it was');
const protocol = z.enum(['icmp', 'tcp']);
const portOfTcp = port.nullable().describe('null for ICMP');
const icmpError = { from: z.string(), type: count, code: count };
const codePoint = z.int().min(0).max(63);
const hopNumber = z.int().positive();

export const path = z.object({
  id,
  kind: z.literal('path'),
  host: z.string(),
  address: z.string(),
  protocol,
  port: portOfTcp,
  method: pathMethod,
  methodNote: wayNote,
  reached: z.boolean(),
  endedBecause: z
    .enum(['reached', 'unreachable', 'silence', 'loop', 'interrupted'])
    .describe('silence: nobody is heard beyond the last hop listed; loop: packets come back to where they were'),
  unreachable: z
    .object(icmpError)
    .nullable()
    .describe('The ICMP error that says that the host, or its port, can not be reached, and who sent it'),
  refused: z.boolean().nullable().describe('Whether the port answered with a reset; null when it did not, or for ICMP'),
  rounds: count.describe('Rounds in which the hops were asked; routers are asked for errors less often'),
  hops: z.array(
    z.object({
      ttl: hopNumber,
      addresses: z.array(z.string()).describe('Who answered, the most frequent first; empty for a silent hop'),
      names: z
        .array(z.string().nullable())
        .optional()
        .describe('By reverse DNS, of each address; absent: not asked for'),
      sent: count.describe(
        'Probes that were to die there, or to arrive; as many as a router answers without limiting itself',
      ),
      received: count,
      rttMs: rtt.nullable().describe('null when nothing came back, or no times are told'),
      asked: z
        .object({ sent: count, received: count, rttMs: rtt.nullable() })
        .nullable()
        .describe('Echo requests to the address of the hop itself; null for the host, and where it has no address'),
      rewritten: z
        .array(z.enum(['source', 'destination', 'port', 'identifier', 'checksum']))
        .describe('What its errors quote otherwise than it was sent: a NAT in front of it rewrote it'),
    }),
  ),
  complete: z.boolean(),
});

const sizeTried = z.object({ bytes: count, times: count });

export const pathMtu = z.object({
  id,
  kind: z.literal('path-mtu'),
  host: z.string(),
  address: z.string(),
  method: pathMethod,
  methodNote: wayNote,
  interface: z.string(),
  interfaceMtuBytes: count,
  routeMtuBytes: count
    .optional()
    .describe(
      'To what somebody limited the route of this machine (ip-route(8), mtu), where that is less than its interface takes; absent: it is not, or that could not be told',
    ),
  mtuBytes: count.nullable().describe('Largest IP packet that gets through; null when it could not be told'),
  reportedBy: z.string().nullable().describe('Who said that larger ones do not fit its link; null: nobody did'),
  reportedMtuBytes: count.nullable().describe('What it said is the MTU of that link'),
  isBlackHole: z
    .boolean()
    .describe('Larger packets vanish, and nobody says why, or for a size that does not fit either'),
  passed: sizeTried.nullable().describe('Largest that came back, and how often; null when none did'),
  failed: sizeTried.nullable().describe('Smallest that never did, and how often it was tried'),
  vanishes: z
    .object({ afterHop: count, beforeHop: hopNumber })
    .nullable()
    .describe(
      'Large packets still reach the one hop, and only small ones the other; null when not known, or none vanish',
    ),
  peerMssBytes: count.nullable().describe('Maximum segment size that the port offers; null when it was not asked'),
  unmeasuredBecause: z.string().min(1).nullable().describe('Why mtuBytes could not be told, or proved'),
  complete: z.boolean(),
});

export const dscpComparison = z.object({
  id,
  kind: z.literal('dscp-comparison'),
  host: z.string(),
  address: z.string(),
  protocol,
  port: portOfTcp,
  method: pathMethod,
  methodNote: wayNote,
  marks: z
    .array(
      z.object({
        dscp: codePoint,
        sent: count,
        answered: count.describe('Of TCP: by a SYN-ACK or a reset'),
        refused: count.describe('Of these by a reset'),
        errors: z.array(z.object({ ...icmpError, count })),
        answeredUpToHop: count
          .nullable()
          .describe('Farthest router that was reached with this mark; null when none was asked'),
      }),
    )
    .describe('Differentiated Services Codepoints, packets with each in turn: 0 none, 18 AF21, 46 EF'),
  changes: z
    .array(z.object({ sentDscp: codePoint, hop: hopNumber, arrivedDscp: codePoint }))
    .describe('The first hop that a mark reached as another one'),
  complete: z.boolean(),
});
