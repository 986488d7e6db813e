// The idle ladder: a bar up for each idle time that was lived through, one down for each that was not.

import uPlot from 'uplot';
import type { LadderData, Outcome } from '../charts/chart.ts';
import { axis, colour, type Plot, plot } from './plot.ts';

const SERIES = [
  { name: 'alive', height: 1, has: (outcome: Outcome) => outcome === 'alive' },
  { name: 'dead', height: -1, has: (outcome: Outcome) => outcome !== 'alive' && outcome !== 'inconclusive' },
  { name: 'unclear', height: 0.35, has: (outcome: Outcome) => outcome === 'inconclusive' },
] as const;

/** Bars stay as wide as this, however near two idle times are. */
const LEAST_BAR_PIXELS = 3;
const MOST_BAR_PIXELS = 6;

export function drawLadder(data: LadderData, room: HTMLElement, readout: HTMLElement): Plot {
  const { probes, survivedSeconds, expiredSeconds } = data;
  const times = probes.map(({ idleSeconds }) => idleSeconds);
  // A logarithm has no zero.
  const isLogarithmic = (times[0] ?? 0) > 0 && (times.at(-1) ?? 0) > (times[0] ?? 0);
  const columns = SERIES.map(({ height, has }) => probes.map(({ outcome }) => (has(outcome) ? height : null)));
  const bars = uPlot.paths.bars?.({ size: [0.7, MOST_BAR_PIXELS, LEAST_BAR_PIXELS] });
  return plot(
    {
      height: 190,
      scales: {
        x: { time: false, distr: isLogarithmic ? 3 : 1, range: (_, min, max) => around(min, max, isLogarithmic) },
        y: { range: [-1.3, 1.3] },
      },
      axes: [
        axis({
          splits: (chart, _, min, max) => apart(marks(min, max), min, max, isLogarithmic, chart.width),
          filter: (_, splits) => splits,
          values: (_, splits) => splits.map(asDuration),
        }),
        axis({ splits: () => [-1, 1], values: () => ['dead', 'alive'], size: 52 }),
      ],
      series: [
        {},
        ...SERIES.map(({ name }) => ({
          label: name,
          stroke: colour(name),
          fill: colour(name),
          points: { show: false },
          ...(bars === undefined ? {} : { paths: bars }),
        })),
      ],
      hooks: {
        drawAxes: [
          (chart) => {
            if (survivedSeconds === null || expiredSeconds === null) return;
            const [left, right] = [survivedSeconds, expiredSeconds].map((value) => chart.valToPos(value, 'x', true));
            chart.ctx.fillStyle = colour('bracket');
            chart.ctx.fillRect(
              left as number,
              chart.bbox.top,
              Math.max(2, (right as number) - (left as number)),
              chart.bbox.height,
            );
          },
        ],
      },
    },
    [times, ...columns],
    room,
    readout,
    (index) => {
      const probe = probes[index];
      if (probe === undefined) return '';
      return `${seconds(probe.idleSeconds)} s idle: ${probe.outcome}${probe.code === null ? '' : ` (${probe.code})`}, pass ${probe.pass}`;
    },
  );
}

/** Some room on both sides, so that the first bar and the last are whole. */
function around(min: number, max: number, isLogarithmic: boolean): [number, number] {
  if (isLogarithmic && min > 0) return [min / 1.25, max * 1.25];
  const margin = (max - min) * 0.05 || 1;
  return [min - margin, max + margin];
}

/** Times that people set timers to. */
const TIMES = [0.1, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600, 7200, 14_400, 43_200, 86_400];
const PARTS = 4;

/** Those between the ends; where there are none to speak of, a few at equal distances. */
function marks(min: number, max: number): number[] {
  const known = TIMES.filter((time) => time >= min && time <= max);
  if (known.length > 2) return known;
  return Array.from({ length: PARTS + 1 }, (_, part) => Number((min + ((max - min) * part) / PARTS).toPrecision(4)));
}

/** What a mark with its text takes. */
const MARK_PIXELS = 58;

/** Without those for whose text there is no room. */
function apart(times: readonly number[], min: number, max: number, isLogarithmic: boolean, width: number): number[] {
  const share = (time: number): number =>
    isLogarithmic ? Math.log(time / min) / Math.log(max / min) : (time - min) / (max - min);
  let last = Number.NEGATIVE_INFINITY;
  return times.filter((time) => {
    const pixel = share(time) * (width - MARK_PIXELS);
    if (pixel - last < MARK_PIXELS) return false;
    last = pixel;
    return true;
  });
}

function asDuration(value: number): string {
  if (value < 60 || value % 60 !== 0) return `${value} s`;
  return value < 3600 || value % 3600 !== 0 ? `${value / 60} min` : `${value / 3600} h`;
}

function seconds(value: number): string {
  return String(Number(value.toPrecision(5)));
}
