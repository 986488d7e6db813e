// The report: what is printed, saved and exchanged.

import type { Cause } from '../diagnose/cause.ts';
import type { Evidence } from '../evidence.ts';

export interface Report {
  readonly schema: 'netcheck/1';
  /** netcheck's own version. */
  readonly version: string;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly interrupted: boolean;
  /** Addresses, names and MACs are pseudonyms; absent where they are real. */
  readonly redacted?: true;
  readonly evidence: readonly Evidence[];
  readonly causes: readonly Cause[];
}
