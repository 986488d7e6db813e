// Compiles src/ to dist/, and the script and style of the HTML report into dist/html/assets.json. Runs as npm's `prepare`, so
// that `npm ci` leaves a runnable bin/netcheck.js.
// In a packed install there is no TypeScript and no src/: dist/ came with the package and there is nothing to do.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');

if (existsSync(tsc) && existsSync(join(root, 'src'))) {
  rmSync(join(root, 'dist'), { recursive: true, force: true });
  const { status } = spawnSync(process.execPath, [tsc, '-p', join(root, 'tsconfig.build.json')], { stdio: 'inherit' });
  if (status === 0) await buildPage();
  process.exitCode = status ?? 1;
}

/** uPlot goes into the page, so that nothing has to be installed where a report is made or read; its licence goes with it. */
async function buildPage() {
  const { build } = await import('rolldown');
  const { output } = await build({
    input: join(root, 'src', 'html', 'browser', 'page.ts'),
    write: false,
    output: { format: 'es', minify: true },
  });
  const uplot = (path) => readFileSync(join(root, 'node_modules', 'uplot', path), 'utf8');
  const { version } = JSON.parse(uplot('package.json'));
  const licence = `/*! Contains uPlot ${version}. ${uplot('LICENSE').trim()} */`;
  // Nothing in either may end the element that holds it.
  const [script, style] = [
    `${licence}\n${output[0].code.trim()}`,
    `${uplot('dist/uPlot.min.css').trim()}\n${readFileSync(join(root, 'src', 'html', 'page.css'), 'utf8').trim()}`,
  ].map((text) => text.replaceAll(/<(?=\/|!--)/g, '\\x3c'));
  writeFileSync(join(root, 'dist', 'html', 'assets.json'), JSON.stringify({ script, style }));
}
