// Of this machine: its way to a host, its keepalives, UDP ports beyond it, and what could not be measured.

import { z } from 'zod';
import { check, count, id, port, seconds } from './fields.ts';

export const route = z.object({
  id,
  kind: z.literal('route'),
  host: z.string(),
  address: z.string(),
  interface: z.string(),
  gateway: z.string().nullable().describe('First hop on the way; null when the host is on the link itself'),
});

export const kernelKeepalive = z.object({
  id,
  kind: z.literal('kernel-keepalive'),
  idleSeconds: seconds,
  intervalSeconds: seconds,
  count,
});

export const udpPorts = z.object({
  id,
  kind: z.literal('udp-ports'),
  host: z.string(),
  address: z.string(),
  ports: z.array(
    z.object({
      port,
      outcome: z
        .enum(['answered', 'rejected', 'silent'])
        .describe('silent: dropped on the way, or taken by somebody who does not answer, as mosh-server does'),
      rejection: z
        .object({
          from: z.string().nullable().describe('Who sent the ICMP error'),
          ipVersion: z.union([z.literal(4), z.literal(6)]),
          type: count,
          code: count,
        })
        .nullable(),
    }),
  ),
  complete: z.boolean(),
});

export const skipped = z.object({
  id,
  kind: z.literal('skipped'),
  check,
  target: z.string(),
  because: z.string().min(1),
  hint: z.string().min(1),
});
