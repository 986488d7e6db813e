// A saved report, read again: what is known of it is validated, what a newer netcheck added is kept, and the rest is refused.
// zod is loaded here and where the JSON Schema is made.

import type { Cause } from '../diagnose/cause.ts';
import { diagnose } from '../diagnose/index.ts';
import { type Evidence, evidenceSchema } from '../evidence.ts';
import type { Report } from './report.ts';
import { causeSchema, envelopeSchema } from './schema.ts';

export interface ReadReport {
  readonly ok: true;
  /** With everything that it held: for JSON. */
  readonly whole: Report;
  /** What this netcheck understands of it: for text. */
  readonly known: Report;
  /** Kinds of evidence that this netcheck does not know, each once. */
  readonly unknownKinds: readonly string[];
  /** What the report says of causes that this netcheck does not know. */
  readonly unknownCauses: readonly { readonly cause: string; readonly verdict: string; readonly summary: string }[];
  /** This netcheck, asked anew, comes to other causes than those in the file. */
  readonly reasonedAnew: boolean;
}

export type ReadResult = ReadReport | { readonly ok: false; readonly problem: string };

interface Evidences {
  readonly known: Evidence[];
  readonly unknownKinds: string[];
}

/** `ownVersion` is that of this netcheck. The problem is a clause that follows a file name. */
export function readReport(text: string, ownVersion: string): ReadResult {
  try {
    return read(text, ownVersion);
  } catch (error) {
    if (error instanceof Unreadable) return { ok: false, problem: error.message };
    // A value that the schema allows and no netcheck would write: an address that is none, a nesting without end.
    return { ok: false, problem: 'it holds values that no netcheck would write' };
  }
}

/** A /16 of which each address is claimed by several has 65,536; each may have ten causes, and all of them are in memory. */
const MOST_EVIDENCE = 70_000;

class Unreadable extends Error {}

function read(text: string, ownVersion: string): ReadReport {
  const json = parse(text);
  const envelope = envelopeSchema.safeParse(json);
  if (!envelope.success) throw new Unreadable(`it is no whole report: ${firstIssue(envelope.error, json)}`);
  const { schema, version, startedAt, finishedAt, interrupted, evidence, causes } = envelope.data;
  const isNewer = compareVersions(version, ownVersion) > 0;
  if (evidence.length > MOST_EVIDENCE) {
    throw new Unreadable(
      `it holds ${evidence.length} pieces of evidence; more than ${MOST_EVIDENCE} no netcheck finds`,
    );
  }
  const { known, unknownKinds } = knownEvidence(evidence, isNewer);
  const given = json as Report;
  const own: Cause[] = [];
  const unknownCauses: ReadReport['unknownCauses'][number][] = [];
  for (const cause of causes) {
    const parsed = causeSchema.safeParse(cause);
    if (parsed.success) own.push(parsed.data);
    else unknownCauses.push({ cause: cause.cause, verdict: cause.verdict, summary: cause.summary });
  }
  // Who knew more, and reasoned with it, is believed.
  const again = unknownKinds.length + unknownCauses.length === 0 ? diagnose(known) : null;
  const reasonedAnew = again !== null && JSON.stringify(again) !== JSON.stringify(given.causes);
  return {
    ok: true,
    whole: again === null ? given : { ...given, causes: again },
    known: { schema, version, startedAt, finishedAt, interrupted, evidence: known, causes: again ?? own },
    unknownKinds,
    unknownCauses,
    reasonedAnew,
  };
}

function parse(text: string): unknown {
  if (text.trim() === '') throw new Unreadable('it is empty');
  if (/^\s*\{"event":/.test(text)) throw new Unreadable('these are the events of a run (--events), not its report');
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    const { message } = error as SyntaxError;
    if (/end of JSON|Unterminated/.test(message)) throw new Unreadable('it ends in the middle: the file is cut short');
    throw new Unreadable('it is no JSON');
  }
  const schema = (json as { schema?: unknown } | null)?.schema;
  if (typeof schema !== 'string' || !schema.startsWith('netcheck/')) throw new Unreadable('it is no netcheck report');
  if (schema !== 'netcheck/1') {
    throw new Unreadable(`it is a report of the form ${schema.slice(0, 20)}, and this netcheck reads netcheck/1`);
  }
  return json;
}

/** A newer netcheck may have new values for known kinds too: those are not understood either. */
function knownEvidence(items: readonly { id: string; kind: string }[], isNewer: boolean): Evidences {
  const kinds = new Set<string>(evidenceSchema.options.map((option) => option.shape.kind.value));
  const ids = new Set<string>();
  const known: Evidence[] = [];
  const unknownKinds = new Set<string>();
  for (const item of items) {
    if (ids.has(item.id)) throw new Unreadable(`two pieces of its evidence are called ${item.id.slice(0, 40)}`);
    ids.add(item.id);
    const parsed = kinds.has(item.kind) ? evidenceSchema.safeParse(item) : null;
    if (parsed?.success) known.push(parsed.data);
    else if (parsed === null || isNewer) unknownKinds.add(item.kind);
    else throw new Unreadable(`its evidence ${item.id.slice(0, 40)} is not whole: ${firstIssue(parsed.error, item)}`);
  }
  return { known, unknownKinds: [...unknownKinds] };
}

/** Where, and what is wrong there. */
function firstIssue(error: { issues: readonly { path: PropertyKey[]; message: string }[] }, value: unknown): string {
  const { path = [], message = '' } = error.issues[0] ?? {};
  let at: unknown = value;
  for (const key of path) at = (at as Record<PropertyKey, unknown> | null | undefined)?.[key];
  const where = path.map(String).join('.').slice(0, 60);
  return at === undefined ? `${where} is missing` : `${where}: ${message.slice(0, 120)}`;
}

/** Negative, 0 or positive; what is no version counts as the oldest. */
function compareVersions(a: string, b: string): number {
  const [one, other] = [a, b].map((text) => (/^(\d+)\.(\d+)\.(\d+)/.exec(text)?.slice(1) ?? []).map(Number));
  for (const index of [0, 1, 2]) {
    const difference = (one?.[index] ?? -1) - (other?.[index] ?? -1);
    if (difference !== 0) return difference;
  }
  return 0;
}
