// Reports for tests: an empty one, of which a test names what matters to it.

import type { Report } from '../../src/report/report.ts';

export function reportOf(some: Partial<Report>): Report {
  return {
    schema: 'netcheck/1',
    version: '0.1.0',
    startedAt: '2026-01-02T03:04:05.000Z',
    finishedAt: '2026-01-02T03:04:06.000Z',
    interrupted: false,
    evidence: [],
    causes: [],
    ...some,
  };
}
