// One section for each piece of evidence: what it says in short, its picture, every figure of it, and which verdict cites it.

import type { Evidence, EvidenceKind } from '../evidence.ts';
import { harmlessJson } from '../printable.ts';
import { inShort } from '../report/in-short.ts';
import type { Report } from '../report/report.ts';
import type { Chart } from './charts/chart.ts';
import { claimsChart } from './charts/claims.ts';
import { ladderChart } from './charts/ladder.ts';
import { drawPath, enforcerPath, isTraced, tracedPath } from './charts/path.ts';
import { roundTripsChart } from './charts/round-trips.ts';
import { drawRtt, rttRange } from './charts/rtt.ts';
import { dataBlock, type Html, html } from './html.ts';
import { anchorOf, type Citation, citationsOf } from './links.ts';
import { cell, heading } from './words.ts';

const TITLES: Readonly<Partial<Record<EvidenceKind, string>>> = {
  'arp-claims': 'Who claims the address (ARP)',
  'arp-sweep': 'Who has which address (ARP)',
  'claimant-proof': 'Who is behind each MAC',
  echo: 'Echo (ping)',
  'tcp-connect': 'TCP connection',
  'idle-timeout': 'Idle connections',
  'idle-enforcer': 'Which hop forgets',
  'keepalive-trial': 'Keepalive tried',
  'ssh-server-keepalive': 'Keepalives of sshd’s own',
  'kernel-keepalive': 'Keepalive of this machine’s kernel',
  'ssh-client-settings': 'Settings of ssh',
  'ssh-server-settings': 'Settings of sshd',
  skipped: 'Could not measure',
};

export function evidenceSections(report: Report): Html[] {
  return report.evidence.map((item, index) => section(item, index, citationsOf(report, item.id)));
}

function section(item: Evidence, index: number, citations: readonly Citation[]): Html {
  const anchor = anchorOf(item.id);
  // A kind of a newer netcheck says nothing in short.
  const short = inShort(item) ?? null;
  return html`<section class="evidence" id="${anchor}" aria-labelledby="${anchor}-title" tabindex="-1">
<h3 id="${anchor}-title"><span class="id">${item.id}</span> ${TITLES[item.kind] ?? heading(item.kind)}</h3>
${short === null ? null : html`<p>Seen: ${short}.</p>`}
${pictureOf(item, index)}
${figures(item)}
<p class="cited">${citations.length === 0 ? 'No verdict rests on it.' : ['Cited by ', citations.map(({ href, text }, at) => [at > 0 ? ', ' : '', html`<a href="${href}">${text}</a>`]), '.']}</p>
</section>
`;
}

function pictureOf(item: Evidence, index: number): Html | null {
  switch (item.kind) {
    case 'idle-timeout':
      return figure(ladderChart(item), index);
    case 'arp-claims':
      return figure(claimsChart(item), index);
    case 'echo': {
      const range = rttRange(item);
      return range === null ? null : html`${drawRtt(range)}${figure(roundTripsChart(item), index)}`;
    }
    case 'idle-enforcer': {
      const stations = enforcerPath(item);
      return stations === null ? null : drawPath(stations);
    }
    default:
      return isTraced(item) ? drawPath(tracedPath(item)) : null;
  }
}

/** The canvas is drawn by the page's script; without one, the words and the table say the same. */
function figure(chart: Chart | null, index: number): Html | null {
  if (chart === null) return null;
  return html`<figure class="chart">
<figcaption>${chart.title}</figcaption>
<div class="plot" role="group" aria-roledescription="chart" aria-label="${chart.title}. ${chart.words}" tabindex="0" hidden></div>
<p class="readout" role="status"></p>
<p class="words">${chart.words}</p>
${dataBlock(`chart-${index + 1}`, harmlessJson(JSON.stringify(chart.data)))}
</figure>`;
}

type Row = Readonly<Record<string, unknown>>;

/** Every figure: what is one value in a table of two columns, each list of things in a table of its own. */
function figures(item: Evidence): Html[] {
  const fields = Object.entries(item).filter(([key]) => key !== 'id' && key !== 'kind');
  const lists = fields.filter((field): field is [string, Row[]] => isTable(field[1]));
  const single = fields.filter(([, value]) => !isTable(value));
  const known = single.filter(([, value]) => value !== null);
  const without = single.filter(([, value]) => value === null).map(([key]) => heading(key));
  return [
    html`<table class="facts"><caption>${item.id}: what was measured</caption><tbody>
${known.map(([key, value]) => html`<tr><th scope="row">${heading(key)}</th><td>${cell(value)}</td></tr>\n`)}</tbody></table>`,
    ...(without.length === 0
      ? []
      : [html`<p class="without">Not measured, or not so here: ${without.join(', ')}.</p>`]),
    ...lists.map(([key, rows]) => listTable(`${item.id}: ${heading(key)}`, rows)),
  ];
}

function isTable(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0 && value.every((row) => row !== null && typeof row === 'object');
}

/** Longer ones are folded, so that the page can be read; print unfolds them. */
const LONG = 12;

function listTable(title: string, rows: readonly Row[]): Html {
  // A column in which nothing has a value would say nothing.
  const keys = [...new Set(rows.flatMap((row) => Object.keys(row).filter((key) => row[key] !== null)))];
  const table = html`<div class="scroll" role="region" aria-label="${title}" tabindex="0"><table><caption>${title}</caption>
<thead><tr>${keys.map((key) => html`<th scope="col">${heading(key)}</th>`)}</tr></thead>
<tbody>
${rows.map((row) => html`<tr>${keys.map((key) => html`<td>${cell(row[key])}</td>`)}</tr>\n`)}</tbody></table></div>`;
  return rows.length <= LONG
    ? table
    : html`<details><summary>${title} (${rows.length} rows)</summary>${table}</details>`;
}
