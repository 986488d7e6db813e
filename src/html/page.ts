// --html: the report as one page that opens without a network, and asks for none: style and script are in it, and its
// Content-Security-Policy (CSP level 3) allows these two by their hashes and nothing else.

import { createHash } from 'node:crypto';
import { renderJson } from '../report/json.ts';
import type { Report } from '../report/report.ts';
import { headline } from '../report/sections.ts';
import { ASSETS } from './assets.ts';
import { evidenceSections } from './evidence.ts';
import { dataBlock, Html, html } from './html.ts';
import { type Part, verdictParts } from './verdicts.ts';

/** The whole page; what the report holds, be it hostile, is text in it. */
export function renderHtml(report: Report): string {
  const found = headline(report);
  const evidence: Part = { id: 'evidence', title: 'Evidence', body: evidenceSections(report) };
  const parts = [...verdictParts(report), ...(report.evidence.length === 0 ? [] : [evidence])];
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy()}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>netcheck: ${shortened(found)}</title>
<style>${new Html(ASSETS.style)}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the verdict</a>
<header>
<p class="program">netcheck ${report.version}</p>
<h1>${found}</h1>
<p class="when">Measured from ${time(report.startedAt)} to ${time(report.finishedAt)}.${report.redacted ? ' Addresses, names and MACs are pseudonyms.' : null}</p>
<nav aria-label="Contents"><ul>${parts.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`)}<li><a href="#data">Data</a></li></ul></nav>
</header>
<main id="main" tabindex="-1">
${parts.map(partSection)}
<section id="data" aria-labelledby="data-title" tabindex="-1">
<h2 id="data-title">Data</h2>
<p>The whole report is in this page as JSON (schema ${report.schema}), for programs and for netcheck itself.</p>
<p><button type="button" id="download" hidden>Download the report as JSON</button></p>
</section>
</main>
<footer><p>Made by netcheck ${report.version}. This page loads nothing and sends nothing.</p></footer>
${dataBlock('report', renderJson(report))}
<script type="module">${new Html(ASSETS.script)}</script>
</body>
</html>
`;
  return page.markup;
}

function partSection({ id, title, body }: Part): Html {
  return html`<section id="${id}" aria-labelledby="${id}-title" tabindex="-1">
<h2 id="${id}-title">${title}</h2>
${body}
</section>
`;
}

function policy(): string {
  const hash = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  return [
    "default-src 'none'",
    `script-src ${hash(ASSETS.script)}`,
    `style-src ${hash(ASSETS.style)}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}

const LONGEST_TITLE = 120;

function shortened(text: string): string {
  return text.length > LONGEST_TITLE ? `${text.slice(0, LONGEST_TITLE)}…` : text;
}

/** `2026-01-02T03:04:05.000Z` as `2026-01-02 03:04:05 UTC`. */
function time(iso: string): Html {
  const [, day, clock] = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)/.exec(iso) ?? [];
  return html`<time datetime="${iso}">${day === undefined ? iso : `${day} ${clock ?? ''} UTC`}</time>`;
}
