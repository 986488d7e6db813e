// The line for monitoring systems: its grammar for whatever can be seen, its exit code beside the usual one, and its words.

import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Cause, Verdict } from '../../src/diagnose/cause.ts';
import { diagnose } from '../../src/diagnose/index.ts';
import type { Evidence, EvidenceOf } from '../../src/evidence.ts';
import type { Step } from '../../src/plan/index.ts';
import { exitCode } from '../../src/report/exit-code.ts';
import { pluginResult, pluginUnknown } from '../../src/report/nagios.ts';
import { metricsOf, performanceData } from '../../src/report/performance-data.ts';
import { A, arp, B, claim, echo, echoSweep, HOST, heard, idle, mtu, OWN, path, sweep, tcp } from '../diagnose/seen.ts';
import { evidenceList } from '../support/arbitrary-evidence.ts';
import { reportOf } from './reports.ts';

const STATUS: Readonly<Record<string, number>> = { OK: 0, WARNING: 1, CRITICAL: 2, UNKNOWN: 3 };

/** Of the guidelines: 'label'=value[UOM];[warn];[crit];[min];[max], quotes where the label has spaces. */
const METRIC = /^(?:([^\s'=|;]+)|'([^'=|]+)')=(?:U|-?\d+(?:\.\d+)?(?:s|ms|us|%|B|c)?)(?:;\d*){0,4}$/;

interface Read {
  readonly status: string;
  readonly words: string;
  readonly data: readonly string[];
}

/** As a monitoring system takes it apart; throws where it could not. */
function read(text: string): Read {
  const [, status = '', words = '', data = ''] =
    /^NETCHECK (OK|WARNING|CRITICAL|UNKNOWN) - ([\x20-\x7e]+?)(?: \| ([\x20-\x7e]+))?\n$/.exec(text) ?? [];
  if (status === '') throw new Error(`no plugin output: ${JSON.stringify(text)}`);
  if (words.includes('|') || words.length > 400) throw new Error(`words: ${words}`);
  const metrics = data === '' ? [] : (data.match(/(?:'[^']*'|[^\s'])+/g) ?? []);
  const labels = metrics.map((metric) => {
    const [, bare, quoted] = METRIC.exec(metric) ?? [];
    if (bare === undefined && quoted === undefined) throw new Error(`performance data: ${metric}`);
    return bare ?? quoted;
  });
  if (new Set(labels).size !== labels.length) throw new Error(`labels: ${labels.join(', ')}`);
  return { status, words, data: metrics };
}

function judged(evidence: readonly Evidence[], causes: readonly Cause[] = diagnose(evidence)): Read & { code: number } {
  const { text, code } = pluginResult(reportOf({ evidence, causes }));
  const line = read(text);
  expect(code).toBe(STATUS[line.status]);
  return { ...line, code };
}

const skipped = {
  id: 'skip-1',
  kind: 'skipped',
  check: 'dup-ip',
  target: '10.0.0.5',
  because: 'ARP needs root.',
  hint: 'run it with sudo',
} as const;

const cause = (verdict: Verdict, some: Partial<Cause> = {}): Cause => ({
  cause: 'packet-loss',
  subject: 'x',
  verdict,
  because: ['echo-1'],
  summary: 'Said so.',
  advice: [],
  missing: [],
  ...some,
});

describe('the status', () => {
  test.each<[status: string, causes: Cause[]]>([
    ['CRITICAL', [cause('confirmed')]],
    ['CRITICAL', [cause('confirmed'), cause('likely')]],
    ['CRITICAL', [cause('confirmed'), cause('unknown')]],
    ['WARNING', [cause('likely')]],
    // Keepalives come in time: it ends no session as things are set.
    ['WARNING', [cause('confirmed', { moments: [] })]],
    ['WARNING', [cause('likely', { moments: [] }), cause('unknown')]],
    ['CRITICAL', [cause('confirmed', { moments: [] }), cause('confirmed', { moments: ['in-use'] })]],
    ['UNKNOWN', [cause('unknown'), cause('possible')]],
    ['OK', [cause('unknown', { because: [] })]],
    ['OK', [cause('possible')]],
    ['OK', [cause('ruled-out')]],
    ['OK', []],
  ])('%s', (status, causes) => {
    expect(judged([echo(10, 9)], causes).status).toBe(status);
  });

  test('goes with the usual exit code', () => {
    fc.assert(
      fc.property(evidenceList, fc.boolean(), (evidence, interrupted) => {
        const report = reportOf({ evidence, interrupted, causes: diagnose(evidence) });
        const usual: Readonly<Record<number, readonly number[]>> = { 0: [0], 1: [1, 2], 3: [3], 130: [3] };
        expect(usual[exitCode(report)]).toContain(pluginResult(report).code);
      }),
    );
  });
});

describe('the line', () => {
  test('can be read, whatever was seen', () => {
    fc.assert(fc.property(evidenceList, (evidence) => judged(evidence).words !== ''));
  });

  test.each(readdirSync(new URL('../../fixtures/scenarios', import.meta.url)))('of %s', (name) => {
    const file = new URL(`../../fixtures/scenarios/${name}/evidence.json`, import.meta.url);
    judged(JSON.parse(readFileSync(file, 'utf8')) as Evidence[]);
  });

  test('says what was found and how that is known', () => {
    expect(pluginResult(reportOf({ evidence: [echo(100, 90)], causes: [cause('confirmed')] }))).toEqual({
      code: 2,
      text: 'NETCHECK CRITICAL - packet loss (x): 90 of 100 echo requests were answered | loss=10%;;;0;100 rtt=0.5ms;;;0\n',
    });
    expect(judged([echo(100, 99)], [cause('likely')]).words).toMatch(/^packet loss \(x\), likely: 99 of 100 echo/);
  });

  test('says OK with what was seen, and what is possible', () => {
    expect(judged([echo(10, 10)], [cause('ruled-out')]).words).toBe(
      'no cause found: 10 of 10 echo requests were answered',
    );
    expect(judged([echo(10, 9)], [cause('possible')]).words).toMatch(
      /^no cause found, possible: packet loss \(x\): 9 of 10/,
    );
  });

  test('says why it is not known', () => {
    expect(judged([skipped], []).words).toBe('--dup-ip 10.0.0.5: ARP needs root. Run it with sudo');
    expect(judged([echo(10, 10)], [cause('unknown')]).words).toBe('packet loss (x): Said so.');
    expect(read(pluginUnknown('no | such\n  thing \x1b[31m“x”').text)).toEqual({
      status: 'UNKNOWN',
      words: 'no / such thing ?[31m"x"',
      data: [],
    });
    const interrupted = reportOf({ evidence: [echo(100, 90)], causes: [cause('confirmed')], interrupted: true });
    expect(pluginResult(interrupted)).toMatchObject({
      code: 3,
      text: expect.stringMatching(
        /^NETCHECK UNKNOWN - interrupted; by then: packet loss \(x\): 90 of 100.* \| loss=10%/,
      ),
    });
  });

  test('is not OK where a file was not written', () => {
    const problem = ['the report was not saved: ENOSPC'];
    expect(pluginResult(reportOf({ evidence: [echo(10, 10)] }), problem)).toMatchObject({
      code: 3,
      text: expect.stringMatching(/^NETCHECK UNKNOWN - the report was not saved: ENOSPC \|/),
    });
  });

  test.each([
    [{ causes: [cause('confirmed')] }, 2, 'CRITICAL - packet loss (x): 90 of 100 echo requests were answered'],
    [{ causes: [cause('confirmed')], interrupted: true }, 3, 'UNKNOWN - interrupted; by then: packet loss (x): 90 of'],
    [{ causes: [], interrupted: true }, 3, 'UNKNOWN - interrupted; --dup-ip'],
  ])('names what was skipped or not written, whatever else there is to say: %#', (some, code, words) => {
    const problem = 'the report was not saved: ENOSPC';
    const result = pluginResult(reportOf({ evidence: [echo(100, 90), skipped], ...some }), [problem]);
    expect(result.code).toBe(code);
    expect(result.text.startsWith(`NETCHECK ${words}`)).toBe(true);
    expect(read(result.text).words).toMatch(
      /; --dup-ip 10\.0\.0\.5: ARP needs root\. Run it with sudo; the report was not saved: ENOSPC$/,
    );
  });

  test('is short, however much there is to say', () => {
    const many = Array.from({ length: 100 }, (_, each) => cause('confirmed', { subject: `10.0.0.${each}` }));
    expect(judged([echo(10, 5)], many).words).toMatch(/\.\.\.$/);
  });
});

describe('performance data', () => {
  test('what was not measured is U, never 0', () => {
    expect(performanceData(metricsOf([echo(10, 0, { rttMs: null })]))).toBe('loss=100%;;;0;100 rtt=U;;;0');
    expect(performanceData(metricsOf([echo(0, 0, { rttMs: null })]))).toBe('loss=U;;;0;100 rtt=U;;;0');
    // Whose answer was still to come is not lost.
    expect(performanceData(metricsOf([echo(10, 9, { unsettled: 1 })]))).toMatch(/^loss=0%/);
  });

  test.each<[evidence: Evidence, data: string]>([
    // Nothing was sent, and it ended before anybody could be heard.
    [arp([], { probesSent: 0, complete: false }), 'machines=U;;;0'],
    [arp([], { probesSent: 0 }), 'machines=U;;;0'],
    [arp([], { complete: false, ownMac: OWN }), 'machines=U;;;0'],
    [arp([claim(A), claim(B)], { complete: false }), 'machines=2;;;0'],
    [arp([]), 'machines=0;;;0'],
    [arp([], { ownMac: OWN }), 'machines=1;;;0'],
    [heard([], 0), 'machines=0;;;0'],
    [sweep({ addressesAnswered: 0, probesSent: 0, complete: false }), 'addresses=U;;;0 shared=U;;;0'],
    [sweep({ complete: false }), 'addresses=12;;;0 shared=U;;;0'],
    [sweep({ addressesAnswered: 0 }), 'addresses=0;;;0 shared=0;;;0'],
  ])('none is U where not all were asked: %#', (evidence, data) => {
    expect(performanceData(metricsOf([evidence]))).toBe(data);
  });

  test('several of a kind are told apart by their host, in quotes', () => {
    const two = [echo(4, 4, { host: 'a' }), echo(4, 3, { id: 'echo-2', host: "b='c|" })];
    expect(performanceData(metricsOf(two))).toBe(
      "'loss a'=0%;;;0;100 'rtt a'=0.5ms;;;0 'loss b__c/'=25%;;;0;100 'rtt b__c/'=0.5ms;;;0",
    );
    // The same host twice is one, whose figures are those of the first.
    expect(performanceData(metricsOf([echo(4, 4), echo(4, 3, { id: 'echo-2' })]))).toMatch(/^loss=0%\S+ rtt=\S+$/);
  });

  const labels = (evidence: readonly Evidence[], steps: readonly Step[] = []): string[] =>
    read(pluginResult(reportOf({ evidence, causes: [] }), [], steps).text).data.map(
      (metric) => metric.split('=')[0] ?? '',
    );
  const skip = (check: EvidenceOf<'skipped'>['check'], target: string): Evidence => ({ ...skipped, check, target });
  const at = (host: string, port: number): Evidence[] => [
    { ...tcp('open'), host, port },
    idle({ host, port }),
    idle({ host, port, direction: 'inbound' }),
  ];

  // Of each: what is seen on a good day, and on a day on which a part of it is not measured.
  test.each<[typed: string, good: Evidence[], bad: Evidence[]]>([
    ['--ping a', [echo(1, 1, { host: 'a' })], [skip('ping', 'a')]],
    [
      '--ping a,b',
      [echo(1, 1, { host: 'a' }), echo(1, 1, { host: 'b' })],
      [echo(1, 1, { host: 'a' }), skip('ping', 'b')],
    ],
    [
      '--ping [::1],b',
      [echo(1, 1, { host: '::1' }), echo(1, 1, { host: 'b' })],
      [skip('ping', '[::1]'), skip('ping', 'b')],
    ],
    ['--ping 10.0.0.0/24', [echoSweep()], [skip('ping', '10.0.0.0/24')]],
    ['--ping 10.0.0.0/24, partly sent', [echoSweep()], [echoSweep(), skip('ping', '10.0.0.0/24')]],
    ['--dup-ip 10.0.0.5', [arp([claim(A)])], [skip('dup-ip', HOST)]],
    [
      '--dup-ip 10.0.0.5,10.0.0.6,10.0.0.0/24',
      [arp([]), arp([], { ip: '10.0.0.6' }), sweep()],
      [skip('dup-ip', '10.0.0.5, 10.0.0.6, 10.0.0.0/24')],
    ],
    ['--listen 5', [sweep({ target: 'eth0' })], [skip('listen', 'eth0')]],
    ['--path a', [path({ host: 'a' }), mtu({ host: 'a' })], [skip('path', 'a')]],
    ['--path a, whose interface can not be told', [path({ host: 'a' }), mtu({ host: 'a' })], [path({ host: 'a' })]],
    [
      '--path a --path b:22',
      [path({ host: 'a' }), mtu({ host: 'a' }), path({ host: 'b' }), mtu({ host: 'b' })],
      [path({ host: 'a' }), mtu({ host: 'a' }), skip('path', 'b:22')],
    ],
  ])('has the same labels for %s, measured or not', (_, good, bad) => {
    expect(labels(bad)).toEqual(labels(good));
  });

  const asked = (...targets: string[]): Step[] =>
    targets.map((target) => ({ check: 'skipped', skippedCheck: 'idle-timeout', target, because: 'x', hint: 'y' }));

  test.each<[typed: string[], good: Evidence[], bad: Evidence[]]>([
    [['a:7'], at('a', 7), [skip('idle-timeout', 'a:7')]],
    [['a:7'], at('a', 7), [{ ...tcp('refused'), host: 'a', port: 7 }]],
    [
      ['a:7', 'b:7'],
      [...at('a', 7), ...at('b', 7)],
      [...at('a', 7), { ...tcp('refused'), host: 'b', port: 7 }],
    ],
    [
      ['a:7', 'root@b'],
      [...at('a', 7), ...at('b', 22)],
      [...at('a', 7), skip('idle-timeout', 'root@b')],
    ],
    [
      ['a:7', 'root@b'],
      [...at('a', 7), ...at('b', 2200)],
      [...at('a', 7), ...at('b', 2200), skip('idle-timeout', 'root@b')],
    ],
    // By a name of ssh's own, or through a jump host.
    [['me@alias'], at('db.example.org', 2200), [...at('db.example.org', 2200), skip('idle-timeout', 'me@alias')]],
    [['me@inner'], [...at('bastion', 22), skip('idle-timeout', 'me@inner')], [skip('idle-timeout', 'me@inner')]],
  ])(
    'has the same labels for --idle-timeout %j, and those of the other direction where it is measured',
    (typed, good, bad) => {
      const steps = asked(...typed);
      const always = labels(good, steps).filter((label) => !label.includes('_in'));
      expect(labels(bad, steps).filter((label) => !label.includes('_in'))).toEqual(always);
      expect(labels(good, steps)).toEqual(expect.arrayContaining(labels(bad, steps)));
    },
  );

  test('of what was skipped all is U', () => {
    expect(performanceData(metricsOf([echo(1, 1, { host: 'a' }), skip('ping', 'b')]))).toBe(
      "'loss a'=0%;;;0;100 'rtt a'=0.5ms;;;0 'loss b'=U;;;0;100 'rtt b'=U;;;0",
    );
    expect(performanceData(metricsOf([skip('idle-timeout', 'a:7')]))).toBe(
      'connect=U;;;0 idle_timeout=U;;;0 idle_survived=U;;;0',
    );
  });

  test('numbers have no exponent', () => {
    const metric = { label: 'x', subject: '', unit: 's' as const };
    expect(performanceData([{ ...metric, value: 1e-7 }])).toBe('x=0s;;;0');
    expect(performanceData([{ ...metric, value: 86_400.12345 }])).toBe('x=86400.123s;;;0');
  });
});
