// Round-trip times and loss: the range that was measured as a picture, and what came back of what was sent.

import type { EvidenceOf } from '../../evidence.ts';
import { type Html, html } from '../html.ts';

type Echo = EvidenceOf<'echo'>;

export interface RttRange {
  readonly sent: number;
  readonly received: number;
  /** null when nothing came back: then there is no range. */
  readonly rttMs: { readonly min: number; readonly mean: number; readonly max: number } | null;
}

/** null where nothing was sent. */
export function rttRange({ sent, received, rttMs }: Echo): RttRange | null {
  if (sent === 0) return null;
  return { sent, received, rttMs: rttMs === null ? null : { min: rttMs.min, mean: rttMs.mean, max: rttMs.max } };
}

const WIDTH = 640;
const LEFT = 10;
const LENGTH = WIDTH - 2 * LEFT;

export function drawRtt({ sent, received, rttMs }: RttRange): Html {
  const share = Math.min(1, received / sent);
  const words = `${received} of ${sent} echo requests came back${rttMs === null ? '' : `, after ${ms(rttMs.min)} to ${ms(rttMs.max)} ms, ${ms(rttMs.mean)} ms on average`}.`;
  return html`<figure class="drawing">
<figcaption>Loss and round-trip time</figcaption>
<svg viewBox="0 0 ${WIDTH} ${rttMs === null ? 54 : 116}" role="img" aria-label="${words}">
<text x="${LEFT}" y="16">${received} of ${sent} came back</text>
<rect class="dead" x="${LEFT}" y="24" width="${LENGTH}" height="18"/>
<rect class="alive" x="${LEFT}" y="24" width="${(LENGTH * share).toFixed(1)}" height="18"><title>${received} of ${sent}</title></rect>
${rttMs === null ? null : drawRange(rttMs)}
</svg>
<p class="words">${words}</p>
</figure>`;
}

function drawRange({ min, mean, max }: NonNullable<RttRange['rttMs']>): Html {
  // From zero, so that a jitter of microseconds does not look like one of seconds.
  const x = (value: number): string => (LEFT + (max > 0 ? value / max : 0) * LENGTH).toFixed(1);
  return html`<text x="${LEFT}" y="76">Round-trip time, from 0 to ${ms(max)} ms</text>
<line class="axis" x1="${LEFT}" y1="98" x2="${LEFT + LENGTH}" y2="98"/>
<line class="range" x1="${x(min)}" y1="98" x2="${x(max)}" y2="98"><title>${ms(min)} to ${ms(max)} ms</title></line>
<circle class="mark" cx="${x(mean)}" cy="98" r="8"><title>mean ${ms(mean)} ms</title></circle>`;
}

function ms(value: number): string {
  return String(Number(value.toPrecision(3)));
}
