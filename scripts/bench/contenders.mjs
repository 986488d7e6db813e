// netcheck and arp-scan as the benchmarks run them: the command, and what it says it heard in the same words for both.
import { fileURLToPath } from 'node:url';
import { measure } from './measure.mjs';

const PROGRAM = fileURLToPath(new URL('../../bin/netcheck.js', import.meta.url));

/** 0: no cause found, 1: a cause found; anything else did not measure. */
const MEASURED = new Set([0, 1]);

/** Runs netcheck for its text. Resolves with null when it did not end in time. */
export async function netcheckText(host, args, limitSeconds, env) {
  const run = await measure(host, process.execPath, [PROGRAM, ...args], limitSeconds, env);
  if (run === null || MEASURED.has(run.exitCode)) return run;
  throw new Error(`netcheck ${args.join(' ')}: exit code ${run.exitCode}: ${run.stderr.trim()}`);
}

/** Runs netcheck for its JSON report; `sweep` is null where no network was asked for. */
export async function netcheckJson(host, args, limitSeconds, env) {
  const run = await netcheckText(host, [...args, '--json'], limitSeconds, env);
  if (run === null) throw new Error(`netcheck ${args.join(' ')} --json does not end`);
  const { causes, evidence } = JSON.parse(run.stdout);
  const isDuplicate = ({ cause, verdict }) =>
    cause === 'duplicate-ip' && (verdict === 'confirmed' || verdict === 'likely');
  return {
    ...run,
    evidence,
    duplicates: causes.filter(isDuplicate).map(({ subject }) => subject),
    sweep: evidence.find(({ kind }) => kind === 'arp-sweep') ?? null,
  };
}

/** Runs arp-scan, whose every answer is a line: address, MAC. */
export async function arpScan(host, args) {
  const run = await measure(host, 'arp-scan', args);
  if (run?.exitCode !== 0) throw new Error(`arp-scan ${args.join(' ')}: ${run?.stderr.trim() ?? 'it does not end'}`);
  const macs = new Map();
  for (const [, address, mac] of run.stdout.matchAll(/^([\d.]+)\t([\da-f:]{17})/gm)) {
    macs.set(address, (macs.get(address) ?? new Set()).add(mac));
  }
  return {
    ...run,
    answered: macs.size,
    duplicates: [...macs].filter(([, owners]) => owners.size > 1).map(([address]) => address),
    drops: Number(/(\d+) packets dropped by kernel/.exec(run.stdout)?.[1] ?? Number.NaN),
  };
}
