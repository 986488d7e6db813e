// Writes schema/netcheck-1.schema.json, the published contract, from the code that checks reports. Build first.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { reportJsonSchema } from '../dist/report/schema.js';

const file = fileURLToPath(new URL('../schema/netcheck-1.schema.json', import.meta.url));
mkdirSync(dirname(file), { recursive: true });
writeFileSync(file, `${JSON.stringify(reportJsonSchema(), null, 2)}\n`);
