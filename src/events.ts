// The vocabulary of --events: what happens while netcheck measures, as it happens, as one union. A program that watches
// reads one JSON object a line (schema/netcheck-events-1.schema.json is made from these schemas). What all of it means
// together is the report's business; most rooms import types only.

import { z } from 'zod';
import { evidenceSchema, type Finding } from './evidence.ts';

const seconds = z.number().nonnegative();
const count = z.int().nonnegative();
const pass = z.union([z.literal(1), z.literal(2)]).describe('1 asks over the whole range, 2 narrows and confirms');
const outcome = z.enum(['alive', 'silent-drop', 'reset', 'closed-by-peer', 'inconclusive']);

/** Every event has its moment. */
const moment = {
  at: z.iso.datetime().describe('Time of day, UTC'),
  seconds: seconds.describe('Since the start, on a clock that never goes back'),
};

const check = z.enum(['dup-ip', 'listen', 'read', 'ping', 'path', 'idle-timeout', 'mosh-ports']);
const step = z.int().positive().describe('Which step of the plan, from 1');
const ofStep = { ...moment, step, check, target: z.string().describe('As it was typed') };
const ofPort = { ...ofStep, host: z.string(), port: z.int().min(1).max(65_535) };
const ofLadder = {
  ...ofPort,
  direction: z.enum(['outbound', 'inbound']).describe('Who speaks first after the silence: we do, or the far side'),
};
const rung = z.int().positive().describe('Which connection of this direction, from 1');

const started = z.object({
  event: z.literal('started'),
  ...moment,
  schema: z.literal('netcheck-events/1'),
  version: z.string(),
  steps: z.array(
    z.object({ step, check, target: z.string(), worstCaseSeconds: seconds.nullable().describe('null when not known') }),
  ),
});

const stepStarted = z.object({ event: z.literal('step-started'), ...ofStep });
const stepDone = z.object({ event: z.literal('step-done'), ...ofStep });

const probesSent = z.object({ event: z.literal('probes-sent'), ...ofStep, probesSent: count.describe('ARP, so far') });
const contested = z.object({
  event: z.literal('contested'),
  ...ofStep,
  addresses: count.describe('Addresses for which more than one machine answers: each of them is asked by itself now'),
});
const framesHeard = z.object({ event: z.literal('frames-heard'), ...ofStep, frames: count.describe('ARP, so far') });
const framesRead = z.object({ event: z.literal('frames-read'), ...ofStep, frames: count });
const echoes = z.object({ event: z.literal('echoes'), ...ofStep, sent: count, received: count });
const pathProbes = z.object({
  event: z.literal('path-probes'),
  ...ofStep,
  sent: count,
  received: count,
  distance: z.int().positive().nullable().describe('Hops to the host, null while it is not known'),
});
const pathStage = z.object({
  event: z.literal('path-stage'),
  ...ofStep,
  stage: z.enum(['mtu', 'vanishing-point', 'names']).describe('What is looked for beside, or after, the hops'),
});

const connected = z.object({
  event: z.literal('connected'),
  ...ofPort,
  address: z.string(),
  connectMs: z.number().nonnegative(),
  greeting: z.string().nullable().describe('SSH identification string, null when the peer sent none'),
});

const asking = z.object({
  event: z.literal('asking'),
  ...ofStep,
  isOver: z.boolean().describe('Told before ssh may ask on the terminal, and again when that is over'),
});

const passBegins = z.object({
  event: z.literal('pass'),
  ...ofLadder,
  pass,
  idleSeconds: z.array(seconds).describe('Idle times that are tried in it, ascending'),
  atMostSeconds: seconds.describe('From now until this direction is done at the latest'),
});
const deeper = z
  .object({
    event: z.literal('deeper'),
    ...ofLadder,
    awakeUpToHop: count.describe('Everything up to it is kept awake from now on'),
  })
  .describe('The search begins anew for a slower timer beyond a hop: connections are numbered from 1 again');
const idling = z.object({ event: z.literal('idling'), ...ofLadder, rung, forSeconds: seconds, pass });
const suspect = z
  .object({ event: z.literal('suspect'), ...ofLadder, rung, forSeconds: seconds })
  .describe('It stopped answering, which is not yet believed');
