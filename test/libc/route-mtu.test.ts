// A route's limit in what the kernel says of it, little-endian as on every machine that we test on, and in what it never says.

import { describe, expect, test } from 'vitest';
import { decodeRouteMtu, encodeRouteRequest } from '../../src/libc/route-mtu.ts';

const attribute = (type: number, ...value: number[]): number[] => [4 + value.length, 0, type, 0, ...value];
const MTU_1400 = attribute(8, ...attribute(2, 0x78, 0x05, 0, 0));
const EXPIRES_599 = attribute(12, 0, 0, 0, 0, 0, 0, 0, 0, 0x57, 0x02, 0, 0, 0, 0, 0, 0);
const OF_TABLE = 0;
const CLONED = 2;

function answer(flags: number, ...attributes: readonly number[][]): Uint8Array {
  const rest = attributes.flat();
  const header = [28 + rest.length, 0, 0, 0, 24, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
  return Uint8Array.from([...header, 2, 32, 0, 0, 254, 3, 0, 1, 0, flags, 0, 0, ...rest]);
}

describe('the MTU of a route', () => {
  test('is that which stands in the table, also where the router that announced it may go', () => {
    expect(decodeRouteMtu(answer(OF_TABLE, attribute(1, 10, 2, 0, 1), MTU_1400))).toBe(1400);
    expect(decodeRouteMtu(answer(OF_TABLE, MTU_1400, EXPIRES_599))).toBe(1400);
    expect(decodeRouteMtu(answer(CLONED, MTU_1400))).toBe(1400);
  });

  test('is none where there is none, or where it was learnt by ICMP and is forgotten again', () => {
    expect(decodeRouteMtu(answer(OF_TABLE, attribute(1, 10, 2, 0, 1)))).toBeNull();
    expect(decodeRouteMtu(answer(OF_TABLE, attribute(8, ...attribute(2, 0, 0, 0, 0))))).toBeNull();
    expect(decodeRouteMtu(answer(CLONED, MTU_1400, EXPIRES_599))).toBeNull();
  });

  test('is none in what is cut off, an error, or nonsense', () => {
    const whole = [...answer(OF_TABLE, MTU_1400)];
    for (let length = 0; length < whole.length; length++) {
      expect(decodeRouteMtu(Uint8Array.from(whole.slice(0, length)))).toBeNull();
    }
    expect(decodeRouteMtu(Uint8Array.from([...whole.slice(0, 4), 2, ...whole.slice(5)]))).toBeNull();
    expect(decodeRouteMtu(Uint8Array.from([...whole.slice(0, 28), 0, ...whole.slice(29)]))).toBeNull();
  });

  test('is asked for by destination, and by interface where it is given', () => {
    expect([...encodeRouteRequest('10.2.0.1', 3)].slice(16)).toEqual([
      ...[2, 32, 0, 0, 0, 0, 0, 0, 0, 0x20, 0, 0],
      ...[8, 0, 1, 0, 10, 2, 0, 1],
      ...[8, 0, 4, 0, 3, 0, 0, 0],
    ]);
    expect(encodeRouteRequest('fd00::1', null)).toHaveLength(48);
  });
});
