// Every text of every kind of evidence, cause, event and log, made to do harm, in every output there is: what comes out is
// looked at byte by byte.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { complain } from '../src/complain.ts';
import type { Cause } from '../src/diagnose/cause.ts';
import { diagnose } from '../src/diagnose/index.ts';
import { EventStream } from '../src/event-stream.ts';
import { eventSchema, type ScanEvent } from '../src/events.ts';
import { type Evidence, evidenceSchema } from '../src/evidence.ts';
import { answer, LogReader, logJson, readingOf, recognise, renderAnswer, renderLog } from '../src/explain/index.ts';
import { renderHtml } from '../src/html/index.ts';
import { harmlessJson } from '../src/printable.ts';
import { renderJson } from '../src/report/json.ts';
import { renderLive } from '../src/report/live.ts';
import { follow, NOTHING_YET } from '../src/report/live-state.ts';
import { pluginResult } from '../src/report/nagios.ts';
import { renderPlan } from '../src/report/plan-text.ts';
import { announcement, checkEnded } from '../src/report/progress.ts';
import type { Report } from '../src/report/report.ts';
import { causeSchema } from '../src/report/schema.ts';
import { renderText } from '../src/report/text.ts';
import { EventLog, LiveView, logLine } from '../src/terminal.ts';
import { reportOf } from './report/reports.ts';
import { controlsIn, HOSTILE } from './support/control-bytes.ts';
import { HOSTILE_PLAN } from './support/hostile-plan.ts';
import { hostileValues } from './support/hostile-schema.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

const KINDS = evidenceSchema.options.map((option) => {
  const values = hostileValues(z.discriminatedUnion('kind', [option])) as Evidence[];
  return {
    kind: option.shape.kind.value,
    evidence: values.map((item, index) => ({ ...item, id: `${HOSTILE}${index}` })),
  };
});
/** Each cause with each verdict, and all of its texts hostile. */
const CAUSES: readonly Cause[] = causeSchema.shape.cause.options.flatMap((cause) =>
  causeSchema.shape.verdict.options.flatMap((verdict, index) => {
    return hostileValues(causeSchema, 1).map(
      (value): Cause => ({ ...value, cause, verdict, because: [`${HOSTILE}${index}`] }),
    );
  }),
);

const hostileReport = (evidence: readonly Evidence[], causes: readonly Cause[] = CAUSES): Report =>
  reportOf({ evidence, causes, version: HOSTILE, startedAt: HOSTILE });

const TEXTS = (['quiet', 'normal', 'verbose'] as const).flatMap((verbosity) =>
  [
    { color: false },
    { color: true },
    { color: true, width: 50 },
    { color: false, plain: true },
    { color: false, ascii: true },
  ].map((page) => ({ ...page, verbosity })),
);

describe.each(KINDS)('$kind', ({ evidence }) => {
  test('as text', () => {
    for (const options of TEXTS) {
      const text = renderText(hostileReport(evidence), options);
      expect(controlsIn(text, { tabs: 'plain' in options, colours: options.color })).toEqual([]);
      expect(text).toContain('behind');
    }
  });

  test('as JSON, where nothing of it is lost', () => {
    const report = hostileReport(evidence);
    const json = renderJson(report);
    expect(controlsIn(json)).toEqual([]);
    expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify(report)));
  });

  test('as the line of a plugin', () => {
    const { text } = pluginResult(hostileReport(evidence), [HOSTILE]);
    expect(controlsIn(text)).toEqual([]);
    expect(text).toMatch(/^NETCHECK [^\n]*\n$/);
  });

  test('as a page', () => {
    expect(controlsIn(renderHtml(hostileReport(evidence)))).toEqual([]);
  });

  test('in the causes that follow from it', () => {
    let causes: Cause[];
    try {
      causes = diagnose(evidence);
    } catch (error) {
      // Addresses that are none: whoever reads a report says that it is no report.
      expect((error as Error).message).toMatch(/address|MAC/i);
      return;
    }
    expect(controlsIn(renderText(hostileReport(evidence, causes), { color: false, verbosity: 'verbose' }))).toEqual([]);
  });
});

