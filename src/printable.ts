// The gate: whatever comes from a network, a file, another program or the command line passes here before it is shown.
// There is no other place that decides what may be printed; test/printable.test.ts sees to it.

/**
 * What never reaches a reader as it is:
 *
 * - C0 and C1 controls and DEL (Cc): a terminal obeys them. ESC and, in C1, CSI, OSC and DCS as one character begin sequences that
 *   move the cursor, name the window, write the clipboard or make the terminal answer as if typed (ECMA-48, xterm's ctlseqs);
 *   CR and BS write over what was said before.
 * - Formatting characters (Cf): bidirectional overrides, embeddings and isolates show a text in another order than it has
 *   (Unicode UTR 36, "Trojan Source", CVE-2021-42574); tags (U+E0000…) carry text that nobody sees.
 * - What is shown as nothing (Default_Ignorable_Code_Point: zero-width space and joiners, fillers, variation selectors): two
 *   names that look the same would not be the same.
 * - Line and paragraph separator (Zl, Zp): a line of others' words may not become two.
 * - Surrogates without their other half (Cs): they are no text, and what becomes of them is up to whoever encodes them.
 *
 * Left as they are: letters of every script with their combining marks, which terminals keep within their cell, and blanks that
 * are wider or narrower than a space.
 */
const UNPRINTABLE = '\\p{Cc}\\p{Cf}\\p{DI}\\p{Zl}\\p{Zp}\\p{Cs}';

/** It is seen that something was there, and nobody takes it for a word. */
const REPLACEMENT = '\ufffd';

const EACH = new RegExp(`[${UNPRINTABLE}]`, 'gu');

/** One line of text for people: each character of the above becomes U+FFFD. Line ends and tabs too. */
export function printable(text: string): string {
  return text.replaceAll(EACH, REPLACEMENT);
}

/** The same for text whose line breaks are meant: advice, the words around what others said. */
export function printableLines(text: string): string {
  return text.split('\n').map(printable).join('\n');
}

/** Protocols and programs that speak ASCII only (RFC 4253, section 4.2; `ssh -G`): all else becomes `?`. */
export function printableAscii(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]/gu, '?');
}

/**
 * Where characters are counted, as in the live view: `?` for what takes no column or two, and so for everything beyond Latin
 * letters but for the two signs that the live view itself uses.
 */
export function narrow(text: string): string {
  return text.replaceAll(/[^\x20-\x7e\u00a1-\u00ac\u00ae-\u024f…—]/gu, '?');
}

/**
 * JSON for programs, who are to get every character. JSON.stringify escapes C0 and lone surrogates and leaves the others as
 * they are, which a terminal obeys; written as \uXXXX they mean the same to a program. Line breaks between values stay.
 */
export function harmlessJson(json: string): string {
  return json.replaceAll(IN_JSON, escaped);
}

/** Without line breaks: a million of them, each a match to be put back, would take more memory than the report. */
const IN_JSON = new RegExp(`[[${UNPRINTABLE}]--\\n]`, 'gv');

function escaped(character: string): string {
  const units = Array.from({ length: character.length }, (_, index) => character.charCodeAt(index));
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('');
}

// What src/report/style.ts writes: bold, faint, red, green, yellow, and what ends them (ECMA-48 section 8.3.117).
const OWN_COLOURS = '\\x1b\\[(?:1|2|22|31|32|33|39)m';
const IN_OUTPUT = new RegExp(`${OWN_COLOURS}|[[${UNPRINTABLE}]--[\\n\\t]]`, 'gv');

/**
 * A whole output, once more before it leaves: line breaks, tabs between columns and our own colours stay. Where renderers did
 * their part, nothing is left to do here.
 */
export function printableOutput(text: string): string {
  return text.replaceAll(IN_OUTPUT, (found) => (found.startsWith('\x1b[') ? found : REPLACEMENT));
}
