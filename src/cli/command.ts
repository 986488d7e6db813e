// What a command line asks for, as plain values.

import type { ScanOptions } from '../plan/index.ts';
import type { Shell } from './shells.ts';

export interface OutputOptions {
  readonly json: boolean;
  /** As a monitoring plugin: one line on standard output, and its exit codes. */
  readonly nagios: boolean;
  readonly savePath: string | null;
  readonly htmlPath: string | null;
  /** Pseudonyms in place of addresses, names and MACs, in every output. */
  readonly redact: boolean;
  readonly pcapPath: string | null;
  /** `-` is standard error. */
  readonly eventsPath: string | null;
  readonly dryRun: boolean;
  readonly color: boolean;
  /** Tab-separated, without boxes and pictures. */
  readonly plain: boolean;
  readonly verbosity: 'quiet' | 'normal' | 'verbose';
}

/** What `explain` is asked: words that are a message, or name a report; or a log. `-` is standard input. */
export type Question =
  | { readonly kind: 'words'; readonly words: readonly string[] }
  | { readonly kind: 'log'; readonly path: string };

export type TextOutput = Pick<OutputOptions, 'json' | 'color' | 'plain' | 'verbosity'>;
/** … and of a report that is read again, where else it is written. */
export type ReportOutput = TextOutput & Pick<OutputOptions, 'savePath' | 'htmlPath' | 'redact'>;

/** Where defaults of options are read from: the usual places, nowhere, or a file that was named. */
export type ConfigChoice = 'usual' | 'none' | { readonly file: string };

interface Configured {
  readonly config: ConfigChoice;
}

export type Command =
  | (Configured & { readonly kind: 'scan'; readonly options: ScanOptions; readonly output: OutputOptions })
  | (Configured & { readonly kind: 'doctor'; readonly color: boolean; readonly plain: boolean })
  | (Configured & { readonly kind: 'demo'; readonly color: boolean })
  | { readonly kind: 'serve'; readonly port: number; readonly bindAddress: string | null; readonly verbose: boolean }
  | (Configured & { readonly kind: 'explain'; readonly question: Question; readonly output: ReportOutput })
  | { readonly kind: 'schema' }
  | { readonly kind: 'completion'; readonly shell: Shell }
  | { readonly kind: 'man' }
  | { readonly kind: 'print'; readonly text: string }
  | { readonly kind: 'usage-error'; readonly message: string };
