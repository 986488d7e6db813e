// What the page does in a browser: draws its charts, hands out the JSON that it holds, and unfolds itself to be printed.

import type { ChartData } from '../charts/chart.ts';
import { drawClaims } from './claims.ts';
import { drawLadder } from './ladder.ts';
import type { Plot } from './plot.ts';
import { drawRoundTrips } from './round-trips.ts';

/** Of each figure with a chart, for those who look into the page: its data as it is drawn. */
const plots = new Map<string, Plot>();

function draw(): void {
  for (const plot of plots.values()) plot.destroy();
  for (const figure of document.querySelectorAll<HTMLElement>('figure.chart')) {
    const [room, words, block] = ['.plot', '.readout', 'script'].map((part) => figure.querySelector<HTMLElement>(part));
    if (!room || !words || !block) continue;
    const data = JSON.parse(block.textContent ?? '') as ChartData;
    room.hidden = false;
    plots.set(block.id, drawn(data, room, words));
  }
}

function drawn(data: ChartData, room: HTMLElement, words: HTMLElement): Plot {
  switch (data.chart) {
    case 'ladder':
      return drawLadder(data, room, words);
    case 'claims':
      return drawClaims(data, room, words);
    case 'round-trips':
      return drawRoundTrips(data, room, words);
  }
}

function offerDownload(): void {
  const button = document.querySelector<HTMLButtonElement>('#download');
  const report = document.querySelector('#report');
  if (!button || !report) return;
  button.hidden = false;
  button.addEventListener('click', () => {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([report.textContent ?? ''], { type: 'application/json' }));
    link.download = 'netcheck-report.json';
    link.click();
    // After the click was followed.
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  });
}

/** A canvas has the colours and the width it was drawn with. */
function drawAgainWhenItLooksDifferent(): void {
  let unfolded: HTMLDetailsElement[] = [];
  for (const query of ['(prefers-color-scheme: dark)', 'print']) matchMedia(query).addEventListener('change', draw);
  addEventListener('beforeprint', () => {
    unfolded = [...document.querySelectorAll<HTMLDetailsElement>('details:not([open])')];
    for (const details of unfolded) details.open = true;
    draw();
  });
  addEventListener('afterprint', () => {
    for (const details of unfolded) details.open = false;
    draw();
  });
  let width = innerWidth;
  addEventListener('resize', () => {
    if (innerWidth === width) return;
    width = innerWidth;
    draw();
  });
}

draw();
offerDownload();
drawAgainWhenItLooksDifferent();
Object.assign(globalThis, { netcheckPlots: plots });
