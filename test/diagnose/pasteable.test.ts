// Advice is pasted into shells: what a report from elsewhere calls a host is a word there, and nothing more.

import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { diagnose } from '../../src/diagnose/index.ts';
import type { Evidence } from '../../src/evidence.ts';

const SCENARIOS = new URL('../../fixtures/scenarios/', import.meta.url);
const HOSTS = [
  'a;$(touch x)',
  '`id`',
  "b' | sh #",
  '--save=/etc/passwd',
  'c\nsh',
  'd && e',
  'f>g',
  '$HOME',
  'h --html i',
];

test.each(HOSTS)('%j', (host) => {
  let told = 0;
  for (const name of readdirSync(SCENARIOS)) {
    const evidence = JSON.parse(readFileSync(new URL(`${name}/evidence.json`, SCENARIOS), 'utf8')) as Evidence[];
    const renamed = evidence.map((item) => ({
      ...item,
      ...('host' in item ? { host } : {}),
      ...('login' in item ? { login: `me@${host}` } : {}),
      ...(item.kind === 'skipped' ? { target: host } : {}),
    })) as Evidence[];
    for (const { subject, missing, advice } of diagnose(renamed)) {
      expect(subject).not.toContain(host);
      const commands = [...missing, ...advice].filter((text) => /netcheck --|ssh -o/.test(text));
      told += commands.length;
      expect(commands.filter((text) => text.includes(host))).toEqual([]);
    }
  }
  expect(told).toBeGreaterThan(50);
});

test('names that are names stay', () => {
  const evidence: Evidence = {
    id: 's-1',
    kind: 'skipped',
    check: 'ping',
    target: 'münchen.example',
    because: 'x',
    hint: 'y',
  };
  expect(diagnose([evidence])[0]?.subject).toBe('münchen.example');
});
