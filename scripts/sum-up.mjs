// The last line of a CI run: how many passed and failed in all, of the log of `npm test` and its exit status.
import { readFileSync } from 'node:fs';

/** Those of vitest (test/support/no-skips.ts) and of scripts/nodes.mjs. */
const SUMMARIES = 2;

const [, , log, status] = process.argv;
const summaries = [...readFileSync(log, 'utf8').matchAll(/^(\d+) passed, (\d+) failed(?:, \d+ skipped)?$/gm)];
const sum = (group) => summaries.reduce((total, summary) => total + Number(summary[group]), 0);
// What ended before it could count its tests has failed as well.
const isWhole = status === '0' && summaries.length === SUMMARIES;
const failed = Math.max(sum(2), isWhole ? 0 : 1);
console.log(`${sum(1)} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
