// uPlot with what all charts of the page share: its colours, its width, and points that the arrow keys walk along.

import uPlot from 'uplot';

export type Plot = uPlot;
export type Options = Omit<uPlot.Options, 'width' | 'legend' | 'cursor'>;

/** A colour of the page's style, by the name of its variable. */
export function colour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

const HOW_TO = 'Point at the chart, or go through it with the arrow keys; drag to zoom, double-click to see all again.';

/** What an A4 page has room for. */
const PRINTED_WIDTH = 640;

export function axis(more: uPlot.Axis): uPlot.Axis {
  const ink = colour('ink');
  const line = { stroke: colour('line'), width: 1 };
  return { stroke: ink, grid: line, ticks: line, font: '13px system-ui, sans-serif', ...more };
}

/** `tell` says a point in words; null for none. */
export function plot(
  options: Options,
  data: uPlot.AlignedData,
  room: HTMLElement,
  readout: HTMLElement,
  tell: (index: number) => string,
): Plot {
  const width = matchMedia('print').matches ? PRINTED_WIDTH : Math.max(240, room.clientWidth);
  const points = data[0].length;
  const chart = new uPlot(
    {
      ...options,
      width,
      legend: { show: false },
      cursor: { y: false, drag: { x: true, y: false } },
      hooks: {
        ...options.hooks,
        setCursor: [
          ({ cursor }) => {
            readout.textContent = cursor.idx == null ? HOW_TO : tell(cursor.idx);
          },
        ],
      },
    },
    data,
    room,
  );
  readout.textContent = HOW_TO;
  let at = -1;
  room.onkeydown = ({ key }) => {
    const next = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: points - 1 }[key];
    if (next === undefined) return;
    at = Math.max(0, Math.min(points - 1, next));
    const left = chart.valToPos(data[0][at] as number, 'x');
    chart.setCursor({ left, top: 0 }, false);
    readout.textContent = tell(at);
    return false;
  };
  return chart;
}
