// Claims of an address over time: a row for each, from the first time that it was heard to the last.

import type { ClaimsData } from '../charts/chart.ts';
import { axis, colour, type Plot, plot } from './plot.ts';

const ROW_PIXELS = 34;

export function drawClaims(data: ClaimsData, room: HTMLElement, readout: HTMLElement): Plot {
  const { claims, flips, untilSeconds } = data;
  const moments = claims.flatMap(({ firstSeconds, lastSeconds }) => [firstSeconds, lastSeconds]);
  const times = [...new Set([...moments, ...flips.map(({ atSeconds }) => atSeconds)])].sort((a, b) => a - b);
  // The first claim is the uppermost row.
  const rowOf = (index: number): number => claims.length - index;
  const rows = claims.map(({ firstSeconds, lastSeconds }, index) =>
    times.map((time) => (time === firstSeconds || time === lastSeconds ? rowOf(index) : undefined)),
  );
  const taken = times.map((time) => {
    const flip = flips.find(({ atSeconds }) => atSeconds === time);
    const index = claims.findIndex(({ mac }) => mac === flip?.toMac);
    return index < 0 ? undefined : rowOf(index);
  });
  return plot(
    {
      height: 60 + claims.length * ROW_PIXELS,
      scales: {
        x: { time: false, range: [0, untilSeconds > 0 ? untilSeconds * 1.05 : 1] },
        y: { range: [0.4, claims.length + 0.6] },
      },
      axes: [
        axis({ values: (_, splits) => splits.map((split) => `${split} s`) }),
        axis({
          splits: () => claims.map((_, index) => rowOf(index)),
          values: () => claims.map(({ mac }) => mac),
          size: 140,
          font: '12px ui-monospace, monospace',
        }),
      ],
      series: [
        {},
        ...rows.map((_, index) => ({
          label: claims[index]?.mac ?? '',
          stroke: colour('mark'),
          width: 3,
          spanGaps: true,
          points: { show: true, size: 11, fill: colour('mark') },
        })),
        {
          label: 'took over',
          stroke: colour('dead'),
          width: 0,
          points: { show: true, size: 16, width: 3, fill: 'transparent' },
        },
      ],
    },
    [times, ...rows, taken] as Parameters<typeof plot>[1],
    room,
    readout,
    (index) => {
      const time = times[index] ?? 0;
      const said = claims.flatMap(({ mac, firstSeconds, lastSeconds }) => [
        ...(firstSeconds === time ? [`${mac} heard first`] : []),
        ...(lastSeconds === time && lastSeconds !== firstSeconds ? [`${mac} heard last`] : []),
      ]);
      const changes = flips.filter(({ atSeconds }) => atSeconds === time).map(({ toMac }) => `${toMac} took over`);
      return `${Number(time.toPrecision(5))} s: ${[...said, ...changes].join(', ')}`;
    },
  );
}
