// The line for a person who waits fits the terminal, whatever runs.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { renderProgress } from '../../src/report/progress.ts';
import { hostileText } from '../support/arbitrary-evidence.ts';

describe('the progress line', () => {
  test('is one line, never longer than the width', () => {
    const steps = fc.array(fc.record({ target: hostileText, text: hostileText }), { maxLength: 5 });
    const time = fc.integer({ min: 0, max: 100_000 });
    fc.assert(
      fc.property(steps, time, time, fc.integer({ min: 1, max: 300 }), (running, elapsed, worstCase, width) => {
        const line = renderProgress(running, elapsed, worstCase, width);
        expect(line.length).toBeLessThanOrEqual(width);
        expect(line).not.toMatch(/[\p{Cc}\p{Cf}]/u);
      }),
    );
  });

  test('says what runs, for how long already, and when all is done at the latest', () => {
    const running = [
      { target: '10.0.0.5', text: '3 of 10 echoes back' },
      { target: 'db:443', text: '38 connections idling' },
    ];
    expect(renderProgress(running, 12.7, 100, 120)).toBe(
      '12 s, at most 88 s more · 10.0.0.5: 3 of 10 echoes back · db:443: 38 connections idling',
    );
  });

  test('never counts below zero, and marks what was cut off', () => {
    expect(renderProgress([], 120, 100, 80)).toContain('at most 0 s more');
    expect(renderProgress([{ target: 'x', text: 'y'.repeat(100) }], 1, 2, 40)).toMatch(/^.{39}…$/);
  });
});
