// The page as text: everything in it, everything linked, nothing that is not text where text was put. (Build first.)

import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { diagnose } from '../../src/diagnose/index.ts';
import { ASSETS } from '../../src/html/assets.ts';
import { dataBlock, html } from '../../src/html/html.ts';
import { renderHtml } from '../../src/html/index.ts';
import { cell, heading } from '../../src/html/words.ts';
import { renderJson } from '../../src/report/json.ts';
import { renderText } from '../../src/report/text.ts';
import { reportOf } from '../report/reports.ts';
import { evidenceList, hostileText } from '../support/arbitrary-evidence.ts';
import { HOSTILE_TEXTS, hostileReport } from './hostile.ts';
import { SCENARIOS, scenario, scenarioEvidence } from './scenario.ts';

const matches = (text: string, pattern: RegExp): string[] => [...text.matchAll(pattern)].map(([, group = '']) => group);
/** The page without what is not of the report. */
const body = (page: string): string => page.replace(ASSETS.script, '').replace(ASSETS.style, '');

describe.each(SCENARIOS)('%s', (name) => {
  const report = scenario(name);
  const page = renderHtml(report);

  test('every link leads somewhere, and no anchor is there twice', () => {
    const ids = matches(body(page), / id="([^"]*)"/g);
    expect(new Set(ids).size).toBe(ids.length);
    const targets = matches(body(page), / href="#([^"]*)"/g);
    expect(targets.filter((target) => !ids.includes(target))).toEqual([]);
  });

  test('each verdict leads to its evidence, and the evidence back', () => {
    for (const [index, { because }] of report.causes.entries()) {
      if (because.length === 0) continue;
      expect(page).toContain(`href="#cause-${index + 1}"`);
      for (const id of because) expect(page).toContain(`<a href="#evidence-${id}">`);
    }
  });

  test('the report is in it, whole', () => {
    const [, json = ''] = /<script type="application\/json" id="report">(.*?)<\/script>/s.exec(page) ?? [];
    expect(JSON.parse(json)).toEqual(report);
  });
});

test('the order is that of the text report', () => {
  const titles = matches(renderHtml(scenario('duplicate-ip-and-idle-timeout')), /<h2[^>]*>([^<]*)</g);
  expect(titles).toEqual([
    'What was found',
    'Which of them was it?',
    'Ruled out',
    'Undecided',
    'Not measured',
    'Evidence',
    'Data',
  ]);
});

test('the version, the time and pseudonyms are told', () => {
  const page = renderHtml(reportOf({ redacted: true }));
  expect(page).toContain('netcheck 0.1.0');
  expect(page).toContain('2026-01-02 03:04:05 UTC');
  expect(page).toContain('pseudonyms');
  expect(renderHtml(reportOf({}))).not.toContain('pseudonyms');
});

test('evidence and causes of a newer netcheck are shown with all they say', () => {
  const evidence = [{ id: 'quic-1', kind: 'quic-path', lostPackets: 7, spans: [{ fromMs: 3, seen: null }] }];
  const causes = [{ ...scenario('duplicate-ip').causes[0], cause: 'sunspots', because: ['quic-1', 'gone-1'] }];
  const page = body(renderHtml(reportOf({ evidence, causes } as never)));
  expect(page).toContain('<th scope="row">lost packets</th><td>7</td>');
  expect(page).toContain('<th scope="col">from (ms)</th>');
  expect(page).toContain('sunspots');
  expect(page).toContain(', gone-1]');
});

test('nothing outside is named, but in comments', () => {
  const page = renderHtml(scenario('duplicate-ip')).replace(/\/\*!.*?\*\//gs, '');
  expect(matches(page, /\s(src|srcset|action|ping|style|on\w+)=/g)).toEqual([]);
  expect(page).not.toMatch(/@import|url\(/);
  expect(matches(page, / href="([^#][^"]*)"/g)).toEqual([]);
});

test('whatever is put into a template is text', () => {
  fc.assert(
    fc.property(fc.oneof(hostileText, fc.constantFrom(...HOSTILE_TEXTS)), (text) => {
      const { markup } = html`<p title="${text}">${[text, html`<b>${text}</b>`]}</p>`;
      const values = /^<p title="([^"]*)">([^<]*)<b>([^<]*)<\/b><\/p>$/.exec(markup);
      expect(values).not.toBeNull();
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
      expect(markup).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\p{Cf}\p{Cs}\u2028\u2029]|["'<>](?=.*<b>.*["'])/u);
      expect(dataBlock('x', JSON.stringify(text)).markup.slice(1)).not.toMatch(/<(?!\/script>$)/);
    }),
  );
});

test('a hostile report is text in the page, on the terminal and in the JSON', () => {
  for (const name of SCENARIOS) {
    const report = hostileReport(scenarioEvidence(name));
    const page = body(renderHtml(report));
    expect(page).not.toMatch(/<img|<b>|onerror="|<meta http-equiv="refresh|<!--/);
    expect(
      matches(page, /<script( [^>]*)?>/g).filter((how) => !/^ type="(module|application\/json)"/.test(how)),
    ).toEqual([]);
    const texts = [null, 60].map((width) => renderText(report, { color: false, verbosity: 'verbose', width }));
    const plain = renderText(report, { color: false, verbosity: 'verbose', plain: true }).replaceAll('\t', '');
    const shown = [page, ...texts, plain, renderJson(report)];
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
    for (const text of shown) expect(text).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\p{Cf}\u2028\u2029]/u);
    expect(JSON.parse(renderJson(report))).toEqual(JSON.parse(JSON.stringify(report)));
  }
});

test('any evidence makes a page whose links lead somewhere', () => {
  fc.assert(
    fc.property(evidenceList, (evidence) => {
      const page = body(renderHtml(reportOf({ evidence, causes: diagnose(evidence) })));
      const ids = new Set(matches(page, / id="([^"]*)"/g));
      expect(matches(page, / href="#([^"]*)"/g).filter((target) => !ids.has(target))).toEqual([]);
    }),
    { numRuns: 60 },
  );
});

describe('keys as words', () => {
  it.each([
    ['survivedSeconds', 'survived (s)'],
    ['rttMs', 'RTT (ms)'],
    ['mtuBytes', 'MTU (bytes)'],
    ['fromMac', 'from MAC'],
    ['seconds', 'seconds'],
    ['arp-claims', 'ARP claims'],
  ])('%s is %s', (key, words) => {
    expect(heading(key)).toBe(words);
  });

  it('a value that is not there is no zero, and a zero is one', () => {
    expect(html`${cell(null)}`.markup).toContain('–');
    expect(html`${cell(0)}`.markup).toBe('0');
    expect(html`${cell([])}`.markup).toContain('none');
    expect(html`${cell({ min: 0.5, max: null })}`.markup).toBe('min: 0.5');
  });
});
