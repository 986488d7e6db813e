// The way in: what was typed decides which command is loaded and run. Only that: a version or a help text needs no more.

import { setMaxListeners } from 'node:events';
import { createRequire } from 'node:module';
import { type Command, parseCommandLine } from './cli/index.ts';
import { complain } from './complain.ts';
import { print } from './print.ts';
import { EXIT } from './report/exit-code.ts';

const { version } = createRequire(import.meta.url)('../package.json') as { version: string };

const OUT_OF_FILES: ReadonlySet<string> = new Set(['EMFILE', 'ENFILE']);

/** Runs one command line (`argv` as Node gives it) and resolves with the exit code. */
export async function main(argv: readonly string[], process: NodeJS.Process): Promise<number> {
  // Hundreds of idle connections wait on one signal on purpose; Node would take that for a leak.
  setMaxListeners(0);
  // A reader that has seen enough (`| head`) closes the pipe: that is no fault of this program.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') return;
    complain(process, `the report could not be printed: ${error.message}`);
    process.exit(EXIT.notMeasured);
  });
  // Whoever reads the log may go away too; the report matters more.
  process.stderr.on('error', () => {});
  const command = parseCommandLine(argv.slice(2), version);
  try {
    return await run(command, process);
  } catch (error) {
    // What a command needs was not loaded; bin says so as for the rest of the program.
    if (OUT_OF_FILES.has((error as NodeJS.ErrnoException).code ?? '')) throw error;
    const verbose = 'output' in command && command.output.verbosity === 'verbose';
    complain(process, `internal error: ${verbose ? (error as Error).stack : (error as Error).message}`);
    // Whatever was left open must not keep the process alive.
    setTimeout(() => process.exit(EXIT.notMeasured), 300).unref();
    return EXIT.notMeasured;
  }
}

async function run(command: Command, process: NodeJS.Process): Promise<number> {
  switch (command.kind) {
    case 'print':
      print(process.stdout, command.text);
      return EXIT.nothingFound;
    case 'usage-error':
      complain(process, command.message);
      return EXIT.usage;
    case 'demo': {
      const { runDemo } = await import('./lab/demo.ts');
      const { onInterrupt } = await import('./terminal.ts');
      const { signal, release } = onInterrupt(process);
      return runDemo(process, command.color, signal).finally(release);
    }
    case 'doctor': {
      const { readMachine, runDoctor } = await import('./doctor/index.ts');
      const { pageOf } = await import('./terminal.ts');
      const { text, isWell } = runDoctor(readMachine(process), pageOf(command, process));
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
    case 'scan': {
      const { runScan } = await import('./scan-command.ts');
      return runScan(command.options, command.output, version, process);
    }
  }
}
