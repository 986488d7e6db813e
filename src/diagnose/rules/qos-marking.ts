// Packets that die for the mark that ssh puts on them (DSCP, RFC 2474): interactive sessions are marked AF21 by OpenSSH 7.8 to
// 10.0 and EF from 10.1 on, as soon as the login is done.

import type { EvidenceOf } from '../../evidence.ts';
import { defineRule, ids, type Opinion, ofKind } from '../define-rule.ts';
import { hopName } from '../hop-name.ts';
import { settingsInForce } from '../settings-in-force.ts';
import { chanceOfFewer, type Successes } from '../statistics.ts';
import type { Subject } from '../subject.ts';

type Comparison = EvidenceOf<'dscp-comparison'>;
type Mark = Comparison['marks'][number];

/** A difference is a fact when chance makes one like it less often than that; and a hint when less often than this. */
const FACT = 0.001;
const HINT = 0.01;

const NAMES: Readonly<Record<number, { readonly name: string; readonly whose: string; readonly ipqos: string }>> = {
  18: { name: 'AF21', whose: 'OpenSSH 7.8 to 10.0', ipqos: 'af21' },
  46: { name: 'EF', whose: 'OpenSSH 10.1 and later', ipqos: 'ef' },
};

interface Difference {
  readonly comparison: Comparison;
  readonly mark: Mark;
  readonly unmarked: Mark;
  readonly chance: number;
}

export const qosMarking = defineRule({
  cause: 'qos-marking',
  speaksOf: ['host'],
  needs: ['dscp-comparison'],
  weigh: (subject) => [weighSubject(subject)],
});

function weighSubject(subject: Subject): Opinion {
  const { label } = subject;
  const comparisons = ofKind(subject, 'dscp-comparison');
  const base = { subject: label, because: ids(comparisons), advice: [], missing: [] };
  const differences = comparisons.flatMap(differencesOf);
  if (differences.length === 0) {
    const summary = `Too few packets were sent to ${label}, or answered without a mark, to compare with.`;
    return { ...base, verdict: 'unknown', summary, missing: [`repeat: sudo netcheck --path ${label}`] };
  }
  const facts = differences.filter(({ chance }) => chance < FACT);
  if (facts.length === 0) return { ...base, ...noFact(subject, differences, comparisons) };
  // ssh speaks TCP: what is done to ICMP alone is another rule's doing.
  const spared = facts.filter(
    (fact) => fact.comparison.protocol === 'icmp' && differences.some((other) => isSpared(other, fact)),
  );
  const told = facts.filter((fact) => !spared.includes(fact));
  if (told.length === 0) {
    const summary = `${facts.map((fact) => tell(fact)).join(' ')} TCP with the same mark passes, so ssh is spared.`;
    return { ...base, verdict: 'ruled-out', summary };
  }
  const summary = `${told.map((fact) => tell(fact)).join(' ')}${whereOf(subject, told)}`;
  return { ...base, verdict: 'confirmed', summary, effect: effectOf(told), advice: adviceFor(subject, told) };
}

/** Of marks of which enough were sent, beside enough that came through without one. */
function differencesOf(comparison: Comparison): Difference[] {
  const unmarked = comparison.marks.find(({ dscp }) => dscp === 0);
  if (unmarked === undefined || unmarked.answered === 0) return [];
  return comparison.marks
    .filter(({ dscp, sent }) => dscp !== 0 && sent > 0 && wouldShow(sent, unmarked))
    .map((mark) => {
      const isPortClosed = unmarked.refused > 0;
      const chance = chanceOfFewer(successes(mark, isPortClosed), successes(unmarked, isPortClosed));
      return { comparison, mark, unmarked, chance };
    });
}

/** If all of so many marked packets were dropped, it would hardly be taken for chance: else nothing follows from them. */
function wouldShow(sent: number, { answered, sent: tried }: Mark): boolean {
  return chanceOfFewer({ succeeded: 0, tried: sent }, { succeeded: answered, tried }) < HINT;
}

/** A reset is an answer where the port is closed to everybody, and a failure where it is open to others. */
function successes({ answered, refused, sent }: Mark, isPortClosed: boolean): Successes {
  return { succeeded: isPortClosed ? answered : answered - refused, tried: sent };
}

