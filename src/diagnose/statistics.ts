// How much a count of losses says about the path behind it.

/** 95 % two-sided. */
const Z = 1.96;

/**
 * The Wilson score interval for a proportion: the loss rates that are compatible with `lost` out of `sent` at 95 %
 * confidence (E. B. Wilson, 1927). Honest for the small counts of a quick check, where the plain ratio is not.
 */
export function lossInterval(lost: number, sent: number): { readonly lower: number; readonly upper: number } {
  const ratio = lost / sent;
  const denominator = 1 + Z ** 2 / sent;
  const centre = (ratio + Z ** 2 / (2 * sent)) / denominator;
  const margin = (Z * Math.sqrt((ratio * (1 - ratio)) / sent + Z ** 2 / (4 * sent ** 2))) / denominator;
  return { lower: Math.max(0, centre - margin), upper: Math.min(1, centre + margin) };
}
