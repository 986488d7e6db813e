// The tests of this checkout under another Node.
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { programOf } from './installed.mjs';
import { cleanEnvironment, run } from './run.mjs';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** What says nothing of a Node, or takes long: browsers, fuzzing, and all lab tests but the one that is written for this. */
const SHORT = ['test/lab/!(every-node).test.ts', 'test/html/browser.test.ts', 'test/fuzz/**'].flatMap((glob) => [
  '--exclude',
  glob,
]);
const LAB = ['--project', 'lab'];

const LIMIT_MS = 30 * 60_000;
const SHOWN_LINES = 60;

/** Unit tests with fewer cases of each property, and the lab test on the netcheck that is installed at `place`. */
export const tests = (place) => vitest(place, SHORT);

/** All lab tests, on the netcheck that is installed at `place`. */
export const labTests = (place) => vitest(place, LAB);

async function vitest({ node, prefix }, selection) {
  const env = {
    ...cleanEnvironment([join(node.home, 'bin'), process.env.PATH].join(delimiter)),
    NETCHECK_PROGRAM: programOf({ prefix }),
    NETCHECK_TEST_RUNS: 'fewer',
    NO_COLOR: '1',
  };
  const args = [join(root, 'node_modules', 'vitest', 'vitest.mjs'), 'run', ...selection];
  const { output, exitCode } = await run(node.binary, args, { cwd: root, env, limitMs: LIMIT_MS });
  const [, passed, failed] = /^(\d+) passed, (\d+) failed, \d+ skipped$/m.exec(output) ?? [];
  if (exitCode === 0 && Number(passed) > 0) return { passed: Number(passed), note: `${passed} tests` };
  const error = new Error(output.split('\n').slice(-SHOWN_LINES).join('\n'));
  throw Object.assign(error, { passed: Number(passed ?? 0), failed: Math.max(1, Number(failed ?? 0)) });
}
