// What a command line asks for, as plain values.

import type { ScanOptions } from '../plan/index.ts';

export interface OutputOptions {
  readonly json: boolean;
  readonly savePath: string | null;
  readonly pcapPath: string | null;
  /** `-` is standard error. */
  readonly eventsPath: string | null;
  readonly dryRun: boolean;
  readonly color: boolean;
  /** Tab-separated, without boxes and pictures. */
  readonly plain: boolean;
  readonly verbosity: 'quiet' | 'normal' | 'verbose';
}

export type Command =
  | { readonly kind: 'scan'; readonly options: ScanOptions; readonly output: OutputOptions }
  | { readonly kind: 'doctor'; readonly color: boolean; readonly plain: boolean }
  | { readonly kind: 'demo'; readonly color: boolean }
  | { readonly kind: 'serve'; readonly port: number; readonly bindAddress: string | null; readonly verbose: boolean }
  | { readonly kind: 'print'; readonly text: string }
  | { readonly kind: 'usage-error'; readonly message: string };