const rungAsked = z.object({
  event: z.literal('rung'),
  ...ofLadder,
  rung,
  idleSeconds: seconds.describe('How long it was idle when it was asked, or ended'),
  outcome,
  code: z.string().nullable(),
  pass,
});
const bracket = z.object({
  event: z.literal('bracket'),
  ...ofLadder,
  survivedSeconds: seconds.nullable(),
  expiredSeconds: seconds.nullable(),
  onExpiry: z.enum(['silent-drop', 'reset', 'closed-by-peer']).nullable(),
  deaths: count.describe('One alone is not confirmed'),
  atMostSeconds: seconds.describe(
    'From now until this direction is done at the latest, unless the deaths prove accidents',
  ),
});
const climbed = z.object({ event: z.literal('climbed'), ...ofLadder }).describe('This direction is done');
const outage = z.object({
  event: z.literal('outage'),
  ...ofLadder,
  isOver: z.boolean().describe('Told when it is noticed, and again when it is over'),
  lastedSeconds: seconds,
});
const controlEnded = z.object({
  event: z.literal('control-ended'),
  ...ofLadder,
  how: z.enum(['reset', 'closed-by-peer', 'unanswered', 'unreachable']),
});

const hops = z.object({
  event: z.literal('hops'),
  ...ofPort,
  count,
  addresses: z.array(z.string().nullable()).describe('From hop 1; null where no router said so'),
});
const hopSearch = z.object({
  event: z.literal('hop-search'),
  ...ofPort,
  hops: count.describe('A connection for each of them is kept awake up to it, and no farther'),
  forSeconds: seconds.describe('About; less when the bracket gets narrower'),
});
const hop = z.object({
  event: z.literal('hop'),
  ...ofPort,
  hop: count.describe('How far its probes went; 0 is a connection that idled'),
  address: z.string().nullable(),
  outcome,
});
const speaks = z.enum(['keepalive', 'payload']).describe('Empty keepalives, or data that a partner answers');
const trialStarted = z.object({
  event: z.literal('trial-started'),
  ...ofPort,
  speaks,
  intervalSeconds: seconds,
  forSeconds: seconds.describe('About; less when the bracket gets narrower'),
});
const trial = z.object({
  event: z.literal('trial'),
  ...ofPort,
  speaks,
  intervalSeconds: seconds,
  lastedSeconds: seconds,
  silentSeconds: seconds.describe('How long it had not been heard by then'),
  outcome,
});

/** Evidence gets its id when all of it is there; by then the report is made. */
const findingSchema = z.union(
  (evidenceSchema.options as readonly z.ZodObject[]).map((kind) => kind.omit({ id: true })),
) as z.ZodType as z.ZodType<Finding>;

const evidence = z.object({
  event: z.literal('evidence'),
  ...moment,
  step: step.nullable().describe('null for what the machine itself adds'),
  finding: findingSchema.describe('As in the report, without the id'),
});

const finished = z.object({
  event: z.literal('finished'),
  ...moment,
  exitCode: count,
  interrupted: z.boolean(),
});

export const eventSchema = z.discriminatedUnion('event', [
  started,
  stepStarted,
  stepDone,
  probesSent,
  contested,
  framesHeard,
  framesRead,
  echoes,
  pathProbes,
  pathStage,
  connected,
  asking,
  passBegins,
  deeper,
  idling,
  suspect,
  rungAsked,
  bracket,
  climbed,
  outage,
  controlEnded,
  hops,
  hopSearch,
  hop,
  trialStarted,
  trial,
  evidence,
  finished,
]);

export type ScanEvent = z.infer<typeof eventSchema>;
export type EventName = ScanEvent['event'];
/** The events of one name, e.g. `EventOf<'rung'>`. */
export type EventOf<N extends EventName> = Extract<ScanEvent, { event: N }>;

type Without<E, K extends string> = E extends ScanEvent ? Omit<E, K> : never;
/** An event before it is given its moment. */
export type Observation = Without<ScanEvent, 'at' | 'seconds'>;
/** What a step tells of itself, before it is said which one it is. */
export type StepObservation = Without<
  Extract<ScanEvent, { step: number; check: string }>,
  'at' | 'seconds' | 'step' | 'check' | 'target'
>;
