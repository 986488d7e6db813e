// What is answered to pasted messages, as a value: the same for people and for programs.

import type { Recognised } from './message.ts';
import { examination, type RankedCause, rankedCauses } from './ranked-causes.ts';
import type { Recognition } from './recognise.ts';

export interface Explanation {
  readonly message: string;
  readonly line: string;
  readonly saidBy: 'client' | 'server' | 'either';
  readonly says: string;
  readonly releases: string;
  readonly meaning: string;
  readonly event: string;
  readonly rulesOut: readonly string[];
  /** The likeliest first. */
  readonly causes: readonly RankedCause[];
  /** Where more than one of them can be measured: the command that measures all. */
  readonly examine: string | null;
}

export interface Answer {
  readonly schema: 'netcheck-explain/1';
  readonly messages: readonly Explanation[];
  /** Messages that only follow another one of these, and add nothing to it. */
  readonly epilogues: readonly string[];
  readonly unknown: readonly string[];
  /** Absent when all were read. */
  readonly linesUnread?: number;
}

export function answer({ recognised, unknown, linesUnread }: Recognition): Answer {
  const ids = new Set(recognised.map(({ message }) => message.id));
  const adds = ({ message: { id, follows = [] } }: Recognised): boolean =>
    follows === 'any' ? ids.size === 1 : !follows.some((other) => other !== id && ids.has(other));
  const told = recognised.filter(adds);
  const host = onlyHost(recognised);
  return {
    schema: 'netcheck-explain/1',
    messages: told.map((each) => explain(each, host)),
    epilogues: recognised.filter((each) => !told.includes(each)).map(({ line }) => line),
    unknown,
    ...(linesUnread === null ? {} : { linesUnread }),
  };
}

/** The server that is spoken of, where a client's messages name just one. */
function onlyHost(recognised: readonly Recognised[]): string | null {
  if (!recognised.some(({ target }) => target.side === 'client')) return null;
  const hosts = new Set(recognised.flatMap(({ target }) => (target.side === 'server' ? [] : (target.host ?? []))));
  const [host = null] = hosts;
  return hosts.size === 1 ? host : null;
}

function explain({ line, message, wording, target }: Recognised, host: string | null): Explanation {
  const { id, meaning, event, rulesOut, causes } = message;
  const about = target.side === 'client' ? { ...target, host: target.host ?? host } : target;
  return {
    message: id,
    line,
    saidBy: target.side,
    says: wording.says,
    releases: wording.releases,
    meaning,
    event,
    rulesOut,
    causes: rankedCauses(about, causes),
    examine: examination(about, causes),
  };
}
