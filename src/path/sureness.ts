// How many times a packet must vanish before it is no accident.

/** One in a thousand: what is called a fact here is an accident that often. */
const ACCIDENT = 0.001;
/** 95 %, one-sided. */
const Z = 1.645;

/**
 * Whether `lost` packets in a row can't be chance, on a path on which `answered` of `sent` others came back meanwhile. The
 * share that comes back is taken from the lower end of what fits those counts (Wilson's interval).
 */
export function isNoAccident(lost: number, answered: number, sent: number): boolean {
  if (sent === 0 || answered === 0) return false;
  const ratio = answered / sent;
  const spread = Z * Math.sqrt((ratio * (1 - ratio)) / sent + Z ** 2 / (4 * sent ** 2));
  const atLeast = (ratio + Z ** 2 / (2 * sent) - spread) / (1 + Z ** 2 / sent);
  return (1 - atLeast) ** lost < ACCIDENT;
}
