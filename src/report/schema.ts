// The report's schema, for programs that read reports. Loaded only where one is read or the JSON Schema is made.

import { z } from 'zod';
import { FITS } from '../diagnose/candidates.ts';
import { CAUSE_KINDS, MOMENTS, VERDICTS } from '../diagnose/cause.ts';
import { eventSchema } from '../events.ts';
import { evidenceSchema } from '../evidence.ts';
import type { Report } from './report.ts';

const candidate = z.object({
  id: z.string().describe('In the table of known idle timeouts'),
  product: z.string(),
  seconds: z.number().nonnegative().describe('Its default'),
  ending: z.enum(FITS).describe('How well the way it ends a connection fits what was seen'),
});

export const causeSchema = z.object({
  cause: z.enum(CAUSE_KINDS),
  subject: z.string(),
  verdict: z.enum(VERDICTS),
  because: z.array(z.string()).describe('Ids of the evidence it rests on'),
  summary: z.string(),
  effect: z
    .string()
    .exactOptional()
    .describe('What it does to a session here, where that is not what it usually does; absent elsewhere'),
  moments: z
    .array(z.enum(MOMENTS))
    .exactOptional()
    .describe(
      'When it ends a session here, where that is not when it usually does; empty when it ends none as things are set',
    ),
  advice: z.array(z.string()),
  missing: z.array(z.string()).describe('What to run to know more'),
  consistentWith: z
    .array(candidate)
    .exactOptional()
    .describe('Known products that behave as was measured, the likeliest first; absent where there is none'),
});

export const reportSchema = z.object({
  schema: z.literal('netcheck/1'),
  version: z.string(),
  startedAt: z.iso.datetime(),
  finishedAt: z.iso.datetime(),
  interrupted: z.boolean(),
  redacted: z
    .literal(true)
    .exactOptional()
    .describe('Addresses, names and MACs are pseudonyms; absent where they are real'),
  evidence: z.array(evidenceSchema),
  causes: z.array(causeSchema),
}) satisfies z.ZodType<Report, unknown>;

/** What every report is, also one of a newer netcheck whose kinds of evidence and causes are not all known here. */
export const envelopeSchema = reportSchema.extend({
  evidence: z.array(z.looseObject({ id: z.string().min(1), kind: z.string().min(1) })),
  causes: z.array(z.looseObject({ cause: z.string(), verdict: z.string(), summary: z.string() })),
});

/** JSON Schema (draft 2020-12) of a report, with room for fields to be added. A new kind is a new schema. */
export function reportJsonSchema(): object {
  return { title: 'netcheck report', ...z.toJSONSchema(reportSchema, { io: 'input' }) };
}

/** JSON Schema of one line of --events. Events and fields may be added. */
export function eventsJsonSchema(): object {
  return { title: 'netcheck event', ...z.toJSONSchema(eventSchema, { io: 'input' }) };
}
