// `netcheck explain`: what was typed, pasted or saved is read, explained and printed. Nothing is measured.

import { existsSync } from 'node:fs';
import { causePage, isCause } from './cause-page.ts';
import type { Question, ReportOutput } from './cli/index.ts';
import { complain } from './complain.ts';
import {
  type AnswerOptions,
  answer,
  CATALOGUE_FOR_PASTED,
  LineSplitter,
  LogReader,
  type LogReading,
  logJson,
  notText,
  readingOf,
  recognise,
  renderAnswer,
  renderLog,
} from './explain/index.ts';
import { inputProblem, openInput, readWhole } from './input.ts';
import { print } from './print.ts';
import { printReport } from './print-report.ts';
import { harmlessJson } from './printable.ts';
import { NOTHING_NEEDED, type Privileges, privilegesOf } from './privilege.ts';
import { toAscii } from './report/ascii.ts';
import { EXIT, exitCode } from './report/exit-code.ts';
import type { ReadResult } from './report/read.ts';
import type { Report } from './report/report.ts';
import { savingProblem } from './save.ts';
import { loadRenderings, type Renderings, saveReport } from './save-report.ts';
import { pageOf } from './terminal.ts';

/** The report of a /16 of which every address answers has 16 MB. */
const LARGEST_REPORT_BYTES = 64 * 1024 * 1024;
/** Causes and kinds of evidence of a newer netcheck that are named. */
const MOST_UNKNOWN = 20;

/** Resolves with the exit code. */
export async function runExplain(
  question: Question,
  output: ReportOutput,
  version: string,
  process: NodeJS.Process,
): Promise<number> {
  const privileges = await privilegesOf(process);
  const run = new Explain(output, version, process, privileges);
  if (question.kind === 'log') return run.log(question.path);
  const { words } = question;
  const [only = ''] = words;
  if (words.length === 1 && only === '-') return run.input('-', 'standard input');
  if (words.length === 1 && namesFile(only)) return run.input(only, only);
  if (words.length === 1 && isCause(only) && !output.json) {
    const page = causePage(only);
    print(process.stdout, pageOf(output, process).ascii ? toAscii(page) : page);
    return EXIT.nothingFound;
  }
  privileges.giveUp(NOTHING_NEEDED);
  if (output.savePath !== null || output.htmlPath !== null || output.redact) {
    complain(process, '--save, --html and --redact are for saved reports, and this is a message');
    return EXIT.usage;
  }
  // Words without quotes are one message; with them, each is one.
  return run.messages(words.join(words.some((word) => /\s/.test(word)) ? '\n' : ' '));
}

/** A file that is there, or something that can only be meant as one. */
function namesFile(word: string): boolean {
  return existsSync(word) || /^\S+\.(?:json|log|txt|gz|pcap)$|^[~./]\S*$/.test(word);
}

class Explain {
  readonly #output: ReportOutput;
  readonly #version: string;
  readonly #process: NodeJS.Process;
  readonly #privileges: Privileges;

  constructor(output: ReportOutput, version: string, process: NodeJS.Process, privileges: Privileges) {
    this.#output = output;
    this.#version = version;
    this.#process = process;
    this.#privileges = privileges;
  }

