// The verdicts, in the order of the text report: what was found with its proof and its remedy, what is possible, ruled out,
// open, and not measured. Each names the evidence it rests on.

import { CATALOG } from '../diagnose/catalog.ts';
import type { Cause } from '../diagnose/cause.ts';
import { byMoment, MOMENT } from '../diagnose/moments.ts';
import { proofOf } from '../report/proof-line.ts';
import type { Report } from '../report/report.ts';
import { findings, notMeasured, skipped, TOLD_IN_FULL, titleOf, undecided, withVerdict } from '../report/sections.ts';
import { capital } from '../report/style.ts';
import { type Content, type Html, html } from './html.ts';
import { anchorOf, causeAnchor, citing } from './links.ts';

/** A part of the page with a heading of its own, for the page and its table of contents. */
export interface Part {
  readonly id: string;
  readonly title: string;
  readonly body: Content;
}

/** Parts without content are left out. */
export function verdictParts(report: Report): Part[] {
  const found = findings(report);
  // Of causes that this netcheck does not know, neither does it know when they show.
  const moments = byMoment(found.filter(({ cause }) => cause in CATALOG));
  const list = (causes: readonly Cause[]): Content => causes.map((cause) => shortVerdict(cause, report));
  const parts: readonly (Part & { readonly isThere: boolean })[] = [
    {
      id: 'found',
      title: 'What was found',
      body: found.map((cause, index) => finding(cause, report, index < TOLD_IN_FULL)),
      isThere: found.length > 0,
    },
    { id: 'which', title: 'Which of them was it?', body: whichOne(moments), isThere: moments.length > 0 },
    {
      id: 'possible',
      title: 'Possible, not proven',
      body: list(withVerdict(report, 'possible')),
      isThere: withVerdict(report, 'possible').length > 0,
    },
    {
      id: 'ruled-out',
      title: 'Ruled out',
      body: list(withVerdict(report, 'ruled-out')),
      isThere: withVerdict(report, 'ruled-out').length > 0,
    },
    { id: 'undecided', title: 'Undecided', body: list(undecided(report)), isThere: undecided(report).length > 0 },
    { id: 'skipped', title: 'Could not measure', body: skips(report), isThere: skipped(report).length > 0 },
    { id: 'not-measured', title: 'Not measured', body: whatWouldTell(report), isThere: notMeasured(report).length > 0 },
  ];
  return parts.filter(({ isThere }) => isThere).map(({ id, title, body }) => ({ id, title, body }));
}

/** `inFull`: with the advice, which is the same for those that follow. */
function finding(cause: Cause, report: Report, inFull: boolean): Html {
  const { verdict, subject, summary, because, advice, missing } = cause;
  const anchor = causeAnchor(report, cause);
  const effect = cause.effect ?? CATALOG[cause.cause]?.effect;
  const proof = proofOf(because, report.evidence);
  return html`<article class="finding ${verdict}" id="${anchor}" aria-labelledby="${anchor}-title" tabindex="-1">
<h3 id="${anchor}-title"><span class="badge">${verdict}</span> ${titleOf(cause.cause)}: ${subject}</h3>
<p>${summary}</p>
${effect === undefined ? null : html`<p>So ${effect}.</p>`}
<p class="proof">${proof === '' ? 'Seen' : `Seen: ${proof}.`} ${evidenceLinks(because, report)}</p>
${inFull ? html`<p class="more">How it is known, and what fixes it: <code>netcheck explain ${cause.cause}</code></p>` : null}
${inFull && advice.length + missing.length > 0 ? html`<h4>What to do</h4>\n<ul class="advice">${advice.map(step)}${missing.map((item) => step(`To be sure: ${item}`))}</ul>` : null}
</article>
`;
}

/** The first line is a sentence; lines below it are to be pasted. */
function step(text: string): Html {
  const [first = '', ...lines] = text.split('\n');
  return html`<li>${first}${lines.length === 0 ? null : html`<pre>${lines.join('\n')}</pre>`}</li>\n`;
}

/** Several causes that show in different moments: by what the reader saw, which of them it was. */
function whichOne(moments: ReturnType<typeof byMoment<Cause>>): Html {
  return html`<ul>${moments.map(({ moment, causes, never }) => {
    const { seen } = MOMENT[moment];
    const titles = causes.map(({ cause, subject }) => `${titleOf(cause)} (${subject})`).join(' or ');
    return html`<li>${capital(seen)}: ${titles}${never === null ? '' : `; ${never}`}.</li>\n`;
  })}</ul>`;
}

function shortVerdict(cause: Cause, report: Report): Html {
  const { subject, verdict, summary, because, missing } = cause;
  const anchor = causeAnchor(report, cause);
  return html`<article class="${verdict}" id="${anchor}" aria-labelledby="${anchor}-title" tabindex="-1">
<h3 id="${anchor}-title">${titleOf(cause.cause)}: ${subject}</h3>
<p>${summary} ${evidenceLinks(because, report)}</p>
${missing.length === 0 ? null : html`<p>More: ${missing.join('; ')}</p>`}
</article>
`;
}

function skips(report: Report): Html {
  return html`<ul>${skipped(report).map(
    ({ id, check, target, because, hint }) =>
      html`<li><a href="#${anchorOf(id)}">--${check} ${target}</a>: ${because}. ${capital(hint)}.${notKnown(id, report)}</li>\n`,
  )}</ul>`;
}

/** What could have been told by a check that was skipped. */
function notKnown(id: string, report: Report): Content {
  const causes = citing(report, id).filter(({ verdict }) => verdict === 'unknown');
  if (causes.length === 0) return null;
  return [
    ' So nothing is known of: ',
    causes.map((cause, index) => [
      index > 0 ? '; ' : '',
      hasItsAnchorAt(cause, id)
        ? html`<span id="${causeAnchor(report, cause)}" tabindex="-1">${titleOf(cause.cause)}</span>`
        : titleOf(cause.cause),
    ]),
    '.',
  ];
}

/** A cause that cites several skipped checks has its anchor at the first. */
function hasItsAnchorAt({ because }: Cause, id: string): boolean {
  return because[0] === id;
}

function whatWouldTell(report: Report): Html {
  const rows = notMeasured(report);
  return html`<table class="facts"><caption>What would tell</caption><thead><tr><th scope="col">cause</th><th scope="col">subject</th><th scope="col">command</th></tr></thead><tbody>
${rows.map((cause) => html`<tr id="${causeAnchor(report, cause)}"><th scope="row">${titleOf(cause.cause)}</th><td>${cause.subject}</td><td>${cause.missing.join('; ')}</td></tr>\n`)}</tbody></table>`;
}

/** Ids that no evidence has stay text: nothing to go to. */
function evidenceLinks(because: readonly string[], report: Report): Content {
  const known = new Set(report.evidence.map(({ id }) => id));
  if (because.length === 0) return null;
  return html`<span class="because">[${because.map((id, index) => [index > 0 ? ', ' : '', known.has(id) ? html`<a href="#${anchorOf(id)}">${id}</a>` : id])}]</span>`;
}
