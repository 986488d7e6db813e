// The subcommands that need no network: explain and schema.

import type { Command as Commander } from 'commander';
import type { Command } from './command.ts';
import { configChoice, type Flags, typedBeside, withoutOptions } from './flags.ts';

const EXAMPLES = `
Examples:
  netcheck explain "Write failed: Broken pipe"     what it means, what it may be, which command decides
  ssh host 2>&1 | netcheck explain -               … for whatever ssh says (or paste it, and press Ctrl-D)
  netcheck explain idle-timeout                    what a cause is, how netcheck knows it, what fixes it and what does not
  netcheck explain report.json                     the reasoning again from a saved report (--save)
  netcheck explain report.json --html page.html --redact     … as a page to send to others
  netcheck explain --log /var/log/auth.log         the drops in a log, and what they have in common
  sudo journalctl -u ssh | netcheck explain --log -
  ssh -v host 2>&1 | tee ssh.log; netcheck explain --log ssh.log

Needs neither root nor network.

Exit codes: for a report as when it was measured. For messages: 0 explained, 3 not known.
For a log: 0 no drop in it, 1 drops with a likely cause, 3 nothing could be told. 2: what was given cannot be read.
`;

interface ExplainFlags {
  log?: string;
  json?: boolean;
  plain?: boolean;
  save?: string;
  html?: string;
  redact?: boolean;
  color: boolean;
  quiet?: boolean;
  verbose?: boolean;
}

/** What may stand before the word as well as after it. */
const OUTPUT_FLAGS: readonly string[] = [
  'json',
  'plain',
  'save',
  'html',
  'redact',
  'color',
  'quiet',
  'verbose',
  'config',
];

export function defineExplain(program: Commander, onCommand: (command: Command) => void): void {
  program
    .command('explain')
    .description('say what a message, a log or a saved report means; no network, no root')
    .argument('[msg...]', 'a message of ssh or sshd, a report, a cause, or - for standard input')
    .option('--log <file>', 'look for drops in auth.log, journal text or ssh -v output; - is standard input')
    .option('--json', 'print it as JSON')
    .option('--plain', 'without boxes, pictures and line breaks, for pipes and screen readers')
    .option('--save <file>', 'of a report: write it as JSON to a file')
    .option('--html <file>', 'of a report: write it as a page that needs no network')
    .option('--redact', 'of a report: pseudonyms for addresses, names, MACs and keys')
    .option('--no-color', 'no colours (also with NO_COLOR set)')
    .option('-q, --quiet', 'only the verdicts')
    .option('-v, --verbose', 'every measurement of a report, every drop of a log')
    .addHelpText('after', EXAMPLES)
    .action((words: string[], { log, json, plain, save, html, redact, color, quiet, verbose }: ExplainFlags) => {
      const refuse = (message: string): void => onCommand({ kind: 'usage-error', message });
      const before = program.opts<Flags>();
      if (typedBeside(program, OUTPUT_FLAGS).length > 0)
        return refuse('explain measures nothing; run it without checks');
      const blank = words.every((word) => word.trim() === '');
      if (log !== undefined && words.length > 0) return refuse('--log has its own file; leave the message out');
      // A shell's variable that was empty.
      if (log === '') return refuse('--log: the file name is empty');
      if (log === undefined && blank) {
        return refuse('say what to explain: a message in quotes, a saved report, - or --log <file>');
      }
      const files = { savePath: save ?? before.save ?? null, htmlPath: html ?? before.html ?? null };
      const isRedacted = redact ?? before.redact ?? false;
      const isOfReport = files.savePath !== null || files.htmlPath !== null || isRedacted;
      if (log !== undefined && isOfReport)
        return refuse('--save, --html and --redact are for saved reports, not for logs');
      const isVerbose = verbose ?? before.verbose ?? false;
      // A file may say quiet, and what is typed wins.
      const isQuiet = quiet ?? (verbose && program.getOptionValueSource('quiet') !== 'cli' ? false : before.quiet);
      onCommand({
        kind: 'explain',
        config: configChoice(before),
        question: log === undefined ? { kind: 'words', words } : { kind: 'log', path: log },
        output: {
          json: json ?? before.json ?? false,
          plain: plain ?? before.plain ?? false,
          ...files,
          redact: isRedacted,
          color: color && before.color,
          verbosity: isQuiet ? 'quiet' : isVerbose ? 'verbose' : 'normal',
        },
      });
    });
}

export function defineSchema(program: Commander, onCommand: (command: Command) => void): void {
  program
    .command('schema')
    .description('print the JSON Schema of a report')
    .action(() => onCommand(withoutOptions(program, 'schema', { kind: 'schema' })));
}
