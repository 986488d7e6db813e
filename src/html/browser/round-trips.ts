// Round trips: a line from request to request that is broken where one was lost, which is marked below.

import type { RoundTripsData } from '../charts/chart.ts';
import { axis, colour, type Plot, plot } from './plot.ts';

export function drawRoundTrips({ rttSeriesMs }: RoundTripsData, room: HTMLElement, readout: HTMLElement): Plot {
  const requests = rttSeriesMs.map((_, index) => index + 1);
  const lost = rttSeriesMs.map((rtt) => (rtt === null ? 0 : null));
  const most = Math.max(...rttSeriesMs.map((rtt) => rtt ?? 0));
  return plot(
    {
      height: 190,
      scales: {
        x: { time: false, range: [0.5, requests.length + 0.5] },
        // From zero, so that a jitter of microseconds does not look like one of seconds.
        y: { range: [-0.08 * most, most * 1.08] },
      },
      axes: [
        axis({ incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500], label: 'request', labelSize: 20 }),
        axis({ values: (_, splits) => splits.map((split) => `${split} ms`), size: 70 }),
      ],
      series: [
        {},
        {
          label: 'round trip',
          stroke: colour('mark'),
          width: 2,
          spanGaps: false,
          points: { show: requests.length <= 100, size: 6, fill: colour('mark') },
        },
        {
          label: 'lost',
          stroke: colour('dead'),
          width: 0,
          points: { show: true, size: 9, fill: colour('dead') },
        },
      ],
    },
    [requests, [...rttSeriesMs], lost],
    room,
    readout,
    (index) => {
      const rtt = rttSeriesMs[index] ?? null;
      return `request ${index + 1}: ${rtt === null ? 'lost' : `${rtt} ms`}`;
    },
  );
}
