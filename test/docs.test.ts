// The documents name tests, scripts and pages: all of them are there.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const DOCUMENTS = [
  'README.md',
  'CHANGELOG.md',
  ...readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.md'))
    .map((path) => join('docs', path)),
];

test.each(DOCUMENTS)('%s names what is there', (document) => {
  const text = readFileSync(join(ROOT, document), 'utf8');
  const files = [...text.matchAll(/`((?:test|scripts|fixtures)\/[\w./-]+\.(?:ts|mjs|json))`/g)].map(
    ([, path = '']) => path,
  );
  const links = [...text.matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)].map(([, path = '']) =>
    join(dirname(document), path),
  );
  expect([...files, ...links].filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
});

test('the pages of promises name tests', () => {
  for (const name of ['reliability.md', 'limits.md']) {
    expect(readFileSync(join(ROOT, 'docs', name), 'utf8').match(/`test\//g)?.length).toBeGreaterThan(20);
  }
});
