// What a misspelt word may have been meant to be, as commander suggests it for options.

import { Command as Commander, CommanderError } from 'commander';

/** null where none of the names is much like it. */
export function similarName(word: string, names: Iterable<string>): string | null {
  const alike = new Commander()
    .helpOption(false)
    .exitOverride()
    .configureOutput({ writeErr: () => {} });
  for (const name of names) alike.option(`--${name}`);
  try {
    alike.parse([`--${word}`], { from: 'user' });
  } catch (error) {
    const [, name] = (error instanceof CommanderError && /\(Did you mean --([\w-]+)\?\)/.exec(error.message)) || [];
    return name ?? null;
  }
  return null;
}