  /** A file, or what comes by standard input: a report if it begins like one, else messages. */
  async input(path: string, name: string): Promise<number> {
    let text: string | null;
    const renderings = await loadRenderings(this.#output);
    const { readReport } = await import('./report/read.ts');
    try {
      const opened = openInput(path, this.#process);
      // A log or a report of root's is read as it was opened; parsing it needs no rights.
      const { savePath, htmlPath } = this.#output;
      const toWriteFiles = savePath !== null || htmlPath !== null;
      this.#privileges.giveUp({ ...NOTHING_NEEDED, toWriteFiles });
      text = await readWhole(opened, LARGEST_REPORT_BYTES);
    } catch (error) {
      return this.#refuse(name, inputProblem(error));
    }
    const unwritable = this.#unwritable();
    if (unwritable !== null) {
      complain(this.#process, unwritable);
      return EXIT.usage;
    }
    if (text === null) return this.#refuse(name, 'it is longer than 64 MB, which no report is');
    const begins = text.replace(/^\ufeff/, '').trimStart();
    if (path === '-' && begins !== '' && !begins.startsWith('{')) return this.messages(text);
    if (begins !== '' && !/^[{[]/.test(begins)) {
      return this.#refuse(name, 'it is no netcheck report; for a log: netcheck explain --log <file>');
    }
    return this.#report(readReport(begins, this.#version), name, renderings);
  }

  /** Why a file that was named can't be written; null when all can. */
  #unwritable(): string | null {
    const { savePath, htmlPath } = this.#output;
    for (const [option, path] of [
      ['--save', savePath],
      ['--html', htmlPath],
    ] as const) {
      const problem = path === null ? null : savingProblem(path);
      if (problem !== null) return `${option}: ${problem}`;
    }
    return null;
  }

  messages(text: string): number {
    const recognition = recognise(text);
    const { messages, ...rest } = answer(recognition);
    if (this.#output.json) this.#printJson({ ...rest, messages });
    if (messages.length === 0) {
      complain(
        this.#process,
        `${rest.unknown.length === 1 ? 'this is' : 'these are'} none of the ${CATALOGUE_FOR_PASTED.length} messages that netcheck knows, and it does not guess; try the lines around it, or what ssh -v says: ssh -v host 2>&1 | netcheck explain -`,
      );
      return EXIT.notMeasured;
    }
    if (!this.#output.json) this.#print(renderAnswer({ ...rest, messages }, this.#textOptions()));
    return EXIT.nothingFound;
  }

  async log(path: string): Promise<number> {
    const name = path === '-' ? 'standard input' : path;
    const reader = new LogReader(Date.now());
    const splitter = new LineSplitter((line, isCut) => reader.read(line, isCut));
    let isFirst = true;
    try {
      const opened = openInput(path, this.#process);
      this.#privileges.giveUp(NOTHING_NEEDED);
      for await (const chunk of opened) {
        const problem = isFirst ? notText(chunk) : null;
        if (problem !== null) return this.#refuse(name, problem);
        isFirst = false;
        splitter.push(chunk);
      }
    } catch (error) {
      return this.#refuse(name, inputProblem(error));
    }
    splitter.end();
    if (isFirst) return this.#refuse(name, 'it is empty');
    const reading = readingOf(reader.finish());
    if (this.#output.json) this.#printJson(logJson(reading));
    else this.#print(renderLog(reading, path, this.#textOptions()));
    return logExitCode(reading);
  }

  #report(read: ReadResult, name: string, renderings: Renderings): number {
    if (!read.ok) return this.#refuse(name, read.problem);
    const { known, whole, unknownKinds, unknownCauses, reasonedAnew } = read;
    if (reasonedAnew) {
      complain(
        this.#process,
        `netcheck ${known.version} wrote this report and came to other causes; these are those of netcheck ${this.#version}`,
      );
    }
    const isNewer = unknownKinds.length + unknownCauses.length > 0;
    if (isNewer) {
      const kinds = unknownKinds.length === 0 ? '' : ` (evidence: ${unknownKinds.slice(0, MOST_UNKNOWN).join(', ')})`;
      complain(
        this.#process,
        `netcheck ${known.version} wrote this report, and this one (${this.#version}) does not know all of it${kinds}; that is kept, and the causes are the report's own`,
      );
    }
    for (const { cause, verdict, summary } of unknownCauses.slice(0, MOST_UNKNOWN))
      complain(this.#process, `it says also: ${cause}: ${verdict}. ${summary}`);
    const more = unknownCauses.length - MOST_UNKNOWN;
    if (more > 0) complain(this.#process, `it says ${more} things more that are not known here; --json has them`);
    let shown: Report;
    let unsaved: string[];
    try {
      shown = renderings.redact(known);
      // What is not known here could not be redacted either.
      printReport(shown, this.#output, this.#process, this.#output.redact ? shown : whole);
      unsaved = saveReport(shown, this.#output, renderings);
    } catch {
      return this.#refuse(name, 'it holds values that no netcheck would write');
    }
    for (const problem of unsaved) complain(this.#process, problem);
    return exitCode(shown) || (unsaved.length > 0 ? EXIT.notMeasured : EXIT.nothingFound);
  }

  #textOptions(): AnswerOptions {
    return { ...pageOf(this.#output, this.#process), verbosity: this.#output.verbosity };
  }

  #print(text: string): void {
    print(this.#process.stdout, text);
  }

  #printJson(value: object): void {
    this.#print(`${harmlessJson(JSON.stringify(value, null, 2))}\n`);
  }

  #refuse(name: string, problem: string): number {
    complain(this.#process, `${name.slice(0, 200)}: ${problem}`);
    return EXIT.usage;
  }
}

/** 1: there were drops, and the log tells a likely cause. 3: there were drops without one, or nothing could be read out of it. */
function logExitCode({ facts, findings }: LogReading): number {
  if (findings.some(({ certainty }) => certainty !== 'hint')) return EXIT.causeFound;
  if (findings.length > 0 || facts.sessions.loggedIn === 0 || facts.sessions.withoutEnd > 0) return EXIT.notMeasured;
  return EXIT.nothingFound;
}
