// Places for connections: so many in all, or so many at once.

import { expect, test } from 'vitest';
import { Places } from '../../src/tcp/places.ts';

const limits = { maxIdleSeconds: 900, connections: 2, deadlineSeconds: null };

test('in all: none comes back', () => {
  const places = new Places(limits);
  places.take().giveBack();
  places.take().holdWhile(() => false);
  expect([places.left(), places.opened]).toEqual([0, 2]);
});

test('at once: one comes back with the end of its connection, or when none came about', () => {
  const places = new Places({ ...limits, replaced: true });
  let isStanding = true;
  places.take().holdWhile(() => isStanding);
  const second = places.take();
  expect([places.left(), places.left(1)]).toEqual([0, 0]);
  second.giveBack();
  expect([places.left(), places.left(1)]).toEqual([1, 0]);
  isStanding = false;
  expect([places.left(), places.opened]).toEqual([2, 2]);
});
