// Writes the published contracts from the code that checks them: reports, and the events of --events. Build first.
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { eventsJsonSchema, reportJsonSchema } from '../dist/report/schema.js';

const folder = fileURLToPath(new URL('../schema/', import.meta.url));
mkdirSync(folder, { recursive: true });
for (const [name, schema] of [
  ['netcheck-1', reportJsonSchema()],
  ['netcheck-events-1', eventsJsonSchema()],
]) {
  writeFileSync(`${folder}${name}.schema.json`, `${JSON.stringify(schema, null, 2)}\n`);
}
