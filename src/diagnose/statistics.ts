// How much a count of losses says about the path behind it.

/** 95 % two-sided. */
const Z = 1.96;

/**
 * The Wilson score interval for a proportion: the loss rates that are compatible with `lost` out of `sent` at 95 %
 * confidence, or at that of another quantile `z` of the normal distribution (E. B. Wilson, 1927). Honest for the small counts of a quick check, where the plain ratio is not.
 */
export function lossInterval(lost: number, sent: number, z = Z): { readonly lower: number; readonly upper: number } {
  const ratio = lost / sent;
  const denominator = 1 + z ** 2 / sent;
  const centre = (ratio + z ** 2 / (2 * sent)) / denominator;
  const margin = (z * Math.sqrt((ratio * (1 - ratio)) / sent + z ** 2 / (4 * sent ** 2))) / denominator;
  return { lower: Math.max(0, centre - margin), upper: Math.min(1, centre + margin) };
}

/** What succeeded of what was tried. */
export interface Successes {
  readonly succeeded: number;
  readonly tried: number;
}

/**
 * How likely it is that `fewer` succeeds at most as often as it did, if both had the same chance: Fisher's exact test, one-sided
 * (R. A. Fisher, 1934). Honest for a handful of packets, where comparing two percentages is not.
 */
export function chanceOfFewer(fewer: Successes, more: Successes): number {
  const succeeded = fewer.succeeded + more.succeeded;
  const all = logChoose(fewer.tried + more.tried, succeeded);
  let chance = 0;
  for (let each = Math.max(0, succeeded - more.tried); each <= fewer.succeeded; each++) {
    chance += Math.exp(logChoose(fewer.tried, each) + logChoose(more.tried, succeeded - each) - all);
  }
  return Math.min(1, chance);
}

function logChoose(from: number, choose: number): number {
  let sum = 0;
  for (let each = 1; each <= choose; each++) sum += Math.log(from - choose + each) - Math.log(each);
  return sum;
}

/**
 * Whether the first of two loss rates is higher than the second, and not by chance: a two-sided test of two proportions at 95 %
 * (pooled, normal approximation).
 */
export function isHigher(one: Counted, other: Counted): boolean {
  const pooled = (one.lost + other.lost) / (one.asked + other.asked);
  const deviation = Math.sqrt(pooled * (1 - pooled) * (1 / one.asked + 1 / other.asked));
  return deviation > 0 && (one.lost / one.asked - other.lost / other.asked) / deviation > Z;
}

/** Losses among what was asked and waited for. */
export interface Counted {
  readonly lost: number;
  readonly asked: number;
}
