// Loss of a path in words: how sure, and where it begins.

import { describe, expect, test } from 'vitest';
import { placeByPath, weighPathLoss } from '../../src/diagnose/path-loss.ts';
import { subjectsOf } from '../../src/diagnose/subject.ts';
import type { EvidenceOf } from '../../src/evidence.ts';
import { HOST, hop, path } from './seen.ts';

type Hops = EvidenceOf<'path'>['hops'];

const asked = (received: number): Hops[number]['asked'] => ({ sent: 1000, received, rttMs: null });
const host = (received: number, sent = 1000): Hops[number] =>
  hop(3, { addresses: [HOST], sent, received, asked: null });

function told(hops: Hops) {
  const seen = path({ hops });
  const [subject] = subjectsOf([seen]);
  if (subject === undefined) throw new Error('no subject');
  return { opinion: weighPathLoss(subject, seen), place: placeByPath(subject) };
}

describe('loss of a path', () => {
  test('of a tenth behind the first hop is likely and placed', () => {
    const { opinion, place } = told([hop(1, { asked: asked(1000) }), hop(2, { asked: asked(898) }), host(901)]);
    expect(opinion).toMatchObject({ verdict: 'likely', because: ['path-1'] });
    expect(opinion.summary).toMatch(/^99 of 1000 .* between 8\.2% and 12% of packets/);
    expect(opinion.summary).toContain('It begins between hop 1 (10.0.1.1) and hop 2 (10.0.2.1): what hop 1');
    expect(place?.says).toContain('It begins between hop 1');
    expect(place?.because).toEqual(['path-1']);
  });

  test('of a third is confirmed, between you and your gateway', () => {
    const { opinion } = told([hop(1, { asked: asked(670) }), hop(2, { asked: asked(665) }), host(668)]);
    expect(opinion).toMatchObject({ verdict: 'confirmed', missing: [] });
    expect(opinion.summary).toContain('between you and your gateway, hop 1 (10.0.1.1)');
  });

  test('of three in ten is likely, and nobody knows where', () => {
    const { opinion, place } = told([hop(1), hop(2), host(7, 10)]);
    expect(opinion).toMatchObject({ verdict: 'likely', missing: [expect.stringContaining('--count 1000')] });
    expect(opinion.summary).toContain('Where on the way can not be told');
    expect(place).toBeNull();
  });

  test('none, though a hop answers seldom: ruled out, and why', () => {
    const { opinion } = told([hop(1), hop(2, { sent: 25, received: 4, asked: asked(312) }), host(1000)]);
    expect(opinion.verdict).toBe('ruled-out');
    expect(opinion.summary).toContain('hop 2 (10.0.2.1) answers only some of what it is asked is a limit of its own');
  });
});
