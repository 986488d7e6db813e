// The ping package, which runs the system's ping(8), so that what is printed is English and nothing else changes its language.

import { createRequire } from 'node:module';

/** The part of ping 0.4 that is used here; its own types are a package apart and describe less than it returns. */
interface PingPackage {
  promise: { probe: PingProgram };
}

/** Rejects when there is no ping program. */
export type PingProgram = (address: string, config: Record<string, unknown>) => Promise<{ output: string }>;

let loaded: PingPackage | null = null;

/** Read from disk once: whoever asks again may no longer be able to, because root was given up. */
export function loadPing(): PingProgram {
  loaded ??= createRequire(import.meta.url)('ping') as PingPackage;
  const { promise } = loaded;
  return (address, config) => inEnglish(() => promise.probe(address, config));
}

/**
 * The package gives ping the environment of this process and writes LANG into it, which LC_ALL overrides. It starts ping before
 * it returns; after that the report is still to be written in the characters of the locale that the user has.
 */
function inEnglish<T>(start: () => T): T {
  const { LC_ALL, LANG } = process.env;
  process.env.LC_ALL = 'C';
  try {
    return start();
  } finally {
    restore('LC_ALL', LC_ALL);
    restore('LANG', LANG);
  }
}

function restore(name: string, value: string | undefined): void {
  if (value === undefined) delete process.env[name];
  else process.env[name] = value;
}
