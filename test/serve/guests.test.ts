// Who is let in: never more than the limits say, whatever the order of coming and going; and who counts as one source.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Guests } from '../../src/serve/guests.ts';
import { sourceOf } from '../../src/serve/source.ts';

describe('guests', () => {
  test('are never more than allowed, in all or of one source, and nobody is counted twice', () => {
    const step = fc.record({ source: fc.constantFrom('a', 'b', 'c'), leaves: fc.nat(30) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
        const guests = new Guests<number>({ inAll: 7, perSource: 3 });
        const inside = new Map<number, string>();
        for (const [guest, { source, leaves }] of steps.entries()) {
          const gone = inside.get(leaves);
          if (gone !== undefined) {
            guests.leave(gone, leaves);
            guests.leave(gone, leaves);
            inside.delete(leaves);
          }
          const admission = guests.admit(source, guest);
          if (admission.ok) {
            if (admission.evicted !== null) {
              expect(inside.get(admission.evicted)).toBe(source);
              inside.delete(admission.evicted);
            }
            inside.set(guest, source);
          } else expect(inside.size).toBe(7);
          expect(guests.count).toBe(inside.size);
          for (const each of ['a', 'b', 'c']) {
            expect([...inside.values()].filter((other) => other === each).length).toBeLessThanOrEqual(3);
          }
        }
      }),
    );
  });

  test('of a source that is full make room, the oldest first, though all places are taken', () => {
    const guests = new Guests<string>({ inAll: 3, perSource: 2 });
    expect(guests.admit('a', 'first')).toEqual({ ok: true, evicted: null });
    expect(guests.admit('a', 'second')).toEqual({ ok: true, evicted: null });
    expect(guests.admit('b', 'third')).toEqual({ ok: true, evicted: null });
    expect(guests.admit('a', 'fourth')).toEqual({ ok: true, evicted: 'first' });
    expect(guests.admit('c', 'fifth')).toEqual({ ok: false });
  });
});

describe('a source', () => {
  test.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['2001:db8:0:0:1::', '2001:db8:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['', ''],
  ])('%s is %s', (address, source) => {
    expect(sourceOf(address)).toBe(source);
  });
});
