// The system's ping(8), run by the ping package and read in English.

import { createRequire } from 'node:module';
import { inEnglish } from '../environment.ts';

/** The part of ping 0.4 that is used here; its own types are a package apart and describe less than it returns. */
interface PingPackage {
  promise: {
    probe(address: string, config: Record<string, unknown>): Promise<{ output: string }>;
  };
}

/** Before root is given up: the user may not be able to read where netcheck is installed. */
export function loadPing(): PingPackage {
  return createRequire(import.meta.url)('ping') as PingPackage;
}

/** What the package says, in several sentences, whatever kept the program from being started. */
const NOT_STARTED = /^ping\.probe: there was an error while executing/;

/** What ping printed. Rejects when it could not be run. */
export function runPing(address: string, config: Record<string, unknown>): Promise<{ readonly output: string }> {
  const { promise } = loadPing();
  // The package changes LANG in the environment of this process, and LC_ALL would override it.
  return inEnglish(process.env, () => promise.probe(address, config)).catch((error: Error) => {
    throw NOT_STARTED.test(error.message) ? new Error('the program ping could not be started') : error;
  });
}
