// sshd's own keepalives (ClientAliveInterval, sshd_config(5)), told from the wire: on sessions on which nobody speaks
// something arrives again and again, as regularly on one as on the other. They are encrypted; only their times tell. Pure.

export interface ServerKeepalive {
  readonly intervalSeconds: number;
  /** How many arrived, on all sessions. */
  readonly count: number;
}

const FEWEST_SESSIONS = 2;
/** Two pauses that are alike are needed, and three arrivals make two. */
const FEWEST_ARRIVALS = 3;
/** So many of all pauses must be alike: what is sent again comes late, and something else may come in between. */
const MOST = 0.75;
/** How much one pause may differ from another: sshd counts whole seconds, and the network has its jitter. */
const ALIKE_SECONDS = 0.5;
const ALIKE_SHARE = 0.1;

/**
 * `arrivals` are those of each session, in milliseconds, ascending. null when they show no keepalive. Where there is one
 * session only, that has to show it by itself (`fewestSessions` 1), with one arrival more.
 */
export function serverKeepalive(
  arrivals: readonly (readonly number[])[],
  fewestSessions = FEWEST_SESSIONS,
): ServerKeepalive | null {
  const fewestArrivals = fewestSessions > 1 ? FEWEST_ARRIVALS : FEWEST_ARRIVALS + 1;
  const telling = arrivals.filter(({ length }) => length >= fewestArrivals);
  if (telling.length < fewestSessions) return null;
  const pausesOf = telling.map((times) =>
    times.slice(1).map((time, index) => (time - (times[index] as number)) / 1000),
  );
  const pauses = pausesOf.flat().sort((a, b) => a - b);
  const median = pauses[pauses.length >> 1] as number;
  const isAlike = (pause: number): boolean => Math.abs(pause - median) <= ALIKE_SECONDS + median * ALIKE_SHARE;
  const showing = pausesOf.filter((each) => each.filter(isAlike).length >= fewestArrivals - 1);
  if (showing.length < fewestSessions || pauses.filter(isAlike).length < pauses.length * MOST) return null;
  return { intervalSeconds: Math.round(median * 10) / 10, count: telling.flat().length };
}
