// The SSH identification string (RFC 4253 section 4.2): what a server says before anything else.

import { printableAscii } from '../printable.ts';

/** Identification strings are at most 255 bytes, CR LF included. */
const MAX_LENGTH = 255;

/**
 * The line `SSH-protoversion-softwareversion comments` without its line end, or null when the bytes are not one.
 * Servers may send other lines before it. Bytes outside printable ASCII become `?`: this text is the network's.
 */
export function sshIdentification(greeting: Uint8Array): string | null {
  const text = new TextDecoder('latin1').decode(greeting.subarray(0, MAX_LENGTH));
  const line = text.split(/\r?\n/).find((candidate) => candidate.startsWith('SSH-'));
  return line === undefined ? null : printableAscii(line);
}
