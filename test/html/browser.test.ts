// The page in a real browser without a network: quiet, accessible, with each chart drawn with the report's numbers. (Build first.)

import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { EvidenceOf } from '../../src/evidence.ts';
import { renderHtml } from '../../src/html/index.ts';
import type { Report } from '../../src/report/report.ts';
import { reportOf } from '../report/reports.ts';
import { browserUnavailable, PageReader } from '../support/browser.ts';
import { hostileReport } from './hostile.ts';
import { SCENARIOS, scenario, scenarioEvidence } from './scenario.ts';

/** A ladder, claims, echoes and a path with its enforcer in one report. */
const WHOLE: Report = (() => {
  const evidence = [
    ...scenarioEvidence('duplicate-ip-and-idle-timeout'),
    ...scenarioEvidence('idle-timeout-shared-default').filter(({ kind }) => kind === 'idle-enforcer'),
    ...scenarioEvidence('packet-loss-and-idle-timeout')
      .filter(({ kind }) => kind === 'echo')
      .map((item) => ({ ...item, id: 'echo-2' })),
    ...scenarioEvidence('capture-changing-hands').map((item) => ({ ...item, id: `${item.id}1` })),
  ];
  return reportOf({ evidence, causes: scenario('duplicate-ip-and-idle-timeout').causes });
})();

/** In the page, what uPlot holds for the chart of a piece of evidence. */
function plotData(page: Page, id: string): Promise<(number | null)[][]> {
  return page.evaluate(
    `netcheckPlots.get(document.querySelector('#evidence-${id} figure.chart script').id).data.map((column) => [...column].map((value) => value ?? null))`,
  );
}

async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const found = (await page.evaluate('axe.run()')) as axe.AxeResults;
  return found.violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical' || impact === 'moderate')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join('\n')}`);
}

