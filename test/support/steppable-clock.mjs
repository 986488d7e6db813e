// Preloaded into the program (node --import): at SIGUSR2 the wall clock jumps by CLOCK_STEP_MS, for Date and for clock_gettime(2)
// as libc/real-time reads it. The kernel goes on stamping packets by the real one: as if each had come just before the jump.
// A real kernel's clock is the whole machine's, and time namespaces (time_namespaces(7)) have none of their own.

import { register } from 'node:module';

// The program takes what it does not know out of its environment.
const stepMs = Number(process.env.CLOCK_STEP_MS);
globalThis.clockStepMs = 0;
process.on('SIGUSR2', () => {
  globalThis.clockStepMs = stepMs;
});

const RealDate = Date;
globalThis.Date = class extends RealDate {
  constructor(...args) {
    super(...(args.length === 0 ? [RealDate.now() + globalThis.clockStepMs] : args));
  }

  static now() {
    return RealDate.now() + globalThis.clockStepMs;
  }
};

const hooks = `export async function load(url, context, next) {
  const loaded = await next(url, context);
  if (!url.endsWith('/dist/libc/real-time.js')) return loaded;
  const source = String(loaded.source);
  const changed = source.replace('return timespecMs(timespec, 0);', 'return timespecMs(timespec, 0) + globalThis.clockStepMs;');
  if (changed === source) throw new Error('libc/real-time is not as it was');
  return { ...loaded, source: changed };
}`;
register(`data:text/javascript,${encodeURIComponent(hooks)}`);
