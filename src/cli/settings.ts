// Defaults of options that a file gave (parse-settings.ts), beside what was typed, which wins.

import type { Command as Commander } from 'commander';
import type { Flags } from './flags.ts';

/** By the names that commander gives their options. */
export type Settings = Readonly<Partial<Flags>>;

/** What can't be meant together: the one that was typed is meant, and not the one of the file. */
const RIVALS: readonly (readonly [ofFile: keyof Flags, typed: keyof Flags])[] = [
  ['rate', 'bandwidth'],
  ['bandwidth', 'rate'],
  ['quiet', 'verbose'],
  ['verbose', 'quiet'],
  ['verbose', 'redact'],
  ['verbose', 'events'],
  ['plain', 'json'],
  ['plain', 'nagios'],
  ['verbose', 'nagios'],
  ['proof', 'proofPort'],
];

/** Makes them the defaults of the program. Lists of hosts come beside what is typed, and in withSettings(). */
export function applySettings(program: Commander, settings: Settings): void {
  for (const [name, value] of Object.entries(settings)) {
    if (!Array.isArray(value)) program.setOptionValueWithSource(name, value, 'default');
  }
}

/** What was typed, and nothing from the file; defaults that are no file's stay. */
export function typedFlags(program: Commander, settings: Settings): Flags {
  const flags = program.opts<Flags>();
  const own = Object.entries(flags).filter(([name]) => !(name in settings) || isTyped(program, name as keyof Flags));
  return Object.fromEntries(own) as unknown as Flags;
}

/** Both: what was typed, and of the file what can be meant beside it. */
export function withSettings(program: Commander, settings: Settings): Flags {
  const flags: Flags = { ...program.opts<Flags>() };
  for (const [ofFile, typed] of RIVALS) {
    if (!(ofFile in settings) || isTyped(program, ofFile) || !isTyped(program, typed)) continue;
    if (typed === 'events' && flags.events !== '-') continue;
    const option = program.options.find((each) => each.attributeName() === ofFile);
    Object.assign(flags, { [ofFile]: option?.negate ? true : option?.defaultValue });
  }
  if (settings.exclude) flags.exclude = [...settings.exclude, ...(flags.exclude ?? [])];
  if (settings.expect) {
    const typed = flags.expect ?? [];
    const named = new Set(typed.map(addressOf));
    flags.expect = [...settings.expect.filter((entry) => !named.has(addressOf(entry))), ...typed];
  }
  return flags;
}

function isTyped(program: Commander, name: keyof Flags): boolean {
  return program.getOptionValueSource(name) === 'cli';
}

/** Of `10.0.0.5=MAC,MAC`. */
function addressOf(expectation: string): string {
  return expectation.split('=', 1)[0]?.trim() ?? '';
}
