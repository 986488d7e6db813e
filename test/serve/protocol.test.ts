// The partner's words: what is said is understood, nothing else is, and whatever arrives, reading never fails.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LineReader } from '../../src/serve/line-reader.ts';
import {
  decodeRequest,
  encodeSpeak,
  isPartnerGreeting,
  LONGEST_LINE_BYTES,
  LONGEST_SPEAK_SECONDS,
  SHORTEST_SPEAK_SECONDS,
  SPOKEN,
} from '../../src/serve/protocol.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('a request', () => {
  test('is read as it was written, to the millisecond, and is never shorter than its answer', () => {
    const milliseconds = fc.integer({ min: SHORTEST_SPEAK_SECONDS * 1000, max: LONGEST_SPEAK_SECONDS * 1000 });
    fc.assert(
      fc.property(milliseconds, (ms) => {
        const line = encodeSpeak(ms / 1000);
        expect(decodeRequest(line)).toEqual({ ok: true, seconds: ms / 1000 });
        expect(line.length).toBeLessThanOrEqual(LONGEST_LINE_BYTES - 2);
      }),
    );
    fc.assert(
      fc.property(fc.string({ maxLength: 12 }), (rest) => {
        if (decodeRequest(`speak ${rest}`).ok) expect(`speak ${rest}`.length).toBeGreaterThan(SPOKEN.length);
      }),
    );
  });

  test.each([
    ['speak 1', { ok: true, seconds: 1 }],
    ['speak 86400', { ok: true, seconds: 86_400 }],
    ['speak 86400.001', { ok: false, reason: 'out of range' }],
    ['speak 0.05', { ok: false, reason: 'out of range' }],
    ['speak -1', { ok: false, reason: 'not understood' }],
    ['speak 1e3', { ok: false, reason: 'not understood' }],
    ['speak 1 ', { ok: false, reason: 'not understood' }],
    ['SPEAK 1', { ok: false, reason: 'not understood' }],
    ['', { ok: false, reason: 'not understood' }],
  ])('%j', (line, expected) => {
    expect(decodeRequest(line)).toEqual(expected);
  });

  test.each([0, 0.09, 86_400.1, Number.NaN, Number.POSITIVE_INFINITY])('of %d s is never written', (seconds) => {
    expect(() => encodeSpeak(seconds)).toThrow(RangeError);
  });
});

describe('a greeting', () => {
  test.each([
    ['netcheck-serve/1\r\n', true],
    ['netcheck-serve/1', false],
    ['netcheck-serve/2\r\n', false],
    ['netcheck-serve/1\r\nspoken\r\n', false],
    ['busy: all places are taken, try again later\r\n', false],
    ['SSH-2.0-OpenSSH_9.9\r\n', false],
    ['', false],
  ])('%j: %s', (greeting, isPartner) => {
    expect(isPartnerGreeting(bytes(greeting))).toBe(isPartner);
  });
});

describe('lines', () => {
  test('come whole, however they are cut', () => {
    const line = fc.stringMatching(/^[ -~]{0,60}$/);
    fc.assert(
      fc.property(fc.array(line, { maxLength: 8 }), fc.integer({ min: 1, max: 20 }), (lines, size) => {
        const all = bytes(lines.map((each) => `${each}\r\n`).join(''));
        const reader = new LineReader();
        const seen: string[] = [];
        for (let at = 0; at < all.length; at += size) seen.push(...reader.push(all.subarray(at, at + size)));
        expect(seen).toEqual(lines);
        expect(reader.isTooLong).toBe(false);
      }),
    );
  });

  test('that are too long end the reading, and any bytes at all are taken', () => {
    const reader = new LineReader();
    expect(reader.push(bytes(`first\n${'x'.repeat(64)}`))).toEqual(['first']);
    expect(reader.isTooLong).toBe(false);
    expect(reader.push(bytes('y\nsecond\n'))).toEqual([]);
    expect(reader.isTooLong).toBe(true);
    expect(reader.push(bytes('third\n'))).toEqual([]);
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 200 })), (chunks) => {
        const any = new LineReader();
        for (const chunk of chunks) for (const line of any.push(chunk)) expect(line.length).toBeLessThan(64);
      }),
    );
  });
});
