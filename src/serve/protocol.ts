// The few words between netcheck and its partner on the far host: a banner, one request, one answer, as lines that end in
// CR LF (RFC 854's end of line). Nothing else is understood, so that the partner is of no use for anything else.

/** What the partner says before anything else. */
export const BANNER = 'netcheck-serve/1';
/** What the partner says when the time that it was asked for is over. */
export const SPOKEN = 'spoken';
/** Longest line that either side takes, its end included. */
export const LONGEST_LINE_BYTES = 64;
/** A day: the longest idle time that netcheck asks about. */
export const LONGEST_SPEAK_SECONDS = 86_400;
/** Ten answers a second at most; and the shortest request is as long as the answer, so that nothing is amplified. */
export const SHORTEST_SPEAK_SECONDS = 0.1;
/** Connections that the partner holds for one source; to make room for another one it closes that source's oldest. */
export const CONNECTIONS_PER_SOURCE = 256;

export type Request =
  | { readonly ok: true; readonly seconds: number }
  | { readonly ok: false; readonly reason: 'not understood' | 'out of range' };

/** The request to say `spoken` after so many seconds, to the millisecond, without the end of line. */
export function encodeSpeak(seconds: number): string {
  if (!isInRange(seconds)) throw new RangeError(`seconds must be from 0.1 to 86400, got ${seconds}`);
  return `speak ${seconds.toFixed(3)}`;
}

export function decodeRequest(line: string): Request {
  const seconds = /^speak (\d{1,5}(?:\.\d{1,3})?)$/.exec(line)?.[1];
  if (seconds === undefined) return { ok: false, reason: 'not understood' };
  return isInRange(Number(seconds)) ? { ok: true, seconds: Number(seconds) } : { ok: false, reason: 'out of range' };
}

/** Whether these first bytes are a partner's, whole and alone. */
export function isPartnerGreeting(greeting: Uint8Array): boolean {
  return new TextDecoder('latin1').decode(greeting) === `${BANNER}\r\n`;
}

function isInRange(seconds: number): boolean {
  return seconds >= SHORTEST_SPEAK_SECONDS && seconds <= LONGEST_SPEAK_SECONDS;
}
