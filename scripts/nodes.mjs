// Runs netcheck under every Node that it supports: the tests, and what `npm pack` makes of this checkout, installed from nothing,
// with a compiler and without. One Node at a time; a line for each step, and how many passed and failed at the end.
// `--suite-done`: the whole suite has just passed under the Node that runs this, whose tests are left out.
// `--lab`: all lab tests under each, too (ten minutes each on two cores); `--lab 22` under that one only.
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fetchNode, MAJORS } from './nodes/fetch.mjs';
import { demo, doctor, installed, path, version } from './nodes/installed.mjs';
import { bareFolder, install } from './nodes/npm.mjs';
import { pack, published } from './nodes/package.mjs';
import { needsRoot, Steps } from './nodes/steps.mjs';
import { labTests, tests } from './nodes/tests.mjs';

const isSuiteDone = process.argv.includes('--suite-done');
const labAt = process.argv.indexOf('--lab');
const labMajor = labAt < 0 ? undefined : process.argv[labAt + 1];
const here = Number.parseInt(process.versions.node, 10);

const work = mkdtempSync(join(tmpdir(), 'netcheck-nodes-'));
// Ordinary users run what is installed there, too.
chmodSync(work, 0o755);
// Signals end it by way of `exit`.
process.on('exit', () => rmSync(work, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => process.exit(130));

const steps = new Steps();
const tarball = await steps.run('npm pack', () => pack(work));
if (tarball !== undefined) {
  await steps.run('what is in the tarball', () => published(tarball));
  for (const major of MAJORS) await everythingUnder(major, tarball);
}
process.exitCode = steps.sumUp();

async function everythingUnder(major, tarball) {
  const name = `Node ${major}`;
  const node = await steps.run(`${name}: its npm package`, () => fetchNode(major));
  if (node === undefined) return;
  const folder = join(work, String(major));
  mkdirSync(folder);

  const full = { node, prefix: join(folder, 'full') };
  const bare = { node, prefix: join(folder, 'bare'), path: bareFolder(join(folder, 'bin')) };
  const unscripted = { node, prefix: join(folder, 'unscripted'), args: ['--ignore-scripts'] };
  await steps.run(`${name}: global install`, () => install(full, tarball));
  await steps.run(`${name}: packages, bytes and install scripts`, () => installed(full));
  await steps.run(`${name}: --version`, () => version(full));
  await steps.run(`${name}: doctor`, () => doctor(full, { hasRawSocket: true }));
  await steps.run(`${name}: --path, by raw-socket`, () => path(full, { hasRawSocket: true }), needsRoot);

  await steps.run(`${name}: global install without a compiler`, () => install(bare, tarball));
  await steps.run(`${name}: the same, --version`, () => version(bare));
  await steps.run(
    `${name}: the same, doctor says what is missing`,
    () => doctor(bare, { hasRawSocket: false }),
    needsRoot,
  );
  await steps.run(
    `${name}: the same, --path by ping, and one line says so`,
    () => path(bare, { hasRawSocket: false }),
    needsRoot,
  );

  await steps.run(`${name}: global install --ignore-scripts`, () => install(unscripted, tarball));
  await steps.run(
    `${name}: the same, --path by ping, and one line says so`,
    () => path(unscripted, { hasRawSocket: false }),
    needsRoot,
  );

  const isTested = isSuiteDone && major === here;
  if (isTested) console.log(`${name}: the whole test suite has just been run under it`);
  // Demos mostly wait: all three at once, each in namespaces of its own, and beside the tests, as lab tests run beside each other.
  await Promise.all([
    steps.run(`${name}: demo`, () => demo(full), needsRoot),
    steps.run(`${name}: demo of the install without a compiler (ARP, idle timeouts)`, () => demo(bare), needsRoot),
    steps.run(`${name}: demo of the install with --ignore-scripts`, () => demo(unscripted), needsRoot),
    isTested || steps.run(`${name}: unit tests, and lab tests of what is installed`, () => tests(full)),
  ]);
  const isLabWanted = labAt >= 0 && (labMajor === undefined || Number(labMajor) === major);
  if (isLabWanted && !isTested) await steps.run(`${name}: all lab tests`, () => labTests(full), needsRoot);
  rmSync(folder, { recursive: true });
}
