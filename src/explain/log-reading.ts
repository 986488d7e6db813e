// What a log says of drops, as a value: the same for people and for programs.

import { type Finding, rankFindings } from './finding.ts';
import type { LogFacts } from './log-reader.ts';
import { loginFindings } from './login-findings.ts';
import { sessionFindings } from './session-findings.ts';

export interface LogReading {
  readonly schema: 'netcheck-explain-log/1';
  readonly facts: LogFacts;
  /** The likeliest cause of the most is the first cause of the first. */
  readonly findings: readonly Finding[];
}

export function readingOf(facts: LogFacts): LogReading {
  const sessions = sessionFindings(facts);
  // The refusal is part of what was found already.
  const explained = sessions.some(({ kind }) => kind === 'other-machine')
    ? ['connect-refused', 'host-key-changed']
    : [];
  const rest = { ...facts, statements: facts.statements.filter(({ message }) => !explained.includes(message.id)) };
  return {
    schema: 'netcheck-explain-log/1',
    facts,
    findings: rankFindings([...sessions, ...loginFindings(rest)]),
  };
}