describe('what is said meanwhile', () => {
  const events = hostileValues(eventSchema) as ScanEvent[];
  const told = events.map((event, index) => ({ ...event, step: 1 + (index % 3) }) as ScanEvent);

  test('in the log (-v)', () => {
    const stderr = new Recorder();
    const log = new EventLog(stderr.stream);
    log.say(HOSTILE);
    logLine(stderr.stream, 1, HOSTILE, HOSTILE);
    for (const event of told) log.write({ ...event, isOver: true } as ScanEvent);
    expect(controlsIn(stderr.text)).toEqual([]);
    expect(stderr.text.split('behind').length).toBeGreaterThan(20);
  });

  test('in the event stream', async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, 'events.ndjson');
    const stream = new EventStream(path, process);
    for (const event of told) stream.write(event);
    expect(await stream.close()).toBeNull();
    const bytes = readFileSync(path);
    expect(controlsIn(bytes)).toEqual([]);
    expect(bytes.toString().split('\n')).toHaveLength(told.length + 1);
  });

  test('in the frames of the live view, and above them', () => {
    const begun = told.filter(({ event }) => event === 'started' || event === 'step-started');
    const others = told.filter(({ event }) => !['started', 'step-started', 'step-done'].includes(event));
    let state = begun.reduce(follow, NOTHING_YET);
    for (const event of others) {
      state = follow(state, event);
      expect(controlsIn(renderLive(state, 79, 5).join('\n'))).toEqual([]);
    }
    expect(renderLive(state, 79, 5).join()).toContain('before');
    const terminal = new Recorder();
    const view = new LiveView(terminal.process, true, { now: () => 0 } as never, 0);
    view.say(HOSTILE);
    view.close();
    expect(controlsIn(terminal.text.replaceAll('\r\x1b[J', ''))).toEqual([]);
  });

  test('of each check that has ended', () => {
    for (const step of HOSTILE_PLAN.steps) {
      for (const { evidence } of KINDS) expect(controlsIn(checkEnded(step, evidence, 1, HOSTILE_PLAN))).toEqual([]);
    }
  });
});

test('a plan (--dry-run), and what is announced of it', () => {
  const text = renderPlan(HOSTILE_PLAN);
  expect(controlsIn(text)).toEqual([]);
  expect(text.split('behind').length).toBeGreaterThan(HOSTILE_PLAN.steps.length);
  expect(controlsIn(announcement(HOSTILE, HOSTILE_PLAN))).toEqual([]);
});

describe('what ssh said', () => {
  const MESSAGE = 'client_loop: send disconnect: Broken pipe';
  const LINES = [
    `Jan  2 03:04:05 ${HOSTILE} sshd[42]: Accepted publickey for ${HOSTILE} from 10.0.0.5 port 50000 ssh2`,
    'Jan  2 03:04:05 host sshd[42]: Accepted publickey for al\x9b31m\u202eice from 10.0.0.5 port 50000 ssh2',
    `Jan  2 03:09:05 host sshd[42]: Read error from remote host 10.0.0.5 port 50000: Connection reset by peer ${HOSTILE}`,
    `Jan  2 03:10:05 host sshd[43]: ${HOSTILE} Connection closed by authenticating user x\u202ey 10.0.0.5 port 50000 [preauth]`,
    `${HOSTILE}${MESSAGE}`,
    `debug1: Connecting to ${HOSTILE} [\x9b31m] port 22.`,
  ];

  test.each([MESSAGE, `\x1b[31m${MESSAGE}\x1b[0m`, `${HOSTILE} ${MESSAGE}`, HOSTILE])('as a message: %j', (said) => {
    const told = answer(recognise(`${said}\n${HOSTILE}`));
    const text = renderAnswer(told, { color: true, verbosity: 'verbose' });
    expect(controlsIn(text, { colours: true })).toEqual([]);
    expect(controlsIn(harmlessJson(JSON.stringify(told)))).toEqual([]);
  });

  test('as a log', () => {
    const reader = new LogReader(Date.UTC(2026, 5));
    // In the log itself a line has no line break.
    for (const line of LINES) reader.read(line.replaceAll('\n', ' '));
    const reading = readingOf(reader.finish());
    expect(reading.facts.drops.length + reading.findings.length).toBeGreaterThan(0);
    for (const verbosity of ['quiet', 'normal', 'verbose'] as const) {
      const text = renderLog(reading, HOSTILE, { color: true, verbosity });
      expect(controlsIn(text, { colours: true })).toEqual([]);
    }
    expect(controlsIn(harmlessJson(JSON.stringify(logJson(reading), null, 2)))).toEqual([]);
  });
});

test('a complaint', () => {
  const stderr = new Recorder();
  complain(stderr.process, HOSTILE);
  expect(controlsIn(stderr.text)).toEqual([]);
  expect(stderr.text).toMatch(/^netcheck: before[^\n]*\nbehind\n$/);
});

/** Stands in for a terminal: keeps what is written to it. */
class Recorder {
  text = '';
  readonly stream = {
    isTTY: true,
    columns: 80,
    rows: 24,
    write: (text: string) => {
      this.text += text;
      return true;
    },
  } as NodeJS.WriteStream;
  readonly process = {
    env: { LANG: 'C.UTF-8' },
    stderr: this.stream,
    stdout: this.stream,
    once: () => this.process,
    removeListener: () => this.process,
  } as unknown as NodeJS.Process;
}
