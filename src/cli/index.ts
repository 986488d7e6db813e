// The command line (commander lives here only): argv → Command, a plain value. Nothing is done here.

import { type Command as Commander, CommanderError } from 'commander';
import type { Command } from './command.ts';
import { defineProgram } from './program.ts';
import type { Settings } from './settings.ts';
import { similarName } from './similar.ts';

export type {
  Command,
  ConfigChoice,
  OutputOptions,
  Question,
  ReportOutput,
  TextOutput,
} from './command.ts';

/** `argv` without the interpreter and the script; `settings` are defaults that a file gave (parse-settings.ts). */
export function parseCommandLine(argv: readonly string[], version: string, settings: Settings = {}): Command {
  let printed = '';
  let command: Command | undefined;
  const onCommand = (parsed: Command): void => {
    command = parsed;
  };
  const program = defineProgram(version, onCommand, settings);
  // --listen is a duration for the checks and a port for serve: what follows such a word is its own.
  program.enablePositionalOptions(argv.includes('serve') || argv.includes('explain'));
  for (const each of [program, ...program.commands]) {
    each.exitOverride().configureOutput({
      writeOut: (text) => {
        printed += text;
      },
      writeErr: () => {},
    });
  }
  try {
    program.parse([...argv], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return { kind: 'print', text: printed };
    const message = oneLine(error.message);
    const isOfHosts = error.code === 'commander.excessArguments' && !isCommand(program, program.args[0]);
    return { kind: 'usage-error', message: isOfHosts ? `${message} ${tooManyHosts(program)}` : message };
  }
  return command ?? { kind: 'usage-error', message: NOTHING_TO_DO };
}

const NOTHING_TO_DO =
  'nothing to check; give a host (alice@example.org), --dup-ip, --ping, --path, --idle-timeout, --mosh-ports, --listen or --read (netcheck --help shows examples)';

/** The subcommand that a word may have been meant to be, which was taken for a host; null when it is like none. */
export function commandLike(word: string): string | null {
  return similarName(word, namesOf(defineProgram('', () => {})));
}

function namesOf(program: Commander): string[] {
  return program.commands.map((each) => each.name());
}

function isCommand(program: Commander, word: string | undefined): boolean {
  return namesOf(program).some((name) => name === word);
}

function tooManyHosts(program: Commander): string {
  const name = similarName(program.args[0] ?? '', namesOf(program));
  return name === null ? 'One host is examined at a time' : `(Did you mean netcheck ${name}?)`;
}

/** commander's messages begin with `error:` and may put a suggestion on a line of its own. */
function oneLine(message: string): string {
  return message.replace(/^error: /, '').replaceAll(/\s*\n\s*/g, ' ');
}
