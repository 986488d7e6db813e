// The report as JSON: the contract itself.

import { harmlessJson } from '../printable.ts';
import type { Report } from './report.ts';

/** @throws RangeError where it is longer than a string can be (V8: 536,870,888 characters). */
export function renderJson(report: Report): string {
  return Array.from(jsonPieces(report)).join('');
}

/** The same in pieces, each of whole lines but for the last line break: all at once takes several times its memory. */
export function* jsonPieces(report: Report): Generator<string> {
  let text = '';
  for (const piece of pieces(report, '')) {
    text += piece;
    if (text.length < ENOUGH) continue;
    yield harmlessJson(text);
    text = '';
  }
  yield `${harmlessJson(text)}\n`;
}

/** Characters worth a call of their own. */
const ENOUGH = 64 * 1024;
/** Elements that are rendered at once. */
const MANY = 256;

/** As JSON.stringify renders it with an indent of two, within something that is indented by `indent`. */
function* pieces(value: unknown, indent: string): Generator<string> {
  if (!holdsMuch(value)) {
    yield shifted(JSON.stringify(value, null, 2), indent);
    return;
  }
  const isArray = Array.isArray(value);
  yield isArray ? '[' : '{';
  yield* isArray ? elements(value, `${indent}  `) : members(value, `${indent}  `);
  yield `\n${indent}${isArray ? ']' : '}'}`;
}

function* elements(values: readonly unknown[], indent: string): Generator<string> {
  for (let start = 0; start < values.length; start += MANY) {
    const some = values.slice(start, start + MANY);
    const separator = start === 0 ? '\n' : ',\n';
    if (!some.some(holdsMuch)) {
      // Without the brackets around them.
      yield `${separator}${indent}${shifted(JSON.stringify(some, null, 2).slice(4, -2), indent.slice(2))}`;
      continue;
    }
    for (const [index, value] of some.entries()) {
      yield `${index === 0 ? separator : ',\n'}${indent}`;
      yield* pieces(value, indent);
    }
  }
}

function* members(value: object, indent: string): Generator<string> {
  let separator = '\n';
  for (const [key, member] of Object.entries(value)) {
    if (member === undefined) continue;
    yield `${separator}${indent}${JSON.stringify(key)}: `;
    yield* pieces(member, indent);
    separator = ',\n';
  }
}

function holdsMuch(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return value.length > MANY || value.some(holdsMuch);
  return Object.values(value).some(holdsMuch);
}

/** In JSON every line break is one between values. */
function shifted(json: string, indent: string): string {
  return indent === '' ? json : json.replaceAll('\n', `\n${indent}`);
}
