// The table of known idle timeouts: every row has what the type says, and no two go by one id.

import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { KNOWN_IDLE_TIMEOUTS } from '../src/known-idle-timeouts.ts';

const ending = z.enum(['silent-drop', 'reset', 'reset-on-next-packet', 'close', 'unknown', 'none']);
const KINDS = [
  ...['cgnat', 'cloud-firewall', 'cloud-lb', 'cloud-nat', 'endpoint', 'firewall', 'home-router'],
  ...['k8s', 'lb', 'nat', 'proxy', 'sdwan', 'standard'],
];
const row = z.strictObject({
  id: z.string().regex(/^[a-z0-9-]+$/),
  product: z.string().min(1),
  kind: z.enum(KINDS),
  seconds: z.number().positive(),
  onExpiry: ending,
  onExpiryInferred: z.boolean(),
  alsoOnExpiry: z.array(ending).min(1).optional(),
  needsPayload: z.literal(true).optional(),
  setting: z.string().min(1).optional(),
  note: z.string(),
  source: z.string().min(1),
});

describe('the table of known idle timeouts', () => {
  test('has the shape that the program reads', () => {
    expect(z.array(row).parse(KNOWN_IDLE_TIMEOUTS)).toEqual(KNOWN_IDLE_TIMEOUTS);
    expect(new Set(KNOWN_IDLE_TIMEOUTS.map(({ id }) => id)).size).toBe(KNOWN_IDLE_TIMEOUTS.length);
  });

  test('says in a field, too, what a note says of keepalives without payload', () => {
    const inNotes = KNOWN_IDLE_TIMEOUTS.filter(({ note }) => /no payload/.test(note)).map(({ id }) => id);
    expect(KNOWN_IDLE_TIMEOUTS.filter(({ needsPayload }) => needsPayload).map(({ id }) => id)).toEqual(inNotes);
  });
});
