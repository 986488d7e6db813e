// What several kinds of evidence have in common.

import { z } from 'zod';

export const seconds = z.number().nonnegative();
export const count = z.int().nonnegative();
export const port = z.int().min(1).max(65_535);
/** Given at birth and unique in a report; causes point at evidence by it. */
export const id = z.string().min(1);

export const check = z.enum(['dup-ip', 'listen', 'read', 'ping', 'path', 'idle-timeout', 'mosh-ports']);
export type Check = z.infer<typeof check>;

export const rtt = z.object({
  min: z.number(),
  mean: z.number(),
  max: z.number(),
  stddev: z.number(),
  median: z.number().optional(),
  jitter: z
    .number()
    .nullable()
    .optional()
    .describe('Mean difference between a round trip and the one before it (D of RFC 3550, unsmoothed); null for one'),
});
