// Patterns with * and ?, as OpenSSH has them (ssh_config(5), PATTERNS) and glob(7). Others write them too: a far side's
// configuration, a saved report. A regular expression made of one may take longer than the universe is old.

/**
 * Whether the pattern is the text's, all of it. `barrier` is a character that neither sign stands for (`/` in glob(7)).
 * Takes at most the product of both lengths in steps: only the last asterisk is ever tried anew, because what an earlier one
 * could take more of leaves less to the ones behind it.
 */
export function matchesWildcards(text: string, pattern: string, barrier: string | null = null): boolean {
  let at = 0;
  let inPattern = 0;
  let star = -1;
  let starTookTo = 0;
  while (at < text.length) {
    const sign = pattern[inPattern];
    if (sign === '*') {
      star = inPattern++;
      starTookTo = at;
    } else if (sign !== undefined && (sign === text[at] || (sign === '?' && text[at] !== barrier))) {
      at++;
      inPattern++;
    } else if (star >= 0 && text[starTookTo] !== barrier) {
      at = ++starTookTo;
      inPattern = star + 1;
    } else return false;
  }
  while (pattern[inPattern] === '*') inPattern++;
  return inPattern === pattern.length;
}
