// Preloaded into netcheck (node --import): how late its event loop was, in milliseconds, to the file named by LOOP_DELAY_FILE.
import { openSync, writeSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';

/** The histogram holds the time from one tick to the next, of which so much was meant. */
const RESOLUTION_MS = 5;

// Now: netcheck gives root up later, and whoever it becomes may not write there.
const file = openSync(process.env.LOOP_DELAY_FILE, 'w');
const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
histogram.enable();
process.on('exit', () => {
  const late = (percentile) => histogram.percentile(percentile) / 1e6 - RESOLUTION_MS;
  const delay = { p50Ms: late(50), p99Ms: late(99), mostMs: late(100), ticks: histogram.count };
  writeSync(file, JSON.stringify(delay));
});