function isSpared(other: Difference, fact: Difference): boolean {
  const { comparison, mark, chance } = other;
  return comparison.protocol === 'tcp' && mark.dscp === fact.mark.dscp && chance >= HINT && comparison.complete;
}

function noFact(
  subject: Subject,
  differences: readonly Difference[],
  comparisons: readonly Comparison[],
): Pick<Opinion, 'verdict' | 'summary' | 'missing'> {
  const hint = differences.find(({ chance }) => chance < HINT);
  if (hint !== undefined) {
    const again = `it may be chance; repeat: sudo netcheck --path ${subject.label}`;
    return { verdict: 'possible', summary: tell(hint), missing: [again] };
  }
  const [path] = ofKind(subject, 'path');
  const changes = comparisons.flatMap(({ changes: each }) => each);
  const changed = changes.map(
    ({ sentDscp, hop, arrivedDscp }) =>
      ` ${nameOf(sentDscp)} has become ${nameOf(arrivedDscp)} by ${hopName(hop, path)}, which harms nobody by itself.`,
  );
  const names = [...new Set(differences.map(({ mark }) => nameOf(mark.dscp)))].join(' and ');
  return {
    verdict: 'ruled-out',
    summary: `Packets marked ${names}, as ssh marks them, arrive at ${subject.label} as those without a mark do.${changed.join('')}`,
    missing: [],
  };
}

function tell({ comparison, mark, unmarked }: Difference): string {
  const what = comparison.protocol === 'tcp' ? `SYNs to port ${comparison.port}` : 'Echo requests';
  const [error] = mark.errors;
  const how =
    mark.refused > 0 && unmarked.refused === 0
      ? `${mark.refused} were reset`
      : error === undefined
        ? 'the others got no answer'
        : `${error.from} answered with ICMP type ${error.type} code ${error.code}`;
  return `${what} marked ${nameOf(mark.dscp)}: ${mark.answered - (unmarked.refused > 0 ? 0 : mark.refused)} of ${mark.sent} were answered, and ${how}; of those without a mark ${unmarked.answered} of ${unmarked.sent} were.`;
}

/** How far marked packets were seen, where routers told. */
function whereOf(subject: Subject, told: readonly Difference[]): string {
  const dscps = new Set(told.map(({ mark }) => mark.dscp));
  const seen = ofKind(subject, 'dscp-comparison')
    .flatMap(({ marks }) => marks)
    .filter(({ dscp, answeredUpToHop }) => dscps.has(dscp) && answeredUpToHop !== null);
  const [path] = ofKind(subject, 'path');
  const hop = Math.min(...seen.map(({ answeredUpToHop }) => answeredUpToHop ?? Number.POSITIVE_INFINITY));
  return Number.isFinite(hop) ? ` The last router that answered for a marked one is ${hopName(hop, path)}.` : '';
}

function effectOf(told: readonly Difference[]): string {
  const whose = [...new Set(told.map(({ mark }) => NAMES[mark.dscp]?.whose ?? `DSCP ${mark.dscp}`))].join(' and ');
  return `a session of ${whose} gets through the login and freezes, or is reset, right after it, because that is when ssh begins to mark its packets`;
}

function adviceFor(subject: Subject, told: readonly Difference[]): string[] {
  const { label } = subject;
  const { client } = settingsInForce(subject);
  const inForce = client?.ipqos ?? null;
  const isHit =
    inForce !== null &&
    told.some(({ mark }) =>
      inForce
        .toLowerCase()
        .split(/\s+/)
        .includes(NAMES[mark.dscp]?.ipqos ?? ''),
    );
  const now = isHit ? ` (it is “${inForce}” now, which is hit)` : '';
  return [
    `Leave the packets unmarked${now}; in ~/.ssh/config:\nHost ${label}\n    IPQoS none`,
    `or for once: ssh -o IPQoS=none ${label}`,
    'The server marks its own packets; in /etc/ssh/sshd_config: IPQoS none\nThen: sudo systemctl reload ssh (Debian, Ubuntu) or sshd (elsewhere).',
    'The cause itself is a rule of a router, a firewall or a virtual switch: it should clear a mark that it does not want, not drop the packet.',
  ];
}

function nameOf(dscp: number): string {
  return NAMES[dscp]?.name ?? (dscp === 0 ? 'nothing' : `DSCP ${dscp}`);
}
