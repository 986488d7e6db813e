// Words of netcheck's own in evidence, by the key they stand at: no name can hide there, and none of them may be replaced.

import { z } from 'zod';
import { evidenceSchema } from '../evidence.ts';

/** A part of a JSON Schema, as far as it is looked into. */
interface Schema {
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
}

let words: ReadonlySet<string> | undefined;

/** Whether this text, at this key, is one of the words that the schema lists. */
export function isVocabulary(key: string, text: string): boolean {
  words ??= new Set(wordsOf(z.toJSONSchema(evidenceSchema) as Schema, ''));
  return words.has(`${key}=${text}`);
}

function wordsOf(schema: Schema, key: string): string[] {
  const here = [...(schema.enum ?? []), schema.const].filter((value) => typeof value === 'string');
  const properties = Object.entries(schema.properties ?? {});
  return [
    ...here.map((word) => `${key}=${word}`),
    ...properties.flatMap(([name, value]) => wordsOf(value, name)),
    ...[
      ...(schema.items === undefined ? [] : [schema.items]),
      ...(schema.anyOf ?? []),
      ...(schema.oneOf ?? []),
    ].flatMap((part) => wordsOf(part, key)),
  ];
}
