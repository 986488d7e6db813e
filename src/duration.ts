// Durations as people write them: `90`, `90s`, `1.5s`, `200ms`, `15m`, `2h`.

const SECONDS_PER_UNIT = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86_400 } as const;
type Unit = keyof typeof SECONDS_PER_UNIT;

/** Seconds, or null when the text is not a duration. A number without a unit means seconds; signs are refused. */
export function parseDuration(text: string): number | null {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)?$/.exec(text.trim());
  if (!match?.[1]) return null;
  const unit = (match[2] ?? 's') as Unit;
  return Number(match[1]) * SECONDS_PER_UNIT[unit];
}

/** `0.35 s`, `6.2 s`, `95 s`, `15 min`, `2 h 4 min`: three significant figures below 100 s, whole units above. */
export function formatSeconds(seconds: number): string {
  if (seconds < 100) return `${Number(seconds.toPrecision(3))} s`;
  const whole = Math.round(seconds);
  if (whole < 600 && whole % 60 !== 0) return `${whole} s`;
  return joinUnits(whole);
}

/** `5.96 to 6.44 s`, `299.7 to 302.3 s`, `7196 to 7268 s`: one unit for both, so that the width can be read off. */
export function formatSecondsRange(from: number, to: number): string {
  const digits = to < 100 ? 2 : to < 1000 ? 1 : 0;
  return `${Number(from.toFixed(digits))} to ${Number(to.toFixed(digits))} s`;
}

/** `5.96 s`, `58 s`, `1m20s`, `15m`, `2h04m`: short, for what is read at a glance and changes every second. */
export function formatClock(seconds: number): string {
  if (seconds < 59.5) return `${Number(seconds.toPrecision(3))} s`;
  const whole = Math.round(seconds);
  const twoDigits = (count: number): string => String(count).padStart(2, '0');
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60];
  if (hours > 0) return `${hours}h${twoDigits(minutes)}m`;
  return rest === 0 ? `${minutes}m` : `${minutes}m${twoDigits(rest)}s`;
}

function joinUnits(seconds: number): string {
  const parts = [
    [Math.floor(seconds / 3600), 'h'],
    [Math.floor((seconds % 3600) / 60), 'min'],
    [seconds % 60, 's'],
  ] as const;
  return parts
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(' ');
}
