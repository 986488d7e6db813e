// What a log says of drops, for programs.

import type { LogReading } from './log-reading.ts';
import type { Drop } from './session.ts';

/** A plain value, fit for JSON: no drop is told twice in full. */
export function logJson({ schema, facts, findings }: LogReading): object {
  const { lines, sessions, drops, dropsForgotten, beforeLogin } = facts;
  return {
    schema,
    lines,
    sessions: { ...sessions, dropped: drops.length + dropsForgotten },
    beforeLogin: { known: beforeLogin.known.length, strangers: beforeLogin.strangers },
    findings: findings.map(({ drops: own, ...finding }) => ({
      ...finding,
      lineNumbers: own.map(({ lineNumber }) => lineNumber),
    })),
    drops: drops.map(plain),
  };
}

function plain({
  message,
  loggedInAtMs,
  connectedAtMs,
  lastHeardAtMs,
  atMs,
  toldSeconds,
  loggedIn,
  ...drop
}: Drop): object {
  return { ...drop, message: message?.id ?? null };
}