describe.skipIf(browserUnavailable())('in Chromium', () => {
  let reader: PageReader;
  beforeAll(async () => {
    reader = await PageReader.open();
  });
  afterAll(() => reader.close());

  test('a report opens without a complaint or a request', async () => {
    for (const report of [WHOLE, scenario('not-measured'), scenario('nothing-found'), reportOf({})]) {
      await using opened = await reader.read(renderHtml(report));
      expect([opened.complaints, opened.requests]).toEqual([[], []]);
    }
  });

  test('the ladder is drawn with the report’s numbers, one bar for each idle time', async () => {
    await using opened = await reader.read(renderHtml(WHOLE));
    const { probes } = WHOLE.evidence.find(({ id }) => id === 'idle-1') as EvidenceOf<'idle-timeout'>;
    const [times, alive, dead, unclear] = await plotData(opened.page, 'idle-1');
    expect(times).toEqual(probes.map(({ idleSeconds }) => idleSeconds));
    expect(alive).toEqual(probes.map(({ outcome }) => (outcome === 'alive' ? 1 : null)));
    expect(dead).toEqual(probes.map(({ outcome }) => (outcome === 'reset' ? -1 : null)));
    expect(unclear).toEqual(probes.map(() => null));
  });

  test('something is on the canvas: as many green bars as the report has, then red ones', async () => {
    const item = scenarioEvidence('idle-timeout').find(
      ({ kind }) => kind === 'idle-timeout',
    ) as EvidenceOf<'idle-timeout'>;
    const probes = [1, 10, 100, 1000].map((idleSeconds, index) => ({
      idleSeconds,
      outcome: index < 2 ? ('alive' as const) : ('silent-drop' as const),
      code: null,
      pass: 1 as const,
    }));
    const evidence = [{ ...item, probes, survivedSeconds: null, expiredSeconds: null }];
    await using opened = await reader.read(renderHtml(reportOf({ evidence })), { colorScheme: 'light' });
    const runs = (await opened.page.evaluate(`(() => {
      const plot = [...netcheckPlots.values()][0];
      const { left, top, width, height } = plot.bbox;
      const count = (y, red, green) => {
        const { data } = plot.ctx.getImageData(left, y, width, 1);
        let runs = 0;
        for (let x = 0, was = false; x < width; x++) {
          const is = Math.abs(data[x * 4] - red) < 8 && Math.abs(data[x * 4 + 1] - green) < 8 && data[x * 4 + 3] > 200;
          if (is && !was) runs++;
          was = is;
        }
        return runs;
      };
      return [count(Math.round(plot.valToPos(0.5, 'y', true)), 26, 127), count(Math.round(plot.valToPos(-0.5, 'y', true)), 179, 38)];
    })()`)) as number[];
    expect(runs).toEqual([2, 2]);
  });

  test('claims are drawn from the first time to the last, and where they changed hands', async () => {
    await using opened = await reader.read(renderHtml(WHOLE));
    const { id, claims, flips } = WHOLE.evidence.find(
      (item) => item.kind === 'arp-claims' && item.flips !== null,
    ) as EvidenceOf<'arp-claims'>;
    const [times = [], ...rows] = await plotData(opened.page, id);
    for (const [index, { firstSeconds, lastSeconds }] of claims.entries()) {
      const drawn = times.filter((_, at) => rows[index]?.[at] != null);
      expect(drawn).toEqual([...new Set([firstSeconds, lastSeconds])]);
    }
    const taken = times.filter((_, at) => rows.at(-1)?.[at] != null);
    expect(taken).toEqual(flips?.first.map(({ atSeconds }) => atSeconds));
  });

  test('round trips are drawn request by request, and broken where one was lost', async () => {
    await using opened = await reader.read(renderHtml(WHOLE));
    const { rttSeriesMs = [] } = WHOLE.evidence.find(({ id }) => id === 'echo-2') as EvidenceOf<'echo'>;
    const [requests, trips, lost] = await plotData(opened.page, 'echo-2');
    expect(requests).toEqual(rttSeriesMs.map((_, index) => index + 1));
    expect(trips).toEqual(rttSeriesMs);
    expect(lost).toEqual(rttSeriesMs.map((rtt) => (rtt === null ? 0 : null)));
    const chart = opened.page.locator('#evidence-echo-2 .plot');
    await chart.focus();
    for (const _ of [1, 2]) await opened.page.keyboard.press('ArrowRight');
    expect(await opened.page.locator('#evidence-echo-2 .readout').textContent()).toBe('request 2: lost');
  });

  test('loss, round-trip time and the path are drawn with the report’s numbers', async () => {
    await using opened = await reader.read(renderHtml(WHOLE));
    const box = (selector: string): Promise<{ x: number; width: number; right: number }> =>
      opened.page.evaluate(
        `(() => { const { x, width, right } = document.querySelector('${selector}').getBoundingClientRect(); return { x, width, right } })()`,
      );
    const { rttMs } = WHOLE.evidence.find(({ kind }) => kind === 'echo') as EvidenceOf<'echo'>;
    if (rttMs === null) throw new Error('the scenario has round-trip times');
    const [line, mark] = [await box('#evidence-echo-1 .axis'), await box('#evidence-echo-1 circle')];
    expect((mark.x + mark.width / 2 - line.x) / line.width).toBeCloseTo(rttMs.mean / rttMs.max, 1);
    expect(await opened.page.locator('#evidence-echo-1 .alive title').textContent()).toBe('10 of 10');
    const stations = await opened.page.locator('#evidence-hop-1 svg text').allTextContents();
    expect(stations).toHaveLength(5);
    expect(await opened.page.locator('#evidence-hop-1 svg .strong').allTextContents()).toEqual([
      'hop 2: says nothing, forgets idle connections',
    ]);
    expect(await opened.page.locator('#evidence-hop-1 circle.dead').count()).toBe(1);
  });

  test.each(['light', 'dark'] as const)('axe finds nothing serious in %s', async (colorScheme) => {
    await using opened = await reader.read(renderHtml(WHOLE), { colorScheme });
    await opened.page.evaluate(`for (const details of document.querySelectorAll('details')) details.open = true`);
    expect(await violations(opened.page)).toEqual([]);
  });

  test('it can be read from the keyboard', async () => {
    await using opened = await reader.read(renderHtml(WHOLE));
    const { page } = opened;
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.className')).toBe('skip');
    expect(await page.evaluate('document.activeElement.getBoundingClientRect().left')).toBeGreaterThanOrEqual(0);
    await page.keyboard.press('Enter');
    expect(await page.evaluate('document.activeElement.id')).toBe('main');
    await page.locator('#evidence-idle-1 .plot').focus();
    const readout = page.locator('#evidence-idle-1 .readout');
    await page.keyboard.press('Home');
    expect(await readout.textContent()).toBe('2 s idle: alive, pass 1');
    await page.keyboard.press('ArrowRight');
    expect(await readout.textContent()).toBe('2.488 s idle: alive, pass 1');
    await page.keyboard.press('End');
    expect(await readout.textContent()).toMatch(/^467\.7 s idle: reset \(ECONNRESET\), pass 1$/);
    expect(await page.evaluate('getComputedStyle(document.activeElement).outlineStyle')).toBe('solid');
  });

  test('a link goes from the verdict to the evidence and back', async () => {
    await using opened = await reader.read(renderHtml(WHOLE));
    const { page } = opened;
    await page.locator('#cause-1 a', { hasText: 'arp-1' }).first().click();
    expect(await page.evaluate('location.hash')).toBe('#evidence-arp-1');
    await page.locator('#evidence-arp-1 .cited a').first().click();
    expect(await page.evaluate('location.hash')).toBe('#cause-1');
  });

  test('the JSON can be had as a file', async () => {
    await using opened = await reader.read(renderHtml(WHOLE), { acceptDownloads: true });
    const [download] = await Promise.all([opened.page.waitForEvent('download'), opened.page.click('#download')]);
    expect(download.suggestedFilename()).toBe('netcheck-report.json');
    const chunks: Buffer[] = [];
    for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer);
    expect(JSON.parse(Buffer.concat(chunks).toString('utf8'))).toEqual(WHOLE);
    expect(opened.complaints).toEqual([]);
  });

  test('without scripts the words and tables say it all', async () => {
    await using opened = await reader.read(renderHtml(WHOLE), { javaScriptEnabled: false });
    expect(await opened.page.locator('.plot').first().isVisible()).toBe(false);
    expect(await opened.page.locator('#download').isVisible()).toBe(false);
    expect(await opened.page.locator('#evidence-idle-1 .words').isVisible()).toBe(true);
  });

  test('printed, it is dark on white, unfolded, and nothing is cut', async () => {
    await using opened = await reader.read(renderHtml(WHOLE), {
      colorScheme: 'dark',
      viewport: { width: 680, height: 900 },
    });
    const { page } = opened;
    await page.emulateMedia({ media: 'print' });
    expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(255, 255, 255)');
    expect(await page.locator('nav').isVisible()).toBe(false);
    expect(await page.evaluate('[...netcheckPlots.values()][0].axes[0].stroke()')).toBe('#1b1f24');
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(680);
    await page.evaluate('dispatchEvent(new Event("beforeprint"))');
    expect(await page.locator('details:not([open])').count()).toBe(0);
    await page.evaluate('dispatchEvent(new Event("afterprint"))');
    expect(await page.locator('details:not([open])').count()).toBeGreaterThan(0);
    const pdf = await page.pdf({ format: 'A4' });
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
    expect(opened.complaints).toEqual([]);
  });

  test('a narrow screen needs no scrolling sideways', async () => {
    for (const report of [WHOLE, hostileReport(WHOLE.evidence)]) {
      await using opened = await reader.read(renderHtml(report), { viewport: { width: 360, height: 740 } });
      expect(await opened.page.evaluate('document.documentElement.scrollWidth')).toBe(360);
    }
  });

  test('a hostile report does no harm, and asks for nothing', async () => {
    await using opened = await reader.read(renderHtml(hostileReport(SCENARIOS.flatMap(scenarioEvidence))));
    await opened.page.locator('body').hover();
    expect(await opened.page.evaluate('globalThis.harmed ?? null')).toBeNull();
    expect([opened.complaints, opened.requests]).toEqual([[], []]);
    expect(await opened.page.locator('body img, body style, body meta').count()).toBe(0);
    expect(await opened.page.locator('main').isVisible()).toBe(true);
    expect(await opened.page.evaluate('netcheckPlots.size')).toBeGreaterThan(20);
  });

  test('were something to get through, the policy stops it', async () => {
    const page = renderHtml(scenario('duplicate-ip')).replace(
      '</main>',
      '<script>globalThis.harmed = 1</script><p id="p" style="color:red" onclick="globalThis.harmed = 2">x</p><img src="http://192.0.2.1/x.png"></main>',
    );
    await using opened = await reader.read(page);
    await opened.page.click('#p');
    expect(await opened.page.evaluate('globalThis.harmed ?? null')).toBeNull();
    expect(opened.complaints.length).toBeGreaterThanOrEqual(4);
    expect(opened.complaints.join('\n')).toMatch(/Content Security Policy/);
    expect(opened.complaints.join('\n')).toMatch(/192\.0\.2\.1.*img-src|img-src.*192\.0\.2\.1/);
  });
});
