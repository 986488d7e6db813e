// Values of a schema in which every text that is not one of netcheck's own words does harm: no field can be forgotten, because
// nobody lists them.

import { z } from 'zod';
import { HOSTILE } from './control-bytes.ts';

/** A part of a JSON Schema, as far as it is looked into. */
interface Schema {
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly format?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
}

/** So many values that each listed word comes up. */
const VARIANTS = 8;

/** Values of each of the kinds of a union, or of the one schema: nothing is null or left out that need not be. */
export function hostileValues<T>(schema: z.ZodType<T>, mostVariants = VARIANTS): T[] {
  const json = z.toJSONSchema(schema) as Schema;
  const kinds = json.oneOf ?? json.anyOf ?? [json];
  return kinds.flatMap((kind) =>
    Array.from({ length: mostVariants }, (_, variant) => {
      const value = valueFor(kind, variant);
      // What the schema itself does not take would prove nothing.
      return schema.parse(value);
    }),
  );
}

function valueFor(schema: Schema, variant: number): unknown {
  const options = (schema.oneOf ?? schema.anyOf)?.filter(({ type }) => type !== 'null');
  if (options !== undefined) return valueFor(options[variant % options.length] as Schema, variant);
  if (schema.const !== undefined) return schema.const;
  const words = schema.enum?.filter((word) => word !== null);
  if (words !== undefined) return words[variant % words.length];
  switch (typeof schema.type === 'object' ? schema.type.find((type) => type !== 'null') : schema.type) {
    case 'string':
      return schema.format === 'date-time' ? '2026-01-02T03:04:05.000Z' : HOSTILE;
    case 'boolean':
      return variant % 2 === 0;
    case 'integer':
    case 'number':
      return Math.min(schema.maximum ?? 7, Math.max(schema.minimum ?? 0, 3 + variant));
    case 'array':
      return [valueFor(schema.items ?? {}, variant), valueFor(schema.items ?? {}, variant + 1)];
    case 'object':
      return Object.fromEntries(
        Object.entries(schema.properties ?? {}).map(([name, each]) => [name, valueFor(each, variant)]),
      );
    default:
      throw new Error(`no value for ${JSON.stringify(schema)}`);
  }
}
