// Sessions that ended at the same moment, after the same silence, or at the same age.

import { bursts, type Cluster, largestCluster } from './alike.ts';
import { ageSeconds, finding, quietSeconds, type Remaining, sessionsWere, span } from './drop-finding.ts';
import type { Finding } from './finding.ts';
import type { Drop } from './session.ts';

const SAME_MOMENT_MS = 1000;
/** Below, times are alike by chance. */
const SHORTEST_TIMER_SECONDS = 5;

export function sameMoment(left: Remaining): Finding[] {
  const groups = bursts(left.all, ({ atMs }) => atMs, SAME_MOMENT_MS);
  return groups.flatMap((drops) => {
    left.takeThese(drops);
    const peers = new Set(drops.map(({ peer }) => peer)).size;
    const idle = largestCluster(drops, quietSeconds);
    // Begun together, left alone together: a timer ends them together too.
    const alike = idle !== null && idle.items.length === drops.length && idle.from >= SHORTEST_TIMER_SECONDS;
    const one = peers === 1;
    return finding('same-moment', alike ? 'hint' : 'pattern', drops, {
      title: `${drops.length} sessions ended at the same moment`,
      proof: `at ${drops[0]?.time || 'one time'}, ${one ? 'all with the same other side' : `with ${peers} different addresses`}${alike ? `; all had been quiet for the same time before (${span(idle)}), so that a timer would look the same` : ''}`,
      rulesOut: alike ? [] : ['an idle timer: it runs for each session by itself', 'the configuration of one session'],
      causes: [
        ...(alike ? ([['idle-timeout', 'they had been quiet for the same time']] as const) : []),
        ...(one
          ? []
          : ([
              ['server-process-ended', 'fits when sshd or the whole server went down: this end is what they share'],
            ] as const)),
        [
          'link-change',
          one ? 'the path to that side was cut, or its provider reconnected' : 'the path that they share was cut',
        ],
        ['duplicate-ip', 'fits when it were resets: the address moved to a machine that knows none of them'],
        ...(one ? ([['suspended', 'fits a laptop with several sessions']] as const) : []),
      ],
    });
  });
}

export function timers(left: Remaining): Finding[] {
  const eligible = left.all.filter(({ quietSeconds: quiet }) => quiet !== null && quiet >= SHORTEST_TIMER_SECONDS);
  const byQuiet = convincing(largestCluster(eligible, quietSeconds), eligible.length);
  const byAge = convincing(largestCluster(eligible, ageSeconds), eligible.length);
  if (byAge !== null && byAge.items.length > (byQuiet?.items.length ?? 0)) {
    left.takeThese(byAge.items);
    return finding('same-age', 'pattern', byAge.items, {
      title: `${sessionsWere(byAge.items.length)} ended at the same age, ${span(byAge)} after the connect`,
      proof: 'they had been heard of at different times before, so that the age counts and not the silence',
      rulesOut: [
        'an idle timer: the silence before differs',
        'keepalives as a remedy: they do not make a session younger',
      ],
      causes: [
        ['max-lifetime', 'a load balancer, proxy, VPN or bastion that allows a connection so long'],
        ['shell-logged-out', 'fits when a job or rule on the server ends sessions at that age'],
      ],
    });
  }
  if (byQuiet === null) return [];
  left.takeThese(byQuiet.items);
  const drops = byQuiet.items;
  const ages = largestCluster(drops, ageSeconds);
  const agesDiffer = ages === null || ages.items.length < drops.length;
  return finding('same-idle-time', 'pattern', drops, {
    title: `${sessionsWere(drops.length)} lost after the same time without a word, ${span(byQuiet)}: a timer`,
    proof: `each of them, at ${drops.length} different moments${agesDiffer ? ' and different ages' : ''}; the timer is at most that long, since a log does not show every packet`,
    rulesOut: ['loss, Wi-Fi and outages: they do not keep time', 'a second machine at the address: it does not either'],
    causes: [
      ['idle-timeout', 'it forgets what is silent for so long; nobody notices until the next packet'],
      ['server-closes-idle', 'fits when it is the server’s end that closed'],
      ...(agesDiffer
        ? []
        : ([['max-lifetime', 'fits too if the sessions were busy: this log does not show that']] as const)),
    ],
  });
}

/** Two may be alike by chance among many; all of few, or three that are half of all, are not. */
function convincing(cluster: Cluster<Drop> | null, eligible: number): Cluster<Drop> | null {
  if (cluster === null) return null;
  const moments = bursts(cluster.items, ({ atMs }) => atMs, SAME_MOMENT_MS).reduce(
    (sum, group) => sum + group.length - 1,
    0,
  );
  const count = cluster.items.length - moments;
  if (count < 2 || cluster.from < SHORTEST_TIMER_SECONDS) return null;
  return cluster.items.length === eligible || (count >= 3 && cluster.items.length * 2 >= eligible) ? cluster : null;
}
