// The way in: what was typed decides which command is loaded and run. Only that: a version or a help text needs no more.

import { setMaxListeners } from 'node:events';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Command } from './cli/index.ts';
import { complain } from './complain.ts';
import { restrictEnvironment } from './environment.ts';
import { print } from './print.ts';
import { EXIT } from './report/exit-code.ts';
import type { Defaults } from './settings-file.ts';

const { version } = createRequire(import.meta.url)('../package.json') as { version: string };

/** What reads its rights, routes and interfaces there, and must not take them for none. */
const NEEDS_PROC: ReadonlySet<Command['kind']> = new Set(['scan', 'serve', 'demo']);
const NO_PROC =
  'the proc file system is not there, which says what this machine is and may; mount it: mount -t proc proc /proc';

const OUT_OF_FILES: ReadonlySet<string> = new Set(['EMFILE', 'ENFILE']);

/** Runs one command line (`argv` as Node gives it) and resolves with the exit code. */
export async function main(argv: readonly string[], process: NodeJS.Process): Promise<number> {
  // Hundreds of idle connections wait on one signal on purpose; Node would take that for a leak.
  setMaxListeners(0);
  restrictEnvironment(process.env);
  // A reader that has seen enough (`| head`) closes the pipe: that is no fault of this program.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') return;
    complain(process, `the report could not be printed: ${error.message}`);
    process.exit(EXIT.notMeasured);
  });
  // Whoever reads the log may go away too; the report matters more.
  process.stderr.on('error', () => {});
  const typed = argv.slice(2);
  // As scripts ask: without it the command line would be defined, to say no more than this.
  if (typed.length === 1 && typed[0] === '--version') {
    print(process.stdout, `${version}\n`);
    return EXIT.nothingFound;
  }
  const { parseCommandLine } = await import('./cli/index.ts');
  let command = parseCommandLine(typed, version);
  // Wrong as the rest may be: a monitoring system reads standard output, and takes 2 for CRITICAL.
  const isPlugin = typed.includes('--nagios');
  try {
    const defaults = await defaultsOf(command, process);
    if (defaults.kind === 'file') command = parseCommandLine(typed, version, defaults.settings);
    if (defaults.kind === 'problem' && command.kind !== 'doctor') {
      command = { kind: 'usage-error', message: defaults.problem };
    }
    if (command.kind === 'usage-error') return await refuse(command.message, EXIT.usage, isPlugin, process);
    if (NEEDS_PROC.has(command.kind) && !existsSync('/proc/self/status')) {
      return await refuse(NO_PROC, EXIT.notMeasured, isPlugin, process);
    }
    return await run(command, defaults, process);
  } catch (error) {
    // What a command needs was not loaded; bin says so as for the rest of the program.
    if (OUT_OF_FILES.has((error as NodeJS.ErrnoException).code ?? '')) throw error;
    const verbose = 'output' in command && command.output.verbosity === 'verbose';
    const message = `internal error: ${verbose ? (error as Error).stack : (error as Error).message}`;
    // Whatever was left open must not keep the process alive.
    setTimeout(() => process.exit(EXIT.notMeasured), 300).unref();
    return refuse(message, EXIT.notMeasured, isPlugin, process);
  }
}

/** Says what is wrong to whoever asked; resolves with the exit code. */
async function refuse(message: string, code: number, isPlugin: boolean, process: NodeJS.Process): Promise<number> {
  if (!isPlugin) {
    complain(process, message);
    return code;
  }
  const { pluginUnknown } = await import('./report/nagios.ts');
  const result = pluginUnknown(message);
  print(process.stdout, result.text);
  return result.code;
}

/** Of the commands that a file may give defaults to. */
async function defaultsOf(command: Command, process: NodeJS.Process): Promise<Defaults> {
  if (!('config' in command)) return { kind: 'none' };
  const { readDefaults } = await import('./settings-file.ts');
  return readDefaults(command.config, process);
}

async function run(
  command: Exclude<Command, { kind: 'usage-error' }>,
  defaults: Defaults,
  process: NodeJS.Process,
): Promise<number> {
  switch (command.kind) {
    case 'print':
      print(process.stdout, command.text);
      return EXIT.nothingFound;
    case 'demo': {
      const { runDemo } = await import('./lab/demo.ts');
      const { onInterrupt } = await import('./terminal.ts');
      const { signal, release } = onInterrupt(process);
      return runDemo(process, command.color, signal).finally(release);
    }
    case 'doctor': {
      const { readMachine, runDoctor } = await import('./doctor/index.ts');
      const { pageOf } = await import('./terminal.ts');
      const { text, isWell } = runDoctor(readMachine(process, defaults), pageOf(command, process));
      print(process.stdout, text);
      return isWell ? EXIT.nothingFound : EXIT.notMeasured;
    }
    case 'serve': {
      const { runServe } = await import('./serve-command.ts');
      return runServe(command, process);
    }
    case 'explain': {
      const { runExplain } = await import('./explain-command.ts');
      return runExplain(command.question, command.output, version, process);
    }
    case 'schema': {
      const { reportJsonSchema } = await import('./report/schema.ts');
      print(process.stdout, `${JSON.stringify(reportJsonSchema(), null, 2)}\n`);
      return EXIT.nothingFound;
    }
    case 'completion': {
      const { completionScript } = await import('./cli/completion.ts');
      print(process.stdout, completionScript(command.shell));
      return EXIT.nothingFound;
    }
    case 'man': {
      const { manual } = await import('./cli/man-page.ts');
      print(process.stdout, manual(version));
      return EXIT.nothingFound;
    }
    case 'scan': {
      const { runScan } = await import('./scan-command.ts');
      return runScan(command.options, command.output, defaults, version, process);
    }
  }
}
