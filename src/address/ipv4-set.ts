// Sets of IPv4 addresses as sorted, disjoint ranges: a /8 costs as little as one address, and nothing is in it twice.

import { type Ipv4, ipv4ToUint32, parseIpv4, uint32ToIpv4 } from './ipv4.ts';

/** First and last address of a range, both included, as unsigned 32-bit numbers. */
export interface Ipv4Range {
  readonly first: number;
  readonly last: number;
}

/** Immutable. Its addresses have positions, from 0 for the lowest. */
export class Ipv4Set implements Iterable<Ipv4> {
  static readonly EMPTY = new Ipv4Set([]);
  readonly ranges: readonly Ipv4Range[];
  readonly size: number;
  /** Position of each range's first address. */
  readonly #starts: readonly number[];

  /** Ranges in any order; those that overlap or touch become one. */
  constructor(ranges: readonly Ipv4Range[]) {
    this.ranges = merge(ranges);
    const starts: number[] = [];
    let size = 0;
    for (const { first, last } of this.ranges) {
      starts.push(size);
      size += last - first + 1;
    }
    this.#starts = starts;
    this.size = size;
  }

  static of(addresses: Iterable<Ipv4>): Ipv4Set {
    return new Ipv4Set(Array.from(addresses, (address) => rangeOf(address)));
  }

  union(other: Ipv4Set): Ipv4Set {
    return new Ipv4Set([...this.ranges, ...other.ranges]);
  }

  /** What is in this set and not in the other. */
  minus(other: Ipv4Set): Ipv4Set {
    return new Ipv4Set(subtract(this.ranges, other.ranges));
  }

  has(address: Ipv4): boolean {
    return this.positionOf(ipv4ToUint32(address)) >= 0;
  }

  /** The address at a position, as an unsigned 32-bit number. @throws RangeError outside 0 to size - 1. */
  valueAt(position: number): number {
    const index = lastNotAbove(this.#starts, position);
    const range = this.ranges[index];
    if (range === undefined || position >= this.size) throw new RangeError(`no address at position ${position}`);
    return range.first + position - (this.#starts[index] as number);
  }

  at(position: number): Ipv4 {
    return uint32ToIpv4(this.valueAt(position));
  }

  /** Every address as an unsigned 32-bit number, ascending. */
  *values(): Iterable<number> {
    for (const { first, last } of this.ranges) for (let at = first; at <= last; at++) yield at;
  }

  /** Position of an address given as an unsigned 32-bit number; -1 when it is not in the set. */
  positionOf(address: number): number {
    let low = 0;
    let high = this.ranges.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const { first, last } = this.ranges[middle] as Ipv4Range;
      if (address < first) high = middle - 1;
      else if (address > last) low = middle + 1;
      else return (this.#starts[middle] as number) + address - first;
    }
    return -1;
  }

  *[Symbol.iterator](): Iterator<Ipv4> {
    for (const value of this.values()) yield uint32ToIpv4(value);
  }
}

/** The range of one address. */
export function rangeOf(address: Ipv4): Ipv4Range {
  const value = ipv4ToUint32(address);
  return { first: value, last: value };
}

/** Reads `10.0.0.5-10.0.0.9` and `10.0.0.5-9` (the last octet alone). null when it is no range, or a backward one. */
export function parseIpv4Range(text: string): Ipv4Range | null {
  const [from, to, ...rest] = text.split('-');
  const first = from === undefined ? null : parseIpv4(from);
  if (first === null || to === undefined || rest.length > 0) return null;
  const last = parseIpv4(/^\d+$/.test(to) ? first.replace(/\d+$/, to) : to);
  if (last === null) return null;
  const range = { first: ipv4ToUint32(first), last: ipv4ToUint32(last) };
  return range.first <= range.last ? range : null;
}

function merge(ranges: readonly Ipv4Range[]): Ipv4Range[] {
  const merged: { first: number; last: number }[] = [];
  for (const { first, last } of ranges.toSorted((a, b) => a.first - b.first)) {
    const previous = merged.at(-1);
    if (previous !== undefined && first <= previous.last + 1) previous.last = Math.max(previous.last, last);
    else merged.push({ first, last });
  }
  return merged;
}

/** Both are sorted and disjoint, so that one walk along them is enough, however many there are. */
function subtract(ranges: readonly Ipv4Range[], holes: readonly Ipv4Range[]): Ipv4Range[] {
  const left: Ipv4Range[] = [];
  let at = 0;
  for (const { first: start, last } of ranges) {
    let first = start;
    while (at < holes.length && (holes[at] as Ipv4Range).last < first) at++;
    for (let next = at; first <= last; next++) {
      const hole = holes[next];
      if (hole === undefined || hole.first > last) {
        left.push({ first, last });
        break;
      }
      if (hole.first > first) left.push({ first, last: hole.first - 1 });
      first = hole.last + 1;
    }
  }
  return left;
}

/** Index of the last number that is at most `value`; -1 when there is none. `sorted` ascends. */
function lastNotAbove(sorted: readonly number[], value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] as number) <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
