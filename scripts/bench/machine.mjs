// Where and with what a benchmark was run, in lines to be kept beside its figures.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, loadavg, release, totalmem } from 'node:os';

export async function describeMachine() {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  const cores = cpus();
  const gibibytes = (totalmem() / 2 ** 30).toFixed(0);
  const load = loadavg()[0].toFixed(2);
  return [
    `${new Date().toISOString().slice(0, 10)}, ${cores.length} cores (${cores[0]?.model ?? 'unknown'}), ${gibibytes} GiB, Linux ${release()}`,
    `node ${process.versions.node}, netcheck ${version}, ${toolVersion('arp-scan')}`,
    `load of the last minute before the start: ${load}${load > 0.3 * cores.length ? ' (not a quiet machine)' : ''}`,
  ].join('\n');
}

function toolVersion(tool) {
  // Users' PATHs lack the sbin folders.
  const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin` };
  try {
    return execFileSync(tool, ['--version'], { encoding: 'utf8', env, stdio: 'pipe' }).split('\n', 1)[0];
  } catch {
    // Not every bench has a contender.
    return `no ${tool}`;
  }
}
