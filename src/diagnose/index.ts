// Evidence in, ranked causes out. Pure: the same evidence in any order gives the same answer, live or from a saved file.

import type { Evidence } from '../evidence.ts';
import { CATALOG } from './catalog.ts';
import type { Cause } from './cause.ts';
import { ids, type Rule } from './define-rule.ts';
import { HEALED_BY_MOSH, moshAdvice } from './mosh.ts';
import { rank } from './rank.ts';
import { duplicateIp } from './rules/duplicate-ip.ts';
import { idleTimeout } from './rules/idle-timeout.ts';
import { keepaliveTooStrict } from './rules/keepalive-too-strict.ts';
import { ownAddressConflict } from './rules/own-address-conflict.ts';
import { packetLoss } from './rules/packet-loss.ts';
import { pathMtu } from './rules/path-mtu.ts';
import { qosMarking } from './rules/qos-marking.ts';
import { serverClosesIdle } from './rules/server-closes-idle.ts';
import { sshdSettings } from './rules/sshd-settings.ts';
import { unreachable } from './rules/unreachable.ts';
import { type Subject, subjectsOf } from './subject.ts';

const RULES: readonly Rule[] = [
  duplicateIp,
  ownAddressConflict,
  unreachable,
  idleTimeout,
  serverClosesIdle,
  pathMtu,
  qosMarking,
  sshdSettings,
  keepaliveTooStrict,
  packetLoss,
];

/** Every cause that a subject can have is answered for every subject, `unknown` where it was not measured. */
export function diagnose(evidence: readonly Evidence[]): Cause[] {
  const causes = subjectsOf(evidence).flatMap((subject) =>
    RULES.filter((rule) => rule.speaksOf.includes(subject.kind)).flatMap((rule) => apply(rule, subject)),
  );
  return rank(causes);
}

function apply(rule: Rule, subject: Subject): Cause[] {
  const { cause } = rule;
  const measured = subject.evidence.some(({ kind }) => rule.needs.includes(kind));
  if (measured) {
    return rule
      .weigh(subject)
      .map(({ subject: about, verdict, because, summary, advice, missing, effect, moments, consistentWith }) => {
        const names = consistentWith === undefined || consistentWith.length === 0 ? {} : { consistentWith };
        const here = { ...(effect === undefined ? {} : { effect }), ...(moments === undefined ? {} : { moments }) };
        const isFound = verdict === 'confirmed' || verdict === 'likely';
        const mosh = isFound && HEALED_BY_MOSH.has(cause) ? moshAdvice(subject.evidence) : null;
        const also = mosh === null ? { ids: [], lines: [] } : { ids: [mosh.id], lines: [mosh.line] };
        return {
          cause,
          subject: about,
          verdict,
          because: [...because, ...also.ids],
          summary,
          ...here,
          advice: [...advice, ...also.lines],
          missing,
          ...names,
        };
      });
  }
  if (rule.quietAbout?.includes(subject.kind)) return [];
  const skipped = subject.evidence.filter(
    (item) => item.kind === 'skipped' && CATALOG[cause].checks.includes(item.check),
  );
  const missing = [CATALOG[cause].measure(subject)];
  const summary = `Not measured for ${subject.label}.`;
  return [{ cause, subject: subject.label, verdict: 'unknown', because: ids(skipped), summary, advice: [], missing }];
}
