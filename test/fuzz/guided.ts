// Guided by coverage: of many inputs those are found that reach code of the program that none reached before. V8 counts blocks
// by itself (Profiler.startPreciseCoverage of the Chrome DevTools Protocol); asking it takes milliseconds, so inputs are run by
// the hundred, and halved where something new was among them.

import { Session } from 'node:inspector';

interface Range {
  readonly startOffset: number;
  readonly endOffset: number;
  readonly count: number;
}

/** The first range is the function; those inside it are told where they ran more or less often than what is around them. */
interface ScriptCoverage {
  readonly url: string;
  readonly functions: readonly { readonly ranges: readonly Range[] }[];
}

export class Coverage implements Disposable {
  readonly #session = new Session();
  readonly #seen = new Set<string>();
  /** By function: blocks that were once seen not to run. */
  readonly #blocksOf = new Map<string, Map<string, Range>>();

  constructor() {
    this.#session.connect();
    this.#session.post('Profiler.enable');
    this.#session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  }

  /** Those of the inputs that reach what neither the ones before them nor earlier calls reached. */
  newcomers<T>(inputs: readonly T[], run: (input: T) => void): T[] {
    this.#blocks();
    for (const input of inputs) run(input);
    const reached = this.#blocks().filter((block) => !this.#seen.has(block));
    if (reached.length === 0) return [];
    if (inputs.length === 1) {
      for (const block of reached) this.#seen.add(block);
      return [...inputs];
    }
    const half = inputs.length >> 1;
    return [...this.newcomers(inputs.slice(0, half), run), ...this.newcomers(inputs.slice(half), run)];
  }

  get blocks(): number {
    return this.#seen.size;
  }

  /** Of the program, those that ran since this was called last. Answers come before `post` returns: it is this same thread. */
  #blocks(): string[] {
    let scripts: readonly ScriptCoverage[] = [];
    this.#session.post('Profiler.takePreciseCoverage', (_, answer) => {
      scripts = answer?.result ?? [];
    });
    return scripts
      .filter(({ url }) => /\/src\/[^?]*\.ts/.test(url))
      .flatMap(({ url, functions }) => functions.flatMap(({ ranges }) => this.#reached(url, ranges)));
  }

  #reached(url: string, ranges: readonly Range[]): string[] {
    const [whole] = ranges;
    if (whole === undefined || whole.count === 0) return [];
    const name = `${url}:${whole.startOffset}`;
    const known = this.#blocksOf.get(name) ?? new Map<string, Range>();
    this.#blocksOf.set(name, known);
    const idle = ranges.filter(({ count }) => count === 0);
    for (const each of idle) known.set(`${each.startOffset}-${each.endOffset}`, each);
    const ran = ({ startOffset, endOffset }: Range): boolean =>
      !idle.some((other) => other.startOffset <= startOffset && endOffset <= other.endOffset);
    return [name, ...[...known].filter(([, block]) => ran(block)).map(([place]) => `${name}+${place}`)];
  }

  [Symbol.dispose](): void {
    this.#session.post('Profiler.stopPreciseCoverage');
    this.#session.disconnect();
  }
}
