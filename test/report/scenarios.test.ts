// Whole networks, told in words in fixtures/scenarios: each stage of the pipeline from the golden file of the stage before.
//
//   evidence.json ─ schema ─▶ valid    evidence.json ─ diagnose ─▶ causes.json    causes.json ─ renderText ─▶ report.txt
//
// UPDATE=1 npx vitest run test/report writes causes.json, report.txt and the pages' examples anew. Eyeball the diff then: a golden file that
// nobody has read proves nothing.

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { CAUSE_KINDS, type Cause } from '../../src/diagnose/cause.ts';
import { diagnose } from '../../src/diagnose/index.ts';
import { type Evidence, evidenceSchema } from '../../src/evidence.ts';
import { exitCode } from '../../src/report/exit-code.ts';
import { reportSchema } from '../../src/report/schema.ts';
import { renderText } from '../../src/report/text.ts';
import { reportOf } from './reports.ts';

const ROOT = new URL('../../fixtures/scenarios/', import.meta.url);
const SCENARIOS = readdirSync(ROOT).sort();

/** What scripts get from each. */
const EXIT_CODES: Readonly<Record<string, number>> = {
  'arp-flux-one-clock': 0,
  'arp-flux-shared-addresses': 0,
  'capture-changing-hands': 1,
  'duplicate-ip': 1,
  'duplicate-ip-and-idle-timeout': 1,
  'duplicate-ip-unproven': 1,
  'gateway-duplicate-and-idle-timeout': 1,
  'idle-timeout': 1,
  'idle-timeout-shared-default': 1,
  'idle-timeout-varies': 1,
  'keepalive-in-time': 1,
  'keepalive-off': 1,
  'keepalive-too-slow': 1,
  'keepalive-too-strict': 1,
  'login-grace-not-a-timeout': 3,
  'loss-on-path': 1,
  'not-measured': 3,
  'nothing-found': 0,
  'own-address-conflict': 1,
  'packet-loss': 1,
  'packet-loss-and-idle-timeout': 1,
  'packet-loss-and-keepalive-in-time': 1,
  'packet-loss-and-keepalive-too-strict': 1,
  'path-mtu': 1,
  'proxy-arp': 0,
  'proxy-counts-data': 1,
  'qos-marking': 1,
  'rate-limited-hop': 0,
  'server-closes-idle': 1,
  'server-closes-idle-shared-default': 1,
  'sshd-not-logged-in': 3,
  'sshd-settings': 1,
  'sweep-by-ping': 0,
  'sweep-one-duplicate': 1,
  takeover: 1,
  unreachable: 1,
  'vrrp-pair': 0,
};

const read = (scenario: string, file: string): string => readFileSync(new URL(`${scenario}/${file}`, ROOT), 'utf8');

function expectGolden(scenario: string, file: string, actual: string): void {
  if (process.env.UPDATE) writeFileSync(new URL(`${scenario}/${file}`, ROOT), actual);
  expect(actual).toBe(read(scenario, file));
}

const evidenceOf = (scenario: string): Evidence[] => JSON.parse(read(scenario, 'evidence.json')) as Evidence[];
const causesOf = (scenario: string): Cause[] => JSON.parse(read(scenario, 'causes.json')) as Cause[];

describe.each(SCENARIOS)('%s', (scenario) => {
  test('is told in words', () => {
    expect(read(scenario, 'network.md')).toMatch(new RegExp(`^# ${scenario}\n\n[\\s\\S]*Right answer: `));
  });

  test('its evidence is of the published shape', () => {
    expect(z.array(evidenceSchema).parse(evidenceOf(scenario))).toEqual(evidenceOf(scenario));
  });

  test('its causes follow from its evidence', () => {
    expectGolden(scenario, 'causes.json', `${JSON.stringify(diagnose(evidenceOf(scenario)), null, 2)}\n`);
  });

  test('its report tells both', () => {
    const report = reportOf({ evidence: evidenceOf(scenario), causes: causesOf(scenario) });
    expect(reportSchema.parse(report)).toEqual(report);
    expectGolden(scenario, 'report.txt', renderText(report, { color: false, verbosity: 'normal' }));
    expect(exitCode(report)).toBe(EXIT_CODES[scenario]);
  });
});

test('every cause has a scenario in which it is the finding, and a page', () => {
  for (const kind of CAUSE_KINDS) {
    expect(causesOf(kind)[0]).toMatchObject({ cause: kind, verdict: 'confirmed' });
    expect(readFileSync(new URL(`../../docs/causes/${kind}.md`, ROOT), 'utf8')).toContain(`# ${kind}\n`);
  }
});

test.each(CAUSE_KINDS)('the page of %s shows what its scenario prints', (kind) => {
  const file = new URL(`../../docs/causes/${kind}.md`, ROOT);
  const page = readFileSync(file, 'utf8');
  const [finding] = read(kind, 'report.txt')
    .split('\n\n')
    .filter((block) => block.startsWith('CONFIRMED'));
  const expected = page.replace(
    /(## Example\n[^`]*```\n)[\s\S]*?(\n```\n)/,
    (_, before, after) => before + finding + after,
  );
  if (process.env.UPDATE) writeFileSync(file, expected);
  else expect(page).toBe(expected);
  expect(expected).toContain(finding);
});
